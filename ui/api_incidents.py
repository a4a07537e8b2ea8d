"""REST about incidents: switch on, change, end, whom to tell, what is written about unusually often."""

from datetime import UTC, datetime
from typing import Annotated, Any, Protocol

from fastapi import APIRouter, Query
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from copilot.incidents import Incident, Told
from copilot.records import Records
from knowledge import Locale
from ui.api_answers import KnowledgeRoute

PREFIX = "/api/v1/incidents"
_Text = Annotated[str, Field(min_length=1, max_length=300)]


class Keeper(Protocol):
    """What the routes need of the copilot."""

    @property
    def records(self) -> Records:
        """The records of the installation."""
        ...


class Started(BaseModel):
    """An incident to be switched on; `about` are phrases by which customers speak of it."""

    model_config = ConfigDict(extra="forbid")

    title: _Text
    told: dict[Locale, Told] = Field(min_length=1)
    about: Annotated[tuple[_Text, ...], Field(max_length=30)] = ()
    next_update: AwareDatetime | None = None


class Changed(BaseModel):
    """What is told from now on; what is left out stays as it is."""

    model_config = ConfigDict(extra="forbid")

    title: _Text | None = None
    told: dict[Locale, Told] | None = None
    about: Annotated[tuple[_Text, ...] | None, Field(max_length=30)] = None
    next_update: AwareDatetime | None = None


class Ended(BaseModel):
    """What those who were told may be told now, by language."""

    model_config = ConfigDict(extra="forbid")

    ending: dict[Locale, _Text] = Field(default_factory=dict)


def incident_router(copilot: Keeper) -> APIRouter:
    """Return the routes under `/api/v1/incidents`."""
    router = APIRouter(prefix=PREFIX, route_class=KnowledgeRoute, tags=["incidents"])
    _read_routes(router, copilot)
    _write_routes(router, copilot)
    return router


def _read_routes(router: APIRouter, copilot: Keeper) -> None:
    @router.get("")
    def incidents(
        *, on: Annotated[bool, Query(description="Only those that are on.")] = False
    ) -> dict[str, tuple[Incident, ...]]:
        """Incidents, newest first."""
        kept = copilot.records.incidents
        return {"incidents": kept.on() if on else kept.of_all_time()}

    @router.get("/surges")
    def surges() -> dict[str, Any]:
        """What customers write about unusually often just now; nothing is switched on by itself."""
        return {"surges": copilot.records.incidents.surges(datetime.now(UTC))}

    @router.get("/{incident_id}")
    def incident(incident_id: str) -> dict[str, Any]:
        """One incident, and what it told before."""
        kept = copilot.records.incidents
        return {"incident": kept.get(incident_id), "versions": kept.versions(incident_id)}

    @router.get("/{incident_id}/conversations")
    def to_tell(incident_id: str) -> dict[str, Any]:
        """The conversations that were answered with it: whom to tell when it is over."""
        found = copilot.records.incidents.to_tell(incident_id)
        return {"conversations": [{"id": one, "preview": preview} for one, preview in found]}


def _write_routes(router: APIRouter, copilot: Keeper) -> None:
    @router.post("", status_code=201)
    def start(body: Started) -> Incident:
        """Switch an incident on: every draft that it concerns states it from now on."""
        given = {name: getattr(body, name) for name in ("title", "told", "about", "next_update")}
        return copilot.records.incidents.start(**given, now=datetime.now(UTC))

    @router.patch("/{incident_id}")
    def change(incident_id: str, body: Changed) -> Incident:
        """Tell something else from now on; what was told before is kept."""
        changes = {name: getattr(body, name) for name in body.model_fields_set}
        changes = {k: v for k, v in changes.items() if v is not None or k == "next_update"}
        return copilot.records.incidents.update(incident_id, now=datetime.now(UTC), **changes)

    @router.post("/{incident_id}/end")
    def end(incident_id: str, body: Ended | None = None) -> Incident:
        """Switch an incident off."""
        told = (body or Ended()).ending
        return copilot.records.incidents.end(incident_id, now=datetime.now(UTC), ending=told)
