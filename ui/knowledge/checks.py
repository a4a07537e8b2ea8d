"""What is wrong with the knowledge: a check as a job, its problems by document."""

from collections import Counter
from itertools import groupby
from typing import Any

from knowledge import Problem
from ui.jobs import Job
from ui.knowledge.room import Room
from ui.knowledge.wire import Asked, Telling
from ui.view.knowledge import knowledge_words, problem_text

GRAVITY = ("error", "warning", "hint")
_SHOWN = 300


def opened(room: Room, asked: Asked) -> Telling:
    """Show the last check; without one, begin it."""
    if not _last(room):
        return run(room, asked)
    return lint_told(room, asked)


def run(room: Room, asked: Asked) -> Telling:
    """Begin a check: a quick one, or one that asks for every trigger example too."""
    from ui.api_knowledge import linted

    reach = asked.arg("reach") != ""
    language = room.language

    def work(tell: Any) -> dict[str, Any]:
        return linted(room.copilot, language, reach=reach, tell=tell)

    room.jobs.start("lint", work)
    return lint_told(room, asked)


def lint_told(room: Room, asked: Asked) -> Telling:
    """Show the last check as far as it is."""
    job = _last(room)
    if job is None:
        return Telling(parts={"k-lint": room.paint("lint", job=None)}, url={"tab": "lint"})
    going = job.state in ("queued", "running")
    problems = _problems(job)
    grave = asked.field("severity") or asked.arg("severity")
    words = asked.field("q").casefold().split()
    wanted = [
        (one, problem_text(one, room.language)) for one in problems if grave in ("", one.severity)
    ]
    found = [
        (one, text)
        for one, text in wanted
        if all(word in f"{one.document} {text}".casefold() for word in words)
    ]
    html = room.paint(
        "lint",
        job=job,
        going=going,
        result=job.result or {},
        share=round(100 * job.done / job.total) if job.total else None,
        counts=Counter(one.severity for one in problems),
        gravity=GRAVITY,
        severity=grave,
        q=asked.field("q"),
        groups=_grouped(found[:_SHOWN]),
        names=knowledge_words(room.language)["severities"],
        found=len(found),
        hidden=max(0, len(found) - _SHOWN),
    )
    polls = ({"do": "lint", "polled": "1"},) if going else ()
    url = None if asked.arg("polled") else {"tab": "lint"}
    return Telling(parts={"k-lint": html}, polls=polls, url=url)


def _last(room: Room) -> Job | None:
    return next((job for job in room.jobs.all() if job.what == "lint"), None)


def _problems(job: Job) -> list[Problem]:
    told = (job.result or {}).get("problems", ())
    return [
        Problem.model_validate({key: own for key, own in one.items() if key != "message"})
        for one in told
    ]


def _grouped(
    found: list[tuple[Problem, str]],
) -> list[tuple[str, list[tuple[Problem, str]]]]:
    """Return problems by document, the documents with the gravest first."""
    groups = [(name, list(own)) for name, own in groupby(found, key=lambda pair: pair[0].document)]
    return sorted(groups, key=lambda group: min(GRAVITY.index(p.severity) for p, _ in group[1]))
