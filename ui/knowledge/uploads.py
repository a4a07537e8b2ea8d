"""Files on their way into the knowledge: jobs, their progress and what came of each file."""

from typing import Any, Literal

from knowledge import Progress, Report
from ui.jobs import Job
from ui.knowledge.room import Room
from ui.knowledge.wire import Asked, Telling

Only = Literal["", "added", "updated", "unchanged", "removed", "refused"]
ONLY: tuple[Only, ...] = ("", "added", "updated", "unchanged", "removed", "refused")
_SHOWN = 500


def opened(room: Room, _: Asked) -> Telling:
    """Show where files go, and the jobs since the start."""
    jobs = [job for job in room.jobs.all() if job.what == "upload"]
    html = room.paint("jobs", jobs=[(job.id, _card(room, job)) for job in jobs])
    polls = tuple(_poll(job) for job in jobs if _going(job))
    return Telling(parts={"k-jobs": html}, polls=polls, url={"tab": "upload"})


def followed(room: Room, asked: Asked) -> Telling:
    """Show how far a job is, or what came of it."""
    job = room.jobs.job(asked.arg("id"))
    only: Only = next((one for one in ONLY if one == asked.arg("only")), "")
    parts = {f"k-job-{job.id}": _card(room, job, only)}
    if _going(job):
        return Telling(parts=parts, polls=(_poll(job),))
    over = asked.arg("polled") != ""
    told = str(room.said["jobs"][f"now_{job.state}"]) if over else ""
    return Telling(parts=parts, say=told, again=("list",) if over else ())


def take_starter(room: Room, asked: Asked) -> Telling:
    """Take the sample shop in, to try things out on it."""
    library = room.copilot.library

    def work(tell: Any) -> dict[str, Any]:
        report: Report = library.ingest_starter(on_progress=_passed_on(tell))
        return report.model_dump(mode="json")

    room.jobs.start("upload", work)
    return opened(room, asked)


def _passed_on(tell: Any) -> Any:
    def step(progress: Progress) -> None:
        tell(progress)

    return step


def _card(room: Room, job: Job, only: Only = "") -> str:
    report = job.result or {}
    files = [line for line in report.get("files", ()) if not only or line.get(only)]
    whole = {(line["path"], line["why"]) for line in files}
    refused = [
        one
        for one in (report.get("refused", ()) if only in ("", "refused") else ())
        if (one["path"], one["reason"]) not in whole
    ]
    counts = {name: _count(report, name) for name in ONLY if name}
    return room.paint(
        "job",
        job=job,
        only=only,
        counts=counts,
        files=files[:_SHOWN],
        refused=refused[:_SHOWN],
        hidden=max(0, len(files) - _SHOWN) + max(0, len(refused) - _SHOWN),
        share=_share(job),
    )


def _count(report: dict[str, Any], name: str) -> int:
    value = report.get(name, 0)
    return len(value) if isinstance(value, list | tuple) else int(value)


def _share(job: Job) -> int:
    """Return how much is done, in percent: whole files, and the part of the one that is read."""
    if not job.files:
        return 0
    part = job.done / job.total if job.total else 0.0
    return min(100, round(100 * (max(0, job.file - 1) + part) / job.files))


def _going(job: Job) -> bool:
    return job.state in ("queued", "running")


def _poll(job: Job) -> dict[str, str]:
    return {"do": "job", "id": job.id, "polled": "1"}
