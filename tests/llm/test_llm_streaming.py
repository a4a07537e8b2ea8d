"""A reply as it is written: whole sentences that passed, then the checked draft, or a word why not."""

import threading
import time
from typing import Any

import pytest

from copilot.errors import LlmUnavailable, Withheld
from copilot.llm import Account, Terms
from copilot.suggestion import Draft, Finding
from tests.llm.conftest import (
    GOOD_RU,
    FakeLlm,
    Handler,
    MakeBrief,
    MakeSuggester,
    Personality,
    reply_of,
    saying,
)
from tests.llm.personalities import ending

pytestmark = pytest.mark.slow

WELL = reply_of(*GOOD_RU)
TEXTS = [text for _, text in GOOD_RU]


def slowly(content: str, *, pause_s: float = 0.03) -> Personality:
    return lambda handler, _: handler.stream(content, pause_s=pause_s)


def walked(stream: Any) -> tuple[list[str], Draft]:
    """The partial texts in order, and the draft at the end."""
    partials: list[str] = []
    try:
        while True:
            partials.append(next(stream).text)
    except StopIteration as end:
        (draft,) = end.value
        return partials, draft


def shown_before(stream: Any, reason: str = "dropped") -> list[str]:
    """The partial texts of a stream that fails in the end for some reason."""
    partials: list[str] = []

    def walk() -> None:
        partials.extend(draft.text for draft in stream)

    with pytest.raises(LlmUnavailable, match=reason):
        walk()
    return partials


def test_sentences_come_one_by_one_and_the_checked_draft_last(
    server: FakeLlm, brief: MakeBrief, suggester: MakeSuggester
) -> None:
    server.personality = slowly(WELL)

    partials, draft = walked(suggester().stream(brief(), Terms()))

    assert [text.count(".") for text in partials] == sorted(text.count(".") for text in partials)
    assert partials[0] == TEXTS[0]
    assert draft.text.startswith(" ".join(TEXTS[:2]))
    assert draft.origin == "llm"


def test_a_sentence_that_does_not_pass_is_never_shown(
    server: FakeLlm, brief: MakeBrief, suggester: MakeSuggester
) -> None:
    evil = (*GOOD_RU[:2], ("A", "Подробности на https://evil.example/pay."), GOOD_RU[3])
    server.personality = slowly(reply_of(*evil))
    partials = shown_before(suggester().stream(brief(), Terms()), "contact")

    assert partials
    assert not [text for text in partials if "evil" in text]


@pytest.mark.parametrize(
    "wrong", ["Верну 15000 рублей сегодня.", "Я языковая модель.", "Перезвоню на [PHONE_7]."]
)
def test_what_is_made_up_is_not_shown_either(
    wrong: str, server: FakeLlm, brief: MakeBrief, suggester: MakeSuggester
) -> None:
    server.personality = slowly(reply_of(GOOD_RU[0], ("E", wrong), *GOOD_RU[2:]))
    partials = shown_before(suggester(timeout_s=6).stream(brief(), Terms()))

    assert set(partials) == {TEXTS[0]}


def test_what_the_rules_forbid_is_not_shown_while_it_grows(
    server: FakeLlm, brief: MakeBrief, suggester: MakeSuggester
) -> None:
    def review(draft: Draft, _: object) -> list[Finding]:
        if "обидно" not in draft.text:
            return []
        return [Finding(rule="X", type="x", severity="critical", span="обидно", start=0, end=6)]

    server.personality = slowly(reply_of(GOOD_RU[0], ("E", "Это обидно."), *GOOD_RU[2:]))
    partials = shown_before(suggester(review=review).stream(brief(), Terms()), "rule")

    assert set(partials) == {TEXTS[0]}


def test_a_second_attempt_begins_anew(
    server: FakeLlm, brief: MakeBrief, suggester: MakeSuggester
) -> None:
    def personality(handler: Handler, request: dict[str, Any]) -> None:
        first = len(request["messages"]) == 2
        handler.stream(reply_of(*GOOD_RU[:2]) if first else WELL, pause_s=0.03)

    server.personality = personality

    partials, draft = walked(suggester().stream(brief(), Terms()))

    assert partials.count(TEXTS[0]) == 2
    assert draft.text.startswith(TEXTS[0])


def test_thoughts_and_private_marks_are_not_shown(
    server: FakeLlm, brief: MakeBrief, suggester: MakeSuggester
) -> None:
    end = ("D", "Позвоню на [PHONE_1], когда курьер выедет. Удобно?")
    thinking = '<think>{"sentences": [ maybe</think>' + reply_of(*GOOD_RU[:3], end)
    server.personality = slowly(thinking)
    talk = brief("Где заказ 784-1120, ждём с пятницы? Мой номер +79161234567")

    partials, draft = walked(suggester().stream(talk, Terms()))

    assert "+79161234567" in draft.text
    assert not [text for text in partials if "think" in text or "maybe" in text]


