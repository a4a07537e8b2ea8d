"""The page for QA: runs, comparisons, cases, audits; values and HTML without a browser."""

import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from copilot.settings import Settings
from evals.compare import compare, metrics_of
from evals.folder import Run, write_run
from evals.labelled import starter_rules
from evals.runs import Plan
from tests.evals.runs_made_up import made_run
from ui.locales import LANGUAGES, words
from ui.quality import work
from ui.quality.cases import Wanted, findings, looked_for
from ui.quality.room import Room
from ui.quality.routes import PREFIX, quality_router
from ui.quality.store import Asked, Metrics, Store
from ui.quality.work import quality_jobs

CHATS = Path(__file__).parents[2] / "examples" / "evals" / "chats.jsonl"
NOW = datetime(2026, 3, 3, 12, tzinfo=UTC)


class Copilot:
    """Only what the page reads."""

    def __init__(self, home: Path) -> None:
        self.settings = Settings(home=home)
        self.rules = starter_rules()


@pytest.fixture
def copilot(tmp_path: Path) -> Iterator[Any]:
    made = Copilot(tmp_path)
    yield made
    quality_jobs(made.settings.data_home).close()


@pytest.fixture
def rest(copilot: Any) -> Iterator[TestClient]:
    app = FastAPI()
    app.include_router(quality_router(copilot))
    with TestClient(app) as client:
        yield client


def kept(store: Store, run: Run, *, at: datetime = NOW, base: Run | None = None) -> str:
    """Put a finished run into the store and return its name."""
    name = store.begin(Asked(at=at))
    write_run(run, store.run_folder(name))
    metrics = Metrics(metrics=metrics_of(run), rows=len(run.rows), errors=0, faulty=1)
    store.finish(name, metrics, compare(base, run) if base else None)
    return name


def waited(room: Room) -> None:
    """Wait until every job that was started is over."""
    room._jobs._worker.submit(lambda: None).result(timeout=60)


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_empty_page_says_what_to_do(copilot: Any, language: Any) -> None:
    room, said = Room(copilot, language), words(language, "quality")

    assert said["week"]["none"] in room.week()
    assert said["list"]["none"] in room.runs()
    assert said["audit"]["none"] in room.audits()
    assert said["cases"]["none_run"] in room.cases("", Wanted(), 20)[0]
    assert room.finished() == []
    assert room.going().html == ""


def test_the_languages_say_the_same_things() -> None:
    def keys(value: Any) -> Any:
        return {k: keys(v) for k, v in value.items()} if isinstance(value, dict) else None

    assert keys(words("ru", "quality")) == keys(words("en", "quality"))


def test_the_regression_of_the_week_names_what_fell_most(copilot: Any) -> None:
    room, base = Room(copilot, "en"), made_run()
    kept(room.store, made_run(tone=0.5), at=NOW - timedelta(days=1), base=base)

    told = room.week(now=NOW)

    assert "Tone: 0.90 → 0.50" in told
    assert "compare?base=accepted&amp;candidate=20260302" in told
    assert words("en", "quality")["week"]["none"] in room.week(now=NOW + timedelta(days=7))


def test_a_new_unacceptable_fault_comes_before_any_fall(copilot: Any) -> None:
    room = Room(copilot, "en")
    kept(room.store, made_run(broken=(4,), tone=0.5), base=made_run())

    told = room.week(now=NOW)

    assert "Promises with a source" in told
    assert "c4" in told


def test_nothing_fell_is_said_too(copilot: Any) -> None:
    room = Room(copilot, "ru")
    kept(room.store, made_run(), base=made_run())

    assert words("ru", "quality")["week"]["fine"] in room.week(now=NOW)


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_customers_and_replies_say_is_never_markup(copilot: Any, language: Any) -> None:
    room = Room(copilot, language)
    name = kept(room.store, made_run(broken=(4,)), base=made_run())

    pages = [room.cases(name, Wanted(), 200)[0], room.week(now=NOW), room.runs()]

    for html in pages:
        assert "<img" not in html
        assert "<script" not in html
        assert "\n\n" not in html
    assert "&lt;img" in pages[0]


def test_cases_come_worst_first_and_can_be_searched() -> None:
    run = made_run(broken=(4, 7))

    worst = looked_for(run, Wanted())
    found = looked_for(run, Wanted(text="C4 delivery"))

    assert [row.case for row in worst[:2]] == ["c4", "c7"]
    assert [row.case for row in found][:1] == ["c4"]
    assert all("c4" in row.case for row in found)
    assert {row.case for row in looked_for(run, Wanted(metric="grounded"))} == {"c4", "c7"}
    assert next(iter(findings(worst[0]))) == "grounded"
    assert looked_for(made_run(tone=1.0), Wanted(only_faulty=True)) == []


def test_more_cases_are_shown_by_and_by(copilot: Any) -> None:
    room = Room(copilot, "en")
    name = kept(room.store, made_run())

    few, left = room.cases(name, Wanted(), 20)
    _, none_left = room.cases(name, Wanted(), 80)

    assert (few.count("<article"), left, none_left) == (20, True, False)


def test_two_runs_are_compared_with_a_link_to_all_of_it(copilot: Any) -> None:
    room = Room(copilot, "en")
    older, newer = kept(room.store, made_run()), kept(room.store, made_run(broken=(4,)))

    told = room.compared(older, newer)

    assert "Do not release the new version." in told
    assert f"base={older}&amp;candidate={newer}&amp;lang=en" in told
    assert words("en", "quality")["compare"]["same"] in room.compared(older, older)
    assert words("en", "quality")["compare"]["choose"] in room.compared(older, "")
    assert words("en", "quality")["said"]["gone"] in room.compared(older, "20200101-000000-0000")


