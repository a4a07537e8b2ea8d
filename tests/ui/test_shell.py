"""Pages beside the panel: built once, when asked for, in both languages, behind one strip."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from ui.locales import LANGUAGES, words
from ui.shell import PLACES, Pages, Place, places, top
from ui.shell.top import strip

HOSTILE = '<img src=x onerror="alert(1)">'


class Panel:
    """A panel that says where it was asked."""

    def __init__(self, *, ready: bool = True) -> None:
        self.ready = ready

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        from fastapi.responses import PlainTextResponse

        await PlainTextResponse(f"panel {scope['path']}")(scope, receive, send)


class Copilot:
    """Only what the shell reads."""

    class settings:  # noqa: N801
        language = "ru"


@pytest.fixture
def built(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """A page 'shelf'; the languages in which it was built."""
    shelf = (Place("shelf", "nowhere:make_blocks"),)
    monkeypatch.setattr(places, "PLACES", shelf)
    monkeypatch.setattr(top, "PLACES", shelf)
    for language in LANGUAGES:
        monkeypatch.setitem(words(language)["nav"], "shelf", f"Shelf {HOSTILE}")
    made.clear()
    return made


made: list[str] = []


def mount(place: Place, _: Any, language: Any) -> FastAPI:
    made.append(language)
    app = FastAPI()
    app.get(f"{place.path(language)}/{{rest:path}}")(lambda rest: {"rest": rest})
    return app


def asked(*requests: tuple[str, str], ready: bool = True) -> list[httpx.Response]:
    """Answers to (path, cookie) of one service after another, in one event loop."""

    async def all_of_them() -> list[httpx.Response]:
        pages: Any = Pages(Copilot(), Panel(ready=ready), mount)  # type: ignore[arg-type]
        way = httpx.ASGITransport(app=pages)
        async with AsyncExitStack() as stack, httpx.AsyncClient(transport=way) as web:
            pages.open(stack)
            return [
                await web.get(f"http://127.0.0.1{path}", headers={"cookie": cookie})
                for path, cookie in requests
            ]

    # In a thread: browser tests before this one leave an event loop running in theirs.
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, all_of_them()).result()


def test_a_page_is_built_once_when_it_is_first_asked_for(built: list[str]) -> None:
    answers = asked(("/shelf/en/", ""), ("/shelf/en/config", ""))
    assert [answer.json() for answer in answers] == [{"rest": ""}, {"rest": "config"}]
    assert built == ["en"]


def test_other_paths_are_the_panels(built: list[str]) -> None:
    answers = asked(("/shelfish/en", ""), ("/", ""))
    assert [answer.text for answer in answers] == ["panel /shelfish/en", "panel /"]
    assert built == []


@pytest.mark.parametrize(
    ("cookie", "goes_to"),
    [
        ("", "/shelf/ru"),
        ("teplo_language=en", "/shelf/en"),
        ('teplo_language="//evil"', "/shelf/ru"),
    ],
)
def test_the_bare_path_goes_to_the_language_chosen_last(
    built: list[str], cookie: str, goes_to: str
) -> None:
    (answer,) = asked(("/shelf?document=a%20b", cookie))
    assert answer.status_code == 303
    assert answer.headers["location"] == f"{goes_to}?document=a%20b"
    assert built == []


def test_until_the_panel_is_ready_a_page_waits(built: list[str]) -> None:
    (answer,) = asked(("/shelf/ru", ""), ready=False)
    assert "/ready" in answer.text
    assert built == []


@pytest.mark.usefixtures("built")
def test_the_strip_marks_where_we_are_and_escapes() -> None:
    html = strip("en", "shelf")
    assert '<a href="/shelf/en" aria-current=page>' in html
    assert '<a href="/">' in html
    assert "<img" not in html
    assert 'href="/shelf/ru"' in html


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_has_a_name_in_the_strip(language: Any) -> None:
    named = set(words(language)["nav"]) - {"label", "skip", "panel"}
    assert named == {place.key for place in PLACES}


@pytest.mark.parametrize("place", PLACES, ids=lambda place: place.key)
def test_a_pages_words_have_the_same_keys_in_both_languages(place: Place) -> None:
    def paths(value: Any, at: str = "") -> set[str]:
        if not isinstance(value, dict):
            return {at}
        return {p for key, inner in value.items() for p in paths(inner, f"{at}.{key}")}

    assert paths(words("ru", place.key)) == paths(words("en", place.key))
