"""The HTML of the page for QA; everything that somebody wrote is escaped, and no line is empty."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from html import escape
from typing import Any

from evals.compare import Change, Comparison
from evals.folder import Scored
from evals.report.contents import BLOCKS, comparison_headline, marked
from evals.report.words import Words
from evals.scorers import Score
from ui.jobs import Job
from ui.quality.cases import findings
from ui.quality.routes import PREFIX, SUFFIXES
from ui.quality.store import ACCEPTED, Audit, Entry

_WORST = 3
_CASES_NAMED = 5


class Painter:
    """Paints in one language."""

    def __init__(self, words: dict[str, Any], report: Words) -> None:
        """Take the words of the page and those of reports."""
        self._words = words
        self._report = report

    def week(self, entry: Entry | None) -> str:
        """Return what fell most against the accepted run."""
        said = self._words["week"]
        if entry is None or entry.held is None:
            return _section(said["title"], f'<p class="empty">{escape(said["none"])}</p>')
        fallen = sorted(
            (c for c in entry.held.changes if c.breaks or (c.gates and c.delta < 0)),
            key=lambda c: (not c.breaks, c.delta),
        )
        if not fallen:
            return _section(said["title"], f'<p class="q-good">{escape(said["fine"])}</p>')
        worst = fallen[0]
        body = f'<p class="q-fell">{escape(said["fell"].format(**self._fell(worst)))}</p>'
        verdict = self._report.verdict(worst.verdict)
        why = said["why"].format(verdict=verdict, pairs=worst.pairs, at=clock(entry.asked.at))
        body += f'<p class="kind">{escape(why)}</p>'
        if worst.breaks:
            cases = ", ".join(worst.breaks[:_CASES_NAMED])
            body += f'<p class="q-bad">{escape(said["breaks"].format(cases=cases))}</p>'
        body += self._worst(entry.held, worst.name)
        link = self._link(self._compare(ACCEPTED, entry.name), said["link"])
        return _section(said["title"], body + f"<p>{link}</p>")

    def progress(self, job: Job | None) -> str:
        """Return how far the newest job is."""
        said = self._words["run"]
        if job is None:
            return ""
        if job.state == "done":
            return notice(said[f"done_{job.what}"], good=True)
        if job.state == "stopped":
            return notice(said["was_stopped"], good=True)
        if job.state == "failed":
            return notice(said["failed"].format(message=job.error.message if job.error else ""))
        text = said["queued"]
        if job.state == "running":
            text = said["starting"] if job.what == "run" and not job.done else said["running"]
            text = said["auditing"] if job.what == "audit" else text
        text = text.format(done=job.done, total=job.total)
        value = f' value="{job.done}" max="{job.total}"' if job.total and job.done else ""
        return (
            f'<div class="q-going"><p role="status">{escape(text)}</p>'
            f'<progress{value} aria-label="{escape(text)}"></progress>'
            f'<p class="kind">{escape(said["may_leave"])}</p></div>'
        )

    def runs(self, entries: Sequence[Entry]) -> str:
        """Return the list of runs."""
        said = self._words["list"]
        empty = f'<p class="empty">{escape(said["none"])}</p>'
        return _section(said["title"], "".join(self._run(one) for one in entries) or empty)

    def comparison(self, compared: Comparison, code: int, base: str, candidate: str) -> str:
        """Return a comparison: what came of it in a sentence or two, a table, a link to all of it."""
        said = self._words["compare"]
        head = "".join(
            f"<p>{escape(line)}</p>" for line in comparison_headline(compared, code, self._report)
        )
        names = said["table"]
        cells = "".join(f'<th scope="col">{escape(names[key])}</th>' for key in names)
        rows = "".join(self._change(one) for one in compared.changes)
        mood = {0: "good", 1: "bad"}.get(code, "")
        link = self._link(self._compare(base, candidate), said["full"])
        return (
            f'<section class="q-part"><div class="q-card {mood}">{head}<p>{link}</p></div>'
            f'<div class="q-wide"><table><thead><tr>{cells}</tr></thead>'
            f"<tbody>{rows}</tbody></table></div></section>"
        )

    def cases(self, rows: Sequence[Scored], shown: int) -> str:
        """Return the first rows of those that were looked for."""
        said = self._words["cases"]
        if not rows:
            return f'<p class="empty">{escape(said["nothing"])}</p>'
        count = said["count"].format(shown=min(shown, len(rows)), total=len(rows))
        cards = "".join(self._case(row) for row in rows[:shown])
        return f'<p class="kind" role="status">{escape(count)}</p><div class="q-part">{cards}</div>'

    def upload(self) -> str:
        """Return the form that takes exports; it needs no script."""
        said, language = self._words["audit"], self._report.language
        return (
            f'<form class="q-card" method="post" enctype="multipart/form-data" '
            f'action="{PREFIX}/upload?lang={language}"><h2>{escape(said["title"])}</h2>'
            f'<p class="kind">{escape(said["lead"])}</p>'
            f'<label for="q-files">{escape(said["files"])}</label>'
            f'<input id="q-files" name="files" type="file" multiple required '
            f'accept="{",".join(SUFFIXES)}">'
            f'<p><button type="submit" class="q-button">{escape(said["go"])}</button></p></form>'
        )

    def audits(self, audits: Sequence[Audit]) -> str:
        """Return the finished audits with what can be taken away."""
        said = self._words["audit"]
        empty = f'<p class="empty">{escape(said["none"])}</p>'
        return _section(said["list"], "".join(self._audit(one) for one in audits) or empty)

    def label(self, entry: Entry) -> str:
        """Return how a run is called in a list to choose from."""
        run, asked = self._words["run"], entry.asked
        parts = [clock(asked.at)]
        parts += [asked.split] if asked.split else []
        parts += [str(run["langs"][asked.lang])] if asked.lang else []
        parts += [asked.tag] if asked.tag else []
        parts.append(str(self._words["list"]["sample" if asked.sample else "own"]))
        return " · ".join(parts)

    def _fell(self, change: Change) -> dict[str, str]:
        number = self._report.number
        return {
            "metric": self._report.metric(change.name),
            "before": number(change.before),
            "after": number(change.after),
        }

    def _worst(self, held: Comparison, metric: str) -> str:
        fallen = [c for c in held.worst if c.metric == metric and c.after < c.before][:_WORST]
        items = "".join(
            f"<li><b>{escape(one.case)}</b>: {text(one.reason) or text(one.text_after)}</li>"
            for one in fallen
        )
        title = escape(self._words["week"]["worst"])
        return f'<p class="kind">{title}</p><ul>{items}</ul>' if items else ""

    def _run(self, entry: Entry) -> str:
        said, metrics = self._words["list"], entry.metrics
        facts, links = [], ""
        if metrics is None:
            facts.append(said["unfinished"])
        else:
            facts.append(said["rows"].format(rows=metrics.rows))
            facts.append(said["faults"].format(n=metrics.faulty) if metrics.faulty
                         else said["clean"])  # fmt: skip
            facts += [said["errors"].format(errors=metrics.errors)] if metrics.errors else []
            address = f"{PREFIX}/runs/{entry.name}/report?lang={self._report.language}"
            links = self._link(address, said["report"])
        if entry.held:
            links += " " + self._link(self._compare(ACCEPTED, entry.name), said["compare"])
        mood = "" if metrics is None else "bad" if metrics.faulty else "good"
        return (
            f'<article class="q-card {mood}"><h3>{escape(self.label(entry))}</h3>'
            f'<p class="kind">{escape(" · ".join(facts))}</p><p>{links}</p></article>'
        )

    def _change(self, change: Change) -> str:
        fell = self._fell(change)
        mood = "q-bad" if change.verdict in ("REGRESSION", "HARD BREAK") else ""
        return (
            f'<tr><th scope="row">{escape(fell["metric"])}</th><td>{fell["before"]}</td>'
            f'<td>{fell["after"]}</td><td class="{mood}">'
            f"{escape(self._report.verdict(change.verdict))}</td></tr>"
        )

    def _case(self, row: Scored) -> str:
        said, low = self._words["cases"], findings(row)
        spans = [span for score in low.values() for span in score.spans]
        reply = row.observation.text if row.observation else ""
        pieces = "".join(
            f"<mark>{_piece(piece)}</mark>" if quoted else _piece(piece)
            for piece, quoted in marked(reply, spans)
        )
        lines = "".join(self._finding(name, score) for name, score in low.items())
        fine = escape(said["error"].format(error=row.error) if row.error else said["fine"])
        mood = "bad" if row.error or any(name in BLOCKS for name in low) else ""
        tags = " · ".join((row.lang, *row.tags))
        return (
            f'<article class="q-card {mood}"><h3>{escape(row.case)}</h3>'
            f'<p class="kind">{escape(tags)}</p><p><b>{escape(said["asked"])}:</b> '
            f"{text(row.asked)}</p><p><b>{escape(said['reply'])}:</b> "
            f"{pieces or escape(said['no_reply'])}</p>"
            f"{f'<ul>{lines}</ul>' if lines else f'<p class=kind>{fine}</p>'}</article>"
        )

    def _finding(self, name: str, score: Score) -> str:
        value = self._report.number(score.value or 0)
        why = f" · {text(score.reason)}" if score.reason else ""
        return f"<li>{escape(self._report.metric(name))} <b>{value}</b>{why}</li>"

    def _audit(self, audit: Audit) -> str:
        said = self._words["audit"]
        facts = [said["counts"].format(conversations=audit.conversations, replies=audit.replies)]
        facts += [said["faults"].format(faults=audit.faults)] if audit.faults else []
        address = f"{PREFIX}/audits/{audit.name}"
        links = " ".join(
            self._link(f"{address}/{form}?lang={self._report.language}", said[form])
            for form in ("html", "csv", "json")
        )
        names = ", ".join(audit.files)
        return (
            f'<article class="q-card"><h3>{escape(clock(audit.at))} · {escape(names)}</h3>'
            f'<p class="kind">{escape(" · ".join(facts))}</p><p>{links}</p></article>'
        )

    def _compare(self, base: str, candidate: str) -> str:
        language = self._report.language
        return f"{PREFIX}/compare?base={base}&candidate={candidate}&lang={language}"

    @staticmethod
    def _link(address: str, name: str) -> str:
        return (
            f'<a class="q-link" target="_blank" rel="noopener" href="{escape(address)}">'
            f"{escape(name)}</a>"
        )


def notice(said: str, *, good: bool = False) -> str:
    """Return the line that says what came of an action."""
    kind = "ok" if good else "problem"
    return f'<p class="note {kind}" role="status">{text(said)}</p>' if said else ""


def text(written: str) -> str:
    """Return what somebody wrote: escaped, with its line breaks, without an empty line."""
    return "<br>".join(escape(line) for line in _lines(written))


def clock(moment: datetime) -> str:
    """Return a moment as it is here."""
    return f"{moment.astimezone():%d.%m.%Y %H:%M}"


def _lines(written: str) -> Iterable[str]:
    return (line.strip() for line in written.splitlines() if line.strip())


def _piece(written: str) -> str:
    """A part of a text, with the spaces at its ends."""
    return escape(written).replace("\n", "<br>")


def _section(title: str, body: str) -> str:
    return f'<section class="q-part"><h2>{escape(title)}</h2>{body}</section>'
