"""Lint names what parses and is wrong all the same."""

from datetime import date

import pytest

from knowledge import (
    Applies,
    Case,
    Commitment,
    Document,
    Hit,
    Limits,
    Query,
    Record,
    Reply,
    Said,
    Script,
    Slip,
    Slot,
    ToneRule,
    lint,
)
from knowledge.lint import Means, lint_documents
from knowledge.linting.measures import measures
from knowledge.sources.records import record_document

TODAY = date(2026, 11, 22)
WHOLE = {
    "trigger_examples": ("а", "б", "в"),
    "framework": ("HEAR",),
    "steps": ("Проверить.",),
    "owner": "служба",
    "reply": Reply(solve=("Так.",)),
}


def script(id_: str = "S1", locale: str = "ru", **fields: object) -> Script:
    said = {"id": id_, "locale": locale, "title": f"T {id_}", "intent": f"i {id_}"}
    examples = {"trigger_examples": tuple(f"{id_} {n}" for n in range(3))}
    return Script.model_validate({**said, **WHOLE, **examples, **fields})


def article(name: str, question: str, answer: str, **fields: object) -> Document:
    said = {"id": f"ru:{name}", "kind": "script", "locale": "ru", "title": question}
    return Document.model_validate(
        {**said, "question": question, "answer": answer, "body": answer, **fields}
    )


def told(*records: Record) -> list[tuple[str, str]]:
    return [(problem.rule, problem.document) for problem in lint(records, TODAY)]


def whole(*given: Record | Document, means: Means | None = None) -> list[tuple[str, str, str]]:
    documents = [
        one if isinstance(one, Document) else record_document(one, f"# {one.id}\n{one.id} текст")
        for one in given
    ]
    found = lint_documents(documents, TODAY, means or Means())
    return [(problem.rule, problem.document, problem.place) for problem in found]


def test_good_records_have_no_problem() -> None:
    reply = Reply(solve=("Отправлю {item} {window}, заказ {order}.",))
    good = {"reply": reply, "slots": (Slot(name="window", label="окно"),), "signals": ("delay",)}

    assert told(script(**good), script(locale="en", **good)) == []


def test_a_missing_twin_is_named_once_there_are_two_languages() -> None:
    assert told(script("S1"), script("S2")) == []
    assert told(script("S1"), script("S1", "en"), script("S2")) == [("twin_missing", "ru:S2")]


def test_twins_that_promise_different_things_are_named() -> None:
    three = Commitment(id="c", type="time", text="три дня", max_value=3, unit="day")
    five = three.model_copy(update={"text": "five days", "max_value": 5})

    (problem,) = lint(
        [script(commitments=(three,)), script(locale="en", commitments=(five,))], TODAY
    )

    assert (problem.document, problem.place, problem.others) == ("en:S1", "commitments", ("ru:S1",))


@pytest.mark.parametrize(
    ("field", "value"),
    [("limits", Limits(refund_max=5)), ("steps", ("a", "b")), ("valid_to", date(2027, 5, 5))],
)
def test_twins_that_differ_in_what_has_no_language_are_named(field: str, value: object) -> None:
    above = {"escalation": {"to": "старший"}}

    problems = lint([script(**above), script(locale="en", **above, **{field: value})], TODAY)

    assert [(problem.rule, problem.place) for problem in problems] == [("twin_differs", field)]


def test_a_twin_that_was_changed_less_often_may_be_behind() -> None:
    twins = [script(), script(locale="en")]

    (problem,) = lint(twins, TODAY, versions={"ru:S1": 3, "en:S1": 1})

    assert (problem.rule, problem.document, problem.severity) == ("twin_behind", "en:S1", "hint")


def test_an_id_that_stands_twice_is_named() -> None:
    assert told(script(), script()) == [("duplicate_id", "ru:S1")]


def test_a_slot_that_nobody_fills_is_named() -> None:
    (problem,) = lint([script(reply=Reply(solve=("Да.", "Привезём {when}.")))], TODAY)

    assert (problem.rule, problem.place) == ("slot_unknown", "reply.solve 2")
    assert problem.params["slot"] == "when"


