"""What a model is given of a brief: masked, within a budget, as data and never as instructions."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any, Protocol

import regex

from copilot.brief import Brief
from copilot.llm.failures import ModelFailure
from copilot.suggesters.llm_passages import notes_of, passage_of, shortened, words_of
from copilot.suggesters.llm_schema import SHAPE
from copilot.suggesters.scene import Scene
from copilot.tokens import TokenCounter
from prompts import Prompt, PromptMessage, load_prompt

MAX_DATA_TOKENS = 6000
_MAX_MESSAGE_CHARS = 3000
_MAX_THREAD_CHARS = 16_000
_MAX_FACTS = 30
_BETWEEN = "\n\u241e\n"  # keeps texts apart while they are masked together
_OWN_MARK = regex.compile(
    r"\[([A-Z]{2,20}_\d{1,6})\]"
)  # what somebody wrote to look like a placeholder


class Placeholder(Protocol):
    """Where a private detail was: character offsets in the text as it was."""

    @property
    def start(self) -> int:
        """Its first character."""
        ...

    @property
    def end(self) -> int:
        """The character after it."""
        ...

    @property
    def placeholder(self) -> str:
        """The mark that stands for it."""
        ...


class Masked(Protocol):
    """A text without private details that can give them back."""

    @property
    def text(self) -> str:
        """The text with placeholders."""
        ...

    @property
    def spans(self) -> Sequence[Placeholder]:
        """What was masked."""
        ...

    def restore(self, text: str) -> str:
        """Put the details back, save those that are nobody's business."""
        ...


class Mask(Protocol):
    """Masks private details; the same detail gets the same placeholder within one text."""

    def __call__(self, text: str, *, known_names: tuple[str, ...] = ()) -> Masked:
        """Return the masked text."""
        ...


@dataclass(frozen=True)
class Material:
    """A request and what its answer is measured by.

    `company` holds everything that the company says, `thread` what the customer says, and `sources`
    the words of every passage by its id, all as they were sent, masked.
    """

    brief: Brief
    messages: tuple[PromptMessage, ...]
    canary: str
    fence: str
    steps: tuple[str, ...]
    company: str
    thread: str
    sources: dict[str, str]
    masked: Masked
    mask: Mask

    @property
    def system(self) -> str:
        """The instructions."""
        return "\n".join(m.text for m in self.messages if m.role == "system")


@dataclass(frozen=True)
class _Data:
    """The parts of the data block, masked; a message is `{"from", "text"}`."""

    messages: list[dict[str, str]]
    known: list[dict[str, str]]
    passages: list[dict[str, Any]]


def gather_material(brief: Brief, mask: Mask, counter: Callable[[], TokenCounter]) -> Material:
    """Put a request together.

    Args:
        brief: Everything that may be told.
        mask: Takes private details out of what people wrote.
        counter: Opens a token counter; only called when the material is long.

    Raises:
        ModelFailure: masking went wrong, so nothing may be sent.
    """
    masked, data = _masked_data(brief, mask)
    data = _within_budget(data, counter)
    conversation = brief.conversation
    block = {
        "channel": conversation.channel,
        "today": brief.now.date().isoformat(),
        "conversation": data.messages,
        "known": data.known,
        "passages": data.passages,
    }
    text = json.dumps(block, ensure_ascii=False)
    canary, fence = f"mark-{_digest(text, b'canary')}", f"====={_digest(text, b'fence')}====="
    steps = wanted_steps(brief)
    prompt = load_prompt("reply", brief.perception.language)
    ours = [m["text"] for m in data.messages if m["from"] != "customer"]
    return Material(
        brief=brief,
        messages=prompt.render(
            **_manner(brief, prompt, steps), shape=SHAPE, canary=canary, fence=fence, data=text
        ),
        canary=canary,
        fence=fence,
        steps=steps,
        company="\n".join([*ours, *map(words_of, data.passages)]),
        thread="\n".join(
            [m["text"] for m in data.messages if m["from"] == "customer"]
            + [fact["value"] for fact in data.known]
        ),
        sources={passage["id"]: words_of(passage) for passage in data.passages},
        masked=masked,
        mask=mask,
    )


def wanted_steps(brief: Brief) -> tuple[str, ...]:
    """Return the steps that this reply takes; the apology only where one is due."""
    frame = brief.frame
    no_apology = frame.framework in ("LEAD", "HEAR") and not frame.apologise
    return tuple(step for step in frame.next or frame.steps if not (no_apology and step == "A"))


