"""Summary: a conversation in a few lines for a private note or a hand-over, nothing made up."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from copilot.brief import Brief, Fact
from copilot.conversation import Frozen
from copilot.rules.parts import sentences_of
from copilot.rules.promises import Promise, promises
from copilot.rules.quantities import quantities
from copilot.summary_lines import MAX_CHARS, About, Line, Summary, cut, masked_lines, worded

_QUOTE_CHARS = 160
_VALUE_CHARS = 60
_MOST = 8  # pieces in one line
_MATTERS = 3
_COURSE = 3  # earlier turns whose mood is told
_OURS = ("operator", "bot")

__all__ = ["MAX_CHARS", "Line", "Summary", "summarise"]


class _Said(Frozen):
    """A piece of a line and the message it comes from: 0 for the card, -1 for none."""

    text: str
    message: int = -1


def summarise(brief: Brief, *, masked: bool = False) -> Summary:
    """Return what a colleague needs to go on with a conversation, from the thread and card alone.

    Args:
        brief: The conversation with what was understood.
        masked: Put placeholders for personal data; by default an internal note keeps it.
    """
    language = brief.perception.language
    lines = []
    for about, said in _told(brief):
        pieces = [piece for piece in said if piece.text][:_MOST]
        if not pieces:
            continue
        text = worded(language)["lines"][about].format(what="; ".join(p.text for p in pieces))
        numbers = sorted({p.message for p in pieces if p.message > 0})
        lines.append(Line(about=about, text=text, messages=tuple(numbers)))
    return Summary(
        conversation=brief.conversation.id,
        language=language,
        masked=masked,
        lines=tuple(masked_lines(brief, lines) if masked else lines),
    )


def _told(brief: Brief) -> Iterator[tuple[About, Sequence[_Said]]]:
    facts = brief.perception.facts
    first, asked = _first_words(brief), _requests(brief)
    yield "happened", [*_matters(brief), *(said for said in first if said not in asked)]
    yield "request", asked
    yield "facts", _facts(brief, [f for f in facts if f.kind not in ("tried", "promise")])
    yield "promised", _promised(brief)
    yield "told", _spans(brief, [f for f in facts if f.kind == "promise"])
    yield "tried", _spans(brief, [f for f in facts if f.kind == "tried"])
    yield "open", _open(brief)
    yield "known", _known(brief)
    yield "mood", [_Said(text=_mood(brief))]
    yield "risk", [_Said(text=_risk(brief))]
    yield "next", _next(brief)


def _matters(brief: Brief) -> list[_Said]:
    """Name the matters that were heard, most telling first, with the message that shows them."""
    words = _words(brief)
    first: dict[str, int] = {}
    for signal in brief.perception.signals:
        first.setdefault(signal.name, signal.message + 1)
    heard = [name for name in words["matters"] if name in first][:_MATTERS]
    numbers = sorted({first[name] for name in heard})
    return [
        _from(brief, ", ".join(words["matters"][n] for n in heard if first[n] == number), number)
        for number in numbers
    ]


def _first_words(brief: Brief) -> list[_Said]:
    """Quote the customer's first sentence that says something."""
    for number, message in enumerate(brief.conversation.messages, 1):
        if message.role != "customer":
            continue
        parts = [part.text for part in sentences_of(message.text)]
        telling = max(parts, key=lambda text: (min(len(text), _QUOTE_CHARS), text), default="")
        if telling:
            return [_quoted(brief, telling, number)]
    return []


def _requests(brief: Brief) -> list[_Said]:
    """Quote the open requests in the customer's own words."""
    asked = brief.perception.requests or (brief.perception.request,)
    found = [said for text in asked if (said := _found(brief, text)) is not None]
    if found:
        return list(dict.fromkeys(found))
    numbers = [n for n, m in enumerate(brief.conversation.messages, 1) if m.role == "customer"]
    if not numbers:
        return []
    return [_quoted(brief, brief.conversation.messages[numbers[-1] - 1].text, numbers[-1])]


def _found(brief: Brief, text: str) -> _Said | None:
    """Return the request as a quotation if it stands in the thread word for word."""
    wanted = " ".join(text.split())
    for number, message in reversed(list(enumerate(brief.conversation.messages, 1))):
        if wanted and message.role == "customer" and wanted in " ".join(message.text.split()):
            return _quoted(brief, wanted, number)
    return None


