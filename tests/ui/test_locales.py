"""Everything the screens say exists in both languages."""

import re
from importlib.resources import files
from typing import Any, get_args

import pytest
import yaml

from copilot.brief import Emotion, Risk
from copilot.conversation import Channel, Role
from knowledge import Framework, Locale, Severity
from ui.demo import demo_conversation, demos
from ui.locales import LANGUAGES, name_of, words


def paths(value: Any, at: str = "") -> dict[str, Any]:
    if isinstance(value, dict):
        return {
            k: v for key, inner in value.items() for k, v in paths(inner, f"{at}.{key}").items()
        }
    if isinstance(value, list):
        return {
            k: v for n, inner in enumerate(value) for k, v in paths(inner, f"{at}[{n}]").items()
        }
    return {at: value}


def test_the_languages_have_the_same_keys() -> None:
    assert paths(words("ru")).keys() == paths(words("en")).keys()


def test_the_languages_fill_in_the_same_values() -> None:
    russian, english = paths(words("ru")), paths(words("en"))
    for key, text in russian.items():
        assert set(re.findall(r"{\w+}", str(text))) == set(
            re.findall(r"{\w+}", str(english[key]))
        ), key


def test_english_says_nothing_in_cyrillic() -> None:
    assert not [
        text for text in paths(words("en")).values() if re.search("[\u0400-\u04ff]", str(text))
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_label_of_the_results_has_a_name(language: Locale) -> None:
    said = words(language)
    assert set(get_args(Emotion)) <= said["emotions"].keys()
    assert set(get_args(Risk)) - {"none"} <= said["risks"].keys()
    assert set(get_args(Severity)) == said["severities"].keys()
    assert set(get_args(Channel)) == said["channels"].keys()
    assert set(get_args(Role)) == said["roles"].keys()
    assert set(get_args(Framework)) == said["frameworks"].keys()
    assert len(said["hostility"]) == 5
    assert len(said["distress"]) == 4


def test_an_unknown_label_is_shown_as_it_is() -> None:
    assert name_of("signals", "brand_new", "en") == "brand new"


def test_every_text_the_page_asks_for_exists() -> None:
    scripts = [p for p in files("ui.panel.page").iterdir() if p.name.endswith(".js")]
    code = "\n".join(p.read_text("utf-8") for p in (*scripts, files("ui") / "keys.js"))
    known = paths(words("en")).keys()
    for asked in re.findall(r'say\("([\w.]+)"', code):
        assert any(key == f".{asked}" or key.startswith(f".{asked}[") for key in known), asked


def test_the_demos_are_twins_and_begin_with_a_customer() -> None:
    for ru, en in zip(demos("ru"), demos("en"), strict=True):
        assert [m.role for m in ru.conversation.messages] == [
            m.role for m in en.conversation.messages
        ]
        assert ru.conversation.id == en.conversation.id
        assert ru.conversation.now is not None
    assert len(demos("ru")) == 3


def test_the_first_demo_is_the_same_every_time() -> None:
    assert demo_conversation("ru") == demo_conversation("ru") == demos("ru")[0].conversation


@pytest.mark.parametrize("name", ["ru", "en"])
def test_the_words_of_speakers_have_the_same_sections(name: str) -> None:
    data = yaml.safe_load(files("ui.speakers").joinpath(f"{name}.yaml").read_text("utf-8"))
    assert list(data) == ["customer", "operator", "bot", "fields", "greetings", "system", "facts"]
