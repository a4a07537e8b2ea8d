"""REST of the page for QA: reports to read, tables to take away, exports to audit."""

import secrets
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path, PurePosixPath
from typing import Literal

from fastapi import APIRouter, Request
from fastapi.responses import FileResponse, HTMLResponse, RedirectResponse
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException

from copilot import Copilot
from knowledge import Locale
from ui.api_answers import KnowledgeRoute
from ui.jobs import Jobs, TooMany
from ui.quality.store import Store
from ui.quality.work import quality_jobs, start_audit

PREFIX = "/api/v1/quality"
SUFFIXES = (".json", ".jsonl", ".ndjson", ".csv", ".tsv")
_MAX_FILES = 20
_KINDS = {"csv": "text/csv; charset=utf-8", "json": "application/json"}


def quality_router(copilot: Copilot) -> APIRouter:
    """Return the routes under `/api/v1/quality`; their jobs end with the service."""
    store = Store(copilot.settings.data_home)
    jobs = quality_jobs(copilot.settings.data_home)

    @asynccontextmanager
    async def lifespan(_: object) -> AsyncIterator[None]:
        yield
        jobs.close()

    router = APIRouter(prefix=PREFIX, route_class=KnowledgeRoute, lifespan=lifespan)
    _reports(router, store)
    _uploads(router, copilot, store, jobs)
    return router


def _reports(router: APIRouter, store: Store) -> None:
    @router.get("/runs/{name}/report", response_class=HTMLResponse)
    def report(name: str, lang: Locale = "ru") -> HTMLResponse:
        """The page of a run, as `teplo eval report` writes it."""
        from evals.baseline import read_history
        from evals.report import run_page

        page = run_page(store.run(name), lang, history=read_history(store.accepted))
        return HTMLResponse(page)

    @router.get("/compare", response_class=HTMLResponse)
    def compared(base: str, candidate: str, lang: Locale = "ru") -> HTMLResponse:
        """The page of two runs compared, as `teplo eval compare` writes it."""
        from evals.baseline import read_history
        from evals.compare import compare
        from evals.report import comparison_page

        older, newer = store.run(base), store.run(candidate)
        history = read_history(store.accepted)
        page = comparison_page(compare(older, newer), older, newer, lang, history=history)
        return HTMLResponse(page)

    @router.get("/audits/{name}/{form}", response_model=None)
    def audit(
        name: str, form: Literal["html", "csv", "json"], lang: Locale = "ru"
    ) -> FileResponse | HTMLResponse:
        """An audit as a page, a table or JSON."""
        folder = store.audit_folder(name)
        if form == "html":
            return HTMLResponse((folder / f"audit.{lang}.html").read_text("utf-8"))
        return FileResponse(
            folder / f"audit.{form}", media_type=_KINDS[form], filename=f"audit-{name}.{form}"
        )


def _uploads(router: APIRouter, copilot: Copilot, store: Store, jobs: Jobs) -> None:
    shutil.rmtree(store.uploads_home, ignore_errors=True)  # what a killed service left

    @router.post("/upload", status_code=303)
    async def upload(request: Request, lang: Locale = "ru") -> RedirectResponse:
        """Take exports in, audit them in a job, lead back to the page."""
        said = "audit"
        if not request.headers.get("content-length", "").isdecimal():
            raise HTTPException(411, "Say how long the upload is.")
        async with request.form(max_files=_MAX_FILES, max_fields=10) as form:
            files = [
                one for one in form.getlist("files") if isinstance(one, UploadFile) and one.filename
            ]
            if not files or any(_suffix(one) not in SUFFIXES for one in files):
                said = "no_file"
            else:
                folder = await run_in_threadpool(_laid_down, store, files)
                try:
                    names = [_called(one) for one in files]
                    start_audit(copilot, store, jobs, folder, names)
                except TooMany:
                    shutil.rmtree(folder, ignore_errors=True)
                    said = "too_many"
        return RedirectResponse(f"/quality/{lang}?open={said}", 303)


def _laid_down(store: Store, files: list[UploadFile]) -> Path:
    folder = store.uploads_home / secrets.token_hex(8)
    folder.mkdir(parents=True)
    for n, one in enumerate(files):
        with (folder / f"{n:02}-{_stem(one)}{_suffix(one)}").open("wb") as sink:
            shutil.copyfileobj(one.file, sink)
    return folder


def _called(one: UploadFile) -> str:
    return PurePosixPath(str(one.filename).replace("\\", "/")).name[:120]


def _suffix(one: UploadFile) -> str:
    return PurePosixPath(_called(one)).suffix.lower()


def _stem(one: UploadFile) -> str:
    """The name as faults quote it, without what a file system may take for more than a letter."""
    stem = PurePosixPath(_called(one)).stem
    return "".join(c if c.isalnum() or c in "-_" else "_" for c in stem)[:60]
