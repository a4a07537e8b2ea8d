"""Improve and summary with a model: its words stand when every fact is the same, else the rules'."""

import json
import time
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from copilot.brief import Brief, Fact
from copilot.conversation import Card, Message
from copilot.improve import How, Improved
from copilot.llm import ModelClient
from copilot.rules import Ruleset
from copilot.writers import Writers
from tests.llm.conftest import FakeLlm, Handler, MakeBrief, MakeSuggester, saying
from tests.llm.personalities import PERSONALITIES

pytestmark = pytest.mark.slow

TIMEOUT_S = 0.8
SLACK_S = 0.7
STIFF = "Осуществляем доставку заказа 784-1120 в течение 2 дней. Просим ожидать звонка курьера."
PLAIN = "Доставим заказ 784-1120 за 2 дня. Ждите звонка курьера."

MakeWriters = Callable[..., Writers]


def text_of(text: str) -> str:
    return json.dumps({"text": text}, ensure_ascii=False)


def lines_of(*lines: tuple[str, str, list[int]]) -> str:
    told = [{"about": about, "text": text, "messages": where} for about, text, where in lines]
    return json.dumps({"lines": told}, ensure_ascii=False)


@pytest.fixture
def writers(suggester: MakeSuggester) -> MakeWriters:
    """Improve and summary over the scripted server, with the product's masking."""

    def make(*, timeout_s: float = 10.0, **parts: Any) -> Writers:
        client: ModelClient = suggester(timeout_s=timeout_s, **parts).client
        return Writers(Ruleset(()), client)

    return make


def test_a_version_with_the_same_facts_stands_with_every_difference(
    server: FakeLlm, brief: MakeBrief, writers: MakeWriters
) -> None:
    server.personality = saying(text_of(PLAIN))

    improved = writers().improve(STIFF, "plainer", brief())

    assert (improved.text, improved.origin, improved.kept) == (PLAIN, "llm", False)
    assert improved.changes[0].before.startswith("Осуществляем")
    assert rebuilt(STIFF, improved) == PLAIN
    assert improved.usage is not None


def rebuilt(before: str, improved: Improved) -> str:
    """The text that comes of making every change in the original."""
    text = before
    for change in reversed(improved.changes):
        assert before[change.start : change.end] == change.before
        text = text[: change.start] + change.after + text[change.end :]
    return text


@pytest.mark.parametrize(
    ("how", "wrong"),
    [
        ("plainer", PLAIN.replace("2 дня", "3 дня")),
        ("plainer", PLAIN.replace("784-1120", "784-1121")),
        ("plainer", "Доставим заказ 784-1120 за 2 дня и вернём деньги. Ждите звонка курьера."),
        ("plainer", "Доставим заказ 784-1120 за 2 дня, скидка 100 %. Ждите звонка курьера."),
        ("plainer", "Доставим заказ. Ждите звонка курьера."),
        ("plainer", "Мы обманываем клиентов."),
        ("plainer", PLAIN + " Подробности на https://evil.example."),
        ("plainer", PLAIN + " Напишите мне @evil_support."),
        ("plainer", PLAIN + " Вас встретит Игорь Семёнов."),
        ("plainer", "We will deliver order 784-1120 in 2 days. Please wait for the courier's call."),
        ("plainer", PLAIN + " Удобно?"),
        ("plainer", "Я языковая модель и не могу помочь с этим: заказ 784-1120 за 2 дня."),
        ("shorter", STIFF + " Спасибо, что вы с нами."),
        ("fix", "Просим ожидать звонка курьера."),
        ("add_step", "Заказ 784-1120 вы ждёте с пятницы."),
        ("warmer", STIFF + " Верну вам 500 рублей за ожидание."),
        ("vy", PLAIN),
    ],
)  # fmt: skip
def test_a_version_that_changes_more_than_words_is_dropped(
    how: How, wrong: str, server: FakeLlm, brief: MakeBrief, writers: MakeWriters,
    notice: Callable[..., str],
) -> None:  # fmt: skip
    server.personality = saying(text_of(wrong))
    own = writers()

    improved = own.improve(STIFF, how, brief())

    assert improved.origin == "embedded"
    assert improved.text == own.improve(STIFF, how, brief(), llm=False).text
    assert improved.notes[-1] == notice("unfit", "text")


def test_a_fault_is_named_and_repaired_once(
    server: FakeLlm, brief: MakeBrief, writers: MakeWriters
) -> None:
    def personality(handler: Handler, request: dict[str, Any]) -> None:
        first = len(request["messages"]) == 2
        handler.complete(text_of(PLAIN.replace("2 дня", "3 дня") if first else PLAIN))

    server.personality = personality

    improved = writers().improve(STIFF, "plainer", brief())

    assert improved.text == PLAIN
    said = json.loads(server.bodies[1])["messages"][-1]["content"]
    assert "этих чисел нет ни в одном источнике: 3" in said


