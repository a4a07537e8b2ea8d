"""Agreement beyond chance, against numbers worked out by hand; judgements of people and their faults."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from evals.calibrate import FEW, Rating, Table, ac1, calibrate, calibration, kappa, table_of
from evals.raters import BadJudgements, Judgement, both, read_judgements
from ui.cli import app


@pytest.mark.parametrize(
    ("table", "by_chance", "by_gwet"),
    [
        # 50 grants judged by two readers: p_o = 0.7; p_e = 0.5·0.6 + 0.5·0.4 = 0.5, so κ = 0.4.
        # Gwet: q = (25 + 30) / 100 = 0.55, p_e = 2·0.55·0.45 = 0.495, AC1 = 0.205 / 0.505.
        (Table(both=20, second=10, first=5, neither=15), 0.4, 0.205 / 0.505),
        # 125 people, the paradox of a rare label: p_o = 118/125 = 0.944; κ: p_e = (120/125)(121/125)
        # + (5/125)(4/125) = 0.93056; Gwet: q = 241/250, p_e = 0.069408.
        (Table(both=117, second=4, first=3, neither=1), 0.01344 / 0.06944, 0.874592 / 0.930592),
        (Table(both=5, second=0, first=0, neither=5), 1.0, 1.0),
        (Table(both=0, second=5, first=5, neither=0), -1.0, -1.0),
        (Table(both=0, second=0, first=0, neither=10), None, 1.0),
        (Table(both=0, second=0, first=0, neither=0), None, None),
    ],
)
def test_the_coefficients_are_those_of_the_papers(
    table: Table, by_chance: float | None, by_gwet: float | None
) -> None:
    for found, expected in ((kappa(table), by_chance), (ac1(table), by_gwet)):
        assert found == (None if expected is None else pytest.approx(expected))


def test_neither_coefficient_depends_on_who_is_first() -> None:
    one, other = Table(20, 10, 5, 15), Table(20, 5, 10, 15)

    assert kappa(one) == pytest.approx(kappa(other))
    assert ac1(one) == pytest.approx(ac1(other))


def ratings(table: Table) -> list[Rating]:
    """Ratings that make up a table, each in a scenario of its own."""
    kinds = [(True, True)] * table.both + [(False, True)] * table.second
    kinds += [(True, False)] * table.first + [(False, False)] * table.neither
    return [Rating("x", f"l{n}", f"s{n}", p, m, f"line {n}") for n, (p, m) in enumerate(kinds)]


def test_a_label_is_told_with_rates_intervals_and_examples() -> None:
    table = Table(both=20, second=10, first=5, neither=15)
    found = calibration("tone", "x", ratings(table), examples=20)

    assert table_of((r.person, r.machine) for r in ratings(table)) == table
    assert found.base_rate == 0.5
    assert (found.tpr and found.tpr.value, found.tnr and found.tnr.value) == (0.8, 0.6)
    assert found.kappa is not None
    assert found.kappa.value == 0.4
    # The large-sample 95 % interval (standard error 0.127) is 0.15 to 0.65.
    assert found.kappa.low == pytest.approx(0.15, abs=0.05)
    assert found.kappa.high == pytest.approx(0.65, abs=0.05)
    kinds = [one.kind for one in found.examples]
    assert (kinds.count("false"), kinds.count("missed"), found.few) == (10, 5, False)


def test_what_cannot_be_said_is_left_out() -> None:
    found = calibration("tone", "x", ratings(Table(0, 0, 0, FEW)))

    assert (found.kappa, found.tpr, found.few) == (None, None, True)
    with pytest.raises(ValueError, match="no ratings"):
        calibration("tone", "x", [])


def judged(*says: bool) -> list[Judgement]:
    return [
        Judgement(detector="acts", label="ack", id=f"l{n}", says=one) for n, one in enumerate(says)
    ]


def test_the_ceiling_is_how_far_two_people_agree() -> None:
    first = [True] * 25 + [False] * 25
    second = [True] * 20 + [False] * 5 + [True] * 10 + [False] * 15
    extra = Judgement(detector="acts", label="ack", id="seen by one alone", says=True)

    found = {
        (one.detector, one.label): one
        for one in calibrate("test", [[*judged(*first), extra], judged(*second)], examples=0)
    }

    ceiling = found["acts", "ack"].ceiling
    assert ceiling is not None
    assert (ceiling.n, ceiling.kappa, ceiling.ac1) == (50, 0.4, 0.406)
    assert found["acts", "empathy"].ceiling is None
    assert {name for name, _ in found} == {"acts", "tone", "promises", "masks", "signals"}
    for one in found.values():
        assert 0 < one.base_rate < 1
        assert one.n >= 20


def test_one_person_is_no_ceiling() -> None:
    with pytest.raises(BadJudgements, match="two people"):
        both([judged(True)])


def test_the_later_judgement_counts(tmp_path: Path) -> None:
    path = tmp_path / "anna.jsonl"
    rows = [one.model_dump_json() for one in (*judged(True, False), *judged(False))]
    path.write_text("\ufeff" + "\n\n".join(rows), encoding="utf-8")

    assert [one.says for one in read_judgements(path)] == [False, False]


@pytest.mark.parametrize("line", ["{", "[]", '{"id": "x"}', '{"detector": 1}', "null"])
def test_a_damaged_file_is_said_with_its_line(line: str, tmp_path: Path) -> None:
    path = tmp_path / "anna.jsonl"
    path.write_text(judged(True)[0].model_dump_json() + f"\n{line}\n", encoding="utf-8")

    with pytest.raises(BadJudgements, match=r"anna\.jsonl:2: not a judgement"):
        read_judgements(path)
    with pytest.raises(BadJudgements, match="cannot be read"):
        read_judgements(tmp_path)


def test_on_the_command_line(tmp_path: Path) -> None:
    for name, says in (("a", (True, False)), ("b", (True, True))):
        text = "".join(f"{one.model_dump_json()}\n" for one in judged(*says))
        tmp_path.joinpath(f"{name}.jsonl").write_text(text, encoding="utf-8")
    files = [part for n in "ab" for part in ("--rater", str(tmp_path / f"{n}.jsonl"))]

    done = CliRunner().invoke(app, ["eval", "calibrate", "--detector", "acts", *files, "--json"])

    rows = {row["label"]: row for row in map(json.loads, done.output.splitlines())}
    assert done.exit_code == 0
    assert rows["ack"]["ceiling"]["n"] == 2
    assert {row["detector"] for row in rows.values()} == {"acts"}
    for wrong in (["--part", "all"], ["--detector", "nose"]):
        failed = CliRunner().invoke(app, ["eval", "calibrate", *wrong])
        assert failed.exit_code == 2
        assert "Traceback" not in failed.output
