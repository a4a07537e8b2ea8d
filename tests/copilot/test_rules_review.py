"""The engine over whole drafts: tone, re-asking, secrets, address, length, one finding a span."""

from datetime import datetime
from typing import Any

import pytest

from copilot.brief import Brief, Fact, Frame, Perception, Signal, Voice
from copilot.conversation import Card, Conversation, Message
from copilot.rules import Ruleset, review
from copilot.suggestion import Draft, Finding
from knowledge import ToneRule

_PLAIN = Voice()
NOW = datetime.fromisoformat("2026-05-12T10:05:00+03:00")


def rule(**fields: Any) -> ToneRule:
    given = {"id": "X-1", "locale": "ru", "type": "calm_down", "severity": "high", "check": "D"}
    return ToneRule.model_validate({**given, **fields})


CALM = rule(patterns=[r"\bуспокойтесь\b"], innocent=["«[^»]*»"], replacement="Начните с факта.")


def brief(
    *messages: str, card: dict[str, str] | None = None, facts: tuple[Fact, ...] = (), channel: Any = "chat",
    voice: Voice = _PLAIN, **heard: Any,
) -> Brief:  # fmt: skip
    thread = tuple(
        Message(role="operator" if n % 2 else "customer", text=text)
        for n, text in enumerate(messages)
    )
    conversation = Conversation(
        now=NOW, messages=thread, channel=channel, card=Card(facts=card or {})
    )
    perception = Perception(**{"language": "ru", "facts": facts, **heard})
    return Brief(conversation=conversation, perception=perception, frame=Frame(framework="NONE"),
                 voice=voice)  # fmt: skip


def found(
    text: str, given: Brief | None = None, *rules: ToneRule, **which: Any
) -> tuple[Finding, ...]:
    return review(Draft.from_text(text), given or brief("?"), Ruleset(rules, **which))


def types(text: str, given: Brief | None = None, *rules: ToneRule) -> set[str]:
    return {finding.type for finding in found(text, given, *rules)}


def test_a_tone_rule_quotes_its_span_and_says_why() -> None:
    (finding,) = found("Ёлки! Успокойтесь, пожалуйста.", None, CALM)

    assert finding.span == "Успокойтесь"
    assert "Ёлки! Успокойтесь, пожалуйста."[finding.start : finding.end] == finding.span
    assert (finding.rule, finding.severity, finding.replacement) == (
        "X-1",
        "high",
        "Начните с факта.",
    )
    assert finding.why


def test_an_innocent_context_drops_the_finding() -> None:
    assert found("Сироп «Успокойтесь» есть в аптеке.", None, CALM) == ()


@pytest.mark.parametrize(
    ("applies", "given", "hit"),
    [
        ({"min_hostility": 2}, {"hostility": 1}, False),
        ({"min_hostility": 2}, {"hostility": 3}, True),
        ({"max_hostility": 1}, {"hostility": 3}, False),
        ({"failure": "yes"}, {"failure": "unknown"}, False),
        ({"failure": "yes"}, {"failure": "yes"}, True),
        ({"address": "vy"}, {"address": "ty"}, False),
        ({"b2b": True}, {}, False),
        ({"channels": ["sms"]}, {}, False),
        ({"thread_started": True}, {}, False),
        ({"only_if_missing": ["могу"]}, {}, True),
        ({"only_if_missing": ["пожалуйста"]}, {}, False),
        ({"min_count": 2}, {}, False),
    ],
)
def test_a_rule_speaks_only_of_its_context(
    applies: dict[str, Any], given: dict[str, Any], hit: bool
) -> None:
    conditional = rule(patterns=[r"\bуспокойтесь\b"], applies=applies)

    assert bool(found("Успокойтесь, пожалуйста.", brief("?", **given), conditional)) is hit


def test_signals_call_for_a_rule_or_forbid_it() -> None:
    heard = brief("?", signals=(Signal(name="complaint", span="?", message=0),))
    wanted = rule(patterns=["тариф"], applies={"any_signal": ["complaint"]})
    spared = rule(patterns=["тариф"], applies={"no_signal": ["complaint"]})

    assert found("Новый тариф.", heard, wanted)
    assert not found("Новый тариф.", heard, spared)


def test_a_rule_may_be_switched_off_unless_it_is_always_on() -> None:
    always = rule(patterns=[r"\bуспокойтесь\b"], always_on=True)

    assert not found("Успокойтесь.", None, CALM, off=["X-1"])
    assert found("Успокойтесь.", None, always, off=["X-1"])


def test_a_rule_off_by_default_may_be_switched_on() -> None:
    quiet = rule(patterns=[r"\bуспокойтесь\b"], default_on=False)

    assert not found("Успокойтесь.", None, quiet)
    assert found("Успокойтесь.", None, quiet, on=["X-1"])


def test_a_rule_of_meaning_gives_a_checklist_and_no_finding() -> None:
    meaning = rule(id="X-L", check="L", patterns=["успокойтесь"])
    ruleset = Ruleset([meaning, CALM])

    assert [r.id for r in ruleset.checklist("ru")] == ["X-L"]
    assert [f.rule for f in review(Draft.from_text("Успокойтесь."), brief("?"), ruleset)] == ["X-1"]


def test_the_gravest_of_two_findings_on_one_span_stands() -> None:
    mild = rule(id="X-2", severity="low", type="officialese", patterns=[r"успокойтесь"])

    assert [f.rule for f in found("Успокойтесь.", None, mild, CALM)] == ["X-1"]


