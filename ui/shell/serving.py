"""The pages as one ASGI application in front of the panel."""

import asyncio
from collections.abc import Callable
from contextlib import AsyncExitStack
from http.cookies import CookieError, SimpleCookie
from importlib import import_module
from typing import TYPE_CHECKING, Any, Protocol

from fastapi import FastAPI
from fastapi.responses import HTMLResponse, RedirectResponse

from knowledge import Locale
from ui.locales import LANGUAGES
from ui.pages import page
from ui.shell.places import Place, bare, place_at

if TYPE_CHECKING:
    from copilot import Copilot

Mount = Callable[[Place, "Copilot", Locale], FastAPI]
LANGUAGE_COOKIE = "teplo_language"


class Front(Protocol):
    """The panel, which answers every path that no page takes."""

    @property
    def ready(self) -> bool:
        """Whether Gradio has been imported and the panel answers."""
        ...

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer a request."""
        ...


class Pages:
    """Builds a page in a thread when it is first asked for, and keeps it."""

    def __init__(self, copilot: "Copilot", front: Front, mount: "Mount | None" = None) -> None:
        """Remember the panel, and how a page is made: with Gradio, unless told otherwise."""
        self._mount = mount or mounted
        self._copilot = copilot
        self._front = front
        self._stack = AsyncExitStack()
        self._made: dict[tuple[str, Locale], FastAPI] = {}
        self._making = asyncio.Lock()

    def open(self, stack: AsyncExitStack) -> None:
        """Take the stack that ends the pages' background work together with the service."""
        self._stack = stack

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer from a page, or leave the request to the panel."""
        if scope["type"] != "http":
            await self._front(scope, receive, send)
            return
        if place := bare(scope["path"]):
            address = place.path(_chosen(scope, self._copilot.settings.language))
            query = scope.get("query_string", b"").decode("latin-1")
            answer: Any = RedirectResponse(f"{address}?{query}" if query else address, 303)
        elif (found := place_at(scope["path"])) is None:
            answer = self._front
        elif self._front.ready:
            answer = await self._page(*found)
        else:
            answer = HTMLResponse(page("loading"))
        await answer(scope, receive, send)

    async def _page(self, place: Place, language: Locale) -> FastAPI:
        async with self._making:
            key = place.key, language
            if key not in self._made:
                app = await asyncio.to_thread(self._mount, place, self._copilot, language)
                await self._stack.enter_async_context(app.router.lifespan_context(app))
                self._made[key] = app
            return self._made[key]


def mounted(place: Place, copilot: "Copilot", language: Locale) -> FastAPI:
    """Import the module of a page, build its screens, mount them."""
    from ui.shell.mounting import mount_blocks
    from ui.shell.top import head

    module, _, function = place.makes.partition(":")
    blocks = getattr(import_module(module), function)(copilot, language)
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    return mount_blocks(app, blocks, path=place.path(language), head=head(language, module))


def _chosen(scope: Any, otherwise: Locale) -> Locale:
    """The language chosen last, told by a cookie that holds nothing else."""
    said = dict(scope["headers"]).get(b"cookie", b"").decode("latin-1")
    try:
        jar = SimpleCookie(said)
    except CookieError:
        return otherwise
    named = jar[LANGUAGE_COOKIE].value if LANGUAGE_COOKIE in jar else ""
    return next((language for language in LANGUAGES if language == named), otherwise)
