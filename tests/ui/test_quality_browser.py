"""The page for QA in a real browser: look through a run, compare it, audit an export."""

import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, closing
from pathlib import Path
from typing import Any

import pytest

from copilot.settings import Settings
from evals.compare import compare, metrics_of
from evals.folder import write_run
from evals.labelled import starter_rules
from knowledge import Locale
from tests.evals.runs_made_up import made_run
from ui.locales import words
from ui.quality.store import Asked, Metrics, Store

pytestmark = [pytest.mark.browser, pytest.mark.slow]

CHATS = Path(__file__).parents[2] / "examples" / "evals" / "chats.jsonl"


class Copilot:
    """Only what the page reads."""

    def __init__(self, home: Path) -> None:
        self.settings = Settings(home=home)
        self.rules = starter_rules()


class Front:
    """No panel: the page alone."""

    ready = True

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        from starlette.responses import PlainTextResponse

        await PlainTextResponse("", 404)(scope, receive, send)


def service(copilot: Any, token: str) -> Any:
    """The page behind the gate."""
    from fastapi import FastAPI

    from ui.gate import Gate
    from ui.quality.routes import quality_router
    from ui.sessions import Sessions
    from ui.shell import Pages

    pages = Pages(copilot, Front())

    @asynccontextmanager
    async def lifespan(_: Any) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            pages.open(stack)
            yield

    app = FastAPI(lifespan=lifespan)
    app.include_router(quality_router(copilot))
    app.mount("/", pages)
    sessions = Sessions(copilot.settings.data_home, fixed=token)
    return Gate(app, sessions=sessions, hosts=frozenset({"127.0.0.1"}))


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory, panel_token: str) -> Iterator[str]:
    """The page with one run in which a case broke, on a free port."""
    import uvicorn

    copilot = Copilot(tmp_path_factory.mktemp("quality"))
    store = Store(copilot.settings.data_home)
    name, run = store.begin(Asked()), made_run(broken=(4,))
    write_run(run, store.run_folder(name))
    metrics = Metrics(metrics=metrics_of(run), rows=len(run.rows), errors=0, faulty=1)
    store.finish(name, metrics, compare(made_run(), run))
    up = threading.Event()

    class Telling(uvicorn.Server):
        async def startup(self, sockets: Any = None) -> None:
            await super().startup(sockets)
            up.set()

    config = uvicorn.Config(
        service(copilot, panel_token), port=0, log_level="warning", timeout_graceful_shutdown=1
    )
    server = Telling(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    assert up.wait(timeout=60)
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
    thread.join(timeout=10)


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
        page.set_extra_http_headers({"authorization": f"Bearer {panel_token}"})
        page.goto(f"{house}/quality/{language}/")
        page.wait_for_selector("#q-week .q-bad")

        page.get_by_role("tab", name=said["tabs"]["cases"], exact=True).click()
        page.wait_for_selector("#q-cases article >> text=c4")
        page.fill("#q-search input, #q-search textarea", "c4")
        page.wait_for_function("document.querySelectorAll('#q-cases article').length < 12")
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