def test_findings_come_in_order_of_place_and_the_same_every_time() -> None:
    text = "Успокойтесь. Пришлите код из смс. Верну 5 000 ₽ завтра."
    first = found(text, None, CALM)

    assert [f.start for f in first] == sorted(f.start for f in first)
    assert found(text, None, CALM) == first


@pytest.mark.parametrize(
    "text",
    [
        "Назовите, пожалуйста, номер заказа.",
        "Какой у вас номер заказа?",
        "Для проверки нужен номер заказа.",
    ],
)
def test_a_known_order_number_is_not_asked_for(text: str) -> None:
    given = brief("Заказ 784-1120", facts=(Fact(kind="order", value="784-1120", message=0),))
    (finding,) = found(text, given)

    assert (finding.type, finding.severity) == ("reask", "high")
    assert "784-1120" in finding.why
    assert "1" in finding.why


@pytest.mark.parametrize(
    "text",
    [
        "Заказ 784-1120 вижу, верно?",
        "Номер заказа называть не нужно.",
        "Назовите номер другого заказа.",
        "По заказу всё проверяю.",
        "Как вам удобнее?",
    ],
)
def test_confirming_or_asking_for_another_order_is_no_reask(text: str) -> None:
    assert "reask" not in types(text, brief("?", card={"order": "784-1120"}))


def test_what_the_card_holds_is_not_asked_for_either() -> None:
    given = brief("?", card={"phone": "+7 916 123-45-67", "email": "a@b.ru"}, language="en")

    assert types("What's the best phone number to reach you?", given) == {"reask"}
    assert types("Could you share your email address?", given) == {"reask"}
    assert types("Could you tell me your delivery address?", given) == set()


@pytest.mark.parametrize(
    ("told", "text"),
    [
        ("перезагружал роутер", "Попробуйте выключить и включить роутер."),
        ("очистил кэш", "Очистите, пожалуйста, кэш."),
        ("restarted the router twice", "Please try rebooting the router."),
    ],
)
def test_a_step_already_taken_is_not_prescribed_again(told: str, text: str) -> None:
    given = brief(told, facts=(Fact(kind="tried", value=told, message=0),),
                  language="en" if told[0] == "r" else "ru")  # fmt: skip

    assert types(text, given) == {"reask"}


def test_a_step_already_taken_may_be_named() -> None:
    given = brief("?", facts=(Fact(kind="tried", value="перезагружал роутер", message=0),))

    assert types("Перезагрузка не помогла, значит, дело в порту.", given) == set()


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Пришлите код из смс.", "ru"),
        ("Назовите CVV с обратной стороны карты.", "ru"),
        ("Please read me the verification code.", "en"),
        ("What is your password?", "en"),
    ],
)
def test_secrets_are_never_asked_for(text: str, language: str) -> None:
    assert types(text, brief("?", language=language)) == {"ask_secret"}


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Код из смс никому не называйте.", "ru"),
        ("Промокод пришлю сюда.", "ru"),
        ("Never share your one-time code.", "en"),
        ("You can reset your password in the app.", "en"),
    ],
)
def test_speaking_of_secrets_is_no_request(text: str, language: str) -> None:
    assert "ask_secret" not in types(text, brief("?", language=language))


@pytest.mark.parametrize(
    "text", ["Здравствуйте, {имя}!", "Привет, [Имя клиента]!", "Ждите [срок?]."]
)
def test_open_placeholders_block(text: str) -> None:
    (finding,) = found(text)

    assert (finding.type, finding.blocks) == ("template_leak", True)


def test_the_customer_is_answered_in_their_language() -> None:
    given = brief("Где заказ?", language="ru")

    assert types("Your order is on the way to you.", given) == {"jargon"}
    assert types("OK, PDF.", given) == set()


def test_familiar_address_needs_an_invitation() -> None:
    text = "Держи ссылку, твой прогресс сохранён."

    assert types(text, brief("?")) == {"familiarity"}
    assert types(text, brief("?", address="ty")) == set()
    assert types(text, brief("?", voice=Voice(address="ty"))) == set()


def test_one_text_keeps_to_one_form_of_address() -> None:
    assert types("Твой заказ едет, ждите курьера дома.", brief("?", address="ty")) == set()
    assert types("Твой заказ едет, вам позвонят.", brief("?", address="ty")) == {
        "familiarity",
        "unverified_promise",
    }


def test_public_replies_hold_no_personal_details() -> None:
    text = "Мы вернули деньги по номеру 8 916 123-45-67."

    assert types(text, brief("?", channel="review")) == {"public_details"}
    assert types(text, brief("?")) == set()


def test_long_texts_and_sentences_are_shown() -> None:
    text = "Слово " * 45 + "конец."

    assert types(text) == {"wall_of_text"}
    assert types("Коротко. " * 100, brief("?", hostility=3)) == {"wall_of_text"}
    assert types("Коротко и ясно. " * 15, brief("?", channel="sms")) == {"wall_of_text"}


def test_what_we_have_said_is_not_said_again() -> None:
    given = brief("?", "Вижу ваш заказ на складе в Самаре.", "и?")

    (finding,) = found("Вижу ваш заказ на складе в Самаре.", given)
    assert finding.severity == "low"


def test_an_empty_draft_has_nothing_to_find() -> None:
    assert found("") == ()
