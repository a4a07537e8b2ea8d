"""The knowledge page in a real browser, with real knowledge: its main path in both languages."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Error

from copilot import Copilot
from copilot.settings import Settings
from knowledge import Locale
from ui.locales import LANGUAGES, words

pytestmark = [pytest.mark.browser, pytest.mark.slow]

HOSTILE = "<img src=x onerror=window.pwned=1><script>window.pwned=1</script>"


TEPLO = str(Path(sys.executable).with_name("teplo"))
SCRIPTS = Path(str(files("knowledge") / "starter"))


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory, panel_token: str) -> Iterator[str]:
    """The whole service with three sample scripts in each language, and a gap in each."""
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port = str(probe.getsockname()[1])
    home = tmp_path_factory.mktemp("house")
    found = [
        path
        for language in LANGUAGES
        for name in ("S03", "S06", "S12")
        for path in (SCRIPTS / language / "scripts").glob(f"{name}-*.md")
    ]
    with closing(Copilot(Settings(home=home))) as copilot:
        copilot.library.ingest(found)
        at = datetime(2026, 11, 20, 9, tzinfo=UTC)
        for language in LANGUAGES:
            request = f"engraving {language}"
            copilot.library.gaps.note(request, language, HOSTILE, strength="none", at=at)
    environ = {**os.environ, "TEPLO_HOME": str(home), "TEPLO_PORT": port}
    environ["TEPLO_TOKEN"] = panel_token
    with subprocess.Popen(
        [TEPLO, "serve"], env=environ, stdout=subprocess.PIPE, text=True
    ) as served:
        assert served.stdout is not None
        assert any("Ctrl+C" in line for line in served.stdout)
        yield f"http://127.0.0.1:{port}"
        served.terminate()


@pytest.fixture
def page(chromium: Any, house: str, panel_token: str) -> Iterator[Any]:
    """A page that is signed in; at the end nothing foreign was asked for and nothing broke."""
    foreign: list[str] = []
    errors: list[str] = []
    view = {"width": 1440, "height": 900}
    with closing(chromium.new_context(viewport=view, locale="ru-RU")) as context:
        page = context.new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on(
            "request",
            lambda r: r.url.startswith((house, "data:", "blob:")) or foreign.append(r.url),
        )
        _enter(page, f"{house}/?token={panel_token}")
        page.wait_for_selector(".draft.main", timeout=120_000)
        yield page
        assert page.evaluate("window.pwned") is None
        assert foreign == []
        assert errors == []


def _enter(page: Any, link: str) -> None:
    """The address is printed a moment before it answers."""
    for _ in range(100):
        try:
            page.goto(link)
        except Error:
            page.wait_for_timeout(200)
        else:
            return
    raise AssertionError(f"{link} does not answer")


def opened(page: Any, url: str, language: Locale, query: str = "") -> dict[str, Any]:
    page.goto(f"{url}/knowledge/{language}?{query}")
    return words(language, "library")


@pytest.mark.parametrize("language", ["ru", "en"])
def test_from_a_file_to_a_reply(page: Any, house: str, language: Locale, tmp_path: Path) -> None:
    said = opened(page, house, language)
    page.wait_for_selector(".k-docs")
    page.focus("#k-tab-documents")
    page.keyboard.press("ArrowRight")
    page.wait_for_selector("#k-panel-upload:not([hidden])")
    (tmp_path / f"samovar-{language}.csv").write_text(
        f"question,answer\nsamovar {HOSTILE},We repair samovars in two days.\n", "utf-8"
    )
    (tmp_path / "odd.exe").write_bytes(b"MZ")
    page.set_input_files("#k-files", [tmp_path / f"samovar-{language}.csv", tmp_path / "odd.exe"])
    page.wait_for_selector(f".k-job >> text={said['outcomes']['added']} · 1")
    page.click(f".k-only >> text={said['outcomes']['refused']} · 1")
    page.wait_for_selector(".k-job tr >> text=odd.exe")

    page.click("#k-tab-documents")
    page.fill("#k-q", f"samovar-{language}" if language == "ru" else "samovar")
    page.select_option("#k-filter-locale", "")
    page.click(".k-how >> text=" + said["list"]["by_meaning"])
    page.wait_for_selector(".k-hits .k-doc >> text=samovar")
    page.click(".k-hits .k-doc >> text=samovar")
    page.wait_for_selector(".k-open")
    page.click(".k-views >> text=" + said["document"]["view_try"])
    page.click(".k-try button[type=submit]")
    page.wait_for_selector(".k-reply mark >> text=We repair samovars in two days.")
    assert page.evaluate("document.querySelectorAll('#k-frame img, #k-frame script').length") == 0


@pytest.mark.parametrize("language", ["ru", "en"])
def test_faults_stand_at_their_fields_and_a_saved_script_is_taken_back(
    page: Any, house: str, language: Locale
) -> None:
    name = f"{language}:S06"
    said = opened(page, house, language, f"document={name}&view=edit")
    page.wait_for_selector("#k-edit")
    title = page.input_value("#k-f-title")
    page.fill("#k-f-title", " ")
    page.click(f".k-section summary >> text={said['sections']['promises']}")
    page.click("#k-f-commitments > [data-row=add]")
    page.keyboard.type("own")
    page.fill("#k-f-limits-refund_max", "lots")
    page.click(".k-save button[type=submit]")
    page.wait_for_selector("#k-faults")
    assert page.get_attribute("#k-f-title", "aria-invalid") == "true"
    page.click("#k-faults li:nth-child(1) a")
    assert page.evaluate("document.activeElement.id").startswith("k-f-")
    page.fill("#k-f-limits-refund_max", "3000")
    assert page.input_value("#k-f-commitments .k-row:last-of-type input >> nth=0") == "own"
    page.click("#k-f-commitments .k-row:last-of-type [data-row=drop]")
    page.fill("#k-f-title", f"{title} 2")
    page.click("#k-f-slots > button[data-row=add]") if page.is_visible(
        "#k-f-slots > button"
    ) else None
    page.click(".k-save button[type=submit]")
    page.wait_for_selector(f".k-note >> text={said['done']['saved'].format(n=2)}")
    page.click(".k-note >> text=" + said["undo"])
    page.wait_for_selector(f".k-note >> text={said['done']['reverted'].format(n=1)}")
    page.wait_for_selector(f"#k-document-title >> text=/^{title}$/")


@pytest.mark.parametrize("language", ["ru", "en"])
def test_a_script_is_compared_deleted_and_restored(page: Any, house: str, language: Locale) -> None:
    name = f"{language}:S03"
    said = opened(page, house, language, f"document={name}&view=history")
    page.wait_for_selector(".k-history")
    title = page.inner_text("#k-document-title")
    page.click(".k-menu summary.k-plain")
    page.fill("#k-to", "2030-12-31")
    page.click("form.k-pop button[type=submit]")
    page.click(".k-history li:nth-child(2) .k-plain")
    page.wait_for_selector(".k-version ins")
    page.click(".k-open .k-danger")
    page.wait_for_selector(".k-start .k-first")
    page.click(".k-note >> text=" + said["undo"])
    page.wait_for_selector(f"#k-document-title >> text=/^{title}$/")


@pytest.mark.parametrize("language", ["ru", "en"])
def test_a_gap_becomes_a_draft_and_the_rest_is_shown(
    page: Any, house: str, language: Locale
) -> None:
    said = opened(page, house, language, "tab=gaps")
    page.click(f".k-gap summary >> text=engraving {language}")
    page.fill(".k-gap-more textarea", "Yes, we engrave.")
    page.click(".k-answer button[type=submit]")
    page.wait_for_selector(".k-done")
    page.click(".k-done button >> text=" + said["gaps"]["open_document"])
    page.click(".k-open >> text=" + said["document"]["publish"])
    page.wait_for_selector(".k-open >> text=" + said["document"]["unpublish"])

    page.click("#k-tab-terms")
    page.wait_for_selector(".k-chart svg")
    page.click("#k-tab-lint")
    page.wait_for_selector("#k-lint-filter", timeout=60_000)
    with page.expect_download() as download:
        page.click(".k-head a")
    assert download.value.suggested_filename == "teplo-knowledge.zip"
    page.go_back()
    page.wait_for_selector("#k-panel-terms:not([hidden])")


def test_it_fits_a_narrow_window_and_keeps_language_and_theme(page: Any, house: str) -> None:
    page.set_viewport_size({"width": 420, "height": 900})
    opened(page, house, "ru", "document=ru:S06&view=edit")
    page.wait_for_selector("#k-edit")
    assert page.evaluate("document.documentElement.scrollWidth") <= 420
    page.click("#tp-theme")
    page.click('[data-tp-language="en"]')
    page.wait_for_selector("#k-edit >> text=Save as a new version")
    assert page.evaluate("document.documentElement.lang") == "en"
    assert page.evaluate("document.documentElement.dataset.theme") == "light"
    page.click(".k-to-list")
    page.wait_for_selector("#k-q")
    assert page.is_hidden(".k-open")