def _manner(brief: Brief, prompt: Prompt, steps: tuple[str, ...]) -> dict[str, str]:
    """Say in words how to answer; nothing here comes from the customer's text."""
    frame, perception = brief.frame, brief.perception
    none = prompt.term("words", "none")
    described = [prompt.term("steps", f"{frame.framework}.{step}") for step in steps]
    mood = [
        prompt.term("moods", str(perception.hostility)),
        prompt.term("distress", str(perception.distress)),
    ]
    avoid = [prompt.term("avoid", label) for label in frame.avoid]
    return {
        "framework": prompt.term("frameworks", frame.framework),
        "steps": "\n".join(f"  {line}" for line in described) or f"  {none}",
        "done": ", ".join(frame.done) or none,
        "mood": ", ".join(filter(None, mood)),
        "avoid": ", ".join(filter(None, avoid)) or none,
        "register": prompt.term("registers", Scene(brief).register),
        "channel": prompt.term("channels", brief.conversation.channel),
        "max_chars": str(frame.max_chars),
    }


def _masked_data(brief: Brief, mask: Mask) -> tuple[Masked, _Data]:
    """Mask everything that people wrote in one go, so that a detail has one placeholder."""
    messages = _newest(brief)
    facts = _facts(brief)
    notes = notes_of(brief)
    texts = [text for _, text in (*messages, *facts, *notes)]
    names = tuple(value for kind, value in facts if kind == "name")
    plain = [_OWN_MARK.sub(r"(\1)", text.replace("\u241e", " ")) for text in texts]
    masked = mask(_BETWEEN.join(plain), known_names=names)
    pieces = masked.text.split(_BETWEEN) if texts else []
    if len(pieces) != len(texts):
        raise ModelFailure("unsent", "masking lost the bounds between texts")
    said, values, noted = (
        pieces[: len(messages)],
        pieces[len(messages) : len(messages) + len(facts)],
        pieces[len(messages) + len(facts) :],
    )
    return masked, _Data(
        messages=[{"from": r, "text": t} for (r, _), t in zip(messages, said, strict=True)],
        known=[{"kind": k, "value": v} for (k, _), v in zip(facts, values, strict=True)],
        passages=[
            *({"id": id_, "text": text} for (id_, _), text in zip(notes, noted, strict=True)),
            *(
                passage_of(brief, h)
                for h in brief.hits
                if h.kind != "card" and h.strength != "none"
            ),
        ],
    )


def _newest(brief: Brief) -> list[tuple[str, str]]:
    taken: list[tuple[str, str]] = []
    room = _MAX_THREAD_CHARS
    for message in reversed(brief.conversation.messages):
        text = shortened(message.text, _MAX_MESSAGE_CHARS)
        room -= len(text)
        if room < 0 and taken:
            break
        taken.append((message.role, text))
    return taken[::-1]


def _facts(brief: Brief) -> list[tuple[str, str]]:
    heard = [(fact.kind, fact.span or fact.value) for fact in brief.perception.facts]
    carded = [(kind, value) for kind, value in brief.conversation.card.facts.items()]
    facts = ((kind, shortened(value.strip(), 200)) for kind, value in [*carded, *heard])
    return list(dict.fromkeys(fact for fact in facts if fact[1]))[:_MAX_FACTS]


def _within_budget(data: _Data, counter: Callable[[], TokenCounter]) -> _Data:
    """Leave out the oldest messages, then the weakest passages, until the data fit."""
    messages = [json.dumps(m, ensure_ascii=False) for m in data.messages]
    passages = [json.dumps(p, ensure_ascii=False) for p in data.passages]
    weigh: Callable[[str], int] = lambda text: len(text.encode())  # noqa: E731 – a token has a byte at least
    if sum(map(weigh, [*messages, *passages])) > MAX_DATA_TOKENS:
        weigh = counter().count
    sizes, weights = [weigh(m) for m in messages], [weigh(p) for p in passages]
    first, last = 0, len(passages)
    while sum(sizes[first:]) + sum(weights[:last]) > MAX_DATA_TOKENS:
        if first < len(messages) - 1:
            first += 1
        elif last > 1:
            last -= 1
        else:
            break
    return _Data(data.messages[first:], data.known, data.passages[:last])


def _digest(text: str, purpose: bytes) -> str:
    return blake2b(text.encode("utf-8", "replace"), digest_size=8, person=purpose).hexdigest()
