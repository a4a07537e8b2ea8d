"""A suggestion as server-sent events; a reader that goes away ends the call to the model."""

import asyncio
import json
import logging
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

from fastapi.responses import StreamingResponse

from copilot.errors import TeploError
from copilot.streaming import Progress

LOG = logging.getLogger("teplo.api")

_HEADERS = {"cache-control": "no-store", "x-accel-buffering": "no"}
_QUIET_S = 10.0  # a line now and then, so that no proxy takes the connection for dead
_PULSE = b": waiting\n\n"
_WORKERS = ThreadPoolExecutor(max_workers=32, thread_name_prefix="suggest-stream")


def event_stream(steps: Iterator[Progress], cancelled: threading.Event) -> StreamingResponse:
    """Replies as they come about: `suggestions` at once, `partial` from the model, then `result`."""
    return StreamingResponse(
        _events(steps, cancelled), media_type="text/event-stream", headers=_HEADERS
    )


async def _events(steps: Iterator[Progress], cancelled: threading.Event) -> AsyncIterator[bytes]:
    loop = asyncio.get_running_loop()
    queue: asyncio.Queue[bytes | None] = asyncio.Queue()

    def put(item: bytes | None) -> None:
        try:
            loop.call_soon_threadsafe(queue.put_nowait, item)
        except RuntimeError:
            cancelled.set()  # the service is going down

    _WORKERS.submit(_walk, steps, cancelled, put)
    try:
        while True:
            try:
                item = await asyncio.wait_for(queue.get(), _QUIET_S)
            except TimeoutError:
                item = _PULSE
            if item is None:
                return
            yield item
    finally:
        cancelled.set()


def _walk(
    steps: Iterator[Progress], cancelled: threading.Event, put: Callable[[bytes | None], None]
) -> None:
    """Take the steps in a thread: they block while they wait for the model."""
    try:
        while not cancelled.is_set() and (step := next(steps, None)) is not None:
            put(_event(step.kind, step.data()))
    except TeploError as error:
        refusal = {"code": type(error).__name__, "message": str(error)}
        put(_event("error", {"error": refusal}))
    except Exception:
        LOG.exception("A stream of suggestions broke off.")
        put(_event("error", {"error": {"code": "Bug", "message": "Something went wrong here."}}))
    finally:
        put(None)


def _event(kind: str, data: object) -> bytes:
    return f"event: {kind}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n".encode()
