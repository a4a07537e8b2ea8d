"""The documentation is true: every command in it runs, every setting and target in it exists."""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from copilot import Settings

ROOT = Path(__file__).resolve().parent.parent
PAGES = sorted([*ROOT.glob("README*.md"), *(ROOT / "docs").glob("*.md")])
TEPLO = str(Path(sys.executable).with_name("teplo"))
_FENCE = re.compile(r"^```sh\n(.*?)^```", re.MULTILINE | re.DOTALL)
_SERVES = ("teplo serve",)


def commands() -> list[str]:
    found: list[str] = []
    for page in PAGES:
        for block in _FENCE.findall(page.read_text("utf-8")):
            found += [line for line in block.splitlines() if line.strip()]
    return list(dict.fromkeys(found))


RUN = [c for c in commands() if ".venv/bin/teplo" in c and not any(s in c for s in _SERVES)]


@pytest.fixture(scope="session")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder as a reader of the README would have it, with the sample shop indexed."""
    from openpyxl import Workbook

    room = tmp_path_factory.mktemp("desk")
    (room / "examples").symlink_to(ROOT / "examples")
    (room / "scripts").mkdir()
    (room / "scripts" / "kettle.md").write_text(
        "# Возврат чайника\nВернуть можно 14 дней.\n", "utf-8"
    )
    book = Workbook()
    assert book.active is not None
    book.active.append(["Вопрос", "Ответ"])
    book.active.append(["Когда работает склад?", "Склад работает с 9 до 18."])
    book.save(room / "faq.xlsx")
    (room / "table.csv").write_text("Запрос;Решение\nГде пункт выдачи?;На Садовой, 5.\n", "utf-8")
    run("teplo index --starter", room)
    return room


def run(command: str, room: Path) -> subprocess.CompletedProcess[str]:
    words = [TEPLO if word.endswith("teplo") else word for word in shlex.split(command)]
    environ = {**os.environ, "TEPLO_HOME": str(room / "home")}
    return subprocess.run(
        words, cwd=room, env=environ, capture_output=True, text=True, timeout=240, check=False
    )


@pytest.mark.slow
@pytest.mark.parametrize("command", [c for c in RUN if "forget" not in c and "--llm" not in c])
def test_a_command_of_the_documentation_runs(command: str, desk: Path) -> None:
    done = run(command, desk)

    assert done.returncode == 0, done.stderr
    assert done.stdout.strip()


@pytest.mark.slow
def test_the_sample_shop_can_be_forgotten(tmp_path: Path) -> None:
    (tmp_path / "own.md").write_text("# Наш возврат\nДеньги за семь дней.\n", "utf-8")
    run("teplo index --starter own.md", tmp_path)

    done = run("teplo knowledge forget --sample", tmp_path)

    assert done.returncode == 0, done.stderr
    left = run("teplo search --json возврат", tmp_path).stdout
    assert "Деньги за семь дней" in left
    assert "S12" not in left


@pytest.mark.slow
def test_doctor_says_that_embedded_mode_asks_no_model(desk: Path) -> None:
    done = run("teplo doctor --llm", desk)

    assert done.returncode == 0
    assert "nothing leaves this machine" in done.stdout


def test_every_make_target_that_is_named_exists() -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    named = {c.split()[1] for c in commands() if c.startswith("make ")}

    assert {"run", "test"} <= named
    assert all(re.search(rf"^{target}:", makefile, re.MULTILINE) for target in named)


def test_every_setting_is_documented_and_every_documented_one_exists() -> None:
    text = (ROOT / "docs" / "admin.md").read_text("utf-8")
    documented = set(re.findall(r"`((?:TEPLO|OPENAI)_[A-Z_]+)`", text))
    real = set()
    for name, field in Settings.model_fields.items():
        choices = getattr(field.validation_alias, "choices", None)
        real.add(str(choices[0]) if choices else f"TEPLO_{name.strip('_').upper()}")

    assert documented == real


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_inside_the_documentation_leads_somewhere(page: Path) -> None:
    links = re.findall(r"\]\((?!https?:)([^)#\s]+)", page.read_text("utf-8"))

    missing = [link for link in links if not (page.parent / link).exists()]

    assert not missing


def test_every_command_of_the_command_line_is_documented() -> None:
    import typer

    from ui.cli import app

    command = typer.main.get_command(app)
    text = "\n".join(page.read_text("utf-8") for page in PAGES)

    missing = [name for name in command.commands if f"teplo {name}" not in text]  # type: ignore[attr-defined]  # a click group

    assert not missing
