"""The embedded composer: golden replies, and what must hold of every reply."""

import importlib.util
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import regex

from copilot.brief import Brief
from copilot.suggesters import EmbeddedComposer
from copilot.suggestion import Draft

ROOT = Path(__file__).parents[2]


def _load(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


golden = _load(ROOT / "bench" / "update_golden.py")
CASES: list[dict[str, Any]] = golden.read_cases()
IDS = [case["id"] for case in CASES]
NUMBER = regex.compile(r"\d+(?:[.,\u00a0 ]\d+)*")


def drafted(case: dict[str, Any]) -> tuple[Brief, list[Draft]]:
    """The brief of a golden conversation and its drafts."""
    brief: Brief = golden.brief_of(case)
    return brief, EmbeddedComposer().draft(brief)


def case_of(name: str, **changes: Any) -> dict[str, Any]:
    """A golden conversation, changed."""
    return {**next(case for case in CASES if case["id"].startswith(name)), **changes}


@pytest.mark.parametrize("case", CASES, ids=IDS)
def test_a_golden_reply_stays_as_it_was_read(case: dict[str, Any]) -> None:
    written = (golden.GOLDEN / f"{case['id']}.txt").read_text(encoding="utf-8")

    assert golden.render(case) == written


def test_every_golden_file_belongs_to_a_conversation() -> None:
    assert len(CASES) >= 30
    assert {path.stem for path in golden.GOLDEN.glob("*.txt")} == set(IDS)


@pytest.mark.parametrize("case", CASES, ids=IDS)
def test_no_number_comes_from_nowhere(case: dict[str, Any]) -> None:
    brief, drafts = drafted(case)
    sources = " ".join(
        [m.text for m in brief.conversation.messages]
        + list(brief.conversation.card.notes)
        + [f"{hit.text} {hit.answer} {hit.question} {hit.record}" for hit in brief.hits]
        + [brief.voice.crisis_line, "112 103"]
    )

    for draft in drafts:
        assert [n for n in NUMBER.findall(draft.text) if n not in sources] == []


@pytest.mark.parametrize("case", CASES, ids=IDS)
def test_every_cited_source_exists(case: dict[str, Any]) -> None:
    brief, drafts = drafted(case)
    known = {hit.id for hit in brief.hits}
    known |= {f"card#{n}" for n in range(1, len(brief.conversation.card.notes) + 1)}

    assert {c for d in drafts for s in d.sentences for c in s.sources} <= known


@pytest.mark.parametrize("case", CASES, ids=IDS)
def test_there_is_always_an_answer_and_at_most_three_that_differ(case: dict[str, Any]) -> None:
    _, drafts = drafted(case)

    assert 1 <= len(drafts) <= 3
    assert len({draft.text for draft in drafts}) == len(drafts)


@pytest.mark.parametrize("case", CASES, ids=IDS)
def test_a_reply_keeps_to_one_apology_and_one_question(case: dict[str, Any]) -> None:
    _, drafts = drafted(case)

    for draft in drafts:
        assert (
            len(
                regex.findall(
                    r"(?i)\bпрости(?:те)?\b|\bsorry\b(?! to hear| for your loss)", draft.text
                )
            )
            <= 1
        )
        assert draft.text.count("?") - len(regex.findall(r"\?\]", draft.text)) <= 1


@pytest.mark.parametrize("case", CASES, ids=IDS)
def test_the_steps_of_a_reply_belong_to_its_framework(case: dict[str, Any]) -> None:
    brief, drafts = drafted(case)
    allowed = {*brief.frame.steps, ""}

    assert {s.step for draft in drafts for s in draft.sentences} <= allowed


@pytest.mark.parametrize("case", CASES, ids=IDS)
def test_the_same_brief_gives_the_same_words(case: dict[str, Any]) -> None:
    assert drafted(case)[1] == drafted(case)[1]


@pytest.mark.parametrize("case", CASES, ids=IDS)
def test_what_was_said_is_not_said_again(case: dict[str, Any]) -> None:
    _, first = drafted(case)
    thread = [*case["thread"], {"operator": first[0].text}, {"customer": "…"}]
    _, second = drafted({**case, "thread": thread})

    said = {s.text for s in first[0].sentences if s.text not in ("Здравствуйте.", "Hello,")}
    signature = case.get("voice", {}).get("signature", "")
    greeted = {s.text for s in first[0].sentences if s.text.startswith(("Здравствуйте", "Hello"))}
    for draft in second:
        assert {s.text for s in draft.sentences} & (said - greeted - {signature}) == set()


def test_a_question_is_answered_first_and_without_sympathy() -> None:
    _, (best, *_) = drafted(case_of("en05"))

    assert best.sentences[0].text.startswith("Yes, you can add users")
    assert {s.act for s in best.sentences} == {"answer"}


def test_an_exception_is_never_shortened_away() -> None:
    for draft in drafted(case_of("en05"))[1]:
        assert "annual plans" in draft.text


def test_lead_goes_through_its_steps_in_order() -> None:
    _, (best, *_) = drafted(case_of("ru01"))

    steps = [s.step for s in best.sentences]
    assert steps == sorted(steps, key="LEAD".index)
    assert set(steps) == set("LEAD")


def test_care_goes_through_its_steps_in_order() -> None:
    _, (best, *_) = drafted(case_of("ru09"))

    assert [s.step for s in best.sentences] == ["C", "A", "R", "E"]


def test_notes_for_colleagues_stay_with_them() -> None:
    for draft in drafted(case_of("ru04"))[1]:
        assert "обещать" not in draft.text


def test_a_known_order_is_never_asked_for() -> None:
    case = case_of("ru07")
    known = {**case["perception"], "facts": {"order": "55-1"}}

    for draft in drafted({**case, "perception": known})[1]:
        assert "номер заказа" not in draft.text


def test_an_unknown_order_is_asked_for_once() -> None:
    asked = [draft for draft in drafted(case_of("ru07"))[1] if "номер заказа" in draft.text]

    assert asked
    assert {draft.text.count("номер заказа") for draft in asked} == {1}


def test_two_orders_are_not_mixed_up() -> None:
    case = case_of("ru33", thread=[{"customer": "где заказ 77-4? а 77-5?"}])
    brief, _ = drafted(case)
    second = brief.perception.facts[0].model_copy(update={"value": "77-5", "span": "77-5"})
    perception = brief.perception.model_copy(update={"facts": (*brief.perception.facts, second)})

    for draft in EmbeddedComposer().draft(brief.model_copy(update={"perception": perception})):
        assert "77-" not in draft.text
        assert "номер заказа" not in draft.text


def test_without_a_source_nothing_is_promised_but_a_time_to_fill_in() -> None:
    _, (best, *_) = drafted(case_of("ru30"))

    assert best.slots == ("срок",)
    assert not any(s.sources for s in best.sentences)


def test_a_weak_hit_is_asked_about_before_it_is_told() -> None:
    _, drafts = drafted(case_of("ru31"))

    asking = [draft for draft in drafts if "10 до 18" in draft.text]
    assert asking
    assert all(draft.sentences[0].text.endswith("?") for draft in asking)


def test_a_public_reply_names_no_order_and_no_sum() -> None:
    for draft in drafted(case_of("ru22"))[1]:
        assert not NUMBER.search(draft.text)
        assert "личн" in draft.text or "лично" in draft.text


def test_a_text_message_fits_its_channel() -> None:
    _, (best, *_) = drafted(case_of("ru33"))

    assert len(best.text) <= 160


def test_a_mail_has_a_subject_a_greeting_and_a_signature() -> None:
    _, (best, *_) = drafted(case_of("ru23"))

    assert best.subject == "Ответ на ваш вопрос"
    assert best.text.startswith("Здравствуйте, Мария.\n\n")
    assert best.text.endswith("\n\nСлужба заботы")


def test_a_spoken_reply_holds_no_links() -> None:
    link = [{"question": "Где карта?", "answer": "Карта здесь: https://example.org/map."}]
    case = case_of("ru30", channel="voice", articles=link)

    for draft in drafted(case)[1]:
        assert "http" not in draft.text


def test_first_name_terms_are_kept_throughout() -> None:
    for draft in drafted(case_of("ru24"))[1]:
        assert not regex.search(r"(?i)\b(?:вы|вас|вам|ваш\w*)\b", draft.text)


def test_the_boundary_is_drawn_once_then_a_senior_takes_over() -> None:
    first, second = drafted(case_of("ru12"))[1][0], drafted(case_of("ru13"))[1][0]

    assert "оскорблений" in first.text
    assert "оскорблений" not in second.text
    assert "старший коллега" in second.text


def test_instructions_in_a_message_are_not_obeyed() -> None:
    for draft in drafted(case_of("ru19"))[1]:
        assert "промокод" not in draft.text
        assert "%" not in draft.text


def test_a_safety_script_is_said_word_for_word() -> None:
    case = case_of("en02")
    brief, (best, *_) = drafted(case)
    reply = case["script"]["reply"]

    for line in (*reply["control"], *reply["solve"], *reply["follow_up"]):
        assert line in best.text
    assert brief.frame.protocol == "fraud"


def test_a_choice_already_made_is_not_offered_again() -> None:
    _, (best, *_) = drafted(case_of("ru03"))

    assert "Отправлю недостающее" in best.text
    assert "верну деньги" not in best.text


def test_two_questions_get_two_answers() -> None:
    case = case_of(
        "ru30",
        thread=[{"customer": "Есть ли парковка? И можно ли с собакой?"}],
        perception={
            "signals": ["simple_question"],
            "requests": ["Есть ли парковка?", "Можно ли с собакой?"],
        },
        articles=[
            {"question": "Парковка", "answer": "Парковка есть во дворе, она бесплатная."},
            {"question": "Собаки", "answer": "С собакой можно, на поводке."},
        ],
    )

    _, (best, *_) = drafted(case)

    assert "Парковка есть" in best.text
    assert "С собакой можно" in best.text


def test_a_conversation_without_messages_is_survived() -> None:
    case = case_of("ru30", thread=[{"operator": "Добрый день."}])

    assert drafted(case)[1]


def test_a_crisis_line_that_a_note_names_stands_in_no_bracket() -> None:
    from copilot.suggesters.slots import known_slots

    brief, _ = drafted(case_of("ru19"))
    noted = {
        "Телефон доверия: 8-800-000-00-00, круглосуточно": "8-800-000-00-00",
        "Кризисная линия региона 8 800 111 22 33": "8 800 111 22 33",
        "Горячая линия магазина 8 800 111 22 33": None,
    }
    for note, number in noted.items():
        card = brief.conversation.card.model_copy(update={"notes": (note,)})
        conversation = brief.conversation.model_copy(update={"card": card})
        told = known_slots(brief.model_copy(update={"conversation": conversation}))
        assert told.get("crisis_line") == number
