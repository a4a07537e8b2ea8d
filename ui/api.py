"""The REST interface, the same JSON as the command line."""

import math
import time
from collections.abc import Callable
from datetime import datetime
from typing import Any, get_args

from fastapi import APIRouter
from fastapi import Request as HttpRequest
from fastapi.responses import JSONResponse, Response

from copilot import Conversation, Copilot, mask
from copilot.errors import BadConversation, TeploError
from copilot.improve import How
from copilot.llm import Terms, on_terms, present_terms
from knowledge import Query
from ui.accounts import account_of
from ui.gapnotes import note_gap, noted
from ui.streaming import event_stream

MAX_DEADLINE_S = 120
Request = dict[str, Any]


def api_router(copilot: Copilot) -> APIRouter:
    """Return the routes under `/api/v1`; every one answers a bad input with 422 and the reason."""
    router = APIRouter(prefix="/api/v1")
    for route in (suggest, perceive, check, improve, summary, search, mask_text):
        path = "/mask" if route is mask_text else f"/{route.__name__}"
        router.post(path, name=route.__name__, description=route.__doc__)(_answered(copilot, route))
    router.post("/suggest/stream", name="suggest_stream", description=event_stream.__doc__)(
        _streamed(copilot)
    )
    return router


def suggest(copilot: Copilot, request: Request) -> Any:
    """Up to three replies to a conversation; `llm` false asks only the embedded composer."""
    conversation = _conversation(copilot, request)
    result = copilot.suggest(
        conversation,
        framework=_framework(request),
        llm=_flag(request, "llm", otherwise=True),
        terms=present_terms(),
    )
    note_gap(copilot, conversation, result)
    return result


def perceive(copilot: Copilot, request: Request) -> Any:
    """What a conversation tells, without an answer."""
    return copilot.perceive(_conversation(copilot, request))


def check(copilot: Copilot, request: Request) -> Any:
    """Findings and promises in a reply that a person wrote, given under `draft`."""
    draft = _text(request, "draft", "the reply to check")
    return copilot.check(_conversation(copilot, request), draft)


def improve(copilot: Copilot, request: Request) -> Any:
    """The reply under `draft` rewritten as `how` says, with every change."""
    draft = _text(request, "draft", "the reply to improve")
    how: Any = request.get("how")
    if how not in get_args(How):
        raise BadConversation(f"how: {how!r} is none of {', '.join(get_args(How))}.")
    conversation = _conversation(copilot, request)
    improved = copilot.improve(
        conversation,
        draft,
        how,
        llm=_flag(request, "llm", otherwise=True),
        terms=present_terms(),
    )
    told = improved.model_dump(mode="json")
    return {"v": 1, "conversation": conversation.id, "how": how, **told}


def summary(copilot: Copilot, request: Request) -> Any:
    """A conversation in short for a colleague; `masked` puts placeholders for personal data."""
    return copilot.summarise(
        _conversation(copilot, request),
        masked=_flag(request, "masked", otherwise=False),
        llm=_flag(request, "llm", otherwise=True),
        terms=present_terms(),
    )


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


def _flag(request: Request, key: str, *, otherwise: bool) -> bool:
    value = request.get(key, otherwise)
    if not isinstance(value, bool):
        raise BadConversation(f"{key}: {value!r} is neither true nor false.")
    return value


def _framework(request: Request) -> Any:
    name = request.get("framework")
    if name not in {None, "LEAD", "CARE", "HEAR", "NONE"}:
        raise BadConversation(f"framework: {name!r} is none of LEAD, CARE, HEAR, NONE.")
    return name


def _terms(request: Request, http: HttpRequest) -> Terms:
    """Return the terms of a request: its sender's budgets, and its own deadline if it names one."""
    named = request.get("deadline_s")
    if named is None:
        return Terms(account_of(http))
    number = named if isinstance(named, int | float) and not isinstance(named, bool) else math.nan
    if not 0 < number <= MAX_DEADLINE_S:
        raise BadConversation(f"deadline_s: {named!r} is no number of seconds up to 120.")
    return Terms(account_of(http), until=time.monotonic() + number)


def _answered(copilot: Copilot, route: Callable[[Copilot, Request], Any]) -> Any:
    def answer(request: Request, http: HttpRequest) -> JSONResponse:
        try:
            with on_terms(_terms(request, http)):
                value = route(copilot, request)
        except TeploError as error:
            return _refused(error)
        return JSONResponse(value if isinstance(value, dict) else value.model_dump(mode="json"))

    return answer


def _streamed(copilot: Copilot) -> Any:
    def answer(request: Request, http: HttpRequest) -> Response:
        try:
            conversation, framework = _conversation(copilot, request), _framework(request)
            terms = _terms(request, http)
        except TeploError as error:
            return _refused(error)
        steps = copilot.suggest_stream(conversation, framework=framework, terms=terms)
        return event_stream(noted(copilot, conversation, steps), terms.cancelled)

    return answer


def _refused(error: TeploError) -> JSONResponse:
    refusal = {"code": type(error).__name__, "message": str(error)}
    return JSONResponse({"error": refusal}, status_code=422)
