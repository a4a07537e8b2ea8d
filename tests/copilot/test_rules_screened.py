"""A company's pattern is compiled when a text comes near it, and can break nothing."""

import logging

import pytest
import regex

from copilot.rules import ruleset
from copilot.rules.ruleset import Screened
from copilot.rules.screen import letters


def spans(source: str, text: str) -> list[tuple[int, int]]:
    return Screened(source, regex.IGNORECASE).spans(text, letters(text.lower()))


def test_it_finds_what_it_says() -> None:
    assert spans(r"\bпросто\s+успокойтесь", "Просто успокойтесь, всё есть") == [(0, 18)]


def test_it_is_compiled_only_when_its_letters_are_there(monkeypatch: pytest.MonkeyPatch) -> None:
    compiled: list[str] = []
    really = regex.compile

    def compile_and_tell(source: str, flags: int) -> "regex.Pattern[str]":
        compiled.append(source)
        return really(source, flags)

    monkeypatch.setattr(ruleset.regex, "compile", compile_and_tell)
    one = Screened("refund", 0)
    one.spans("a parcel", letters("a parcel"))
    assert compiled == []
    one.spans("a refund", letters("a refund"))
    assert compiled == ["refund"]


def test_a_broken_one_matches_nothing_and_is_told_of(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING, "teplo.rules"):
        assert spans("(refund", "a refund") == []
    assert "'(refund'" in caplog.text


def test_one_that_runs_away_is_stopped_without_telling_the_text(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(ruleset, "_LONGEST_S", 0.001)
    text = "a secret order: " + "ab" * 200 + "c"
    with caplog.at_level(logging.WARNING, "teplo.rules"):
        assert spans(r"(?:(?:ab)+)+(?:(?:ab)+)+d", text) == []
    assert "takes too long" in caplog.text
    assert "secret" not in caplog.text