def test_words_outside_the_vocabulary_are_named() -> None:
    rule = ToneRule(
        id="A1", locale="ru", type="rudeness", severity="low", check="L", replacement="r",
        applies=Applies(any_signal=("rain",)),
    )  # fmt: skip

    assert told(rule, script(signals=("snow",))) == [
        ("signal_unknown", "ru:A1"),
        ("type_unknown", "ru:A1"),
        ("signal_unknown", "ru:S1"),
    ]


def test_ended_and_ending_scripts_are_named_unless_retired() -> None:
    ended, ending, later = date(2026, 11, 21), date(2026, 12, 1), date(2027, 11, 1)

    assert told(
        script("S1", valid_to=ended),
        script("S2", valid_to=ending),
        script("S3", valid_to=later),
        script("S4", valid_to=ended, status="retired"),
    ) == [("expired", "ru:S1"), ("expires", "ru:S2")]
    assert whole(article("1", "Q", "A", valid_to=ended)) == [("expired", "ru:1", "valid_to")]


def test_names_of_records_that_are_not_there_are_named() -> None:
    turns = ({"role": "customer", "text": "т"},)
    case = Case.model_validate(
        {"id": "K1", "locale": "ru", "title": "T", "outcome": "failed", "lesson": "л",
         "scripts": ("S1", "S9"), "turns": turns}
    )  # fmt: skip

    assert told(script(related=("S1", "S8")), case) == [
        ("reference_missing", "ru:K1"),
        ("reference_missing", "ru:S1"),
    ]


def test_empty_fields_are_named_by_how_much_they_matter() -> None:
    bare = Script(id="S1", locale="ru", title="T", intent="", limits=Limits(refund_max=1))
    rule = ToneRule(id="A1", locale="ru", type="calm_down", severity="low", check="D")
    case = Case(id="K1", locale="ru", title="T", outcome="worked")
    empty = article("1", "Q", " ")

    found = {
        (problem.place, problem.severity)
        for problem in lint_documents(
            [record_document(one, "# T\n") for one in (bare, rule, case)] + [empty], TODAY, Means()
        )
    }

    assert found == {
        ("intent", "error"), ("reply", "error"), ("limits.who_above", "warning"),
        ("trigger_examples", "warning"), ("framework", "hint"), ("steps", "hint"),
        ("owner", "hint"), ("patterns", "error"), ("replacement", "hint"), ("turns", "error"),
        ("lesson", "hint"), ("worked_because", "hint"), ("answer", "warning"),
    }  # fmt: skip
    draft = bare.model_copy(update={"status": "draft"})
    assert {problem.severity for problem in lint([draft], TODAY)} == {"hint"}


def test_limits_and_promises_of_one_intent_must_agree() -> None:
    soon = Commitment(id="refund", type="time", text="деньги на карту за 3–5 дней", min_value=3,
                      max_value=5, unit="day")  # fmt: skip
    late = Commitment(id="back", type="time", text="деньги на карту за 10 дней", max_value=10,
                      unit="day")  # fmt: skip
    above = {"escalation": {"to": "старший"}, "intent": "refund"}
    one = script("S1", limits=Limits(refund_max=3000), commitments=(soon,), **above)
    two = script("S2", limits=Limits(refund_max=5000), commitments=(late,), **above)

    assert whole(one, two) == [
        ("contradiction", "ru:S2", "commitments.0"),
        ("contradiction", "ru:S2", "limits.refund_max"),
    ]
    other = two.model_copy(update={"intent": "another"})
    assert whole(one, other) == []
    assert (
        whole(
            one,
            two.model_copy(update={"brand": "б"}),
        )
        != []
    )
    assert whole(one.model_copy(update={"brand": "а"}), two.model_copy(update={"brand": "б"})) == []
    assert whole(one, two.model_copy(update={"status": "retired"})) == []


def test_preconditions_that_exclude_each_other_excuse_other_limits() -> None:
    above = {"escalation": {"to": "старший"}, "intent": "refund"}

    def limited(id_: str, refund: float, op: str) -> Script:
        condition = {"field": "item_price", "op": op, "value": 3000}
        return script(id_, limits=Limits(refund_max=refund), preconditions=(condition,), **above)

    assert whole(limited("S1", 3000, "<="), limited("S2", 5000, ">")) == []
    assert whole(limited("S1", 3000, "<="), limited("S2", 5000, ">=")) != []


