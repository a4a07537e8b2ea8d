"""Rebuild the golden replies in tests/golden from its conversations. Run by hand, then read them.

.venv/bin/python bench/update_golden.py
"""

from pathlib import Path
from typing import Any

import yaml

from copilot.brief import Brief, Fact, Perception, Signal, Voice
from copilot.conversation import Card, Conversation, Message
from copilot.framing import choose_frame
from copilot.suggesters import EmbeddedComposer
from knowledge import Hit, Script

GOLDEN = Path(__file__).parents[1] / "tests" / "golden"
DATA = ("scripts.yaml", "conversations_ru.yaml", "conversations_en.yaml")


def read_cases() -> list[dict[str, Any]]:
    """Return every golden conversation, in file order, its script put in."""
    scripts, *files = [yaml.safe_load((GOLDEN / name).read_text(encoding="utf-8")) for name in DATA]
    cases: list[dict[str, Any]] = [case for file in files for case in file]
    for case in cases:
        case["script"] = scripts[case["script"]] if "script" in case else None
    return cases


def brief_of(case: dict[str, Any]) -> Brief:
    """Build the brief of a golden conversation: perception and hits are given by hand."""
    pairs = [next(iter(line.items())) for line in case["thread"]]
    messages = tuple(Message(role=role, text=text) for role, text in pairs)
    last = len(messages) - 1
    given = dict(case.get("perception", {}))
    signals = tuple(_signal(text, last) for text in given.pop("signals", ()))
    facts = tuple(
        Fact(kind=kind, value=str(value), span=str(value), message=last)
        for kind, value in given.pop("facts", {}).items()
    )
    language = "ru" if case["id"].startswith("ru") else "en"
    perception = Perception(
        language=language, signals=signals, facts=facts,
        request=given.pop("request", messages[last].text), **given,
    )  # fmt: skip
    conversation = Conversation(
        id=case["id"],
        channel=case.get("channel", "chat"),
        messages=messages,
        card=Card(notes=tuple(case.get("notes", ()))),
    )
    return Brief(
        conversation=conversation,
        perception=perception,
        frame=choose_frame(perception, conversation, framework=case.get("framework")),
        hits=_hits(case, language),
        voice=Voice.model_validate(case.get("voice", {})),
    )


def render(case: dict[str, Any]) -> str:
    """Return the golden text: the conversation, how it is answered, and the drafts."""
    brief = brief_of(case)
    frame = brief.frame
    lines = [f"# {case['about']}", ""]
    lines += [f"{m.role}: {m.text}" for m in brief.conversation.messages]
    lines += [f"note: {note}" for note in brief.conversation.card.notes]
    lines += ["", f"{frame.framework}, row {frame.row}: {frame.why}"]
    for draft in EmbeddedComposer().draft(brief):
        steps = " ".join(s.step or "\u00b7" for s in draft.sentences)
        sources = " ".join(dict.fromkeys(c for s in draft.sentences for c in s.sources))
        lines += ["", f"--- {draft.label} | {steps} | {sources or 'no source'}"]
        lines += [f"Subject: {draft.subject}"] if draft.subject else []
        lines.append(draft.text)
    return "\n".join(lines) + "\n"


def _signal(text: str, message: int) -> Signal:
    name, _, span = text.partition(": ")
    return Signal(name=name, span=span, message=message)


def _hits(case: dict[str, Any], language: str) -> tuple[Hit, ...]:
    hits: list[Hit] = []
    if case["script"] is not None:
        script = Script.model_validate(case["script"])
        hits.append(
            Hit(
                id=f"{language}:{script.id}#1",
                document=f"{language}:{script.id}",
                kind="script",
                title=script.title,
                text=script.title,
                score=1,
                strength="strong",
                locale=language,
                record=script,
            )
        )
    for n, article in enumerate(case.get("articles", ()), 1):
        fields = {
            "strength": "strong",
            "confidence": 0.5,
            "title": article.get("question", ""),
            "text": "",
            **article,
        }
        hits.append(
            Hit.model_validate(
                {
                    "id": f"faq-{n}#1",
                    "document": f"faq-{n}",
                    "kind": "script",
                    "score": 1 - n / 100,
                    "locale": language,
                    **fields,
                }
            )
        )
    return tuple(hits)


def main() -> None:
    """Write every golden reply anew and remove those without a conversation."""
    cases = read_cases()
    for old in GOLDEN.glob("*.txt"):
        if old.stem not in {case["id"] for case in cases}:
            old.unlink()
    for case in cases:
        (GOLDEN / f"{case['id']}.txt").write_text(render(case), encoding="utf-8")


if __name__ == "__main__":
    main()
