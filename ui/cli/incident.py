"""Commands about incidents: switch on, tell something new, end, whom to tell."""

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ui.cli import lines

if TYPE_CHECKING:
    from copilot.records import Incidents

AsJson = Annotated[bool, typer.Option("--json", help="Write JSON.")]
Id = Annotated[str, typer.Argument(help="The incident; its first letters are enough.")]
Facts = Annotated[list[str], typer.Option("--fact", help="A confirmed fact; may be repeated.")]
Around = Annotated[str, typer.Option(help="What works meanwhile.")]
Minutes = Annotated[int, typer.Option(help="Minutes until the next update.", min=1, max=10_080)]
Language = Annotated[str, typer.Option(help="In which language the facts are: ru or en.")]


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    incident = typer.Typer(help="Failures that many write about.", no_args_is_help=True)
    incident.command()(start)
    incident.command()(update)
    incident.command()(end)
    incident.command("list")(list_all)
    incident.command()(tell)
    app.add_typer(incident, name="incident")


def start(  # options of a command
    title: Annotated[str, typer.Argument(help="What fails, for colleagues.")],
    *,
    fact: Facts,
    about: Annotated[list[str] | None, typer.Option(help="How customers put it.")] = None,
    workaround: Around = "",
    update_in: Minutes = 60,
    language: Language = "ru",
    json: AsJson = False,
) -> None:
    """Switch an incident on: drafts that it concerns state its facts from now on."""
    now = datetime.now(UTC)
    told = {_language(language): {"facts": fact, "workaround": workaround}}
    with _Open() as incidents:
        begun = _kept(
            lambda: incidents.start(
                title,
                _told(told),
                now=now,
                about=tuple(about or ()),
                next_update=now + timedelta(minutes=update_in),
            )
        )
    typer.echo(lines.as_json(begun) if json else f"{begun.id}  is on: {begun.title}")


def update(
    incident: Id,
    *,
    fact: Facts,
    workaround: Around = "",
    update_in: Minutes = 60,
    language: Language = "ru",
) -> None:
    """Tell other facts from now on; the time of the next update begins anew."""
    now = datetime.now(UTC)
    with _Open() as incidents:
        before = _find(incidents, incident)
        told = {
            **before.told,
            **_told({_language(language): {"facts": fact, "workaround": workaround}}),
        }
        moment = now + timedelta(minutes=update_in)
        _kept(lambda: incidents.update(before.id, now=now, told=told, next_update=moment))
    typer.echo(f"{before.id}  tells {len(fact)} facts from now on.")


def end(incident: Id) -> None:
    """Switch an incident off."""
    with _Open() as incidents:
        found = _find(incidents, incident)
        incidents.end(found.id, now=datetime.now(UTC))
        count = len(incidents.to_tell(found.id))
    typer.echo(
        f"{found.id}  is over. {count} conversations to tell: teplo incident tell {found.id}"
    )


def list_all(*, json: AsJson = False) -> None:
    """List incidents, newest first."""
    with _Open() as incidents:
        found = incidents.of_all_time()
    if json:
        typer.echo(lines.as_json({"incidents": [one.model_dump(mode="json") for one in found]}))
        return
    now = datetime.now(UTC)
    for one in found:
        state = f"over {one.ended:%d.%m %H:%M}" if one.ended else "on"
        late = "  the update is late" if one.overdue(now) else ""
        typer.echo(f"{one.id}  {one.started:%d.%m %H:%M}  {state:<17}  {one.title}{late}")
    if not found:
        typer.echo("No incidents. Switch one on with: teplo incident start")


def tell(incident: Id, *, json: AsJson = False) -> None:
    """List the conversations that were answered with an incident's facts."""
    with _Open() as incidents:
        found = incidents.to_tell(_find(incidents, incident).id)
    if json:
        typer.echo(
            lines.as_json({"conversations": [{"id": one, "preview": said} for one, said in found]})
        )
        return
    for one, preview in found:
        typer.echo(f"{one}  {preview}")
    typer.echo(f"{len(found)} conversations.")


class _Open:
    """The kept incidents for the time of a command."""

    def __enter__(self) -> "Incidents":
        from copilot import Copilot, read_settings

        self._copilot = Copilot(read_settings())
        return self._copilot.records.incidents

    def __exit__(self, *_: object) -> None:
        self._copilot.close()


def _find(incidents: "Incidents", name: str) -> Any:
    found = [one for one in incidents.of_all_time() if one.id.startswith(name)]
    if len(found) != 1:
        raise typer.BadParameter(
            f"{name!r} is {'none' if not found else 'more than one'} of the incidents."
        )
    return found[0]


def _language(name: str) -> str:
    if name not in {"ru", "en"}:
        raise typer.BadParameter(f"{name!r} is neither ru nor en.")
    return name


def _told(given: dict[str, dict[str, Any]]) -> dict[Any, Any]:
    from copilot.incidents import Told

    return {
        name: _kept(lambda said=said: Told.model_validate(said)) for name, said in given.items()
    }


def _kept(work: Any) -> Any:
    from pydantic import ValidationError

    try:
        return work()
    except ValidationError as error:
        fault = error.errors(include_url=False)[0]
        place = ".".join(str(part) for part in fault["loc"])
        raise typer.BadParameter(f"{place}: {fault['msg']}") from error
