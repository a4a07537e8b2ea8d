"""Runs and comparisons for terminals, chats and build servers: text, Markdown and JUnit."""

import xml.etree.ElementTree as ET
from collections.abc import Iterable

import regex

from evals.compare import Change, Comparison, Metric

_BAD = ("REGRESSION", "HARD BREAK")
_NOT_XML = regex.compile(r"[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_SHOWN = 5


def metric_line(metric: Metric) -> str:
    """Return one metric of a run as a line of a table."""
    if metric.value is None:
        return f"{metric.name:<12}     –                  0 / {metric.cases}"
    unscored = f", {metric.unscored} unscored" if metric.unscored else ""
    return (
        f"{metric.name:<12} {metric.value:.3f} [{metric.low:.3f}; {metric.high:.3f}] "
        f"{metric.applicable:>5} / {metric.cases}{unscored}"
    )


def comparison_text(compared: Comparison) -> str:
    """Return a comparison as a table and the cases that got worse."""
    rows = [
        f"{c.name:<12} {c.before:.3f} → {c.after:.3f}  {c.delta:+.3f} [{c.low:+.3f}; {c.high:+.3f}]  "
        f"p {c.p:.3f}  n {c.pairs}/{c.clusters}  {c.verdict}" + _breaks(c)
        for c in compared.changes
    ]
    rows += [
        f"  {w.metric} {w.before:.2f} → {w.after:.2f}  {w.case}  {w.reason}"
        for w in compared.worst
        if w.after < w.before
    ]
    rows += _remarks(compared)
    return "\n".join(rows)


def comparison_markdown(compared: Comparison) -> str:
    """Return a comparison as a Markdown table, as build servers show it."""
    rows = [
        "| metric | before | after | difference | 95 % | p (Holm) | families | verdict |",
        "|---|---|---|---|---|---|---|---|",
        *(
            f"| {c.name} | {c.before:.3f} | {c.after:.3f} | {c.delta:+.3f} | {c.low:+.3f} … {c.high:+.3f} "
            f"| {c.p if c.p_holm is None else c.p_holm:.3f} | {c.clusters} | {c.verdict}{_breaks(c)} |"
            for c in compared.changes
        ),
    ]
    worse = [w for w in compared.worst if w.after < w.before]
    rows += ["", *(f"- {w.case}: {w.metric} {w.before:.2f} → {w.after:.2f}" for w in worse)]
    rows += [f"\n{remark}" for remark in _remarks(compared)]
    return "\n".join(rows).strip() + "\n"


def comparison_junit(compared: Comparison, code: int) -> str:
    """Return a comparison as JUnit XML: a test for every metric, failed where the gate fails.

    A run that is incomplete is an error of the suite. `code` is that of the gate.
    """
    bad = [c for c in compared.changes if c.gates and c.verdict in _BAD]
    suite = ET.Element(
        "testsuite", name="teplo eval", tests=str(len(compared.changes) + 1),
        failures=str(len(bad)), errors=str(int(code == 3)), skipped="0",
    )  # fmt: skip
    whole = ET.SubElement(suite, "testcase", classname="teplo.eval", name="complete")
    if code == 3:
        ET.SubElement(whole, "error", message=f"{compared.errors} rows failed")
    for change in compared.changes:
        case = ET.SubElement(suite, "testcase", classname="teplo.eval", name=change.name)
        if change.gates and change.verdict in _BAD:
            message = f"{change.verdict} {change.delta:+.3f}{_breaks(change)}"
            failure = ET.SubElement(case, "failure", message=_xml(message))
            failure.text = _xml("\n".join(_quotes(compared, change.name)))
    return '<?xml version="1.0" encoding="utf-8"?>\n' + ET.tostring(suite, encoding="unicode")


def _quotes(compared: Comparison, metric: str) -> Iterable[str]:
    for worse in compared.worst:
        if worse.metric == metric and worse.after < worse.before:
            yield f"{worse.case}: {worse.reason}\n{worse.text_after}"


def _breaks(change: Change) -> str:
    return f": {', '.join(change.breaks[:_SHOWN])}" if change.breaks else ""


def _remarks(compared: Comparison) -> list[str]:
    said = []
    if compared.excluded:
        names = ", ".join(compared.excluded[:10])
        said.append(f"not compared, being different in the two: {names}")
    if compared.few_families:
        said.append("Few families: intervals are too narrow; decide by the p values alone.")
    return said


def _xml(text: str) -> str:
    return str(_NOT_XML.sub("\ufffd", text))
