"""Similar cases beside the reply."""

from copilot.similar import similar_cases
from knowledge import Case, Hit


def case_hit(name: str, *, antipattern: bool = False, strength: str = "strong") -> Hit:
    """A hit on a case of this name."""
    record = Case.model_validate(
        {
            "id": name, "locale": "ru", "title": f"Случай {name}", "antipattern": antipattern,
            "outcome": "failed" if antipattern else "worked", "lesson": "Сначала день, потом деньги.",
            "turns": [{"role": "customer", "text": "где?"}, {"role": "operator", "text": "Еду."}],
        }
    )  # fmt: skip
    return Hit.model_validate(
        {
            "id": f"{name}#1", "document": name, "kind": "case", "title": record.title, "text": "",
            "score": 1, "strength": strength, "record": record,
        }
    )  # fmt: skip


def test_at_most_three_cases_are_shown_each_once() -> None:
    hits = [case_hit(name) for name in ("a", "a", "b", "c", "d")]

    assert [case.hit for case in similar_cases(hits)] == ["a#1", "b#1", "c#1"]


def test_one_antipattern_is_kept_and_stands_last() -> None:
    hits = [
        case_hit("x", antipattern=True),
        case_hit("a"),
        case_hit("y", antipattern=True),
        case_hit("b"),
    ]

    shown = similar_cases(hits)

    assert [case.hit for case in shown] == ["a#1", "b#1", "x#1"]
    assert [case.antipattern for case in shown] == [False, False, True]


def test_what_does_not_match_is_not_shown() -> None:
    assert similar_cases([case_hit("a", strength="none")]) == ()


def test_a_case_shows_what_was_said_and_learnt() -> None:
    (case,) = similar_cases([case_hit("a")])

    assert (case.reply, case.lesson, case.worked) == ("Еду.", "Сначала день, потом деньги.", True)
