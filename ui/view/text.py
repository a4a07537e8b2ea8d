"""Results as plain text for the terminal."""

from typing import Any

from copilot.brief import Frame, Perception
from copilot.suggestion import Finding, Result, Suggestion
from knowledge import FileLine, Hit

_WIDTH = 88
_MAX_FILES = 40  # more files than this are only counted


def perceived_text(perceived: Any) -> str:
    """Mood, signals, facts, request and framework, one a line."""
    return "\n".join((*_perception(perceived.perception), *_frame(perceived.frame)))


def result_text(result: Result) -> str:
    """The state in a few lines, then the suggestions with sources and findings."""
    lines = [*_perception(result.perception), *_frame(result.frame)]
    lines += [f"note       {notice}" for notice in result.notices]
    for number, suggestion in enumerate(result.suggestions, 1):
        lines += ["", f"── {number} · {suggestion.label} · {suggestion.origin} ".ljust(_WIDTH, "─")]
        lines += [suggestion.text, *_marks(suggestion)]
    if result.hits:
        lines += ["", "── sources ".ljust(_WIDTH, "─"), hits_text(result.hits)]
    return "\n".join(lines)


def review_text(review: Any) -> str:
    """Findings and promises of a checked reply."""
    lines = [_finding(finding) for finding in review.findings]
    lines += [
        f"promise    {c.span!r}: {c.type}, {c.scope}, {c.verdict}"
        + (f" ({c.source})" if c.source else "")
        for c in review.commitments
    ]
    lines += [f"fill in    [{slot}?]" for slot in review.slots]
    return "\n".join(lines) or "Nothing to mend."


def hits_text(hits: tuple[Hit, ...]) -> str:
    """Hits, one a line: strength, id, title, the first words."""
    if not hits:
        return "Nothing found."
    rows = []
    for hit in hits:
        words = " ".join(hit.text.split())
        rows.append(
            f"{hit.strength:<6} {hit.confidence:.2f}  {hit.id}  {hit.title}\n    {words[:160]}"
        )
    return "\n".join(rows)


def report_text(report: Any) -> str:
    """What an ingest did, with every refused file or row and its reason."""
    names = ("added", "updated", "unchanged", "removed")
    counts = ", ".join(f"{getattr(report, name)} {name}" for name in names)
    lines = [
        f"{counts}, {len(report.refused)} refused; "
        f"{report.documents} documents, {report.chunks} chunks; {report.seconds:.1f} s"
    ]
    if 1 < len(report.files) <= _MAX_FILES:
        lines += [_file(line) for line in report.files]
    for refused in report.refused:
        place = f" ({refused.place})" if refused.place else ""
        lines.append(f"refused {refused.path}{place}: {refused.reason}")
    if report.refused and not (report.added or report.updated or report.unchanged):
        lines.append("Nothing was taken in: everything was refused.")
    return "\n".join(lines)


def _file(line: FileLine) -> str:
    names = ("added", "updated", "unchanged", "removed", "refused")
    counts = [f"{count} {name}" for name in names if (count := getattr(line, name))]
    return f"  {line.path}: {line.why or ', '.join(counts) or 'nothing in it'}"


def doctor_text(health: Any) -> str:
    """The state of the installation, one check a line."""
    return "\n".join(
        f"{'ok ' if check.ok else 'BAD'}  {check.name:<12} {check.detail}"
        for check in health.checks
    )


def _perception(perception: Perception) -> list[str]:
    lines = [
        f"mood       hostility {perception.hostility}/4, distress {perception.distress}/3, "
        f"{perception.emotion}",
    ]
    if perception.request:
        lines.append(f"request    {perception.request}")
    if perception.signals:
        heard = "; ".join(f"{s.name} «{s.span}»" for s in perception.signals)
        lines.append(f"signals    {heard}")
    if perception.facts:
        lines.append("facts      " + "; ".join(f"{f.kind}: {f.value}" for f in perception.facts))
    if perception.risk != "none":
        risk = f"risk       {perception.risk}"
        lines.append(risk + (", call a senior" if perception.needs_escalation else ""))
    return lines


def _frame(frame: Frame) -> list[str]:
    steps = " ".join(f"({s})" if s in frame.done else s for s in frame.steps)
    return [f"framework  {frame.framework} {steps}".rstrip(), f"why        {frame.why}"]


def _marks(suggestion: Suggestion) -> list[str]:
    cited = dict.fromkeys(source for s in suggestion.sentences for source in s.sources)
    lines = [f"  from: {', '.join(cited)}"] if cited else []
    lines += [f"  fill in: [{slot}?]" for slot in suggestion.slots]
    return lines + [f"  {_finding(finding)}" for finding in suggestion.findings]


def _finding(finding: Finding) -> str:
    better = f" → {finding.replacement}" if finding.replacement else ""
    return f"{finding.severity:<10} {finding.rule} «{finding.span}» {finding.why}{better}"