def test_a_damaged_run_is_left_out_or_said(copilot: Any) -> None:
    room = Room(copilot, "en")
    name = kept(room.store, made_run())
    room.store.run_folder(name).joinpath("manifest.json").write_text("{")
    room.store.runs_home.joinpath("20200101-000000-abcd").mkdir()

    assert "cannot be read" in room.cases(name, Wanted(), 20)[0]
    assert len(room.store.runs()) == 1


@pytest.fixture
def answered(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Runs are answered by a stand-in, which tells its progress case by case."""

    def stand_in(told: threading.Event | None = None, go: threading.Event | None = None) -> None:
        def run_suite(suite: Any, _: Any, folder: Path, plan: Plan, *, progress: Any) -> Run:
            run = made_run(broken=(4,))
            write_run(run, folder)
            for n in range(len(suite.cases)):
                progress(n, len(suite.cases))
                if told and go:
                    told.set()
                    assert go.wait(timeout=60)
            return run

        monkeypatch.setattr(work, "run_suite", run_suite)

    return stand_in


def test_a_run_is_started_and_listed_with_what_it_found(copilot: Any, answered: Any) -> None:
    answered()
    room = Room(copilot, "en")

    assert "in the queue" in room.start("test", "ru", "", "own")
    waited(room)

    ((label, name),) = room.finished()
    assert label.endswith("test · Russian · own base")
    assert "unacceptable faults: 1" in room.runs()
    assert f"{PREFIX}/runs/{name}/report?lang=en" in room.runs()
    assert words("en", "quality")["run"]["done_run"] in room.going().html


def test_a_run_is_stopped_and_goes_on(copilot: Any, answered: Any) -> None:
    told, go = threading.Event(), threading.Event()
    answered(told, go)
    room = Room(copilot, "en")
    room.start("dev", "en", "", "own")
    assert told.wait(timeout=60)

    assert room.going().going
    assert room.stopped() == []
    room.stop()
    go.set()
    waited(room)
    assert words("en", "quality")["run"]["was_stopped"] in room.going().html
    ((_, name),) = room.stopped()
    assert room.finished() == []
    assert "not finished" in room.runs()

    answered()
    room.resume(name)
    waited(room)
    assert [one for _, one in room.finished()] == [name]
    assert words("en", "quality")["said"]["nothing_runs"] in room.stop()


def test_what_cannot_be_run_is_said(copilot: Any) -> None:
    room, said = Room(copilot, "ru"), words("ru", "quality")["said"]

    assert said["no_cases"] in room.start("dev", "ru", "no such tag", "own")
    assert said["no_cases"] in room.start("all of it", "ru", "", "own")
    assert said["gone"] in room.resume("../../etc")
    assert said["gone"] in room.resume("20200101-000000-0000")


def test_an_export_is_audited_and_taken_away(copilot: Any, rest: TestClient) -> None:
    room = Room(copilot, "en")
    raw = CHATS.read_bytes()

    answer = rest.post(
        f"{PREFIX}/upload?lang=en",
        files=[("files", ("chats <img src=x>.jsonl", raw))],
        follow_redirects=False,
    )
    waited(room)

    assert (answer.status_code, answer.headers["location"]) == (303, "/quality/en?open=audit")
    assert words("en", "quality")["run"]["done_audit"] in room.going().html
    (audit,) = room.store.audits()
    assert audit.conversations > 0
    assert "<img" not in room.audits()
    assert list(room.store.uploads_home.iterdir()) == []
    kinds = [rest.get(f"{PREFIX}/audits/{audit.name}/{form}") for form in ("html", "csv", "json")]
    assert [one.status_code for one in kinds] == [200, 200, 200]
    assert kinds[2].json()["conversations"] == audit.conversations
    assert "attachment" in kinds[1].headers["content-disposition"]


def test_what_is_no_export_is_said(copilot: Any, rest: TestClient) -> None:
    room = Room(copilot, "en")

    def sent(name: str, raw: bytes) -> str:
        files = [("files", (name, raw))]
        answer = rest.post(f"{PREFIX}/upload?lang=en", files=files, follow_redirects=False)
        return str(answer.headers["location"])

    assert sent("chats.exe", b"x") == "/quality/en?open=no_file"
    assert sent("chats.jsonl", b"not json\n") == "/quality/en?open=audit"
    waited(room)
    assert "not JSON" in room.going().html
    assert room.store.audits() == []


def test_reports_and_comparisons_are_served(copilot: Any, rest: TestClient) -> None:
    store = Store(copilot.settings.data_home)
    older, newer = kept(store, made_run()), kept(store, made_run(broken=(4,)))

    page = rest.get(f"{PREFIX}/runs/{newer}/report", params={"lang": "en"})
    both = rest.get(f"{PREFIX}/compare", params={"base": older, "candidate": newer})

    assert "<html" in page.text
    assert "<img src" not in page.text + both.text
    assert both.status_code == 200
    for name in ("20200101-000000-0000", "..%2F..", "x"):
        assert rest.get(f"{PREFIX}/runs/{name}/report").status_code == 404
        assert rest.get(f"{PREFIX}/audits/{name}/html").status_code == 404
