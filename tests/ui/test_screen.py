"""What the page is told about a result."""

from typing import Any

import pytest

from copilot.brief import Fact
from copilot.improve import Change
from copilot.llm import Usage
from copilot.suggestion import Draft, Finding, Sentence
from ui.demo import demo_conversation
from ui.view.drafts import check_view, draft_views, drop_in, pieces
from ui.view.mood import mood_view, way_view
from ui.view.passages import case_views, sources_view
from ui.view.writing import cost_text, diff_pieces


@pytest.fixture
def chat() -> Any:
    return demo_conversation("ru")


@pytest.fixture
def result(fake: Any, chat: Any) -> Any:
    return fake.suggest(chat, llm=False)


def finding(start: int, end: int, severity: Any = "medium") -> Finding:
    return Finding(rule="r", type="jargon", severity=severity, span="", start=start, end=end)


def test_pieces_joined_are_the_sentence_again() -> None:
    text = "Привезём [новое окно?] или вернём [сумма?] скоро."
    cut = list(pieces(text, 10, [finding(40, 56), finding(12, 14), finding(0, 500, "low")]))
    assert "".join(piece.text for piece in cut) == text


def test_a_bracket_is_a_piece_of_its_own_whatever_is_found_in_it() -> None:
    cut = list(pieces("До [срок?] напишу", 0, [finding(0, 6)]))
    assert [(p.text, p.slot) for p in cut] == [("До ", ""), ("[срок?]", "срок"), (" напишу", "")]


def test_the_worst_finding_colours() -> None:
    cut = list(pieces("abcd", 0, [finding(0, 4, "low"), finding(1, 3, "critical")]))
    assert [(p.text, p.severity) for p in cut] == [("a", "low"), ("bc", "critical"), ("d", "low")]


def test_marks_fall_on_the_words_that_were_found(result: Any) -> None:
    main = draft_views(result, "ru")[0]
    marked = [p.text for s in main.sentences for p in s.pieces if p.severity]
    assert marked == ["скоро"]


def test_a_draft_put_together_from_its_pieces_is_its_text(result: Any) -> None:
    for view in draft_views(result, "ru"):
        assert (
            "".join(s.before + "".join(p.text for p in s.pieces) for s in view.sentences)
            == view.text
        )


def test_a_bracket_says_where_its_value_is_looked_up(result: Any) -> None:
    (slot,) = draft_views(result, "ru")[0].slots
    assert (slot.label, slot.hint) == ("новое окно", "подтверждает логист")


def test_findings_come_worst_first_and_critical_ones_stop() -> None:
    view = check_view([finding(0, 1, "low"), finding(5, 6, "critical")], "en")
    assert [f.severity for f in view.findings] == ["critical", "low"]
    assert len(view.stops) == 1


def test_steps_know_what_is_done_and_what_is_next(result: Any) -> None:
    steps = way_view(result.frame, "ru", chosen=False).steps
    assert [(s.letter, s.state) for s in steps] == [
        ("L", "done"),
        ("E", "next"),
        ("A", "next"),
        ("D", "next"),
    ]


def test_every_signal_is_shown_once_with_its_words(result: Any, chat: Any) -> None:
    chips = mood_view(result.perception, chat, "ru").signals
    assert [c.name for c in chips] == ["пишет не первый раз", "задержка"]
    assert chips[0].quote == "Третий раз пишу"


def test_facts_of_the_card_and_of_the_talk_are_not_shown_twice(result: Any, chat: Any) -> None:
    facts = mood_view(result.perception, chat, "ru").facts
    assert [(f.name, f.value) for f in facts] == [("заказ", "784-1120"), ("нужно к", "19:00")]


def test_cited_sources_come_first(result: Any, chat: Any) -> None:
    passages = sources_view(result, chat, "ru").passages
    assert [(p.id, p.cited) for p in passages] == [("S03#1", True), ("S04#0", False)]


def test_without_a_reliable_source_the_panel_says_so(result: Any, chat: Any) -> None:
    nothing = result.model_copy(update={"hits": ()})
    assert sources_view(nothing, chat, "ru").warning == "Надёжного источника нет"


def test_with_weak_sources_only_the_panel_asks_to_check(result: Any, chat: Any) -> None:
    weak = tuple(hit.model_copy(update={"strength": "weak"}) for hit in result.hits)
    view = sources_view(result.model_copy(update={"hits": weak}), chat, "en")
    assert view.warning.startswith("Only weak matches")


