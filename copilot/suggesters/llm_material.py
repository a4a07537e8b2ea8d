"""What a model is given of a brief: masked, within a budget, as data and never as instructions."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from copilot.brief import Brief
from copilot.llm.ground import Ground
from copilot.llm.sealing import Mask, Masked, masked_together, sealed
from copilot.suggesters.llm_passages import notes_of, passage_of, shortened, words_of
from copilot.suggesters.llm_schema import SHAPE
from copilot.suggesters.scene import Scene
from copilot.tokens import TokenCounter
from prompts import Prompt, load_prompt

MAX_DATA_TOKENS = 6000
_MAX_MESSAGE_CHARS = 3000
_MAX_THREAD_CHARS = 16_000
_MAX_FACTS = 30


@dataclass(frozen=True)
class Material(Ground):
    """A request for a reply: `sources` are the words of every passage by its id, as sent, masked."""

    brief: Brief
    steps: tuple[str, ...]
    sources: dict[str, str]


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
    seal = sealed(block)
    steps = wanted_steps(brief)
    prompt = load_prompt("reply", brief.perception.language)
    ours = [m["text"] for m in data.messages if m["from"] != "customer"]
    return Material(
        brief=brief,
        messages=prompt.render(
            **_manner(brief, prompt, steps),
            shape=SHAPE,
            canary=seal.canary,
            fence=seal.fence,
            data=seal.text,
        ),
        block=seal,
        language=brief.perception.language,
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
    messages = newest(brief)
    facts = known_facts(brief)
    notes = notes_of(brief)
    texts = [text for _, text in (*messages, *facts, *notes)]
    names = tuple(value for kind, value in facts if kind == "name")
    masked, pieces = masked_together(texts, mask, names=names)
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


def newest(brief: Brief, *, max_chars: int = _MAX_THREAD_CHARS) -> list[tuple[str, str]]:
    """Return role and text of the newest messages that fit, oldest first."""
    taken: list[tuple[str, str]] = []
    room = max_chars
    for message in reversed(brief.conversation.messages):
        text = shortened(message.text, _MAX_MESSAGE_CHARS)
        room -= len(text)
        if room < 0 and taken:
            break
        taken.append((message.role, text))
    return taken[::-1]


def known_facts(brief: Brief) -> list[tuple[str, str]]:
    """Return what the customer and the card have told, as kind and value."""
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
