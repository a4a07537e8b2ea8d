"""The panel in a real browser: what an operator sees, presses and takes away."""

from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest

pytestmark = [pytest.mark.browser, pytest.mark.slow]

HOSTILE = (
    '<img src="http://evil.example/a.png" onerror="window.pwned=1"><script>window.pwned=1</script>'
    '<svg onload="window.pwned=1"></svg><iframe src="http://evil.example/f"></iframe>'
    "![x](http://evil.example/b.png) [y](javascript:window.pwned=1) {{constructor.constructor('window.pwned=1')()}}"
    '<style>body{background:url(http://evil.example/c)}</style><meta http-equiv="refresh" content="0;url=http://evil.example">'
    "\"'><b id=injected>b</b>$x^2$"
)


class Seen:
    """A page and everything suspicious that happened on it."""

    def __init__(self, page: Any, origin: str) -> None:
        self.page = page
        self.foreign: list[str] = []
        self.dialogs: list[str] = []
        self.errors: list[str] = []
        page.on("request", lambda r: self._request(r.url, origin))
        page.on("dialog", self._dialog)
        page.on("pageerror", lambda e: self.errors.append(str(e)))

    def _dialog(self, dialog: Any) -> None:
        self.dialogs.append(dialog.message)
        dialog.dismiss()

    def _request(self, url: str, origin: str) -> None:
        if not url.startswith((origin, "data:", "blob:")):
            self.foreign.append(url)

    def text(self, place: str) -> str:
        return str(self.page.inner_text(place))


@pytest.fixture
def seen(chromium: Any, panel_url: str, panel_token: str) -> Iterator[Seen]:
    with closing(
        chromium.new_context(viewport={"width": 1440, "height": 900}, locale="ru-RU")
    ) as context:
        context.grant_permissions(["clipboard-read", "clipboard-write"])
        seen = Seen(context.new_page(), panel_url)
        seen.page.goto(f"{panel_url}/?token={panel_token}")
        seen.page.wait_for_selector(".draft.main")
        yield seen
        assert seen.foreign == []
        assert seen.errors == []


def clipboard(page: Any) -> str:
    return str(page.evaluate("navigator.clipboard.readText()"))


def answer(page: Any, text: str, *, until: str) -> None:
    page.fill("#tp-message textarea", text)
    page.click("#tp-answer")
    page.wait_for_selector(f".message >> text={until}")
    page.wait_for_selector("body:not(.tp-busy)")


def test_without_signing_in_there_is_no_panel(chromium: Any, panel_url: str) -> None:
    with closing(chromium.new_context()) as context:
        page = context.new_page()
        assert page.goto(panel_url).status == 401
        assert page.query_selector("#tp-desk") is None


def test_the_first_start_shows_a_demo_with_drafts(seen: Seen) -> None:
    assert "Это пример" in seen.text("#tp-thread")
    assert seen.page.locator(".draft").count() == 3
    assert "По заказу 784-1120" in seen.text("#tp-draft-0")
    assert "Позовите старшего" in seen.text("#tp-state")


def test_a_pasted_chat_gets_roles_and_drafts(seen: Seen) -> None:
    answer(
        seen.page, "Клиент: где стол?\nОператор: уточняю\nКлиент: жду с утра", until="жду с утра"
    )
    roles = [seen.page.inner_text(f"#tp-role-{n}") for n in range(3)]
    assert roles == ["Клиент", "Мы", "Клиент"]
    assert "жду с утра" in seen.text("#tp-draft-2")
    assert seen.page.input_value("#tp-message textarea") == ""


def test_a_role_is_flipped_with_one_click_and_put_back_with_undo(seen: Seen) -> None:
    answer(seen.page, "Клиент: где стол?\nОператор: уточняю\nКлиент: жду", until="жду")
    seen.page.click("#tp-role-1")
    seen.page.wait_for_selector("#tp-role-1 >> text=Бот")
    seen.page.click("#tp-undo")
    seen.page.wait_for_selector("#tp-role-1 >> text=Мы")


def test_the_screen_speaks_english_and_remembers_it(seen: Seen) -> None:
    seen.page.click("#tp-lang-en")
    seen.page.wait_for_selector("#tp-answer >> text=Answer")
    seen.page.reload()
    seen.page.wait_for_selector("#tp-answer >> text=Answer")
    assert "This is an example" in seen.text("#tp-thread")
    assert seen.page.get_attribute("html", "lang") == "en"


def test_the_theme_is_switched_and_remembered(seen: Seen) -> None:
    seen.page.click("#tp-theme")
    seen.page.click("#tp-theme")
    assert seen.page.get_attribute("html", "data-theme") == "dark"
    seen.page.reload()
    seen.page.wait_for_selector(".draft.main")
    assert seen.page.get_attribute("html", "data-theme") == "dark"


