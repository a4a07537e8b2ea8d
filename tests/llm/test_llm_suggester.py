"""A model that answers well: what comes of its answer, and what it was given."""

import json
import logging
from pathlib import Path

import pytest

from copilot.suggesters import FallbackSuggester
from tests.llm.conftest import GOOD_RU, FakeLlm, MakeBrief, MakeSuggester, Standing, reply_of, saying

pytestmark = pytest.mark.slow


def test_a_good_answer_becomes_the_first_draft(server: FakeLlm, brief: MakeBrief, suggester: MakeSuggester) -> None:
    server.personality = saying(reply_of(*GOOD_RU, sources=["S03#1"]))
    both = FallbackSuggester(first=suggester(), then=Standing())

    first, second = both.draft(brief())

    assert first.origin == "llm"
    assert [s.step for s in first.sentences] == ["L", "E", "A", "D"]
    assert second.text == "Смотрю заказ 784-1120."
    assert both.notices() == ()