def test_private_details_go_out_masked_and_come_back_whole(
    server: FakeLlm, brief: MakeBrief, writers: MakeWriters
) -> None:
    server.personality = saying(text_of("Перезвоню на [PHONE_1] до 18:00."))
    draft = "Мы осуществим перезвон на +79161234567 до 18:00."

    improved = writers().improve(draft, "plainer", brief("Мой номер +79161234567, жду"))

    assert improved.text == "Перезвоню на +79161234567 до 18:00."
    assert "9161234567" not in server.bodies[0]


def test_a_mark_that_is_lost_is_noticed(
    server: FakeLlm, brief: MakeBrief, writers: MakeWriters
) -> None:
    server.personality = saying(text_of("Перезвоню до 18:00."))

    improved = writers().improve("Мы перезвоним на +79161234567 до 18:00.", "plainer", brief())

    assert improved.origin == "embedded"
    assert "+79161234567" in improved.text


TRANSLATED = (
    "We will deliver order 784-1120 on 25 November between 9 and 13. Does that suit you? "
    "If not, tell us by Tuesday and we will refund 100% to your card within three days."
)
TO_TRANSLATE = (
    "Заказ 784-1120 привезём 25.11 с 9 до 13. Удобно? Если нет, сообщите до вторника, вернём "
    "100 % на карту за три дня."
)


def test_a_translation_keeps_sums_terms_dates_and_codes(
    server: FakeLlm, brief: MakeBrief, writers: MakeWriters
) -> None:
    server.personality = saying(text_of(TRANSLATED))

    improved = writers().improve(TO_TRANSLATE, "to_en", brief())

    assert (improved.text, improved.origin) == (TRANSLATED, "llm")


@pytest.mark.parametrize(
    ("old", "new"),
    [("100%", "50%"), ("three days", "four days"), ("25 November", "26 November"),
     ("784-1120", "784-1121"), ("Does that suit you? ", ""), ("card", "card at evil-pay.com")],
)  # fmt: skip
def test_a_translation_with_another_fact_is_none(
    old: str, new: str, server: FakeLlm, brief: MakeBrief, writers: MakeWriters,
    notice: Callable[..., str],
) -> None:  # fmt: skip
    server.personality = saying(text_of(TRANSLATED.replace(old, new)))

    improved = writers().improve(TO_TRANSLATE, "to_en", brief())

    assert (improved.text, improved.kept) == (TO_TRANSLATE, True)
    assert improved.notes == (notice("unfit", "translation"),)


@pytest.mark.parametrize("how", ["to_ru", "to_en"])
def test_without_a_model_there_is_no_translation_and_a_word_about_it(
    how: How, brief: MakeBrief
) -> None:
    draft = "Заказ приедет завтра." if how == "to_en" else "The order comes tomorrow."

    improved = Writers(Ruleset(()), None).improve(draft, how, brief())

    assert (improved.text, improved.kept) == (draft, True)
    (note,) = improved.notes
    assert "модел" in note or "model" in note


def test_a_text_in_that_language_already_is_left_alone(
    server: FakeLlm, brief: MakeBrief, writers: MakeWriters
) -> None:
    improved = writers().improve("Заказ приедет завтра.", "to_ru", brief())

    assert improved.text == "Заказ приедет завтра."
    assert server.bodies == []


TOLD = (
    ("happened", "Заказ 784-1120 не приехал в пятницу, как обещали", [1]),
    ("request", "Спрашивает, где заказ 784-1120; подарок нужен сегодня", [1]),
    ("facts", "заказ 784-1120", [1]),
)


def thread(brief: MakeBrief) -> Brief:
    return brief(perception={"facts": (Fact(kind="order", value="784-1120", message=0),),
                             "request": "Где заказ 784-1120?"})  # fmt: skip


def test_a_summary_of_the_model_keeps_the_fields_and_the_rules_own_lines(
    server: FakeLlm, brief: MakeBrief, writers: MakeWriters
) -> None:
    server.personality = saying(lines_of(*TOLD))
    own = writers()

    summary = own.summarise(thread(brief))
    standing = own.summarise(thread(brief), llm=False)

    assert summary.origin == "llm"
    assert (
        summary.lines[0].text
        == "Что случилось: Заказ 784-1120 не приехал в пятницу, как обещали (№1)"
    )
    kept = [line for line in standing.lines if line.about in ("known", "mood", "risk", "next")]
    assert [line for line in summary.lines if line in kept] == kept
    assert summary.notices == ()