def test_another_framework_gives_other_drafts(seen: Seen) -> None:
    seen.page.click("#tp-way-CARE")
    seen.page.wait_for_selector(".fw >> text=CARE")
    assert "Взять на себя" in seen.text(".steps")
    assert seen.page.inner_text("#tp-draft-0 .tag >> nth=0") == "C"
    assert seen.page.evaluate("document.activeElement.id") == "tp-way-CARE"


def test_an_open_bracket_stops_copying_until_it_is_filled(seen: Seen) -> None:
    seen.page.evaluate("navigator.clipboard.writeText('before')")
    seen.page.keyboard.press("Alt+1")
    seen.page.wait_for_selector("#tp-foot-0 .status.stop >> text=новое окно")
    assert clipboard(seen.page) == "before"
    assert seen.page.evaluate("document.activeElement.dataset.slot") == "новое окно"
    seen.page.keyboard.type("в субботу с 9 до 13")
    seen.page.keyboard.press("Alt+1")
    seen.page.wait_for_selector("#tp-foot-0 .status.ok")
    assert "Стол привезут в субботу с 9 до 13 или" in clipboard(seen.page)
    assert "[" not in clipboard(seen.page)


def test_keys_work_on_the_russian_layout(seen: Seen) -> None:
    seen.page.evaluate(
        "document.dispatchEvent(new KeyboardEvent('keydown', {key: 'к', code: 'KeyR', altKey: true, bubbles: true}))"
    )
    seen.page.wait_for_selector("body:not(.tp-busy)")
    press = "document.body.dispatchEvent(new KeyboardEvent('keydown', {key: '%s', code: '%s', shiftKey: %s, bubbles: true}))"
    seen.page.evaluate(press % (".", "Slash", "false"))
    assert seen.page.evaluate("document.activeElement.tagName") == "TEXTAREA"
    seen.page.evaluate("document.activeElement.blur()")
    seen.page.evaluate(press % (",", "Slash", "true"))
    assert seen.page.locator("#tp-help").get_attribute("open") is not None


def test_an_edited_text_is_checked_while_it_is_typed(seen: Seen) -> None:
    seen.page.click("#tp-editing-0")
    seen.page.fill("#tp-edit-0", "Ну успокойтесь уже")
    seen.page.wait_for_selector("#tp-foot-0 .finding.critical")
    assert "Это звучит как приказ" in seen.text("#tp-foot-0 .status")
    seen.page.fill("#tp-edit-0", "Сейчас всё узнаю сам.")
    seen.page.wait_for_selector("#tp-foot-0 .finding", state="detached")
    seen.page.keyboard.press("Alt+1")
    seen.page.wait_for_selector("#tp-foot-0 .status.ok")
    assert clipboard(seen.page) == "Сейчас всё узнаю сам."


def test_a_bad_edit_cannot_be_copied_even_before_the_check_came(seen: Seen) -> None:
    seen.page.evaluate("navigator.clipboard.writeText('before')")
    seen.page.click("#tp-editing-0")
    seen.page.fill("#tp-edit-0", "успокойтесь")
    seen.page.keyboard.press("Alt+1")
    seen.page.wait_for_selector("#tp-foot-0 .status.stop >> text=приказ")
    assert clipboard(seen.page) == "before"


def test_the_draft_can_be_taken_back_after_editing(seen: Seen) -> None:
    before = seen.text("#tp-draft-1 .body")
    seen.page.click("#tp-draft-1 .body")
    seen.page.click("#tp-editing-1")
    seen.page.fill("#tp-edit-1", "другое")
    seen.page.click("#tp-reset-1")
    assert seen.text("#tp-draft-1 .body") == before


def test_a_source_opens_with_its_passage_and_what_not_to_do(seen: Seen) -> None:
    seen.page.click("#tp-draft-0 .cite")
    source = seen.text("#tp-source")
    assert "возврат 290 ₽ за доставку" in source
    assert "надёжно" in source
    assert "Не называть дату" in source
    assert "Возвращаю 290 ₽ за доставку" in seen.text("#tp-source blockquote")


def test_on_a_narrow_screen_a_source_opens_over_the_page_and_escape_closes_it(seen: Seen) -> None:
    seen.page.set_viewport_size({"width": 420, "height": 900})
    assert not seen.page.is_visible("#tp-source")
    seen.page.click("#tp-draft-0 .cite")
    assert seen.page.is_visible("#tp-source")
    seen.page.keyboard.press("Escape")
    assert not seen.page.is_visible("#tp-source")


@pytest.mark.parametrize("width", [320, 420, 768, 1100, 1440])
def test_nothing_sticks_out_sideways(seen: Seen, width: int) -> None:
    seen.page.set_viewport_size({"width": width, "height": 900})
    assert seen.page.evaluate("document.documentElement.scrollWidth") <= width


