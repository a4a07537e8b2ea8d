"""What the page for QA does, without Gradio: choices in, HTML out."""

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache

from pydantic import ValidationError

from copilot import Copilot
from copilot.errors import NoSuchRecord
from evals.compare import compare, exit_code
from evals.errors import BadRun
from evals.report.words import Words
from evals.scorers import SCORERS
from evals.suite import Suite, read_suite
from knowledge import Locale
from ui.jobs import Job, TooMany
from ui.locales import words
from ui.quality.cases import Wanted, looked_for
from ui.quality.painting import Painter, notice
from ui.quality.store import ACCEPTED, Asked, Store
from ui.quality.work import quality_jobs, resume_run, start_run

SHOWN = 20  # cases at a time
_Choices = list[tuple[str, str]]
_GOING = ("queued", "running")


@dataclass(frozen=True)
class Going:
    """The newest job: how far it is, and whether it still goes."""

    html: str
    going: bool


class Room:
    """Runs, comparisons, cases and audits as the page shows and starts them."""

    def __init__(self, copilot: Copilot, language: Locale) -> None:
        """Work on one installation, in one language of the screen."""
        self._copilot = copilot
        self.store = Store(copilot.settings.data_home)
        self._jobs = quality_jobs(copilot.settings.data_home)
        self.language = language
        self.words = words(language, "quality")
        self._report = Words(language)
        self.painter = Painter(self.words, self._report)

    def going(self) -> Going:
        """Return the job that goes just now, or the one that ended last."""
        job = self._job()
        return Going(self.painter.progress(job), job is not None and job.state in _GOING)

    def week(self, *, now: datetime | None = None) -> str:
        """Return the regression of the week."""
        return self.painter.week(self.store.of_the_week(now or datetime.now(UTC)))

    def runs(self) -> str:
        """Return the list of runs."""
        return self.painter.runs(self.store.runs())

    def audits(self) -> str:
        """Return the list of audits."""
        return self.painter.audits(self.store.audits())

    def finished(self) -> _Choices:
        """Return (label, name) of the finished runs, newest first."""
        return [(self.painter.label(e), e.name) for e in self.store.runs() if e.metrics]

    def stopped(self) -> _Choices:
        """Return (label, name) of the runs that were stopped and can go on."""
        busy = {job.path for job in self._jobs.all() if job.state in _GOING}
        entries = [e for e in self.store.runs() if not e.metrics and e.name not in busy]
        return [(self.painter.label(entry), entry.name) for entry in entries]

    def metrics(self) -> _Choices:
        """Return (label, name) of what cases can be sorted by."""
        any_one = [(str(self.words["cases"]["metric_any"]), "")]
        return any_one + [(self._report.metric(s.name), s.name) for s in SCORERS]

    def tags(self) -> _Choices:
        """Return (label, tag) of the cases that come with Teplo."""
        found = sorted({tag for case in our_suite().cases for tag in case.tags})
        return [(str(self.words["run"]["tag_all"]), ""), *((tag, tag) for tag in found)]

    def start(self, split: str, lang: str, tag: str, base: str) -> str:
        """Put a run into the queue; return what came of it."""
        said = self.words["said"]
        try:
            asked = Asked.model_validate(
                {"split": split, "lang": lang, "tag": tag, "sample": base != "own"}
            )
        except ValidationError:
            return notice(said["no_cases"])
        if not our_suite().only(split=split, lang=lang, tags=(tag,) if tag else ()).cases:
            return notice(said["no_cases"])
        try:
            start_run(self._copilot, self.store, self._jobs, asked)
        except TooMany:
            return notice(said["too_many"])
        return notice(said["started"], good=True)

    def resume(self, name: str) -> str:
        """Let a stopped run go on; return what came of it."""
        said = self.words["said"]
        try:
            resume_run(self._copilot, self.store, self._jobs, name)
        except NoSuchRecord:
            return notice(said["gone"])
        except TooMany:
            return notice(said["too_many"])
        return notice(said["started"], good=True)

    def stop(self) -> str:
        """Stop what goes just now; return what came of it."""
        job, said = self._job(), self.words["said"]
        if job is None or job.state not in _GOING:
            return notice(said["nothing_runs"])
        self._jobs.stop(job.id)
        return notice(said["stopping"], good=True)

    def compared(self, base: str, candidate: str) -> str:
        """Return two runs compared."""
        said = self.words["compare"]
        if not base or not candidate:
            return notice(said["choose"])
        if base == candidate:
            return notice(said["same"])
        try:
            found = compare(self.store.run(base), self.store.run(candidate))
        except (NoSuchRecord, BadRun) as error:
            return self._unread(error)
        return self.painter.comparison(found, exit_code(found), base, candidate)

    def cases(self, name: str, wanted: Wanted, shown: int) -> tuple[str, bool]:
        """Return the cases of a run that are looked for, and whether there are more of them."""
        if not name:
            return notice(self.words["cases"]["none_run"], good=True), False
        try:
            rows = looked_for(self.store.run(name), wanted)
        except (NoSuchRecord, BadRun) as error:
            return self._unread(error), False
        return self.painter.cases(rows, shown), len(rows) > shown

    def said(self, key: str) -> str:
        """Return the line that the address of the page asks for, if there is one."""
        line = self.words["said"].get(key, "")
        return notice(line, good=key == "audit")

    def bases(self) -> _Choices:
        """Return (label, name) of what a run can be held against."""
        return [(str(self.words["compare"]["accepted"]), ACCEPTED), *self.finished()]

    def _job(self) -> Job | None:
        jobs = self._jobs.all()
        going = [job for job in jobs if job.state in _GOING]
        return going[-1] if going else jobs[0] if jobs else None

    def _unread(self, error: Exception) -> str:
        said = self.words["said"]
        if isinstance(error, NoSuchRecord):
            return notice(said["gone"])
        return notice(said["bad_run"].format(message=error))


@lru_cache(maxsize=1)
def our_suite() -> Suite:
    """Return the cases that come with Teplo."""
    return read_suite()
