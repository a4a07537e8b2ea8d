"""The signals of the label vocabulary, each with the words that show it and their message."""

from collections.abc import Iterable, Iterator

from copilot.brief import Signal
from copilot.perception.hearing import CRITICAL, Heard
from copilot.perception.hostility import FAILURES
from copilot.perception.injection import encoded_order
from copilot.perception.language import Spoken, language_of, mixed_in
from copilot.perception.mood import Mood
from copilot.perception.risks import GRAVE
from copilot.perception.shape import shape_of
from copilot.perception.text import sentences
from copilot.perception.turns import Turn

_SPOKEN = CRITICAL | FAILURES | frozenset({
    "how_to", "status_request", "praise", "suggestion", "refund_request", "cancel_request",
    "want_human", "churn_threat", "insult_operator", "profanity", "ultimatum", "argument",
    "helpless", "vulnerable", "child_involved", "privacy_request", "deadline", "b2b",
    "third_party_fault", "customer_error", "impossible_request", "off_topic",
    "discrimination_claim", "compensation_request", "thanks", "politeness", "typos",
    "loyal_customer", "accessibility", "language_barrier",
})  # fmt: skip
_CARRIED = frozenset({
    "repeat_contact", "broken_promise", "b2b", "vulnerable", "bereavement", "child_involved",
    "loyal_customer", "accessibility", "language_barrier",
})  # fmt: skip
_MATTERS = FAILURES | frozenset({
    "refund_request", "cancel_request", "status_request", "privacy_request", "customer_error",
    "compensation_request", "third_party_fault", "deadline",
})  # fmt: skip
_FOLLOW_UP = 8  # words; a longer turn says itself what it is about
_OPEN_RISKS = frozenset({
    "self_harm", "health_risk", "safety_risk", "fraud_suspected", "account_takeover", "data_leak",
})  # fmt: skip
_QUIETED_BY_SARCASM = ("praise", "thanks", "suggestion")
_TO_LIFE = ("self_harm", "violence_threat")
_MAX_SPAN = 160  # characters; a longer quotation is no quotation


def signals_of(turns: tuple[Turn, ...], moods: tuple[Mood, ...]) -> tuple[Signal, ...]:
    """Return the signals of the last turn and those of earlier ones that still hold, each once."""
    if not turns:
        return ()
    last, mood = turns[-1], moods[-1]
    found = [*_spoken(last, mood), *_sensed(last, mood), *_looks(last), *_judged(last, mood)]
    found.extend(_carried(turns, moods, closing=_closes(last, mood)))
    unique: dict[str, Signal] = {}
    for signal in found:
        unique.setdefault(signal.name, signal)
    return tuple(sorted(unique.values(), key=lambda signal: (signal.message, signal.name)))


def signal(name: str, span: str, message: int) -> Signal:
    """Build a signal; a quotation that is too long keeps its head, which is still verbatim."""
    return Signal(name=name, span=span[:_MAX_SPAN].strip(), message=message)


def _spoken(turn: Turn, mood: Mood) -> Iterator[Signal]:
    quiet = set(_QUIETED_BY_SARCASM) if mood.sarcasm else set[str]()
    if _mostly_complaint(turn, mood):
        quiet |= {"praise", "how_to", "off_topic"}
    quiet |= mood.dangers.unlikely
    for message, heard, cue in turn.cues(*sorted(_SPOKEN - quiet)):
        yield signal(cue.label, heard.span(cue), message)


def _sensed(turn: Turn, mood: Mood) -> Iterator[Signal]:
    """Yield the dangers that no phrase named; those to life even beside another that one did."""
    named = [heard.span(cue) for _, heard, cue in turn.cues(*GRAVE)]
    for danger in mood.dangers.heard:
        if danger.label in _TO_LIFE or not any(span in danger.words for span in named):
            place = _where(turn, danger.words) or (turn.messages[-1], turn.heard[-1].text)
            yield signal(danger.label, place[1], place[0])


def _mostly_complaint(turn: Turn, mood: Mood) -> bool:
    return mood.hostility >= 2 and turn.has(*FAILURES, "heat3")


def _looks(turn: Turn) -> Iterator[Signal]:
    for message, heard in zip(turn.messages, turn.heard, strict=True):
        shape = shape_of(heard.text)
        if shape.caps:
            yield signal("caps", heard.text[shape.caps[0][0] : shape.caps[1][1]], message)
        spoken = language_of(heard.text)
        if spoken and (mixed := mixed_in(heard.text, spoken.language)):
            yield signal("code_switch", mixed, message)
        yield from _foreign(heard, spoken, message)
        if order := encoded_order(heard.text):
            yield signal("prompt_injection", order, message)
    whole = shape_of(turn.text)
    text = turn.heard[-1].text.strip()
    if whole.words == 0:
        yield signal("unclear_message", text, turn.messages[-1])
    elif whole.short:
        yield signal("short_message", text, turn.messages[-1])


