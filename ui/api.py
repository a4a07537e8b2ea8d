"""The REST interface, the same JSON as the command line."""

from datetime import datetime
from typing import Any

from fastapi import APIRouter
from fastapi.responses import JSONResponse

from copilot import Copilot, mask
from copilot.conversation import Conversation
from copilot.errors import BadConversation, TeploError
from knowledge import Query


def api_router(copilot: Copilot) -> APIRouter:
    """Return the routes under `/api/v1`; every one answers a bad input with 422 and the reason."""
    router = APIRouter(prefix="/api/v1")

    @router.post("/suggest")
    def suggest(request: dict[str, Any]) -> JSONResponse:
        return _answer(lambda: copilot.suggest(_conversation(copilot, request)))

    @router.post("/perceive")
    def perceive(request: dict[str, Any]) -> JSONResponse:
        return _answer(lambda: copilot.perceive(_conversation(copilot, request)))

    @router.post("/check")
    def check(request: dict[str, Any]) -> JSONResponse:
        def run() -> Any:
            draft = request.get("draft")
            if not isinstance(draft, str):
                raise BadConversation('draft: give the reply to check as text under "draft".')
            return copilot.check(_conversation(copilot, request), draft)

        return _answer(run)

    @router.post("/search")
    def search(request: dict[str, Any]) -> JSONResponse:
        return _answer(lambda: _hits(copilot, request))

    @router.post("/mask")
    def mask_text(request: dict[str, Any]) -> JSONResponse:
        def run() -> Any:
            text = request.get("text")
            if not isinstance(text, str):
                raise BadConversation('text: give the text to mask as a string under "text".')
            masked = mask(text)
            return {"text": masked.text, "spans": [span.model_dump() for span in masked.spans]}

        return _answer(run)

    return router


def _conversation(copilot: Copilot, request: dict[str, Any]) -> Conversation:
    return copilot.read(request, now=datetime.now().astimezone().replace(microsecond=0))


def _hits(copilot: Copilot, request: dict[str, Any]) -> dict[str, Any]:
    text, kind, top = request.get("query"), request.get("kind", "script"), request.get("top", 5)
    if not isinstance(text, str) or kind not in {"script", "tone", "case"}:
        raise BadConversation('query: a string; kind: "script", "tone" or "case".')
    if not isinstance(top, int) or not 1 <= top <= 100:
        raise BadConversation("top: a whole number from 1 to 100.")
    hits = copilot.library.search(Query(text=text, kind=kind, top_k=top))
    return {"query": text, "hits": [hit.model_dump(mode="json") for hit in hits]}


def _answer(run: Any) -> JSONResponse:
    try:
        value = run()
    except TeploError as error:
        code = type(error).__name__
        return JSONResponse({"error": {"code": code, "message": str(error)}}, status_code=422)
    if not isinstance(value, dict):
        value = value.model_dump(mode="json", by_alias=True)
    return JSONResponse(value)


