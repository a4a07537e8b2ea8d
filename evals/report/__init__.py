"""Reports of runs and comparisons: one HTML page each, which needs no network and no script."""

from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from evals.baseline import Milestone
from evals.compare import FLOOR, CaseChange, Comparison, exit_code
from evals.folder import Run
from evals.report import contents
from evals.report.words import Words
from knowledge import Locale

_Side = tuple[str, list[tuple[str, bool]]]


def run_page(run: Run, language: Locale, *, history: Sequence[Milestone] = ()) -> str:
    """Return the page of one run."""
    words = Words(language)
    metrics = contents.run_metrics(run)
    worst = [
        {
            "case": one["case"],
            "asked": one["asked"],
            "lines": [
                f"{words.metric(name)} {words.number(s.value)}"
                + (f" · {s.reason}" * bool(s.reason))
                for name, s in one["scores"].items()
            ],
            "sides": [(words.say("reply"), one["pieces"])],
        }
        for one in contents.worst_rows(run)
    ]
    said = contents.headline(run, metrics, words)
    clean = not any(m.name in contents.BLOCKS and (m.value or 0) < 1 for m in metrics)
    return _page(
        words,
        title=words.say("run_title"),
        mood="good" if clean and not run.errors else "bad",
        made_of=[_made_of(run, words)],
        headline=said,
        metrics=metrics,
        metric_forest=contents.metric_forest(metrics, words),
        worst=worst,
        trend=contents.trend(history, words),
        **_common([("", run)], words),
    )


def comparison_page(
    comparison: Comparison,
    base: Run,
    candidate: Run,
    language: Locale,
    *,
    strict: bool = False,
    history: Sequence[Milestone] = (),
) -> str:
    """Return the page of two runs compared."""
    words = Words(language)
    code = exit_code(comparison, strict=strict)
    older, newer = words.say("older"), words.say("newer")
    excluded = comparison.excluded
    return _page(
        words,
        title=words.say("comparison_title"),
        mood={0: "good", 1: "bad"}.get(code, ""),
        made_of=[f"{older}: {_made_of(base, words)}", f"{newer}: {_made_of(candidate, words)}"],
        headline=contents.comparison_headline(comparison, code, words),
        changes=comparison.changes,
        change_forest=contents.change_forest(comparison, words),
        mood_of=contents.mood_of,
        floor=FLOOR,
        few=comparison.few_families,
        excluded=words.say("excluded", names=", ".join(excluded[:20])) if excluded else "",
        worst=_worse_cases(comparison, words),
        trend=contents.trend(history, words),
        **_common([(older, base), (newer, candidate)], words),
    )


def _common(runs: Sequence[tuple[str, Run]], words: Words) -> dict[str, Any]:
    newest = runs[-1][1]
    return {
        "heat": contents.tag_heat(newest, words),
        "recall": contents.recall_curves(runs),
        "trust": contents.trust_forest(newest, words),
        "latency": contents.latency(runs),
    }


def _worse_cases(comparison: Comparison, words: Words) -> list[dict[str, Any]]:
    """Return each case that got worse once, with all metrics that fell."""
    by_case: dict[str, list[CaseChange]] = {}
    for one in comparison.worst:
        if one.after < one.before:
            by_case.setdefault(one.case, []).append(one)
    return [_change(case, fallen, words) for case, fallen in by_case.items()]


def _change(case: str, fallen: Sequence[CaseChange], words: Words) -> dict[str, Any]:
    spans = [span for one in fallen for span in one.spans]
    sides: list[_Side] = [
        (words.say("older"), contents.marked(fallen[0].text_before, ())),
        (words.say("newer"), contents.marked(fallen[0].text_after, spans)),
    ]
    lines = [
        f"{words.metric(one.metric)} {words.number(one.before)} → {words.number(one.after)}"
        + (f" · {one.reason}" if one.reason else "")
        for one in fallen
    ]
    return {"case": case, "asked": fallen[0].asked, "lines": lines, "sides": sides}


def _made_of(run: Run, words: Words) -> str:
    made = run.manifest
    return words.say(
        "made_of",
        cases=len({row.case for row in run.rows}),
        families=len({row.family for row in run.rows}),
        backend=f"{words.say(made.backend)} {made.model}".strip(),
        commit=(made.commit or words.say("unknown")) + ("+" if made.dirty else ""),
        suite=made.suite_hash[:12],
    )


def _page(words: Words, **values: Any) -> str:
    empty = {"changes": (), "metrics": (), "excluded": "", "few": False}
    page = _templates().get_template("page.html.jinja")
    style = files("evals.report").joinpath("style.css").read_text(encoding="utf-8")
    ours = Markup(style)  # noqa: S704  # our own file, no data in it
    return page.render(words=words, style=ours, **{**empty, **values})


@cache
def _templates() -> Environment:
    return Environment(
        loader=PackageLoader("evals.report", ""),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