def test_closing_the_stream_hangs_up(
    server: FakeLlm, brief: MakeBrief, suggester: MakeSuggester
) -> None:
    server.personality = slowly(WELL * 20, pause_s=0.02)
    stream = suggester(timeout_s=60).stream(brief(), Terms())
    next(stream)

    stream.close()

    assert server.hung_up.wait(3), "the server is still writing"


def test_cancelling_ends_a_wait_for_the_first_word(
    server: FakeLlm, brief: MakeBrief, suggester: MakeSuggester
) -> None:
    server.personality = lambda handler, _: handler.wait(20) or handler.stream(WELL)
    terms = Terms()
    one = suggester(timeout_s=60)
    threading.Timer(0.3, terms.cancelled.set).start()
    started = time.monotonic()

    with pytest.raises(LlmUnavailable) as caught:
        list(one.stream(brief(), terms))

    assert time.monotonic() - started < 3
    assert caught.value.kind == "cancelled"


def test_a_cancelled_call_is_no_failure_of_the_model(
    server: FakeLlm, brief: MakeBrief, suggester: MakeSuggester
) -> None:
    one = suggester()
    for _ in range(6):
        gone = Terms()
        gone.cancelled.set()
        with pytest.raises(LlmUnavailable):
            list(one.stream(brief(), gone))
    server.personality = saying(WELL)

    (draft,) = one.draft(brief())

    assert draft.origin == "llm"


def test_half_a_stream_is_no_answer(
    server: FakeLlm, brief: MakeBrief, suggester: MakeSuggester
) -> None:
    server.personality = slowly(WELL[:120])

    with pytest.raises(LlmUnavailable, match="unreadable"):
        list(suggester(timeout_s=4).stream(brief(), Terms()))


def test_a_stream_that_breaks_off_is_a_model_that_is_away(
    server: FakeLlm, brief: MakeBrief, suggester: MakeSuggester
) -> None:
    def personality(handler: Handler, _: object) -> None:
        handler.send_response(200)
        handler.send_header("content-type", "text/event-stream")
        handler.send_header("content-length", "90000")
        handler.end_headers()
        handler.event({"content": WELL[:60]})
        handler.reset()

    server.personality = personality

    with pytest.raises(LlmUnavailable) as caught:
        list(suggester().stream(brief(), Terms()))

    assert caught.value.kind == "away"


@pytest.mark.parametrize("refused", ["stream_options", "temperature", "response_format"])
def test_a_server_that_knows_less_is_asked_with_less(
    refused: str, server: FakeLlm, brief: MakeBrief, suggester: MakeSuggester
) -> None:
    def personality(handler: Handler, request: dict[str, Any]) -> None:
        if refused in request:
            handler.reply(b'{"error": {"message": "unknown field"}}', 400)
        else:
            handler.stream(WELL, usage=False)

    server.personality = personality

    _, draft = walked(suggester().stream(brief(), Terms()))

    assert draft.origin == "llm"


def test_a_server_that_cannot_stream_is_asked_for_the_whole(
    server: FakeLlm, brief: MakeBrief, suggester: MakeSuggester
) -> None:
    server.personality = lambda handler, _: handler.complete(WELL)
    one = suggester()

    partials, draft = walked(one.stream(brief(), Terms()))
    before = len(server.bodies)
    walked(one.stream(brief(), Terms()))

    assert (partials, draft.origin) == ([], "llm")
    assert len(server.bodies) == before + 1, "what the server can do is remembered"


def test_a_stream_is_bounded(server: FakeLlm, brief: MakeBrief, suggester: MakeSuggester) -> None:
    server.personality = lambda handler, _: handler.stream("x" * 9_000_000, piece=100_000)

    with pytest.raises(LlmUnavailable) as caught:
        list(suggester().stream(brief(), Terms()))

    assert caught.value.kind in ("away", "broken")


def test_nothing_is_streamed_where_only_approved_words_may_stand(
    server: FakeLlm, brief: MakeBrief, suggester: MakeSuggester
) -> None:
    with pytest.raises(Withheld):
        list(suggester().stream(brief(protocol="self_harm"), Terms()))

    assert server.bodies == []


def test_what_a_stream_took_is_counted(
    server: FakeLlm, brief: MakeBrief, suggester: MakeSuggester
) -> None:
    server.personality = slowly(WELL, pause_s=0)
    terms = Terms(Account("anna"))
    one = suggester(setting={"llm_prices": "fake=1/2", "llm_currency": "RUB"})

    walked(one.stream(brief(), terms))

    usage = terms.meter.usage
    assert usage is not None
    assert (usage.input_tokens, usage.output_tokens, usage.counted) == (900, 100, "server")
    assert (usage.cost, usage.currency) == (0.0011, "RUB")


def test_a_personality_of_the_faults_does_not_get_through_a_stream(
    server: FakeLlm, brief: MakeBrief, suggester: MakeSuggester
) -> None:
    server.personality = ending("Напишите @evil_support.")
    partials = shown_before(suggester().stream(brief(), Terms()), "contact")

    assert "@evil" not in "".join(partials)
