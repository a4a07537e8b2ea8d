"""The REST interface, the same JSON as the command line."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from fastapi import APIRouter
from fastapi.responses import JSONResponse

from copilot import Conversation, Copilot, mask
from copilot.errors import BadConversation, TeploError
from knowledge import Query

Request = dict[str, Any]


def api_router(copilot: Copilot) -> APIRouter:
    """Return the routes under `/api/v1`; every one answers a bad input with 422 and the reason."""
    router = APIRouter(prefix="/api/v1")
    for route in (suggest, perceive, check, search, mask_text):
        path = "/mask" if route is mask_text else f"/{route.__name__}"
        router.post(path, name=route.__name__, description=route.__doc__)(_answered(copilot, route))
    return router


def suggest(copilot: Copilot, request: Request) -> Any:
    """Up to three replies to a conversation."""
    return copilot.suggest(_conversation(copilot, request))


def perceive(copilot: Copilot, request: Request) -> Any:
    """What a conversation tells, without an answer."""
    return copilot.perceive(_conversation(copilot, request))


def check(copilot: Copilot, request: Request) -> Any:
    """Findings and promises in a reply that a person wrote, given under `draft`."""
    draft = _text(request, "draft", "the reply to check")
    return copilot.check(_conversation(copilot, request), draft)


def search(copilot: Copilot, request: Request) -> Any:
    """What the company knows about `query`."""
    text = _text(request, "query", "the question")
    kind, top = request.get("kind", "script"), request.get("top", 5)
    if kind not in {"script", "tone", "case"}:
        raise BadConversation(f"kind: {kind!r} is none of script, tone, case.")
    if not isinstance(top, int) or not 1 <= top <= 100:
        raise BadConversation(f"top: {top!r} is no whole number from 1 to 100.")
    hits = copilot.library.search(Query(text=text, kind=kind, top_k=top))
    return {"query": text, "hits": [hit.model_dump(mode="json") for hit in hits]}


def mask_text(_: Copilot, request: Request) -> Any:
    """A text with personal data masked, and where they stood."""
    masked = mask(_text(request, "text", "the text to mask"))
    return {"text": masked.text, "spans": [span.model_dump() for span in masked.spans]}


def _conversation(copilot: Copilot, request: Request) -> Conversation:
    return copilot.read(request, now=datetime.now().astimezone().replace(microsecond=0))


def _text(request: Request, key: str, what: str) -> str:
    value = request.get(key)
    if not isinstance(value, str):
        raise BadConversation(f'{key}: give {what} as text under "{key}".')
    return value


def _answered(copilot: Copilot, route: Callable[[Copilot, Request], Any]) -> Any:
    def answer(request: Request) -> JSONResponse:
        try:
            value = route(copilot, request)
        except TeploError as error:
            refusal = {"code": type(error).__name__, "message": str(error)}
            return JSONResponse({"error": refusal}, status_code=422)
        return JSONResponse(value if isinstance(value, dict) else value.model_dump(mode="json"))

    return answer
