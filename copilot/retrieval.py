"""What the company knows about this conversation: the pools asked, the card read, the order kept."""

from dataclasses import dataclass

from copilot.brief import Perception
from copilot.conversation import Conversation
from copilot.planted import honest_hit
from copilot.support import weigh
from knowledge import Hit, Kind, Query, Retriever, Script

MAX_HITS = 5
CANDIDATES = 10  # asked for, so that what was heard can lift a hit that search put lower
MAX_CASES = 3
MAX_CONTEXT_CHARS = 200  # of earlier messages: enough for their matter, short of their story
MAX_TURN_CHARS = 400  # of the last turn
_SAYS_MORE = 1.3  # times the length of the request, greetings and thanks apart
MAX_REQUESTS = 3  # more questions than this in one turn are answered in the next one


@dataclass(frozen=True)
class Found:
    """Hits that may be stated as facts, and similar cases that may not."""

    hits: tuple[Hit, ...] = ()
    cases: tuple[Hit, ...] = ()


def retrieve(
    conversation: Conversation,
    perception: Perception,
    retriever: Retriever,
    *,
    brand: str | None = None,
) -> Found:
    """Ask the script pool for every open request and the case pool for the whole matter.

    Notes on the customer card come as hits `card#1`…; they are facts, so they stand first.
    """
    asked = perception.requests[:MAX_REQUESTS] or tuple(filter(None, (perception.request,)))

    def ask(text: str, kind: Kind, top_k: int) -> tuple[Hit, ...]:
        query = Query(
            text=text,
            kind=kind,
            locale=perception.language,
            brand=brand,
            on=conversation.now.date() if conversation.now else None,
            top_k=top_k,
        )
        return tuple(honest_hit(hit) for hit in retriever.search(query))

    per_request = [weigh(ask(text, "script", CANDIDATES), perception) for text in asked]
    if not _any_strong(per_request):
        wider = _wider(conversation, perception)
        per_request += [weigh(ask(text, "script", CANDIDATES), perception) for text in wider]
    found = sorted(_interleave(per_request), key=lambda hit: hit.strength != "strong")
    hits = _safety_first(found, perception)[:MAX_HITS]
    cases = ask(perception.request, "case", MAX_CASES) if perception.request else ()
    return Found(
        hits=(*_card(conversation, perception), *hits),
        cases=tuple(hit for hit in cases if hit.strength != "none"),
    )


def _wider(conversation: Conversation, perception: Perception) -> list[str]:
    """Return what else may be searched where the open request alone finds nothing sure.

    The earlier matter, on which a follow-up leans, and the whole of a last turn that says more than
    its request.
    """
    wider: list[str] = []
    if before := _asked_before(conversation):
        wider.append(f"{before} {perception.request}".strip())
    turn = _last_turn(conversation)
    if len(turn) > len(perception.request) * _SAYS_MORE and perception.request:
        wider.append(turn[:MAX_TURN_CHARS])
    return wider


def _last_turn(conversation: Conversation) -> str:
    said: list[str] = []
    for message in reversed(conversation.messages):
        if message.role != "customer":
            break
        said.insert(0, message.text)
    return " ".join(" ".join(said).split())


def _asked_before(conversation: Conversation) -> str:
    """Return what the customer wrote before we last answered: a short follow-up leans on it."""
    ours = [n for n, message in enumerate(conversation.messages) if message.role == "operator"]
    if not ours or conversation.messages[-1].role != "customer":
        return ""
    earlier = [m.text for m in conversation.messages[: ours[-1]] if m.role == "customer"]
    return " ".join(earlier)[-MAX_CONTEXT_CHARS:]


def _any_strong(lists: list[tuple[Hit, ...]]) -> bool:
    return any(hit.strength == "strong" for hits in lists for hit in hits[:1])


def _interleave(lists: list[tuple[Hit, ...]]) -> list[Hit]:
    """Take the best hit of each request, then the second of each.

    Every document stands once, as the likeliest of its hits.
    """
    merged: dict[str, Hit] = {}
    for rank in range(max(map(len, lists), default=0)):
        for hits in lists:
            if rank < len(hits):
                hit = hits[rank]
                held = merged.setdefault(hit.document, hit)
                merged[hit.document] = max(held, hit, key=lambda one: one.confidence)
    return list(merged.values())


def _safety_first(hits: list[Hit], perception: Perception) -> list[Hit]:
    """Put the script that answers the danger before all others, however it was found."""

    def other(hit: Hit) -> bool:
        script = hit.record if isinstance(hit.record, Script) else None
        return script is None or script.safety == "none" or script.safety != perception.risk

    return sorted(hits, key=other)


def _card(conversation: Conversation, perception: Perception) -> tuple[Hit, ...]:
    return tuple(
        Hit(
            id=f"card#{n}",
            document="card",
            kind="card",
            title="",
            text=note,
            score=1.0,
            strength="strong",
            confidence=1.0,
            locale=perception.language,
        )
        for n, note in enumerate(conversation.card.notes, 1)
        if note.strip()
    )
