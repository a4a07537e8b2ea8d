"""The service: REST and the panel behind the gate. The panel wakes up while the service answers."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from typing import Any

import typer
from fastapi import FastAPI
from fastapi.responses import HTMLResponse, JSONResponse

from copilot import Copilot, quiet_vendors
from copilot.settings import Settings
from ui.accounts import account_of, email_of
from ui.api import api_router
from ui.api_conversations import conversation_router
from ui.api_incidents import incident_router
from ui.api_knowledge import knowledge_router
from ui.api_users import users_router
from ui.chatwoot import HOOK, chatwoot_desk
from ui.door import door_of
from ui.entrance import Entrance, entrance_router
from ui.gate import Gate
from ui.pages import page
from ui.quality.routes import quality_router
from ui.sessions import Sessions
from ui.shell import Pages

LOG = logging.getLogger("teplo")
_LOCAL = ("127.0.0.1", "localhost", "::1")


class Panel:
    """The Gradio application, built in a thread because importing Gradio takes seconds."""

    def __init__(self, copilot: Copilot) -> None:
        """Remember what to build the panel for."""
        self._copilot = copilot
        self._app: Any = None
        self.failed = False

    @property
    def ready(self) -> bool:
        """Whether the panel answers."""
        return self._app is not None

    async def build(self, stack: AsyncExitStack) -> None:
        """Build the panel, start its queue, warm the pipeline up."""
        try:
            app = await asyncio.to_thread(self._make)
            await stack.enter_async_context(app.router.lifespan_context(app))
            self._app = app
            await asyncio.to_thread(_warm_up, self._copilot)
        except Exception:
            self.failed = True
            LOG.exception("The panel could not be built.")
            raise

    def _make(self) -> FastAPI:
        from ui.panel import mount_panel

        app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
        return mount_panel(app, self._copilot, keeper=self._copilot)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer from the panel, or with a page that waits for it."""
        if self._app is not None:
            await self._app(scope, receive, send)
            return
        answer = HTMLResponse(
            page("failed" if self.failed else "loading"), 503 if self.failed else 200
        )
        await answer(scope, receive, send)


def make_app(copilot: Copilot) -> Gate:
    """Return the whole service as one ASGI application."""
    panel = Panel(copilot)
    pages = Pages(copilot, panel)

    @contextlib.asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            pages.open(stack)
            task = asyncio.create_task(panel.build(stack))
            yield
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError, Exception):
                await task
        copilot.close()

    app = FastAPI(title="Teplo", version="1", lifespan=lifespan, docs_url=None, redoc_url=None)

    @app.get("/ready", include_in_schema=False)
    async def ready() -> JSONResponse:
        return JSONResponse({"ready": panel.ready, "error": panel.failed})

    app.include_router(api_router(copilot))
    app.include_router(knowledge_router(copilot))
    app.include_router(incident_router(copilot))
    app.include_router(quality_router(copilot))
    desk = chatwoot_desk(copilot)
    app.include_router(desk.router)
    app.include_router(
        conversation_router(
            copilot, me=lambda http: desk.people.email(account_of(http)) or email_of(http)
        )
    )
    settings = copilot.settings
    app.include_router(users_router(lambda: copilot.records))
    app.include_router(entrance_router(Entrance(copilot.records, settings)))
    app.mount("/", pages)
    return Gate(
        app,
        sessions=sessions_of(settings),
        hosts=frozenset({*_LOCAL, settings.host}),
        api_token=settings.token.get_secret_value(),
        embed_origins=tuple(settings.embed_origins.split()),
        hooks=(HOOK,),
        door=door_of(copilot.records, settings),
    )


def sessions_of(settings: Settings) -> Sessions:
    """The sign-ins of this installation."""
    return Sessions(settings.data_home, fixed=settings.token.get_secret_value())


def sign_in_link(settings: Settings) -> str:
    """Make a link that opens the panel once; with accounts, only say where to sign in."""
    if has_accounts(settings):
        return f"{address_of(settings)}/"
    return f"{address_of(settings)}/?token={sessions_of(settings).new_link_token()}"


def address_of(settings: Settings) -> str:
    """Return where the service is, as this machine reaches it."""
    host = settings.host if settings.host not in {"0.0.0.0", "::", ""} else "127.0.0.1"  # noqa: S104  # compared, not bound
    return f"http://{host}:{settings.port}"


def has_accounts(settings: Settings) -> bool:
    """Whether people sign in with accounts of their own."""
    from copilot.records import open_records

    with contextlib.closing(open_records(settings.data_home, settings.database_url)) as records:
        return records.users.any()


def serve_forever(copilot: Copilot, *, open_browser: bool = False) -> None:
    """Serve until interrupted; print the link that opens the panel."""
    import uvicorn

    quiet_vendors()
    settings = copilot.settings
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    sessions_of(settings).drop_links()
    link = sign_in_link(settings)
    typer.echo(f"\n  Teplo: {link}\n")
    if has_accounts(settings):
        typer.echo("  People sign in with their accounts (`teplo users list`). Ctrl+C stops.")
    else:
        typer.echo("  The link opens the panel once; `teplo link` prints another. Ctrl+C stops.")
    if settings.uses_llm:
        typer.echo(f"  Masked texts go to the language model at {settings.llm_host}.")
    else:
        typer.echo("  Embedded mode: nothing leaves this machine.")
    if open_browser:
        _open(link)
    uvicorn.run(
        make_app(copilot),
        host=settings.host,
        port=settings.port,
        log_level="warning",
        access_log=False,
        server_header=False,
        proxy_headers=False,  # the gate itself decides which proxies it believes
        timeout_graceful_shutdown=3,
    )


def _open(link: str) -> None:
    import os
    import webbrowser

    if os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY") or os.name == "nt":
        webbrowser.open(link)


def _warm_up(copilot: Copilot) -> None:
    """Answer a made-up message, so that the first real one finds everything loaded."""
    from ui.demo import demo_conversation

    copilot.warm_up(demo_conversation("ru"))
