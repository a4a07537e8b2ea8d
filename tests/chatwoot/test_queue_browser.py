"""An operator's minutes beside Chatwoot: who waits, the next one, a message meanwhile, a frame."""

from collections.abc import Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, closing
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI

from copilot.conversation import Conversation
from copilot.records import open_records
from tests.chatwoot.conftest import Service, serving
from tests.fake_chatwoot import AGENT_TOKEN, BOT_TOKEN, SECRET, FakeChatwoot, fake_chatwoot
from tests.ui.conftest import FakeCopilot
from ui.api_conversations import conversation_router
from ui.chatwoot import HOOK, Pace, chatwoot_desk
from ui.gate import Gate
from ui.sessions import Sessions

pytestmark = [pytest.mark.browser, pytest.mark.slow]
TOKEN = "service-token-for-tests"
HOSTILE = '<img src=x onerror="window.pwned=1"> Где стол?'


class PanelCopilot(FakeCopilot):
    """Finds nothing in what a person wrote that would stop it."""

    def check(self, conversation: Conversation, text: str) -> Any:
        review = super().check(conversation, text)
        review.slots, review.blocked = (), False
        return review


@pytest.fixture(scope="module")
def fake() -> Iterator[FakeChatwoot]:
    with fake_chatwoot() as made:
        yield made


