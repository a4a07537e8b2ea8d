"""Labelled lines, and the briefs that they describe."""

import json
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import Any, Literal

from copilot.brief import Brief, Fact, Frame, Perception, Signal
from copilot.conversation import Card, Conversation, Message
from copilot.rules import Ruleset
from knowledge import Hit, Limits, Script, ToneRule, load_starter

Part = Literal["dev", "test"]
NOW = "2026-05-12T10:05:00+03:00"  # a Tuesday; what lines without a time of their own mean by today


def lines(folder: str, name: str) -> Iterator[dict[str, Any]]:
    """Yield the labelled lines of `evals/labels/{folder}/{name}.jsonl`."""
    path = files("evals").joinpath("labels", folder, f"{name}.jsonl")
    for line in path.read_text(encoding="utf-8").splitlines():
        yield json.loads(line)


@cache
def starter_rules() -> Ruleset:
    """Return the starter's tone rules."""
    return Ruleset([rule for rule in load_starter(kind="tone") if isinstance(rule, ToneRule)])


def brief_of(row: dict[str, Any]) -> Brief:
    """Build the brief that a labelled draft describes."""
    customer = row.get("customer", "")
    conversation = Conversation.model_validate(
        {
            "channel": row.get("channel", "chat"),
            "now": row.get("now", NOW),
            "messages": [Message(role="customer", text=customer)] if customer else [],
            "card": Card(notes=tuple(row.get("notes", ()))),
        }
    )
    signals = tuple(Signal(name=name, span=customer, message=0) for name in row.get("signals", ()))
    facts = tuple(Fact(span=fact["value"], **fact) for fact in row.get("facts", ()))
    perception = Perception(
        language=row.get("customer_language", row["language"]),
        hostility=row.get("hostility", 0),
        signals=signals,
        facts=facts,
        address=row.get("address", "vy"),
    )
    return Brief(
        conversation=conversation,
        perception=perception,
        frame=Frame(framework="NONE"),
        hits=_hits(row),
    )


def _hits(row: dict[str, Any]) -> tuple[Hit, ...]:
    if not row.get("limits"):
        return ()
    script = Script(
        id="S1", locale=row["language"], title="", intent="case", limits=Limits(**row["limits"])
    )
    hit = Hit(
        id="S1#0",
        document="S1",
        kind="script",
        title="",
        text="",
        score=1.0,
        strength="strong",
        locale=row["language"],
        record=script,
    )
    return (hit,)
