"""The permission matrix: which right a request needs, and who has it. `permissions.yaml` is the list."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from copilot.records.accounts import Role
from ui.shell.places import bare, place_at

PANEL = "panel"
_PARAMETER = re.compile(r"\{(\w+)(:path)?\}")
_WIRES = {"/gradio_api/queue/join", "/gradio_api/run/predict"}
_MADE: dict[str, dict[int, str]] = {}


@dataclass(frozen=True)
class Need:
    """What a request needs: a right (empty: nobody has it), and how the audit log calls it."""

    right: str = ""
    audit: str = ""
    thing: str = ""


def note_handlers(path: str, names: Mapping[int, str]) -> None:
    """Remember the handlers of the screens at a path, by Gradio's numbers.

    A page has the same handlers in every installation, so one memory serves the whole process.
    """
    _MADE[path.rstrip("/")] = dict(names)


@dataclass(frozen=True)
class Pattern:
    """A method and a path with parameters, as routes write them."""

    method: str
    path: str
    form: re.Pattern[str]

    @property
    def plain(self) -> bool:
        """Whether it has no parameter; such a one goes before those that have."""
        return "{" not in self.path

    def fits(self, method: str, path: str) -> re.Match[str] | None:
        """Match a request."""
        return self.form.fullmatch(path) if method == self.method else None


def pattern(text: str) -> Pattern:
    """Read `METHOD /path/{parameter}`."""
    method, _, path = text.partition(" ")
    form, last = "", 0
    for found in _PARAMETER.finditer(path):
        form += re.escape(path[last : found.start()])
        form += f"(?P<{found[1]}>{'.*' if found[2] else '[^/]+'})"
        last = found.end()
    return Pattern(method, path, re.compile(form + re.escape(path[last:]), re.DOTALL))


class Matrix:
    """The list as it is asked."""

    def __init__(self, told: Mapping[str, Any]) -> None:
        """Read the list."""
        self.roles: dict[str, frozenset[str]] = {
            role: frozenset(rights) for role, rights in told["roles"].items()
        }
        self.routes: dict[str, str] = dict(told["routes"])
        self.pages: dict[str, dict[str, Any]] = dict(told["pages"])
        self.open: tuple[Pattern, ...] = tuple(pattern(one) for one in told["gradio"]["open"])
        self.audit: dict[str, str] = dict(told["audit"])
        patterns = ((pattern(text), text) for text in self.routes)
        self._patterns = sorted(patterns, key=lambda one: not one[0].plain)

    @property
    def scopes(self) -> tuple[str, ...]:
        """Every right that a token may be given."""
        return tuple(sorted(self.roles["admin"]))

    def rights(self, role: Role) -> frozenset[str]:
        """What a role may do."""
        return self.roles[role]

    def need(self, method: str, path: str, body: bytes = b"") -> Need:
        """Return what a request needs; a need without a right is not to be met."""
        for form, text in self._patterns:
            if found := form.fits("GET" if method == "HEAD" else method, path):
                thing = next(iter(found.groupdict().values()), "")
                return Need(self.routes[text], self.audit.get(text, ""), thing)
        if (place := bare(path)) is not None:
            return Need(self._page(place.key).get("right", "")) if method == "GET" else Need()
        return self._on_page(method, path, body)

    def _on_page(self, method: str, path: str, body: bytes) -> Need:
        found = place_at(path)
        root = found[0].path(found[1]) if found else ""
        key = found[0].key if found else PANEL
        page, rest = self._page(key), path[len(root) :] or "/"
        if not page or not any(one.fits(method, rest) for one in self.open):
            return Need()
        return self._handled(key, page, root, body) if rest in _WIRES else Need(page["right"])

    def _handled(self, key: str, page: Mapping[str, Any], root: str, body: bytes) -> Need:
        """Look into a call: which handler, and what it is asked to do."""
        told = _object(body)
        number = told.get("fn_index")
        name = _MADE.get(root, {}).get(number, "") if isinstance(number, int) else ""
        right = page["handlers"].get(name, "")
        if not right or "actions" not in page:
            return Need(right, self.audit.get(f"{key} {name}", ""))
        data = told.get("data")
        raw = data[0] if isinstance(data, list) and data else None
        if not raw:
            return Need(right)
        asked = _object(raw) if isinstance(raw, str) else {}
        what = asked.get("do")
        if not isinstance(what, str):
            return Need()
        args = asked.get("args")
        thing = str(args.get("id", "")) if isinstance(args, dict) else ""
        return Need(page["actions"].get(what, ""), self.audit.get(f"{key} {what}", ""), thing)

    def _page(self, key: str) -> dict[str, Any]:
        return self.pages.get(key, {})


@cache
def matrix() -> Matrix:
    """Return the matrix that comes with Teplo."""
    return Matrix(yaml.safe_load(files("ui").joinpath("permissions.yaml").read_text("utf-8")))


def _object(raw: bytes | str) -> dict[str, Any]:
    try:
        told = json.loads(raw, object_pairs_hook=_once) if raw else {}
    except (ValueError, RecursionError):
        return {}
    return told if isinstance(told, dict) else {}


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Refuse an object that names something twice: another reader may take the other one."""
    told = dict(pairs)
    if len(told) < len(pairs):
        raise ValueError("a name stands twice")
    return told