def _foreign(heard: Heard, spoken: Spoken | None, message: int) -> Iterator[Signal]:
    if spoken and spoken.foreign:
        at = heard.text.lower().find(spoken.foreign)
        span = heard.text[at : at + len(spoken.foreign)] if at >= 0 else heard.text
        yield signal("language_barrier", span, message)


def _judged(turn: Turn, mood: Mood) -> Iterator[Signal]:
    if mood.sarcasm:
        yield signal("sarcasm", mood.sarcasm[1], mood.sarcasm[0])
    grounds = [*turn.cues(*sorted(FAILURES)), *turn.cues("heat3", "heat2")]
    if grounds and (mood.hostility >= 1 or turn.has(*FAILURES)):
        message, heard, cue = grounds[0]
        yield signal("complaint", heard.span(cue), message)
    elif mood.hostility >= 2 and (place := _where(turn, mood.loudest)):
        yield signal("complaint", place[1], place[0])
    nudges = turn.cues("nudge")
    if nudges and _only(turn, "nudge"):
        message, heard, cue = nudges[0]
        yield signal("waiting_unanswered", heard.span(cue), message)
    yield from _simple_question(turn, mood)


def _where(turn: Turn, words: str) -> tuple[int, str] | None:
    """Return the message that holds these words, and them as written: all, or a first sentence."""
    for stretch in (words, *(cut.text for cut in sentences(words)[:1])):
        for message, heard in zip(turn.messages, turn.heard, strict=True):
            if stretch and stretch in heard.text:
                return message, stretch
    return None


def _simple_question(turn: Turn, mood: Mood) -> Iterator[Signal]:
    if mood.hostility > 1 or turn.has(*FAILURES, *CRITICAL):
        return
    for message, heard in zip(turn.messages, turn.heard, strict=True):
        for sentence in sentences(heard.text):
            if sentence.text.endswith("?") or _asks(heard, sentence.start, sentence.end):
                yield signal("simple_question", sentence.text, message)
                return


def _asks(heard: Heard, start: int, end: int) -> bool:
    """Say whether a sentence begins like a question."""
    return any(start <= cue.start <= start + 12 and cue.end <= end for cue in heard.of("question"))


def _carried(
    turns: tuple[Turn, ...], moods: tuple[Mood, ...], *, closing: bool
) -> Iterator[Signal]:
    names = _CARRIED if closing else _CARRIED | _OPEN_RISKS
    for turn, mood in zip(reversed(turns[:-1]), reversed(moods[:-1]), strict=True):
        for message, heard, cue in turn.cues(*sorted(names - mood.dangers.unlikely)):
            yield signal(cue.label, heard.span(cue), message)
        yield from (each for each in _sensed(turn, mood) if each.name in names)
    if not closing and _says_no_matter(turns[-1]):
        matter = next((turn for turn in reversed(turns[:-1]) if turn.has(*_MATTERS)), None)
        for message, heard, cue in matter.cues(*sorted(_MATTERS)) if matter else ():
            yield signal(cue.label, heard.span(cue), message)


def _says_no_matter(turn: Turn) -> bool:
    """Say whether a turn only follows up on what was said before."""
    short = shape_of(turn.text).words <= _FOLLOW_UP
    return short and not turn.has(*(_MATTERS - {"waiting_unanswered", "status_request"}), *CRITICAL)


def _closes(turn: Turn, mood: Mood) -> bool:
    """Say whether the customer thanks and goes: what was open is not open any more."""
    thanks = turn.has("thanks", "praise") and not mood.sarcasm
    return thanks and mood.hostility == 0 and not turn.has("ask_verb", *FAILURES, *CRITICAL)


def _only(turn: Turn, *labels: str) -> bool:
    """Say whether a turn consists of little but these words."""
    heard = sum(end - start for start, end in _covered(turn, labels))
    return shape_of(turn.text).words <= 6 and heard * 2 >= len(turn.text.strip())


def _covered(turn: Turn, labels: Iterable[str]) -> Iterator[tuple[int, int]]:
    for heard in turn.heard:
        end = 0
        for cue in heard.of(*labels):
            yield max(end, cue.start), max(end, cue.end)
            end = max(end, cue.end)
