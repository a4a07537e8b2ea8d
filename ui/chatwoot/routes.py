"""The routes of Chatwoot: the webhook outside the sign-in, everything else behind it."""

import hashlib
import json
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, FastAPI, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field, SecretStr
from starlette.concurrency import run_in_threadpool

from copilot.errors import TeploError
from copilot.records import Whole
from copilot.settings import Settings
from ui.accounts import account_of
from ui.api_answers import KnowledgeRoute
from ui.chatwoot.client import open_chatwoot
from ui.chatwoot.errors import (
    ChatwootTrouble,
    Kind,
    NewerMessage,
    NotConnected,
    NotSendable,
    Unclear,
)
from ui.chatwoot.follower import STEADY, Follower, Pace
from ui.chatwoot.following import follow
from ui.chatwoot.people import People, Person
from ui.chatwoot.reading import called, positive
from ui.chatwoot.sending import Checker, Wish, leave_note, send_reply
from ui.chatwoot.signature import DELIVERY, refusal
from ui.sessions import Sessions

LOG = logging.getLogger("teplo.chatwoot")
HOOK = "/hooks/chatwoot"
PREFIX = "/api/v1/chatwoot"
_STATUS: dict[type[TeploError], int] = {
    NotSendable: 422, NotConnected: 409, NewerMessage: 409, Unclear: 409,
}  # fmt: skip
_TROUBLE: dict[Kind, int] = {"unset": 409, "missing": 404, "busy": 503, "refused": 403}


class ChatwootRoute(KnowledgeRoute):
    """A route that answers trouble with Chatwoot in the one form that all of REST has."""

    def refused(self, error: TeploError) -> JSONResponse:
        """Return one of our errors as an answer."""
        status = _STATUS.get(type(error))
        if isinstance(error, ChatwootTrouble):
            status = _TROUBLE.get(error.kind, 502)
        if status is None:
            return super().refused(error)
        return _said(status, type(error).__name__, str(error))


class Body(BaseModel):
    """A request that refuses what it does not know."""

    model_config = ConfigDict(extra="forbid")


class Token(Body):
    """An operator's own access token."""

    token: Annotated[SecretStr, Field(min_length=1, max_length=200)]


class Me(Body):
    """Who the operator is in Chatwoot; empty before they have given their token."""

    connected: bool = False
    name: str = ""
    email: str = ""


class Place(Body):
    """A conversation in Chatwoot: its account, and its number as the address bar shows it."""

    account: Annotated[int, Field(gt=0, lt=2**53)]
    conversation: Annotated[int, Field(gt=0, lt=2**53)]


class Shown(Body):
    """A conversation as it is now; `fresh` is false when Chatwoot could not be asked."""

    conversation: Whole
    fresh: bool
    trouble: str = ""


class Note(Body):
    """A private note; `key` is one press of the button."""

    text: Annotated[str, Field(min_length=1, max_length=20_000)]
    key: Annotated[str, Field(min_length=8, max_length=100)]


class Reply(Note):
    """A reply to the customer; `seen` is the newest message that the operator had read."""

    seen: Annotated[int, Field(ge=0)]
    confirmed: Literal[True]


class Gone(Body):
    """The id of a message in Chatwoot."""

    message: str


@dataclass(frozen=True)
class Desk:
    """Chatwoot as the service knows it: its routes, who is connected, and, while up, the follower."""

    router: APIRouter
    people: People
    followers: list[Follower]


def chatwoot_desk(copilot: Checker, *, pace: Pace = STEADY) -> Desk:
    """Return the webhook with the routes under `/api/v1/chatwoot`; they live with the service."""
    people = People()
    settings = copilot.settings
    followers: list[Follower] = []

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        chatwoot = open_chatwoot(settings) if _is_set(settings) else None
        if chatwoot is not None:
            followers.append(Follower(copilot, chatwoot, pace=pace))
            await run_in_threadpool(followers[0].start)
        yield
        while followers:
            await run_in_threadpool(followers.pop().stop)
        if chatwoot is not None:
            chatwoot.close()

    router = APIRouter(route_class=ChatwootRoute, lifespan=lifespan, tags=["chatwoot"])
    _hook_routes(router, settings, followers)
    _people_routes(router, settings, people)
    _reading_routes(router, copilot)
    _writing_routes(router, copilot, people)
    return Desk(router, people, followers)


def _is_set(settings: Settings) -> bool:
    return bool(settings.chatwoot_url and settings.chatwoot_token.get_secret_value())


