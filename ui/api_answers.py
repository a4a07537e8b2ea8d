"""How the knowledge routes answer: our errors with their status, every fault of a form at once."""

from collections.abc import Callable, Coroutine
from datetime import date, datetime
from typing import Any

from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from fastapi.routing import APIRoute

from copilot.errors import NoSuchRecord, TeploError
from knowledge import (
    EmbeddingUnavailable,
    Exists,
    Fault,
    IndexBusy,
    InvalidForm,
    NotFound,
    Stale,
)
from ui.jobs import TooMany

_STATUS: tuple[tuple[type[TeploError], int], ...] = (
    (NotFound, 404),
    (NoSuchRecord, 404),
    (Stale, 409),
    (Exists, 409),
    (IndexBusy, 409),
    (TooMany, 429),
    (EmbeddingUnavailable, 503),
)


class KnowledgeRoute(APIRoute):
    """A route that answers every refusal in the one form that all of REST has."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Return the handler, wrapped."""
        inner = super().get_route_handler()

        async def handler(request: Request) -> Response:
            try:
                return await inner(request)
            except RequestValidationError as error:
                return invalid(request_faults(error), "The request has faults.")
            except InvalidForm as error:
                return invalid(error.faults, str(error))
            except TeploError as error:
                return self.refused(error)

        return handler

    def refused(self, error: TeploError) -> JSONResponse:
        """Return one of our errors as an answer."""
        return refused(error)


def refused(error: TeploError) -> JSONResponse:
    """Return one of our errors as an answer."""
    status = next((code for kind, code in _STATUS if isinstance(error, kind)), 422)
    told: dict[str, Any] = {"code": type(error).__name__, "message": str(error)}
    if isinstance(error, Stale):
        told["version"] = error.version
    headers = {"retry-after": "5"} if isinstance(error, IndexBusy | TooMany) else None
    return JSONResponse({"error": told}, status_code=status, headers=headers)


def invalid(faults: tuple[Fault, ...], message: str) -> JSONResponse:
    """Return every fault of a form or request as one answer."""
    told = {"code": "Invalid", "message": message, "fields": [as_field(one) for one in faults]}
    return JSONResponse({"error": told}, status_code=422)


def as_field(fault: Fault) -> dict[str, Any]:
    """Return a fault as JSON."""
    return {
        "path": list(fault.path),
        "key": fault.key,
        "message": fault.message,
        "params": fault.params,
    }


def request_faults(error: RequestValidationError) -> tuple[Fault, ...]:
    """Return what is wrong with a request; places begin with `body`, `query` or `path`."""
    return tuple(
        Fault(
            path=tuple(one["loc"]),
            key=str(one["type"]),
            message=str(one["msg"]),
            params={
                str(key): value if isinstance(value, str | int | float | bool) else str(value)
                for key, value in (one.get("ctx") or {}).items()
            },
        )
        for one in error.errors()
    )


def today() -> date:
    """The day by the clock of the service."""
    return datetime.now().astimezone().date()
