"""REST about the knowledge, as docs/knowledge-api.md says; each subject has a module of its own."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date, datetime
from typing import Annotated, Any

from fastapi import APIRouter, FastAPI, Query
from fastapi.responses import Response

from copilot import Copilot
from knowledge import Locale
from ui.api_answers import KnowledgeRoute, today
from ui.api_documents import document_routes
from ui.api_gaps import gap_routes
from ui.api_uploads import upload_routes
from ui.jobs import Job, Jobs, jobs_of
from ui.ownwords import lint_all
from ui.view.knowledge import problem_text

PREFIX = "/api/v1/knowledge"


def knowledge_router(copilot: Copilot) -> APIRouter:
    """Return the routes under `/api/v1/knowledge`; their jobs end with the service."""
    jobs = jobs_of(copilot.settings.data_home)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        yield
        jobs.close()

    router = APIRouter(prefix=PREFIX, route_class=KnowledgeRoute, lifespan=lifespan)
    document_routes(router, copilot)
    gap_routes(router, copilot)
    upload_routes(router, copilot, jobs)
    _overview_routes(router, copilot, jobs)
    return router


def _overview_routes(router: APIRouter, copilot: Copilot, jobs: Jobs) -> None:
    @router.get("/lint")
    def lint(language: Locale | None = None) -> dict[str, Any]:
        """What is wrong with the knowledge, without searching for trigger examples."""
        return linted(copilot, language, reach=False)

    @router.post("/lint", status_code=202)
    def lint_with_reach(language: Locale | None = None) -> dict[str, Job]:
        """A job that lints everything, trigger examples included."""

        def work(tell: Any) -> dict[str, Any]:
            return linted(copilot, language, reach=True, tell=tell)

        return {"job": jobs.start("lint", work)}

    @router.get("/calendar")
    def calendar(
        first: Annotated[date, Query(alias="from")], last: Annotated[date, Query(alias="to")]
    ) -> dict[str, Any]:
        """The days on which documents begin or end to hold."""
        events = copilot.library.overview.calendar(first, last)
        return {"events": [event.model_dump(mode="json") for event in events]}

    @router.get("/export")
    def export() -> Response:
        """All knowledge as a zip."""
        return Response(
            copilot.library.overview.export(),
            media_type="application/zip",
            headers={"content-disposition": 'attachment; filename="teplo-knowledge.zip"'},
        )


def linted(
    copilot: Copilot, language: Locale | None, *, reach: bool, tell: Any = None
) -> dict[str, Any]:
    """Return the problems of the knowledge today, each with its text."""
    from knowledge import Progress

    def step(done: int, total: int) -> None:
        if tell:
            tell(Progress(path="", file=1, files=1, done=done, total=total))

    spoken = language or copilot.settings.language
    problems = lint_all(copilot, today(), reach=reach, on_progress=step)
    return {
        "problems": [
            {**one.model_dump(mode="json"), "message": problem_text(one, spoken)}
            for one in problems
        ],
        "on": today().isoformat(),
        "at": datetime.now().astimezone().replace(microsecond=0).isoformat(),
        "documents": sum(copilot.library.stats().documents.values()),
        "reach": reach,
    }
