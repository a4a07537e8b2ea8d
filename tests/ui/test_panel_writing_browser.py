"""An own text, its improvement and the private note, in a real browser, in both languages."""

from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest

pytestmark = [pytest.mark.browser, pytest.mark.slow]

HOSTILE = "<img src=x onerror='window.pwned=1'><b id=injected>скоро</b>"


@pytest.fixture(params=["ru", "en"])
def page(request: Any, chromium: Any, panel_url: str, panel_token: str) -> Iterator[Any]:
    with closing(chromium.new_context(viewport={"width": 1440, "height": 900})) as context:
        context.grant_permissions(["clipboard-read", "clipboard-write"])
        context.add_init_script(f"localStorage.setItem('teplo.language', '{request.param}')")
        page = context.new_page()
        errors: list[str] = []
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.goto(f"{panel_url}/?token={panel_token}")
        page.wait_for_selector(f"html[lang={request.param}] .draft.main")
        yield page
        assert errors == []
        assert page.evaluate("window.pwned") is None
        assert page.query_selector("#injected") is None


def clipboard(page: Any) -> str:
    return str(page.evaluate("navigator.clipboard.readText()"))


def press(page: Any, code: str, key: str) -> None:
    """Press Alt with a key as a Russian layout sends it."""
    told = f"{{key: '{key}', code: '{code}', altKey: true, bubbles: true, cancelable: true}}"
    page.evaluate(f"document.activeElement.dispatchEvent(new KeyboardEvent('keydown', {told}))")


def test_an_own_text_is_checked_improved_taken_back_and_copied(page: Any) -> None:
    press(page, "KeyT", "е")
    assert page.evaluate("document.activeElement.id") == "tp-edit-own"
    page.keyboard.type("Сделаю 😀 скоро, завтра")
    page.wait_for_selector("#tp-under-own mark.medium >> text=скоро")
    page.wait_for_selector("#tp-foot-own .promises .loose >> text=завтра")
    page.click("#tp-how-fix-own")
    page.wait_for_selector(".diff ins >> text=до 18:00")
    assert "скоро" in page.inner_text(".diff del")
    assert page.evaluate("document.activeElement.id") == "tp-accept-own"
    page.keyboard.press("Enter")
    assert page.input_value("#tp-edit-own") == "Сделаю 😀 до 18:00, завтра"
    page.click("#tp-back-own")
    assert page.input_value("#tp-edit-own") == "Сделаю 😀 скоро, завтра"
    page.click("#tp-put-own-0")
    assert page.input_value("#tp-edit-own") == "Сделаю 😀 в течение часа, завтра"
    page.keyboard.press("Alt+4")
    page.wait_for_selector("#tp-foot-own .status.ok")
    assert clipboard(page) == "Сделаю 😀 в течение часа, завтра"


def test_escape_leaves_the_text_and_a_translation_needs_a_model(page: Any) -> None:
    press(page, "KeyT", "е")
    page.keyboard.type(f"Напишу скоро {HOSTILE}")
    press(page, "KeyE", "у")
    page.wait_for_selector(".diff")
    page.keyboard.press("Escape")
    assert page.input_value("#tp-edit-own") == f"Напишу скоро {HOSTILE}"
    page.click("#tp-how-to_en-own")
    page.wait_for_selector("#tp-said-own >> text=модель")


def test_an_own_text_outlives_a_new_message_and_says_to_read_it_again(page: Any) -> None:
    def answer(text: str) -> None:
        page.fill("#tp-message textarea", text)
        page.click("#tp-answer")
        page.wait_for_selector(f".message >> text={text}")
        page.wait_for_selector("body:not(.tp-busy)")

    answer("где стол?")
    press(page, "KeyT", "е")
    page.keyboard.type("Узнаю сам.")
    page.click("#tp-editing-0")
    page.fill("#tp-edit-0", "Правлено рукой.")
    assert page.locator(".stale").count() == 0
    answer("ау, вы где")
    assert page.input_value("#tp-edit-own") == "Узнаю сам."
    assert page.input_value("#tp-edit-0") == "Правлено рукой."
    assert page.locator(".stale").count() == 2
    page.click("#tp-clear")
    page.wait_for_selector("#tp-thread .empty")
    assert page.locator("#tp-edit-own").count() == 0


def test_a_private_note_is_copied_marked_and_kept_apart(page: Any) -> None:
    page.fill("#tp-message textarea", HOSTILE)
    page.click("#tp-answer")
    page.wait_for_selector(".message >> text=onerror")
    page.wait_for_selector("body:not(.tp-busy)")
    press(page, "KeyN", "т")
    page.wait_for_selector("#tp-note .status.ok:not(:empty)")
    assert clipboard(page).startswith("[")
    assert "784-1120" in clipboard(page)
    page.check("#tp-note-masked")
    page.wait_for_selector("#tp-note .notelines >> text=<номер>")
    page.keyboard.press("Escape")
    page.keyboard.press("Alt+2")
    page.wait_for_selector("#tp-foot-1 .status.ok")
    assert clipboard(page) == "Простите, срок сорвали мы: возвращаю 290 ₽."


@pytest.mark.parametrize("width", [320, 420, 768])
def test_nothing_of_the_own_text_sticks_out(page: Any, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    press(page, "KeyT", "е")
    page.keyboard.type("Ну успокойтесь уже, сделаю завтра скоро " + "а" * 90)
    page.wait_for_selector("#tp-foot-own .finding")
    page.click("#tp-how-fix-own")
    page.wait_for_selector(".diff")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
