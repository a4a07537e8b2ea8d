"""The page for QA in a real browser: look through a run, compare it, audit an export."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Error

from copilot.settings import Settings
from evals.compare import compare, metrics_of
from evals.folder import write_run
from knowledge import Locale
from tests.evals.runs_made_up import made_run
from ui.locales import words
from ui.quality.store import Asked, Metrics, Store

pytestmark = [pytest.mark.browser, pytest.mark.slow]

TEPLO = str(Path(sys.executable).with_name("teplo"))
CHATS = Path(__file__).parents[2] / "examples" / "evals" / "chats.jsonl"


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory, panel_token: str) -> Iterator[str]:
    """The whole service with one run in which a case broke; Gradio leaves loops open in a process."""
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port = str(probe.getsockname()[1])
    home = tmp_path_factory.mktemp("quality")
    store = Store(Settings(home=home).data_home)
    name, run = store.begin(Asked()), made_run(broken=(4,))
    write_run(run, store.run_folder(name))
    metrics = Metrics(metrics=metrics_of(run), rows=len(run.rows), errors=0, faulty=1)
    store.finish(name, metrics, compare(made_run(), run))
    environ = {**os.environ, "TEPLO_HOME": str(home), "TEPLO_PORT": port}
    environ["TEPLO_TOKEN"] = panel_token
    with subprocess.Popen(
        [TEPLO, "serve"], env=environ, stdout=subprocess.PIPE, text=True
    ) as served:
        assert served.stdout is not None
        assert any("Ctrl+C" in line for line in served.stdout)
        yield f"http://127.0.0.1:{port}"
        served.terminate()


def enter(page: Any, link: str) -> None:
    """The address is printed a moment before it answers."""
    for _ in range(100):
        try:
            page.goto(link)
        except Error:
            page.wait_for_timeout(200)
        else:
            return
    raise AssertionError(f"{link} does not answer")


@pytest.mark.parametrize("language", ["ru", "en"])
def test_the_main_path(chromium: Any, house: str, panel_token: str, language: Locale) -> None:
    said = words(language, "quality")
    foreign: list[str] = []
    errors: list[str] = []
    with closing(chromium.new_context(viewport={"width": 420, "height": 900})) as context:
        page = context.new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on(
            "request",
            lambda r: r.url.startswith((house, "data:", "blob:")) or foreign.append(r.url),
        )
        enter(page, f"{house}/?token={panel_token}")
        page.wait_for_selector("#tp-desk", timeout=120_000)
        page.goto(f"{house}/quality/{language}/")
        page.wait_for_selector("#q-week .q-bad")

        page.get_by_role("tab", name=said["tabs"]["cases"], exact=True).click()
        page.wait_for_selector("#q-cases article >> text=c4")
        page.fill("#q-search input, #q-search textarea", "c4")
        counted = said["cases"]["count"].format(shown=11, total=11)
        page.wait_for_selector(f"#q-cases >> text={counted}")
        page.get_by_role("tab", name=said["tabs"]["compare"], exact=True).click()
        page.click("#q-compare")
        page.wait_for_selector(f"#q-compared >> text={said['compare']['full']}")

        page.get_by_role("tab", name=said["tabs"]["audit"], exact=True).click()
        page.set_input_files("#q-files", CHATS)
        page.click("#q-upload button")
        page.wait_for_selector("#q-audits article >> text=chats.jsonl")
        page.wait_for_selector(f"#q-audits a >> text={said['audit']['csv']}")

        assert page.evaluate("document.documentElement.scrollWidth") <= 420
        assert page.evaluate("document.querySelectorAll('#q-page article img').length") == 0
    assert foreign == []
    assert errors == []
