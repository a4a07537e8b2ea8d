"""The whole house in a browser: real perception, knowledge, composer and rules, the real gate."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Error

pytestmark = [pytest.mark.browser, pytest.mark.slow]


TEPLO = str(Path(sys.executable).with_name("teplo"))


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory, panel_token: str) -> Iterator[str]:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port = str(probe.getsockname()[1])
    home = str(tmp_path_factory.mktemp("house"))
    environ = {**os.environ, "TEPLO_HOME": home, "TEPLO_PORT": port, "TEPLO_TOKEN": panel_token}
    scripts = Path(str(files("knowledge") / "starter" / "ru" / "scripts"))
    indexed = [str(scripts / "S03-late-2-5-days.md"), str(scripts / "S12-return-good-quality.md")]
    subprocess.run([TEPLO, "index", *indexed], env=environ, check=True, stdout=subprocess.DEVNULL)
    with subprocess.Popen(
        [TEPLO, "serve"], env=environ, stdout=subprocess.PIPE, text=True
    ) as served:
        assert served.stdout is not None
        assert any("Ctrl+C" in line for line in served.stdout)
        yield f"http://127.0.0.1:{port}"
        served.terminate()


def _open(page: Any, link: str) -> None:
    """The address is printed a moment before it answers."""
    for _ in range(50):
        try:
            page.goto(link)
        except Error:
            page.wait_for_timeout(200)
        else:
            return
    raise AssertionError(f"{link} does not answer")


def test_from_the_link_to_a_copied_reply(chromium: Any, house: str, panel_token: str) -> None:
    with closing(chromium.new_page()) as page:
        _open(page, f"{house}/?token={panel_token}")
        page.wait_for_selector(".draft.main", timeout=90_000)
        page.fill(
            "#tp-message textarea",
            "Клиент: можно вернуть плед, если не подошёл цвет? Бирки на месте",
        )
        page.click("#tp-answer")
        page.wait_for_selector(".message >> text=подошёл цвет")
        page.wait_for_selector("#tp-draft-0 .cite")
        assert "14 дней" in page.inner_text("#tp-draft-0 .body")
        page.keyboard.press("Alt+1")
        page.wait_for_selector("#tp-foot-0 .status.ok")
        assert "14" in page.inner_text("#tp-source")