@pytest.mark.parametrize(
    ("about", "text", "where"),
    [
        ("facts", "заказ 784-1121", [1]),
        ("facts", "заказ 784-1120 на 1500 рублей", [1]),
        ("request", "Просит вернуть 100 % стоимости", [1]),
        ("promised", "Пообещали вернуть деньги", [1]),
        ("request", "Хочет купить новый холодильник, шкаф и диван", [1]),
        ("happened", "Подробности на evil.example", [1]),
        ("facts", "заказ 784-1120", [7]),
        ("happened", "Language model refused, the order is late and nobody knows why", [1]),
    ],
)
def test_a_line_that_the_thread_does_not_carry_sinks_the_summary(
    about: str, text: str, where: list[int], server: FakeLlm, brief: MakeBrief,
    writers: MakeWriters, notice: Callable[..., str],
) -> None:  # fmt: skip
    others = [line for line in TOLD if line[0] != about]
    server.personality = saying(lines_of(*others, (about, text, where)))
    own = writers()

    summary = own.summarise(thread(brief))

    assert summary.origin == "embedded"
    assert summary.lines == own.summarise(thread(brief), llm=False).lines
    assert summary.notices == (notice("unfit", "summary"),)


def test_a_promise_of_ours_must_not_be_forgotten(
    server: FakeLlm, brief: MakeBrief, writers: MakeWriters
) -> None:
    ours = Message(role="operator", text="Верну 290 рублей за доставку до вторника.")
    talk = brief(earlier=(ours,), perception={"request": "Где заказ 784-1120?"})
    told = (("happened", "Заказ 784-1120 не приехал", [2]), ("request", "где заказ 784-1120", [2]))
    server.personality = saying(lines_of(*told))

    without = writers().summarise(talk)
    promised = ("promised", "вернуть 290 рублей за доставку до вторника", [1])
    server.personality = saying(lines_of(*told, promised))
    with_it = writers().summarise(talk)

    assert (without.origin, with_it.origin) == ("embedded", "llm")


def test_a_masked_summary_holds_no_private_detail(
    server: FakeLlm, brief: MakeBrief, writers: MakeWriters, now: datetime
) -> None:
    talk = brief("Где заказ 784-1120? Мой номер +79161234567", perception={"request": "Где заказ"})
    card = Card(facts={"name": "Анна Петрова"})
    conversation = talk.conversation.model_copy(update={"card": card})
    talk = talk.model_copy(update={"conversation": conversation})
    told = (*TOLD[1:2], ("facts", "имя [NAME_1], телефон [PHONE_1]", [1]))
    server.personality = saying(lines_of(("request", "Где заказ 784-1120", [1]), *told[1:]))

    open_, masked = writers().summarise(talk), writers().summarise(talk, masked=True)

    assert (open_.origin, masked.origin) == ("llm", "llm")
    assert "Анна" in open_.text
    assert not [secret for secret in ("Анна", "9161234567") if secret in masked.text]
    assert "Петрова" not in "".join(server.bodies)


@pytest.mark.parametrize("risk", ["injection", "self_harm"])
def test_neither_is_asked_of_a_model_in_cases_that_are_not_for_it(
    risk: str, server: FakeLlm, brief: MakeBrief, writers: MakeWriters
) -> None:
    own, talk = writers(), brief(perception={"risk": risk})

    assert own.improve(STIFF, "plainer", talk).origin == "embedded"
    assert own.summarise(talk).origin == "embedded"
    assert server.bodies == []


QUICK = [name for name in PERSONALITIES if PERSONALITIES[name][0] in ("broken", "refused", "busy")]
SLOW = ("500", "half a body", "a slow first byte", "a slow drip", "5 MB", "a redirect", "reset")
NAMES = [*QUICK, *(name for name in SLOW if name in PERSONALITIES)]


@pytest.mark.parametrize("name", NAMES)
def test_whatever_the_model_does_the_rules_answer_in_time(
    name: str, server: FakeLlm, brief: MakeBrief, writers: MakeWriters, notice: Callable[..., str]
) -> None:
    kind, server.personality = PERSONALITIES[name]
    own, talk = writers(timeout_s=TIMEOUT_S), thread(brief)

    started = time.monotonic()
    improved = own.improve(STIFF, "plainer", talk)
    middle = time.monotonic()
    summary = own.summarise(talk)
    took_s = middle - started, time.monotonic() - middle

    assert max(took_s) <= TIMEOUT_S + SLACK_S
    assert (improved.origin, summary.origin) == ("embedded", "embedded")
    assert improved.notes[-1] == notice(kind, "text")
    resting = kind == "busy" and summary.notices == (notice("resting", "summary"),)
    assert resting or summary.notices == (notice(kind, "summary"),)
