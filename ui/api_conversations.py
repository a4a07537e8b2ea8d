"""REST about kept conversations: lists, messages, drafts, what became of them, value numbers."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta
from typing import Annotated, Literal

from fastapi import APIRouter, FastAPI, Header, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from copilot.records import KeptDraft, Line, Opened, Page, Source, Told, View, Whole, Worth, Written
from ui.api_answers import KnowledgeRoute
from ui.kept import Keeper, draft_now, take_further, take_in

LOG = logging.getLogger("teplo.conversations")
PREFIX = "/api/v1/conversations"
_TIDY_S = 6 * 3600.0
Key = Annotated[
    str,
    Header(
        alias="Idempotency-Key",
        max_length=100,
        description="The same key again does nothing again; for callers without ids of their own.",
    ),
]


class Body(BaseModel):
    """A request that refuses what it does not know."""

    model_config = ConfigDict(extra="forbid")


class NewConversation(Opened):
    """A conversation to be kept; the same `source`, `account` and `outer_id` go on with it."""

    model_config = ConfigDict(defer_build=False)

    source: Literal["api", "panel", "extension"] = "api"
    messages: Annotated[tuple[Written, ...], Field(max_length=400)] = ()


class NewMessages(Body):
    """Messages that were written since."""

    messages: Annotated[tuple[Written, ...], Field(min_length=1, max_length=400)]


class OutcomeTold(Told):
    """What happened to a draft: `draft` is its id."""

    model_config = ConfigDict(defer_build=False)

    draft: str


class Customer(Body):
    """Whose conversations are to be erased: any key that they were kept under."""

    customer: Annotated[str, Field(min_length=1, max_length=200)]


class Erased(Body):
    """How many conversations were erased."""

    erased: int


class Next(Body):
    """Who is next, if anybody waits."""

    next: Line | None


class Drafted(Body):
    """The draft that was made, if there was something to answer."""

    draft: KeptDraft | None


def conversation_router(
    copilot: Keeper, *, me: Callable[[Request], str] = lambda _: ""
) -> APIRouter:
    """Return the routes under `/api/v1/conversations`; `me` says whose conversations are mine."""

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        task = asyncio.create_task(_keep_tidy(copilot))
        yield
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task

    router = APIRouter(
        prefix=PREFIX, route_class=KnowledgeRoute, tags=["conversations"], lifespan=lifespan
    )
    _list_routes(router, copilot, me)
    _write_routes(router, copilot)
    _draft_routes(router, copilot)
    return router


def _list_routes(router: APIRouter, copilot: Keeper, me: Callable[[Request], str]) -> None:
    @router.get("")
    def conversations(
        http: Request,
        view: View = "recent",
        assignee: Annotated[str, Query(max_length=200)] = "",
        source: Source | None = None,
        q: Annotated[str, Query(max_length=400)] = "",
        page: Annotated[int, Query(ge=1, le=100_000)] = 1,
        per_page: Annotated[int, Query(ge=1, le=100)] = 30,
    ) -> Page:
        """A page of conversations: waiting, mine, recent or all; `q` are words said in them."""
        return copilot.records.conversations.page(
            view, assignee=assignee or me(http), source=source, words=q, page=page,
            per_page=per_page,
        )  # fmt: skip

    @router.get("/next")
    def next_waiting(
        http: Request,
        after: Annotated[str, Query(max_length=40)] = "",
        assignee: Annotated[str, Query(max_length=200)] = "",
    ) -> Next:
        """Who has waited longest, or whoever comes after the conversation `after`."""
        mine = assignee or me(http)
        return Next(next=copilot.records.conversations.next_waiting(after=after, assignee=mine))

    @router.get("/value")
    def value(days: Annotated[int, Query(ge=1, le=3650)] = 30) -> Worth:
        """What became of drafts, as a whole, by topic and by script; never by person."""
        return copilot.records.drafts.worth(since=_now() - timedelta(days=days))

    @router.get("/{name}")
    def conversation(name: str) -> Whole:
        """A conversation with its messages and its drafts, newest draft first."""
        return copilot.records.conversations.whole(name)

    @router.get("/{name}/line")
    def line(name: str) -> Line:
        """A conversation as it stands in a list."""
        return copilot.records.conversations.line(name)


def _write_routes(router: APIRouter, copilot: Keeper) -> None:
    @router.post("", status_code=201, responses={200: {"model": Whole, "description": "Known"}})
    def create(new: NewConversation, answer: Response, key: Key = "") -> Whole:
        """Keep a conversation, or go on with it when it is kept already (200)."""
        opened = Opened(**new.model_dump(exclude={"messages"}))
        if key and not opened.outer_id:
            opened = opened.model_copy(update={"outer_id": f"key:{key}"})
        written = _keyed(new.messages, key)
        kept = take_in(copilot, opened, written, now=_now())
        answer.status_code = 201 if kept.created else 200
        return copilot.records.conversations.whole(kept.id)

    @router.post("/erase")
    def erase(whose: Customer) -> Erased:
        """Erase every conversation of a customer, for good."""
        return Erased(erased=copilot.records.conversations.forget_customer(whose.customer))

    @router.post("/{name}/messages")
    def add(name: str, more: NewMessages, key: Key = "") -> Whole:
        """Keep further messages; one with a known `outer_id` takes that one's place."""
        take_further(copilot, name, _keyed(more.messages, key), now=_now())
        return copilot.records.conversations.whole(name)

    @router.post("/{name}/close")
    def close(name: str) -> Whole:
        """Put a conversation out of the lists of open ones."""
        copilot.records.conversations.set_open(name, opened=False)
        return copilot.records.conversations.whole(name)

    @router.post("/{name}/resume")
    def resume(name: str) -> Whole:
        """Open a closed conversation again."""
        copilot.records.conversations.set_open(name, opened=True)
        return copilot.records.conversations.whole(name)

    @router.delete("/{name}")
    def forget(name: str) -> Erased:
        """Erase a conversation, for good."""
        copilot.records.conversations.whole(name)
        return Erased(erased=copilot.records.conversations.forget(name))


def _draft_routes(router: APIRouter, copilot: Keeper) -> None:
    @router.post("/{name}/draft")
    def draft(name: str) -> Drafted:
        """Draft for a conversation as it stands now, and keep the draft."""
        return Drafted(draft=draft_now(copilot, name, now=_now()))

    @router.post("/{name}/outcome")
    def outcome(name: str, told: OutcomeTold) -> KeptDraft:
        """Say what happened to a draft: shown, copied, edited, sent or dismissed."""
        what = Told(**told.model_dump(exclude={"draft"}))
        return copilot.records.drafts.tell(name, told.draft, what, now=_now())


def forget_old(copilot: Keeper, *, now: datetime) -> int:
    """Erase conversations, and notes of webhook calls, that are older than they may get."""
    days = copilot.settings.retention_days
    if not days:
        return 0
    before = now - timedelta(days=days)
    copilot.records.deliveries.forget_before(before)
    return copilot.records.conversations.forget_before(before)


async def _keep_tidy(copilot: Keeper) -> None:
    while True:
        try:
            await asyncio.to_thread(forget_old, copilot, now=_now())
        except Exception:
            LOG.exception("Old conversations could not be erased; this is tried again.")
        await asyncio.sleep(_TIDY_S)


def _keyed(messages: Sequence[Written], key: str) -> tuple[Written, ...]:
    """Give messages without an id of their own one by the key of the request."""
    return tuple(
        one if one.outer_id or not key else one.model_copy(update={"outer_id": f"{key}:{n}"})
        for n, one in enumerate(messages)
    )


def _now() -> datetime:
    return datetime.now(UTC)