def _hook_routes(router: APIRouter, settings: Settings, followers: list[Follower]) -> None:
    secret = settings.chatwoot_webhook_secret.get_secret_value()

    @router.post(HOOK, include_in_schema=False)
    async def signed(request: Request) -> JSONResponse:
        """A signed call."""
        raw = await request.body()
        why = refusal(request.headers, raw, secret=secret, now=datetime.now(UTC).timestamp())
        if why:
            LOG.warning("A call of the webhook was refused: %s", why)
            return _said(401, "Refused", why)
        return await _taken(followers, request.headers.get(DELIVERY, ""), raw)

    @router.post(HOOK + "/{given}", include_in_schema=False)
    async def unsigned(given: str, request: Request) -> JSONResponse:
        """A call of a version that signs nothing; the secret stands in the path."""
        if not settings.chatwoot_unsigned or not Sessions.same(given, secret):
            return _said(404, "NotFound", "Not served.")
        return await _taken(followers, request.headers.get(DELIVERY, ""), await request.body())


async def _taken(followers: list[Follower], delivery: str, raw: bytes) -> JSONResponse:
    try:
        call = called(json.loads(raw))
    except (ValueError, RecursionError):
        return _said(400, "BadCall", "The body is not JSON.")
    if not followers:
        return _said(503, "ChatwootTrouble", str(ChatwootTrouble("unset", "none is set")))
    if call is None:
        return JSONResponse({"taken": False, "why": "not followed"})
    name = delivery[:80] or hashlib.sha256(raw).hexdigest()
    new = await run_in_threadpool(followers[0].take, name, call)
    return JSONResponse({"taken": new, "why": "" if new else "known"})


def _people_routes(router: APIRouter, settings: Settings, people: People) -> None:
    @router.get(PREFIX + "/me")
    def me(http: Request) -> Me:
        """Who the operator is in Chatwoot."""
        person = people.of(account_of(http).user)
        return Me(connected=True, name=person.name, email=person.email) if person else Me()

    @router.put(PREFIX + "/me")
    def connect(given: Token, http: Request) -> Me:
        """Remember the operator's own token until the service stops."""
        token = given.token.get_secret_value()
        with closing(open_chatwoot(settings, token=token)) as chatwoot:
            profile = chatwoot.profile()
        name, email = (str(profile.get(key) or "")[:200] for key in ("name", "email"))
        person = Person(name=name, email=email, token=given.token)
        people.connect(account_of(http).user, person)
        return Me(connected=True, name=name, email=email)

    @router.delete(PREFIX + "/me")
    def disconnect(http: Request) -> Me:
        """Forget the operator's token."""
        people.disconnect(account_of(http).user)
        return Me()


def _reading_routes(router: APIRouter, copilot: Checker) -> None:
    @router.post(PREFIX + "/open")
    def show(place: Place) -> Shown:
        """Read a conversation again and return it, with its draft."""
        return _shown(copilot, place.account, place.conversation)

    @router.post(PREFIX + "/context")
    def context(posted: dict[str, Any]) -> Shown:
        """Return the conversation that a dashboard app was told of; only its numbers are read."""
        told = posted.get("data", posted)
        held = told.get("conversation") if isinstance(told, dict) else None
        named = held if isinstance(held, dict) else {}
        account, number = positive(named.get("account_id")), positive(named.get("id"))
        if account is None or number is None:
            raise ChatwootTrouble("missing", "the context names no conversation")
        return _shown(copilot, account, number)


def _writing_routes(router: APIRouter, copilot: Checker, people: People) -> None:
    settings = copilot.settings

    @router.post(PREFIX + "/{name}/note")
    def note(name: str, given: Note, http: Request) -> Gone:
        """Leave a private note, in the operator's name if their token is known."""
        person = people.of(account_of(http).user)
        token = person.token.get_secret_value() if person else ""
        wish = Wish(name=name, text=given.text, key=given.key, private=True)
        with closing(open_chatwoot(settings, token=token)) as chatwoot:
            return Gone(message=leave_note(copilot, chatwoot, wish, now=_now()))

    @router.post(PREFIX + "/{name}/send")
    def send(name: str, given: Reply, http: Request) -> Gone:
        """Send a reply that the operator has confirmed, in their own name."""
        wish = Wish(name=name, text=given.text, key=given.key, seen=given.seen)
        token = people.token(account_of(http).user)
        with closing(open_chatwoot(settings, token=token)) as chatwoot:
            return Gone(message=send_reply(copilot, chatwoot, wish, now=_now()))


def _shown(copilot: Checker, account: int, number: int) -> Shown:
    conversations = copilot.records.conversations
    known = conversations.named("chatwoot", str(account), str(number))
    try:
        with closing(open_chatwoot(copilot.settings)) as chatwoot:
            name = follow(copilot, chatwoot, account, number, now=_now())
    except ChatwootTrouble as trouble:
        if known is None or not trouble.passes:
            raise
        return Shown(conversation=conversations.whole(known), fresh=False, trouble=str(trouble))
    return Shown(conversation=conversations.whole(name), fresh=True)


def _said(status: int, code: str, message: str) -> JSONResponse:
    return JSONResponse({"error": {"code": code, "message": message}}, status_code=status)


def _now() -> datetime:
    return datetime.now(UTC)
