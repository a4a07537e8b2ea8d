"""The practice page in a real browser: from the choice of a scenario to the debrief and the trainer."""

import contextlib
import socket
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, closing
from pathlib import Path
from typing import Any

import pytest

from copilot.records import open_records
from ui.locales import LANGUAGES

pytestmark = [pytest.mark.browser, pytest.mark.slow]

HOSTILE = '<img src=x onerror="window.pwned=1"> {{7*7}} ${window.pwned=1} [y](javascript:alert(1))'
LINES = {
    "ru": (
        "r01-vacuum",
        "Вы купили V-300 неделю назад, и он не включается. Расскажите, что было перед этим?",
        "Лидия",
    ),
    "en": (
        "r17-drilling",
        "There is drilling right next to your room 214. How has the noise been for you both?",
        "Hal",
    ),
}
SIZES = {"ru": (420, 900), "en": (1440, 900)}


class Front:
    """Stands where the panel is: it signs in and is ready."""

    ready = True

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        from fastapi.responses import PlainTextResponse

        await PlainTextResponse("panel")(scope, receive, send)


@pytest.fixture(scope="module")
def practice_url(
    tmp_path_factory: pytest.TempPathFactory, fake_class: Any, panel_token: str
) -> Iterator[str]:
    """The pages behind the gate on a free port, around a copilot with hand-made answers."""
    from ui.gate import Gate
    from ui.sessions import Sessions
    from ui.shell import PLACES, Pages
    from ui.shell.serving import mounted

    home: Path = tmp_path_factory.mktemp("practice")
    copilot = fake_class(home)
    copilot.records = open_records(home)
    place = next(place for place in PLACES if place.key == "practice")
    # Built here, not in a thread: there Gradio leaves event loops behind, which pytest minds.
    built = {language: mounted(place, copilot, language) for language in LANGUAGES}
    pages = Pages(copilot, Front(), lambda _place, _copilot, language: built[language])
    sessions = Sessions(home, fixed=panel_token)
    yield from serve(Gate(alive(pages), sessions=sessions, hosts=frozenset({"127.0.0.1"})))
    copilot.records.close()


def alive(pages: Any) -> Any:
    """Return an application around pages, which end with it."""
    from fastapi import FastAPI

    @contextlib.asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            pages.open(stack)
            yield

    app = FastAPI(lifespan=lifespan)
    app.mount("/", pages)
    return app


def serve(app: Any) -> Iterator[str]:
    """Serve an application on a free port, in a thread."""
    import uvicorn

    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    up = threading.Event()

    class Telling(uvicorn.Server):
        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets)
            up.set()

    server = Telling(
        uvicorn.Config(app, port=port, log_level="warning", timeout_graceful_shutdown=1)
    )
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    assert up.wait(timeout=60)
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join(timeout=10)


class Trainee:
    """A person at the page, in one language, with everything suspicious that happened there."""

    def __init__(self, context: Any, url: str, token: str, language: str) -> None:
        self.page = context.new_page()
        self.language = language
        self.errors: list[str] = []
        self.foreign: list[str] = []
        self.page.on("pageerror", lambda e: self.errors.append(str(e)))
        self.page.on("request", lambda r: self._request(r.url, url))
        self.page.goto(f"{url}/?token={token}")
        self.page.goto(f"{url}/practice/{language}")
        self.page.wait_for_selector(".pr-card", timeout=60_000)

    def _request(self, asked: str, origin: str) -> None:
        if not asked.startswith((origin, "data:", "blob:")):
            self.foreign.append(asked)

    def start(self, **choices: str) -> None:
        page = self.page
        page.click(f"[data-do=setup][data-id={LINES[self.language][0]}]")
        page.wait_for_selector("form[data-do=start]")
        for name, value in choices.items():
            page.check(f"input[name={name}][value={value}]")
        page.click("form[data-do=start] button")
        page.wait_for_selector("#pr-text")

    def say(self, text: str, turn: int) -> None:
        self.page.fill("#pr-text", text)
        self.page.press("#pr-text", "Control+Enter" if turn % 2 else "Enter")
        self.page.wait_for_selector(f'[data-turn="{turn + 1}"]')

    def give_up(self) -> None:
        self.page.click(".pr-finish summary")
        self.page.click("[data-action=give_up] button")
        self.page.wait_for_selector(".pr-diagnose")

    def to_debrief(self, need: str = "") -> None:
        self.page.check("input[name=feeling] >> nth=1")
        self.page.fill("textarea[name=need]", need)
        self.page.click(".pr-diagnose .pr-main")
        self.page.wait_for_selector(".pr-courses")