def test_two_answers_to_one_question_must_name_the_same_numbers() -> None:
    asked = "Когда вернутся деньги?"

    assert whole(
        article("1", asked, "Деньги вернутся на карту за 3–5 рабочих дней."),
        article("2", asked, "Деньги вернутся на карту за 10 дней."),
    ) == [("contradiction", "ru:2", "answer"), ("duplicate_question", "ru:2", "")]
    assert whole(
        article("1", asked, "Деньги вернутся на карту за 3–5 дней. Звоните 5 раз в 2 месяца."),
        article("2", asked, "За 4 дня деньги вернутся на карту."),
    ) == [("duplicate_question", "ru:2", "")]


def test_measures_are_read_as_people_write_them() -> None:
    def read(text: str) -> list[tuple[float, float, str]]:
        return [(one.low, one.high, one.unit) for one in measures(text)]

    assert read("За 3–5 рабочих дней вернём 1 200 ₽ (не 12,5 %).") == [
        (3, 5, "day"), (1200, 1200, "RUB"), (12.5, 12.5, "percent"),
    ]  # fmt: skip
    assert read("Costs $4.50, takes 2 to 3 weeks") == [(4.5, 4.5, "USD"), (2, 3, "week")]
    assert read("заказ 784-1120 от 12.05, в 18:00, 7 раз") == []


def test_the_same_words_and_the_same_question_are_named_once() -> None:
    found = whole(
        article("1", "Как войти?", "По коду."),
        article("2", "Как войти", "по коду!"),
        article("3", "КАК ВОЙТИ?", "По паролю."),
        article("4", "Как войти?", "По коду.", brand="б"),
        article("5", "Как войти?", "По коду.", status="draft"),
    )

    assert found == [
        ("duplicate", "ru:2", ""),
        ("duplicate_question", "ru:3", ""),
        ("duplicate_question", "ru:4", ""),
    ]


def test_our_own_sentences_are_put_to_the_tone_rules() -> None:
    def check(said: object) -> object:
        for sentence in said:  # type: ignore[attr-defined]  # a sequence
            if "успокой" in sentence.text.lower():
                yield sentence, Slip("RU-A1", "critical", "Успокойтесь")

    rude = script(
        reply=Reply(solve=("Так.", "Успокойтесь.")),
        registers={"ty": Reply(solve=("Успокойся.",))},
    )
    phrase = Said("phrases:ru", "p1", "ru", "Успокойтесь, прошу.")

    found = whole(rude, means=Means(check=check, phrases=(phrase,)))  # type: ignore[arg-type]

    assert found == [
        ("tone_broken", "phrases:ru", "p1"),
        ("tone_broken", "ru:S1", "registers.ty.solve 1"),
        ("tone_broken", "ru:S1", "reply.solve 2"),
    ]


def test_scripts_that_their_examples_do_not_find_are_named() -> None:
    finds = {"S1 0": "ru:S1", "S1 1": "ru:S2", "S1 2": "ru:S2"}
    finds |= {f"S2 {n}": "ru:S2" for n in range(2)}
    steps: list[tuple[int, int]] = []

    def search(query: Query) -> tuple[Hit, ...]:
        document = finds.get(query.text, "ru:S1")
        return (
            Hit(
                id="h",
                document=document,
                kind="script",
                title="",
                text="",
                score=1,
                strength="weak",
            ),
        )

    means = Means(search=search, on_progress=lambda done, total: steps.append((done, total)))

    found = lint_documents(
        [record_document(script(name), f"# {name}") for name in ("S1", "S2", "S3")], TODAY, means
    )

    assert [(one.rule, one.document, one.others) for one in found] == [
        ("hard_to_reach", "ru:S1", ("ru:S2",)),
        ("unreachable", "ru:S3", ("ru:S1",)),
    ]
    assert steps == [(1, 3), (2, 3), (3, 3)]
