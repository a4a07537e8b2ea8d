"""An audit as a page, and as a table with a row for every conversation."""

import csv
import io
from collections.abc import Iterable, Sequence
from functools import cache
from importlib.resources import files
from typing import Any

import yaml
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from evals.audit.marks import Marked
from evals.audit.summary import Node, Summary
from evals.audit.threads import Fault
from evals.report.words import Words
from evals.tally import Estimate
from knowledge import Locale

COLUMNS = (
    "id", "place", "topic", "language", "replies", "first_reply_s", "useful_s", "hostility_first",
    "hostility_last", "hostility_peak", "steps", "promises", "unsupported", "late", "asks_again",
    "gravest", "rules",
)  # fmt: skip
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def audit_page(summary: Summary, faults: Sequence[Fault], language: Locale) -> str:
    """Return the page of an audit; it needs no network and no script."""
    words = Words(language)
    told = _said(language)
    grave = next(node for node in summary.tree if node.name == "faultless")
    headline = (
        told(
            "worst",
            share=_percent(1 - grave.value, words),
            low=_percent(1 - (grave.high or 0), words),
            high=_percent(1 - (grave.low or 0), words),
        )
        if grave.value is not None
        else told("counts", conversations=0, replies=0, faults=summary.faults)
    )
    style = files("evals.report").joinpath("style.css").read_text(encoding="utf-8")
    page: str = _template().render(
        s=summary, faults=faults, language=language, say=told, headline=headline,
        style=Markup(style),  # noqa: S704  # our own file, no data in it
        margin="–" if summary.margin is None else _percent(summary.margin, words),
        number=lambda node, value: _number(node, value, words),
        share=lambda value: _estimate(value, words),
        branch_name=lambda name: _all()["branches"][name][language],
        node_name=lambda name: _all()["names"][name][language],
        severity=lambda name: _all()["severities"][name][language],
    )  # fmt: skip
    return page


def header_line() -> str:
    """Return the header of the table of conversations."""
    return _line(COLUMNS)


def row_line(marked: Marked) -> str:
    """Return one conversation as a line of CSV; what a spreadsheet would run as a formula is quoted."""
    course = marked.course
    steps = round(sum(marked.fit) / len(marked.fit), 3) if marked.fit else ""
    cells: tuple[Any, ...] = (
        marked.id, marked.place, marked.topic, marked.language, marked.replies,
        marked.first_reply_s, marked.useful_s, *((course[0], course[-1], max(course)) if course
        else ("", "", "")), steps, marked.promises, marked.unsupported, marked.late,
        marked.asks_again, marked.gravest, " ".join(sorted({m.rule for m in marked.marks})),
    )  # fmt: skip
    return _line("" if cell is None else str(cell) for cell in cells)


def _line(cells: Iterable[str]) -> str:
    sink = io.StringIO()
    csv.writer(sink).writerow(f"'{c}" if c.startswith(_FORMULA) else c for c in cells)
    return sink.getvalue()


def _said(language: Locale) -> Any:
    def say(key: str, **params: object) -> str:
        line: str = _all()[key][language]
        return line.format(**params)

    return say


def _number(node: Node, value: float, words: Words) -> str:
    if node.unit == "share":
        return _percent(value, words)
    return words.number(value, 0 if node.unit == "s" else 2)


def _percent(value: float, words: Words) -> str:
    return words.number(100 * value, 1) + "\u00a0%"


def _estimate(value: Estimate | None, words: Words) -> str:
    if value is None:
        return "–"
    low, high = _percent(value.low, words), _percent(value.high, words)
    return f"{_percent(value.value, words)} [{low} – {high}]"


def _grouped(nodes: Sequence[Node]) -> list[tuple[str, list[Node]]]:
    branches: dict[str, list[Node]] = {}
    for node in nodes:
        branches.setdefault(node.branch, []).append(node)
    return list(branches.items())


@cache
def _template() -> Any:
    environment = Environment(
        loader=PackageLoader("evals.audit", ""), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    environment.filters["groupby_in_order"] = _grouped
    return environment.get_template("page.html.jinja")


@cache
def _all() -> dict[str, Any]:
    text = files("evals.audit").joinpath("words.yaml").read_text(encoding="utf-8")
    found: dict[str, Any] = yaml.safe_load(text)
    return found