@pytest.fixture(params=["ru", "en"])
def trainee(
    request: pytest.FixtureRequest, chromium: Any, practice_url: str, panel_token: str
) -> Iterator[Trainee]:
    width, height = SIZES[request.param]
    with closing(chromium.new_context(viewport={"width": width, "height": height})) as context:
        trainee = Trainee(context, practice_url, panel_token, request.param)
        yield trainee
        assert trainee.errors == []
        assert trainee.foreign == []
        assert trainee.page.evaluate("window.pwned") is None


def test_from_the_choice_of_a_scenario_to_the_debrief_and_again(trainee: Trainee) -> None:
    page, (_, line, name) = trainee.page, LINES[trainee.language]
    trainee.start(mood="shown")
    assert page.locator("[role=meter]").count() == 3
    page.click("[data-do=hint]")
    page.wait_for_selector(".pr-coach blockquote")
    trainee.say(line, 0)
    assert page.input_value("#pr-text") == ""
    assert name in page.inner_text("#pr-live")
    trainee.say(HOSTILE, 1)
    assert "{{7*7}} ${window.pwned=1}" in page.inner_text("#pr-thread")
    page.reload()
    page.wait_for_selector('[data-turn="2"]', timeout=60_000)
    trainee.give_up()
    trainee.to_debrief(HOSTILE)
    assert page.locator(".pr-course svg").count() == 3
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.click('[data-do=again][data-turn="1"]')
    page.wait_for_selector('[data-turn="1"]')
    trainee.give_up()
    page.click("[data-skipped]")
    page.wait_for_selector("polyline.before >> nth=0")
    with page.expect_download() as saved:
        page.click("[data-do=report]")
    assert saved.value.suggested_filename.endswith(".html")


def test_what_is_shared_is_seen_by_the_trainer_and_nothing_else(
    trainee: Trainee, chromium: Any, practice_url: str, panel_token: str
) -> None:
    page = trainee.page
    for shared in (False, True):
        trainee.start()
        trainee.say(LINES[trainee.language][1], 0)
        trainee.give_up()
        trainee.to_debrief()
        if shared:
            page.click(".pr-share summary")
            page.fill(".pr-share input", f"Оля {trainee.language}")
            page.click(".pr-share button")
            page.wait_for_selector("[data-do=unshare]")
        address = page.url
        page.click("[data-do=home]")
        page.wait_for_selector(".pr-card")
    with closing(chromium.new_context()) as context:
        trainer = Trainee(context, practice_url, panel_token, trainee.language)
        trainer.page.click("[data-do=trainer]")
        trainer.page.wait_for_selector(f".pr-row >> text=Оля {trainee.language}")
        assert trainer.page.locator(f".pr-row:has-text('Оля {trainee.language}')").count() == 1
        trainer.page.goto(address)
        trainer.page.wait_for_selector("form[data-do=comment]", state="attached")
        assert trainer.page.locator("[data-do=again]").count() == 0
        trainer.page.click("#pr-turn-1 .pr-acts summary")
        trainer.page.fill("#pr-turn-1 textarea", HOSTILE)
        trainer.page.click("#pr-turn-1 form button")
        trainer.page.wait_for_selector("#pr-turn-1 .pr-remark")
        assert trainer.page.evaluate("window.pwned") is None
        assert trainer.errors == []


def test_filters_narrow_the_scenarios_and_the_other_language_keeps_the_session(
    trainee: Trainee,
) -> None:
    page = trainee.page
    shown = page.locator(".pr-card:visible").count()
    page.fill("[data-filter=sought]", {"ru": "Велосипед", "en": "drilling"}[trainee.language])
    assert 0 < page.locator(".pr-card:visible").count() < shown
    page.fill("[data-filter=sought]", "zzz")
    assert page.locator("#pr-none").is_visible()
    page.fill("[data-filter=sought]", "")
    trainee.start()
    page.fill("#pr-text", "half-written")
    page.click("a[data-tp-language][aria-checked=false]")
    page.wait_for_selector("#pr-text", timeout=60_000)
    assert page.input_value("#pr-text") == "half-written"
    page.go_back()


def test_a_pause_stops_the_clock_and_back_goes_back(trainee: Trainee) -> None:
    page = trainee.page
    trainee.start(timer="on")
    page.click("#pr-pause")
    assert page.get_attribute("#pr-pause", "aria-pressed") == "true"
    page.go_back()
    page.wait_for_selector("form[data-do=start]")
    page.go_back()
    page.wait_for_selector(".pr-card")
    assert page.locator(".pr-open .pr-row").count() == 1
