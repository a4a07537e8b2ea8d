"""The panel as an installed application: a manifest and an icon. Nothing is cached by a worker."""

from importlib.resources import files

from fastapi import APIRouter, Response
from fastapi.responses import JSONResponse

MANIFEST = "/manifest.webmanifest"
ICON = "/icon.svg"
# Credentials go along, because the gate shows nothing to strangers.
LINKS = (
    f'<link rel="manifest" href="{MANIFEST}" crossorigin="use-credentials">'
    f'<link rel="icon" type="image/svg+xml" href="{ICON}">'
)
# https://developer.mozilla.org/docs/Web/Progressive_web_apps/Manifest; the window is as wide as the
# side panel of a browser usually is, which the page itself asks for when it is opened as one.
_MANIFEST = {
    "id": "/",
    "name": "Teplo",
    "short_name": "Teplo",
    "start_url": "/",
    "scope": "/",
    "display": "standalone",
    "background_color": "#fbf8f5",
    "theme_color": "#c2410c",
    "icons": [{"src": ICON, "sizes": "any", "type": "image/svg+xml", "purpose": "any"}],
}


def pwa_router() -> APIRouter:
    """Return the routes of the manifest (`application/manifest+json`) and of the icon (SVG)."""
    router = APIRouter()

    @router.get(MANIFEST, include_in_schema=False)
    def manifest() -> JSONResponse:
        return JSONResponse(_MANIFEST, media_type="application/manifest+json")

    @router.get(ICON, include_in_schema=False)
    def icon() -> Response:
        drawn = files("ui").joinpath("icon.svg").read_bytes()
        return Response(drawn, media_type="image/svg+xml")

    return router
