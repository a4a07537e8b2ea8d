"""Lint names what parses and is wrong all the same."""

from datetime import date

from knowledge import Applies, Case, Commitment, Record, Reply, Script, Slot, ToneRule, lint

TODAY = date(2026, 11, 22)


def script(id_: str = "S1", locale: str = "ru", **fields: object) -> Script:
    return Script.model_validate(
        {"id": id_, "locale": locale, "title": "T", "intent": "i"} | fields
    )


def told(*records: Record) -> list[tuple[str, str]]:
    return [(problem.rule, problem.record) for problem in lint(records, TODAY)]


def test_good_records_have_no_problem() -> None:
    reply = Reply(solve=("Отправлю {item} {window}, заказ {order}.",))
    good = {"reply": reply, "slots": (Slot(name="window", label="окно"),), "signals": ("delay",)}

    assert told(script(**good), script(locale="en", **good)) == []


def test_a_missing_twin_is_named_once_there_are_two_languages() -> None:
    assert told(script("S1"), script("S2")) == []
    assert told(script("S1"), script("S1", "en"), script("S2")) == [("twin", "ru:S2")]


def test_twins_that_promise_different_things_are_named() -> None:
    three = Commitment(id="c", type="time", text="три дня", max_value=3, unit="day")
    five = three.model_copy(update={"text": "five days", "max_value": 5})

    (problem,) = lint(
        [script(commitments=(three,)), script(locale="en", commitments=(five,))], TODAY
    )

    assert problem.message == "differs from ru:S1 in commitments"


def test_an_id_that_stands_twice_is_named() -> None:
    assert told(script(), script()) == [("duplicate", "ru:S1")]


def test_a_slot_that_nobody_fills_is_named() -> None:
    (problem,) = lint([script(reply=Reply(solve=("Привезём {when}.",)))], TODAY)

    assert problem.rule == "slot"
    assert "{when}" in problem.message


def test_words_outside_the_vocabulary_are_named() -> None:
    rule = ToneRule(
        id="A1", locale="ru", type="rudeness", severity="low", check="D",
        applies=Applies(any_signal=("rain",)),
    )  # fmt: skip

    assert told(rule, script(signals=("snow",))) == [
        ("signal", "ru:A1"),
        ("type", "ru:A1"),
        ("signal", "ru:S1"),
    ]


def test_ended_and_ending_scripts_are_named_unless_retired() -> None:
    ended, ending, later = date(2026, 11, 21), date(2026, 12, 1), date(2027, 11, 1)

    assert told(
        script("S1", valid_to=ended),
        script("S2", valid_to=ending),
        script("S3", valid_to=later),
        script("S4", valid_to=ended, status="retired"),
    ) == [("expired", "ru:S1"), ("expires", "ru:S2")]


def test_names_of_records_that_are_not_there_are_named() -> None:
    case = Case(id="K1", locale="ru", title="T", outcome="worked", scripts=("S1", "S9"))

    assert told(script(related=("S1", "S8")), case) == [
        ("reference", "ru:K1"),
        ("reference", "ru:S1"),
    ]
