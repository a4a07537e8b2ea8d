"""Replies over several turns: nothing said twice, no two openings alike, nothing out of the air."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import regex
import yaml

from copilot.brief import Brief
from copilot.conversation import Conversation, read_conversation
from copilot.framing import choose_frame
from copilot.perception import perceive
from copilot.suggesters import EmbeddedComposer
from copilot.suggestion import Draft

FOLDER = Path(__file__).parents[2] / "evals" / "labels" / "replies"
NOW = datetime(2026, 11, 23, 11, 5, tzinfo=UTC)
FOLLOW_UPS = {
    "ru": ["и когда это будет?", "ну и что дальше", "А быстрее нельзя? Сил нет ждать!", "спасибо"],
    "en": ["and when will that be?", "so what now", "Can't it be faster? I'm sick of this!", "thanks"],
}  # fmt: skip
CASES: list[dict[str, Any]] = [
    {**case, "language": language}
    for language in ("ru", "en")
    for case in yaml.safe_load((FOLDER / f"{language}.yaml").read_text(encoding="utf-8"))
]
IDS = [case["id"] for case in CASES]
NUMBER = regex.compile(r"\d+(?:[.,:\u00a0 ]\d+)*")
GREETINGS = ("Здравствуйте", "Hello")


def conversation(case: dict[str, Any], thread: list[tuple[str, str]]) -> Conversation:
    raw = {
        "id": case["id"],
        "channel": case.get("channel", "chat"),
        "messages": [{"role": role, "text": text} for role, text in thread],
        "card": {"facts": case.get("facts", {}), "notes": case.get("notes", [])},
    }
    return read_conversation(raw, now=NOW)


def drafts(case: dict[str, Any], thread: list[tuple[str, str]]) -> list[Draft]:
    talk = conversation(case, thread)
    perception = perceive(talk)
    frame = choose_frame(perception, talk)
    return EmbeddedComposer().draft(Brief(conversation=talk, perception=perception, frame=frame))


def opened(case: dict[str, Any]) -> list[tuple[str, str]]:
    return [next(iter(line.items())) for line in case["messages"]]


@pytest.mark.parametrize("case", CASES, ids=IDS)
def test_our_own_reply_fed_back_is_never_repeated(case: dict[str, Any]) -> None:
    thread = opened(case)
    said: list[str] = []
    openings: list[str] = []
    for follow_up in ("", *FOLLOW_UPS[case["language"]]):
        if follow_up:
            thread.append(("customer", follow_up))
        best, *_ = drafts(case, thread)
        sentences = [s.text for s in best.sentences if not s.text.startswith(GREETINGS)]

        assert sentences
        assert [text for text in sentences if text in said] == []
        opening = " ".join(sentences[0].lower().split()[:2])
        assert opening not in openings[-1:]
        said += sentences
        openings.append(opening)
        thread.append(("operator", best.text))


@pytest.mark.parametrize("case", CASES, ids=IDS)
def test_no_reply_names_a_number_that_nobody_gave(case: dict[str, Any]) -> None:
    given = " ".join([text for _, text in opened(case)] + case.get("notes", []) + ["112 103"])

    for draft in drafts(case, opened(case)):
        plain = draft.text.replace("\u00a0", " ")
        assert [n for n in NUMBER.findall(plain) if n not in given] == []


@pytest.mark.parametrize("case", CASES, ids=IDS)
def test_sympathy_has_an_object(case: dict[str, Any]) -> None:
    """A word about the cost stands only where what it is about was said or is in the words."""
    for draft in drafts(case, opened(case)):
        acts = [s.act for s in draft.sentences]
        if "empathy" in acts:
            before = acts[: acts.index("empathy")]
            assert {"ack", "own", "answer"} & set(before) or len(acts) == 1
            assert acts.count("empathy") == 1


@pytest.mark.parametrize("case", [c for c in CASES if c.get("notes")], ids=lambda c: c["id"])
def test_what_is_for_colleagues_stays_with_them(case: dict[str, Any]) -> None:
    for draft in drafts(case, opened(case)):
        for words in case.get("silent", ()):
            assert words.lower() not in draft.text.lower()
