"""Files are read in a child process: one that breaks it costs only itself."""

import os
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from knowledge.sources import Sandbox, SourceFile, Wishes, read_file

pytestmark = pytest.mark.slow

STARTER = Path(__file__).parents[2] / "knowledge" / "starter" / "ru" / "scripts"


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox() as reader:
        yield reader


def file(folder: Path, name: str, data: bytes | str) -> SourceFile:
    path = folder / name
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return SourceFile(path, str(path), path.stem)


def test_a_child_reads_what_this_process_would(sandbox: Sandbox, tmp_path: Path) -> None:
    script = next(iter(sorted(STARTER.glob("*.md"))))
    files = [
        SourceFile(script, "starter/x.md", "x"),
        file(tmp_path, "faq.csv", "Вопрос;Ответ\nКак?;Так\n;Сяк\n"),
        file(
            tmp_path,
            "chat.jsonl",
            '{"role": "user", "text": "Где?"}\n{"role": "agent", "text": "А"}',
        ),
        file(tmp_path, "none.csv", ""),
    ]

    for each in files:
        assert sandbox.read(each, Wishes("tone")) == read_file(each, Wishes("tone"))


def test_wishes_reach_the_child(sandbox: Sandbox, tmp_path: Path) -> None:
    table = file(tmp_path, "t.csv", "Суть,Скрипт\nКак?,Так\n")
    wishes = Wishes("tone", "en", {"question": "Суть", "answer": "Скрипт"})

    (document,) = sandbox.read(table, wishes).documents

    assert (document.kind, document.locale, document.answer) == ("tone", "en", "Так")


def test_a_file_that_hangs_the_reader_is_refused_and_the_next_is_read(tmp_path: Path) -> None:
    slow = file(
        tmp_path, "slow.csv", "question,answer\n" + "".join(f"Q{n}?,A\n" for n in range(99_000))
    )

    with Sandbox(time_limit_s=1) as sandbox:
        (refusal,) = sandbox.read(slow, Wishes()).refused
        after = sandbox.read(file(tmp_path, "a.md", "# A\nb"), Wishes())

    assert refusal.reason == "reading it takes more than 1 s: split it"
    assert after.documents


def test_a_file_that_needs_too_much_memory_is_refused_and_the_next_is_read(
    sandbox: Sandbox, tmp_path: Path
) -> None:
    full = file(tmp_path, "full.json", f"[{'[],' * 6_000_000}1]")

    (refusal,) = sandbox.read(full, Wishes()).refused
    after = sandbox.read(file(tmp_path, "a.md", "# A\nb"), Wishes())

    assert refusal.reason == "needs too much memory: split it"
    assert after.documents


def test_a_stream_that_bursts_is_refused(sandbox: Sandbox, tmp_path: Path) -> None:
    stream = zlib.compress(b"BT (a) Tj ET\n" * 20_000_000)
    data = (
        b"%%PDF-1.7\n1 0 obj\n<</Type/Catalog/Pages 2 0 R>>\nendobj\n"
        b"2 0 obj\n<</Type/Pages/Kids[3 0 R]/Count 1>>\nendobj\n"
        b"3 0 obj\n<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Contents 4 0 R>>\nendobj\n"
        b"4 0 obj\n<</Filter/FlateDecode/Length %d>>stream\n%s\nendstream\nendobj\n"
        b"trailer<</Root 1 0 R>>\n%%%%EOF" % (len(stream), stream)
    )

    (refusal,) = sandbox.read(file(tmp_path, "bomb.pdf", data), Wishes()).refused

    assert "a broken PDF" in refusal.reason


def test_a_child_that_dies_is_replaced(tmp_path: Path) -> None:
    page = file(tmp_path, "a.md", "# A\nb")

    with Sandbox() as sandbox:
        sandbox.read(page, Wishes())
        first = sandbox._child
        assert first is not None
        first.kill()
        first.wait()
        again = sandbox.read(page, Wishes())

    assert again.documents


def test_a_child_is_given_no_keys(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "secret")

    with Sandbox() as sandbox:
        sandbox.read(file(tmp_path, "a.md", "# A\nb"), Wishes())
        assert sandbox._child is not None
        environment = Path(f"/proc/{sandbox._child.pid}/environ")
        if not environment.exists():
            environment = Path(os.devnull)
        assert b"secret" not in environment.read_bytes()


def test_a_sandbox_that_is_closed_leaves_no_process(tmp_path: Path) -> None:
    with Sandbox() as sandbox:
        sandbox.read(file(tmp_path, "a.md", "# A\nb"), Wishes())
        child = sandbox._child

    assert child is not None
    assert child.returncode is not None