@pytest.fixture(scope="module")
def panel(fake: FakeChatwoot, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    from ui.panel import mount_panel

    home: Path = tmp_path_factory.mktemp("home")
    copilot: Any = PanelCopilot(
        home, chatwoot_url=fake.url, chatwoot_token=BOT_TOKEN, chatwoot_webhook_secret=SECRET
    )
    copilot.records = open_records(home)
    screens = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    mounted = mount_panel(screens, copilot, keeper=copilot)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> Any:
        async with AsyncExitStack() as stack:
            await stack.enter_async_context(mounted.router.lifespan_context(mounted))
            yield

    app = FastAPI(lifespan=lifespan)
    desk = chatwoot_desk(copilot, pace=Pace(quiet_s=0.05))
    app.include_router(desk.router)
    app.include_router(conversation_router(copilot))
    app.mount("/", mounted)
    gate = Gate(
        app, Sessions(home, fixed=TOKEN), frozenset({"127.0.0.1"}), api_token=TOKEN,
        embed_origins=(fake.url,), hooks=(HOOK,),
    )  # fmt: skip
    with serving(gate) as url:
        fake.hook, fake.app = url + HOOK, url
        service = Service(url, copilot, desk)
        yield service
        service.rest.close()
    copilot.records.close()


@pytest.fixture
def talk(panel: Service, fake: FakeChatwoot) -> Iterator[Callable[..., None]]:
    """Write as a customer, and wait until it is kept."""

    def say(number: int, text: str) -> None:
        if number not in fake.conversations:
            fake.conversation(number)
        assert fake.say(number, text) == 200
        panel.settle()

    yield say
    for line in panel.copilot.records.conversations.page("all").items:
        panel.copilot.records.conversations.forget(line.id)
    fake.conversations.clear()
    fake.messages.clear()


@pytest.fixture
def page(chromium: Any, panel: Service) -> Iterator[Any]:
    with closing(chromium.new_context(viewport={"width": 1440, "height": 900})) as context:
        context.grant_permissions(["clipboard-read", "clipboard-write"])
        opened = context.new_page()
        errors: list[str] = []
        opened.on("pageerror", lambda error: errors.append(str(error)))
        opened.goto(f"{panel.url}/?token={TOKEN}")
        opened.wait_for_selector(".draft.main")
        yield opened
        assert errors == []
        assert not opened.evaluate("window.pwned")


def open_next(page: Any, text: str) -> None:
    page.keyboard.press("Alt+KeyJ")
    page.wait_for_selector(f".message >> text={text}")
    page.wait_for_selector("body:not(.tp-busy)")


def test_the_next_who_waits_opens_on_a_key_and_a_copy_is_recorded(
    page: Any, panel: Service, talk: Callable[..., None]
) -> None:
    talk(7, "Где диван?")
    talk(8, HOSTILE)
    page.wait_for_selector(".waiter >> nth=1")
    assert "черновик готов" in page.inner_text("#tp-queue")

    open_next(page, "Где диван?")
    page.keyboard.press("Alt+2")
    page.wait_for_selector("#tp-draft-1 .status.ok")
    open_next(page, "Где стол?")
    assert "here" in page.get_attribute(".waiter >> nth=1", "class")

    draft = panel.kept(7).draft
    assert draft is not None
    assert draft.shown is not None
    assert draft.copied == 1
    open_next(page, "Где диван?")


def test_a_message_meanwhile_never_touches_what_is_being_written(
    page: Any, talk: Callable[..., None]
) -> None:
    talk(7, "Где диван?")
    talk(8, "Где стол?")
    page.wait_for_selector(".waiter >> nth=1")
    open_next(page, "Где диван?")
    page.keyboard.press("Alt+KeyT")
    page.fill("#tp-edit-own", "Мой собственный ответ")

    talk(7, "И ещё про доставку")
    page.wait_for_selector("#tp-q-newer")
    assert page.input_value("#tp-edit-own") == "Мой собственный ответ"
    assert page.locator(".message").count() == 1
    page.click("#tp-q-newer")
    page.wait_for_selector(".message >> text=И ещё про доставку")

    assert page.input_value("#tp-edit-own") == "Мой собственный ответ"
    assert page.locator("#tp-draft-own .stale").count() == 1
    open_next(page, "Где стол?")
    assert page.locator("#tp-edit-own").count() == 0
    open_next(page, "Где диван?")
    assert page.input_value("#tp-edit-own") == "Мой собственный ответ"


def test_a_draft_is_dismissed_with_a_reason(
    page: Any, panel: Service, talk: Callable[..., None]
) -> None:
    talk(7, "Где диван?")
    page.wait_for_selector(".waiter")
    open_next(page, "Где диван?")

    page.keyboard.press("Alt+KeyX")
    page.wait_for_selector("#tp-dismiss[open]")
    page.keyboard.press("4")
    page.wait_for_selector("#tp-edit-own")

    draft = panel.kept(7).draft
    assert draft is not None
    assert (draft.outcome, draft.reason) == ("dismissed", "too_long")


def test_a_reply_is_sent_after_a_yes_and_with_the_operators_token(
    page: Any, fake: FakeChatwoot, panel: Service, talk: Callable[..., None]
) -> None:
    talk(7, "Где диван?")
    page.wait_for_selector(".waiter")
    open_next(page, "Где диван?")

    page.click("#tp-send-1")
    page.fill("#tp-send-token", "wrong")
    page.click("#tp-send-go")
    page.wait_for_selector("#tp-send .problem")
    assert all(message["message_type"] == 0 for message in fake.messages[7])
    page.fill("#tp-send-token", AGENT_TOKEN)
    page.click("#tp-send-go")
    page.wait_for_selector(".message.operator")

    (sent,) = [m for m in fake.messages[7] if m["message_type"] == 1]
    assert sent["content"].startswith("Простите")
    assert panel.kept(7).line.waiting_since is None
    page.keyboard.press("Alt+KeyN")
    page.click("#tp-note-send")
    page.wait_for_selector("#tp-note .status:has-text('Chatwoot')")
    assert [m["private"] for m in fake.messages[7]] == [False, False, True]


def test_what_is_pasted_is_kept_found_and_resumed(
    page: Any, panel: Service, talk: Callable[..., None]
) -> None:
    page.fill("#tp-message textarea", "Самовар течёт, заказ 784-1120")
    page.click("#tp-answer")
    page.wait_for_selector(".message >> text=Самовар")
    page.wait_for_selector("body:not(.tp-busy)")
    page.fill("#tp-message textarea", "И паяльник тоже")
    page.click("#tp-answer")
    page.wait_for_selector(".message >> text=паяльник")
    page.wait_for_selector("body:not(.tp-busy)")
    page.keyboard.press("Alt+2")
    page.wait_for_selector("#tp-draft-1 .status.ok")
    page.wait_for_selector(".waiter")
    page.click("#tp-clear")
    page.wait_for_selector(".message", state="detached")

    page.fill("#tp-q-words", "самовар ПАЯЛЬНИК")
    page.wait_for_selector(".waiter")
    page.click(".waiter")
    page.wait_for_selector(".message >> text=Самовар")

    (line,) = panel.copilot.records.conversations.page("all").items
    whole = panel.copilot.records.conversations.whole(line.id)
    assert [m.text for m in whole.messages] == ["Самовар течёт, заказ 784-1120", "И паяльник тоже"]
    assert [draft.outcome for draft in whole.drafts] == ["as_is", ""]
    assert panel.copilot.records.conversations.page("waiting").total == 0


def test_a_link_opens_a_conversation_and_says_when_it_cannot(
    page: Any, panel: Service, talk: Callable[..., None]
) -> None:
    talk(8, "Где стол?")

    page.goto(f"{panel.url}/?account=1&conversation=8")
    page.wait_for_selector(".message >> text=Где стол?")
    page.goto(f"{panel.url}/?account=1&conversation=404")
    page.wait_for_selector("#tp-queue [role=alert]")

    assert "404" in page.inner_text("#tp-queue [role=alert]")


def test_a_frame_of_the_helpdesk_follows_the_operator(
    page: Any, fake: FakeChatwoot, talk: Callable[..., None]
) -> None:
    talk(7, "Где диван?")
    talk(8, "Где стол?")

    page.goto(f"{fake.url}/dashboard")
    page.click("#tab")
    frame = page.frame_locator("#frame")
    frame.locator(".message >> text=Где диван?").wait_for()
    page.click("#next")
    assert page.locator("#frame").count() == 0
    page.click("#tab")

    frame.locator(".message >> text=Где стол?").wait_for()