def _facts(brief: Brief, facts: Iterable[Fact]) -> list[_Said]:
    labels: dict[str, str] = _words(brief)["facts"]
    told: dict[tuple[str, str], _Said] = {}
    for fact in facts:
        value = cut(_value(fact), _VALUE_CHARS)
        text = _words(brief)["fact"].format(label=labels.get(fact.kind, fact.kind), value=value)
        told.setdefault((fact.kind, fact.value), _from(brief, text, fact.message + 1))
    for kind, value in brief.conversation.card.facts.items():
        text = _words(brief)["fact"].format(
            label=labels.get(kind, kind), value=cut(value, _VALUE_CHARS)
        )
        if value.strip() and (kind, value) not in told:
            told[kind, value] = _from(brief, text, 0)
    for number, note in enumerate(brief.conversation.card.notes, 1):
        text = _words(brief)["note"].format(text=cut(note, _QUOTE_CHARS), n=number)
        told["note", str(number)] = _Said(text=text, message=0)
    return list(told.values())


def _value(fact: Fact) -> str:
    """Return a fact as it was written; «today» with its date, which tomorrow still says the same."""
    written = fact.span or fact.value
    dated = fact.kind in ("date", "deadline") and any(char.isdigit() for char in fact.value)
    relative = dated and not any(char.isdigit() for char in written)
    return f"{written} ({fact.value})" if relative else written


def _promised(brief: Brief) -> list[_Said]:
    """Quote what people of ours have promised, with the time that they named."""
    said: list[_Said] = []
    for number, message in enumerate(brief.conversation.messages, 1):
        if message.role not in _OURS:
            continue
        day = message.at or brief.conversation.now
        heard = promises(message.text, brief.perception.language, day.date() if day else None)
        seen: set[str] = set()
        for promise in heard:
            if promise.about not in seen:
                seen.add(promise.about)
                said.append(_quoted(brief, promise.about.strip(), number, due=_due(promise)))
    return said


def _due(promise: Promise) -> str:
    times = [q.text for q in quantities(promise.about) if q.kind in ("span", "date", "clock")]
    return ", ".join(dict.fromkeys(times))


def _spans(brief: Brief, facts: Iterable[Fact]) -> list[_Said]:
    return [_quoted(brief, fact.span or fact.value, fact.message + 1) for fact in facts]


def _open(brief: Brief) -> list[_Said]:
    words, messages = _words(brief), brief.conversation.messages
    if not messages:
        return []
    theirs = messages[-1].role == "customer"
    return [_Said(text=words["waiting" if theirs else "answered"], message=len(messages))]


def _known(brief: Brief) -> list[_Said]:
    asked: dict[str, str] = _words(brief)["asked"]
    kinds = [fact.kind for fact in brief.perception.facts]
    kinds += [kind for kind, value in brief.conversation.card.facts.items() if value.strip()]
    return [_Said(text=text) for text in dict.fromkeys(asked[k] for k in kinds if k in asked)]


def _mood(brief: Brief) -> str:
    words, heard = _words(brief), brief.perception
    now = [words["hostility"][heard.hostility], words["distress"][heard.distress]]
    if heard.emotion in words["emotions"] and heard.hostility == 0:
        now.append(words["emotions"][heard.emotion])
    told = ", ".join(dict.fromkeys(word for word in now if word))
    before = heard.course[:-1]
    if not before:
        return told
    trend = (
        "up"
        if heard.hostility > before[-1]
        else "down"
        if heard.hostility < before[-1]
        else "level"
    )
    steps = ", ".join(words["hostility"][level] for level in before[-_COURSE:])
    return f"{words['course'].format(what=told, before=steps)}, {words['trend'][trend]}"


def _risk(brief: Brief) -> str:
    words, heard = _words(brief), brief.perception
    risk = str(words["risks"][heard.risk])
    if heard.needs_escalation:
        return str(words["escalate"].format(what=risk) if risk else words["senior"])
    return risk


def _next(brief: Brief) -> list[_Said]:
    frame = brief.frame
    steps: dict[str, str] = _words(brief)["steps"][frame.framework]
    told = [_Said(text=steps[step]) for step in frame.next if step in steps]
    return told or [_Said(text=frame.why)]


def _quoted(brief: Brief, text: str, number: int, *, due: str = "") -> _Said:
    words = _words(brief)
    quote = words["quote"].format(text=cut(" ".join(text.split()), _QUOTE_CHARS))
    return _from(brief, words["due"].format(text=quote, due=due) if due else quote, number)


def _from(brief: Brief, text: str, number: int) -> _Said:
    words = _words(brief)
    place = words["from_message"] if number > 0 else words["from_card"]
    return _Said(text=place.format(text=text, n=number), message=number)


def _words(brief: Brief) -> dict[str, Any]:
    return worded(brief.perception.language)
