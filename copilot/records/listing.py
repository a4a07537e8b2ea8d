"""Lists of conversations: who waits, mine, recent, found by words."""

from sqlalchemy import ColumnElement, Engine, Select, and_, exists, func, or_, select, true
from sqlalchemy.orm import Session

from copilot.records.tables import ConversationRow, MessageRow
from copilot.records.threads import DraftState, Line, Page, Source, View
from copilot.records.times import aware

_MAX_WORDS = 8


class Listing:
    """The conversations of an installation as lists."""

    def __init__(self, engine: Engine) -> None:
        """Read from this database."""
        self._engine = engine

    def page(
        self,
        view: View = "recent",
        *,
        assignee: str = "",
        source: Source | None = None,
        words: str = "",
        page: int = 1,
        per_page: int = 30,
    ) -> Page:
        """Return a page of conversations.

        `waiting` are open ones with an unanswered customer, longest waiting first, those of nobody
        included; `mine` are open ones of `assignee`; `recent` are open ones and `all` also closed
        ones, newest first. `words` must all occur in the messages, each in any of them.
        """
        chosen = and_(true(), *_view(view, assignee), *_further(source, words))
        order = (
            (ConversationRow.waiting_since, ConversationRow.id)
            if view == "waiting"
            else (ConversationRow.changed.desc(), ConversationRow.id)
        )
        query = select(ConversationRow).where(chosen).order_by(*order)
        waiting = and_(*_view("waiting", assignee))
        with Session(self._engine) as session:
            total = _count(session, chosen)
            rows = session.scalars(query.limit(per_page).offset((page - 1) * per_page))
            return Page(
                items=tuple(line_of(row) for row in rows),
                total=total,
                page=page,
                pages=max(1, -(-total // per_page)),
                waiting=_count(session, waiting),
            )

    def next_waiting(self, *, after: str = "", assignee: str = "") -> Line | None:
        """Return who has waited longest, or whoever comes after a conversation; round and round."""
        queue = (
            select(ConversationRow)
            .where(*_view("waiting", assignee))
            .order_by(ConversationRow.waiting_since, ConversationRow.id)
        )
        with Session(self._engine) as session:
            here = session.get(ConversationRow, after) if after else None
            row = session.scalar(_behind(queue, here).limit(1)) if here is not None else None
            row = row or session.scalar(queue.where(ConversationRow.id != after).limit(1))
            return line_of(row) if row is not None else None


def folded(text: str) -> str:
    """Return a text as search compares it: without case, and with the Russian io as ie."""
    return " ".join(text.casefold().replace("\u0451", "\u0435").split())


def line_of(row: ConversationRow) -> Line:
    """Return a conversation as a line of a list."""
    names = set(Line.model_fields) - {"draft", "opened", "changed", "waiting_since"}
    state: DraftState = (
        "none" if not row.drafted else "ready" if row.drafted >= row.asked else "stale"
    )
    return Line(
        **{name: getattr(row, name) for name in names},
        draft=state,
        opened=aware(row.opened),
        changed=aware(row.changed),
        waiting_since=aware(row.waiting_since) if row.waiting_since else None,
    )


def _behind(queue: "Select[ConversationRow]", here: ConversationRow) -> "Select[ConversationRow]":
    if here.waiting_since is None:
        return queue.where(ConversationRow.id != here.id)
    later = ConversationRow.waiting_since > here.waiting_since
    same = and_(ConversationRow.waiting_since == here.waiting_since, ConversationRow.id > here.id)
    return queue.where(or_(later, same))


def _view(view: View, assignee: str) -> list[ColumnElement[bool]]:
    me = assignee.strip().casefold()
    if view == "waiting":
        waits: list[ColumnElement[bool]] = [
            ConversationRow.source
            != "panel",  # what was pasted is answered elsewhere, unseen by us
            ConversationRow.open.is_(True),
            ConversationRow.waiting_since.is_not(None),
        ]
        return [*waits, ConversationRow.assignee.in_(("", me))] if me else waits
    if view == "mine":
        return [ConversationRow.open.is_(True), ConversationRow.assignee == me]
    return [ConversationRow.open.is_(True)] if view == "recent" else []


def _further(source: Source | None, words: str) -> list[ColumnElement[bool]]:
    further: list[ColumnElement[bool]] = [ConversationRow.source == source] if source else []
    for word in folded(words).split()[:_MAX_WORDS]:
        said = exists().where(
            MessageRow.conversation_id == ConversationRow.id,
            MessageRow.folded.contains(word, autoescape=True),
        )
        further.append(said)
    return further


def _count(session: Session, chosen: ColumnElement[bool]) -> int:
    return session.scalar(select(func.count()).select_from(ConversationRow).where(chosen)) or 0
