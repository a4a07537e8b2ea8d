"""REST about uploads: files come in at once, and a job takes them into the knowledge."""

import json
import shutil
import tempfile
from pathlib import Path
from typing import Any, get_args

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException

from copilot import Copilot, mask
from copilot.errors import KnowledgeError
from knowledge import Kind, Locale, Upload
from ui.jobs import Jobs, TooMany

MAX_FILES = 200
_FOLDER = "uploads"  # inside the data folder; nothing stays there
_PIECE = 1024 * 1024


class BadUpload(KnowledgeError):
    """An upload without files, or with wishes that cannot be understood."""


def upload_routes(router: APIRouter, copilot: Copilot, jobs: Jobs) -> None:
    """Add the routes about uploads and jobs."""
    shutil.rmtree(_home(copilot), ignore_errors=True)  # what a killed service left

    @router.post("/upload", status_code=202, response_model=None)
    async def upload(request: Request) -> dict[str, Any] | JSONResponse:
        """A job that takes files in."""
        if not request.headers.get("content-length", "").isdecimal():
            told = {"code": "LengthRequired", "message": "Say how long the upload is."}
            return JSONResponse({"error": told}, status_code=411)
        try:
            async with request.form(max_files=MAX_FILES, max_fields=10) as form:
                wishes = _wishes(form)
                files = [one for one in form.getlist("files") if isinstance(one, UploadFile)]
                if not files:
                    raise BadUpload("files: there is no file in the upload.")
                folder, uploads = await run_in_threadpool(_laid_down, copilot, files)
        except HTTPException as error:
            raise BadUpload(f"The upload cannot be read: {error.detail}.") from error
        try:
            return {"job": jobs.start("upload", _work(copilot, folder, uploads, wishes))}
        except TooMany:
            shutil.rmtree(folder, ignore_errors=True)
            raise

    @router.get("/jobs")
    def all_jobs() -> dict[str, Any]:
        """The jobs since the start, newest first."""
        return {"jobs": jobs.all()}

    @router.get("/jobs/{job_id}")
    def job(job_id: str) -> dict[str, Any]:
        """How far a job is."""
        return {"job": jobs.job(job_id)}


def _work(copilot: Copilot, folder: Path, uploads: list[Upload], wishes: dict[str, Any]) -> Any:
    def work(tell: Any) -> dict[str, Any]:
        try:
            report = copilot.library.ingest_uploads(
                uploads, **wishes, mask=lambda text: mask(text).text, on_progress=tell
            )
        finally:
            shutil.rmtree(folder, ignore_errors=True)
        return report.model_dump(mode="json")

    return work


def _laid_down(copilot: Copilot, files: list[UploadFile]) -> tuple[Path, list[Upload]]:
    """Write uploads into a folder of their own, under numbers: their names open no path."""
    home = _home(copilot)
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    folder = Path(tempfile.mkdtemp(dir=home))
    uploads: list[Upload] = []
    for n, file in enumerate(files):
        name = file.filename or "file"
        path = folder / f"{n}{_ending(name)}"
        with path.open("xb") as out:
            shutil.copyfileobj(file.file, out, _PIECE)
        uploads.append(Upload(path=path, name=name))
    return folder, uploads


def _ending(name: str) -> str:
    """Return the ending of a name when it is plain letters and digits."""
    ending = Path(name.replace("\\", "/")).suffix.lower()
    return ending if ending[1:].isascii() and ending[1:].isalnum() and len(ending) < 12 else ""


def _wishes(form: FormData) -> dict[str, Any]:
    kind, locale, columns = (str(form.get(name) or "") for name in ("kind", "locale", "map"))
    if kind and kind not in get_args(Kind):
        raise BadUpload(f"kind: {kind!r} is none of {', '.join(get_args(Kind))}.")
    if locale and locale not in get_args(Locale):
        raise BadUpload(f"locale: {locale!r} is none of {', '.join(get_args(Locale))}.")
    return {"kind": kind or None, "locale": locale or None, "columns": _columns(columns)}


def _columns(text: str) -> dict[str, str]:
    try:
        columns = json.loads(text) if text else {}
    except (ValueError, RecursionError) as error:
        raise BadUpload(f"map: {text[:80]!r} is not JSON.") from error
    if not isinstance(columns, dict) or not all(isinstance(v, str) for v in columns.values()):
        raise BadUpload('map: write it as {"question": "NAME", "answer": "NAME"}.')
    return columns


def _home(copilot: Copilot) -> Path:
    return copilot.settings.data_home / _FOLDER