def test_a_note_of_the_card_that_is_cited_can_be_opened(result: Any, chat: Any) -> None:
    card = chat.card.model_copy(update={"notes": ("возврат одобрен",)})
    passages = sources_view(result, chat.model_copy(update={"card": card}), "ru").passages
    assert [p.text for p in passages if p.id == "card#1"] == ["возврат одобрен"]


def test_a_bad_example_is_marked_as_one(result: Any) -> None:
    (case,) = case_views(result, "ru")
    assert case.bad
    assert case.outcome == "не так"
    assert case.lesson == "Урок: Сначала скажите про день."


def test_a_draft_of_one_sentence_without_steps_is_shown(result: Any) -> None:
    draft = Draft(sentences=(Sentence(text="Да."),))
    alone = result.suggestions[0].model_copy(update={"draft": draft, "findings": ()})
    (view,) = draft_views(result.model_copy(update={"suggestions": (alone,)}), "en")
    assert view.text == "Да."


def test_an_open_bracket_is_not_told_again_as_a_finding() -> None:
    bracket = Finding(
        rule="open", type="template_leak", severity="critical", span="[срок?]", start=0, end=7
    )
    assert check_view([bracket], "ru").findings == ()
    assert check_view([bracket], "ru").stops == ()


def test_dates_are_shown_as_people_write_them(result: Any, chat: Any) -> None:
    fact = Fact(kind="date", value="2026-11-22", message=0)
    perception = result.perception.model_copy(update={"facts": (fact,)})
    assert mood_view(perception, chat, "ru").facts[0].value == "22.11.2026"


def test_a_script_is_shown_by_what_an_operator_needs_of_it(result: Any, chat: Any) -> None:
    passage = sources_view(result, chat, "ru").passages[0]
    assert [part.title for part in passage.parts] == ["Можно обещать", "Чего не делать"]
    assert passage.text == ""


def test_an_article_without_a_record_is_shown_by_its_text(result: Any, chat: Any) -> None:
    bare = tuple(hit.model_copy(update={"record": None}) for hit in result.hits)
    passage = sources_view(result.model_copy(update={"hits": bare}), chat, "ru").passages[0]
    assert passage.text.startswith("Верните 290")


@pytest.mark.parametrize(
    ("span", "new", "put"),
    [
        ("скоро", "до вечера", "до вечера"),
        ("Скоро", "до вечера", "До вечера"),
        ("скоро", "Назовите срок.", ""),
        ("скоро", "скажите: «до вечера»", ""),
        ("скоро", "", ""),
    ],
)
def test_only_words_are_put_in_advice_is_read(span: str, new: str, put: str) -> None:
    found = finding(0, 5).model_copy(update={"span": span, "replacement": new})
    assert drop_in(found) == put


def test_a_diff_read_without_the_additions_is_the_text_before() -> None:
    changes = (
        Change(before="!!", after="!", start=8, end=10, why="знаки"),
        Change(before="", after="Вижу. ", start=0, end=0, why="шаг"),
    )
    cut = list(diff_pieces("Сделаю т!!", "Вижу. Сделаю т!", changes))
    assert "".join(p.text for p in cut if p.kind != "added") == "Сделаю т!!"
    assert "".join(p.text for p in cut if p.kind != "cut") == "Вижу. Сделаю т!"


def test_changes_that_do_not_lead_to_the_new_text_are_shown_as_a_whole() -> None:
    wrong = (Change(before="а", after="б", start=0, end=1, why=""),)
    cut = list(diff_pieces("один", "два", wrong))
    assert [(p.kind, p.text) for p in cut] == [("cut", "один"), ("added", "два")]


def test_the_price_of_a_model_is_told_only_where_it_is_known() -> None:
    usage = Usage(model="m", calls=1, input_tokens=5, output_tokens=2, seconds=0.44, counted="here")
    assert cost_text(usage, "en") == "m: 7 tokens, 0.4 s"
    priced = usage.model_copy(update={"cost": 0.5, "currency": "EUR"})
    assert cost_text(priced, "ru") == "m: 7 токенов, 0,5000 EUR, 0,4 с"
    assert cost_text(None, "ru") == ""