def test_the_reply_can_be_put_into_the_conversation_after_copying(seen: Seen) -> None:
    seen.page.keyboard.press("Alt+2")
    seen.page.click("#tp-used-1")
    seen.page.wait_for_selector(".message.operator >> text=возвращаю 290 ₽")


def test_clearing_leaves_a_calm_empty_page_and_undo_brings_back(seen: Seen) -> None:
    answer(seen.page, "где стол?", until="где стол?")
    seen.page.click("#tp-clear")
    seen.page.wait_for_selector("#tp-thread .empty")
    assert seen.page.locator(".draft").count() == 0
    seen.page.click("#tp-undo")
    seen.page.wait_for_selector(".draft.main")
    assert "где стол?" in seen.text("#tp-thread")


def test_text_of_strangers_is_only_ever_text(seen: Seen) -> None:
    page = seen.page
    page.fill("#tp-notes textarea", HOSTILE)
    answer(page, f"Клиент: {HOSTILE}\nОператор: {HOSTILE}\nКлиент: {HOSTILE} конец", until="конец")
    page.click("#tp-draft-2 .body")
    page.click("#tp-editing-2")
    page.fill("#tp-edit-2", HOSTILE)
    page.click("#tp-done-2")
    page.fill("input.slot", HOSTILE)
    page.keyboard.press("Alt+1")
    page.click("#tp-used-0")
    page.wait_for_selector("body:not(.tp-busy)")
    page.evaluate(
        "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
    )
    assert "onerror" in seen.text("#tp-thread")
    assert page.evaluate("window.pwned") is None
    assert page.query_selector("#injected") is None
    assert page.query_selector("#tp-desk :is(img, iframe, script, style, meta)") is None
    assert seen.dialogs == []


def test_no_words_of_the_customer_stay_in_the_browser(seen: Seen) -> None:
    answer(seen.page, "секретное слово клиента", until="секретное слово")
    kept = seen.page.evaluate(
        "JSON.stringify([{...localStorage}, {...sessionStorage}, document.cookie])"
    )
    assert "секретное" not in kept


def test_copying_works_where_the_clipboard_is_closed(seen: Seen) -> None:
    seen.page.evaluate(
        "() => { navigator.clipboard.writeText = () => Promise.reject(new DOMException('no', 'NotAllowedError')); }"
    )
    seen.page.keyboard.press("Alt+2")
    seen.page.wait_for_selector("#tp-foot-1 .status.ok")
    assert clipboard(seen.page) == "Простите, срок сорвали мы: возвращаю 290 ₽."


def test_the_panel_is_usable_within_its_budget(seen: Seen) -> None:
    seen.page.evaluate("window.began = performance.now()")
    answer(seen.page, "Клиент: раз", until="раз")
    assert seen.page.evaluate("performance.now() - window.began") < 4000


@pytest.fixture(scope="session")
def model_panel(serve_fake: Any) -> Iterator[tuple[str, Any]]:
    yield from serve_fake(model="m", openai_base_url="http://llm.example/v1", slow_model=True)


def test_the_models_version_never_takes_the_place_of_what_was_typed(
    chromium: Any, model_panel: tuple[str, Any], panel_token: str
) -> None:
    url, fake = model_panel
    with closing(chromium.new_context(viewport={"width": 1440, "height": 900})) as context:
        context.grant_permissions(["clipboard-read", "clipboard-write"])
        page = context.new_page()
        page.goto(f"{url}/?token={panel_token}")
        page.wait_for_selector(".draft.main")
        assert "llm.example" in page.inner_text("#tp-privacy")
        page.wait_for_selector("#tp-growing >> text=Вижу по заказу.")
        page.fill("#tp-draft-0 input.slot", "в 9:00")
        before = page.locator("#tp-draft-1").bounding_box()
        fake.model_may_answer.set()
        page.wait_for_selector("#tp-draft-model .cost >> text=1012 токенов")
        assert page.locator("#tp-draft-1").bounding_box()["y"] == before["y"]
        assert page.input_value("#tp-draft-0 input.slot") == "в 9:00"
        assert "слова модели" not in page.inner_text("#tp-draft-title-0")
        page.keyboard.press("Alt+m")
        page.wait_for_selector("#tp-foot-model .status.ok")
        assert "Стол привезут в 9:00 или" in page.evaluate("navigator.clipboard.readText()")


def test_a_model_that_may_not_write_says_why(
    chromium: Any, model_panel: tuple[str, Any], panel_token: str
) -> None:
    url, fake = model_panel
    fake.model_may_answer.set()
    fake.model_refuses = "Дневной бюджет модели исчерпан. <b id=injected>"
    with closing(chromium.new_context()) as context:
        page = context.new_page()
        page.goto(f"{url}/?token={panel_token}")
        page.wait_for_selector("#tp-draft-model >> text=Дневной бюджет модели исчерпан")
        assert page.query_selector("#injected") is None
        assert page.locator(".draft.main .words").count() == 4
    fake.model_refuses = ""
