"""Everything that is served stands in the permission matrix, and every role gets what it says."""

import json
import subprocess
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any, get_args

import pytest
import yaml

from copilot import Copilot
from copilot.records.accounts import ROLES
from copilot.settings import Settings
from ui.locales import words
from ui.permissions import _MADE, Need, matrix, note_handlers
from ui.shell.places import PLACES

# What Gradio serves and the matrix leaves out on purpose: nobody gets it.
CLOSED = {
    "POST /login", "POST /login/", "GET /logout", "GET /config/", "GET /openapi.json",
    "GET /gradio_api/deep_link", "GET /monitoring", "GET /monitoring/summary",
    "GET /monitoring/{key}", "HEAD /openapi.json",
}  # fmt: skip
CLOSED_PREFIXES = (
    "run", "api/", "call/", "user", "login_check", "token", "dev/", "info", "openapi", "proxy=",
    "file", "stream", "component_server", "upload", "process_recording", "vibe", "undo-vibe",
    "profiling", "monitoring", "app_id/", "reset/", "cancel/",
)  # fmt: skip


def walk(routes: Any) -> Iterator[Any]:
    """Every route, those of included routers too."""
    for route in routes:
        if hasattr(route, "effective_candidates"):
            yield from walk(route.effective_candidates())
        else:
            yield route


def named(routes: Any) -> set[str]:
    return {
        f"{method} {route.path}"
        for route in walk(routes)
        for method in getattr(route, "methods", None) or ()
        if method not in {"HEAD", "OPTIONS"}
    }


@pytest.fixture
def copilot(tmp_path: Path) -> Iterator[Copilot]:
    one = Copilot(Settings(home=tmp_path))
    yield one
    one.close()


def test_every_route_of_the_service_is_in_the_matrix_and_back(copilot: Copilot) -> None:
    from ui.server import make_app

    served = named(make_app(copilot).inner.routes)

    assert served - set(matrix().routes) == set(), "add these to ui/permissions.yaml"
    assert set(matrix().routes) - served == set(), "these are not served any more"


GRADIO = """
import json, sys
from fastapi import FastAPI
from pathlib import Path
from copilot import Copilot
from copilot.settings import Settings
from ui.panel import mount_panel
from ui.permissions import _MADE
from ui.shell.places import PLACES
from ui.shell.serving import mounted

def walk(routes):
    for route in routes:
        if hasattr(route, "effective_candidates"):
            yield from walk(route.effective_candidates())
        else:
            yield route

def gradio(app):
    return next(r.app for r in app.routes if not hasattr(r, "methods") and hasattr(r, "app"))

copilot = Copilot(Settings(home=Path(sys.argv[1])))
apps = {"": mount_panel(FastAPI(), copilot, keeper=copilot)}
apps |= {place.path("ru"): mounted(place, copilot, "ru") for place in PLACES}
told = {
    root: {
        "handlers": sorted(set(_MADE[root].values())),
        "routes": sorted({
            f"{method} {route.path}" for route in walk(gradio(app).routes)
            for method in getattr(route, "methods", None) or ()
        }),
    }
    for root, app in apps.items()
}
Path(sys.argv[2]).write_text(json.dumps(told))
"""


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, list[str]]]:
    """What Gradio serves on every page, told by a process of its own: it leaves loops open."""
    room = tmp_path_factory.mktemp("pages")
    command = [sys.executable, "-c", GRADIO, str(room / "home"), str(room / "told.json")]
    subprocess.run(command, check=True, timeout=240, cwd=Path(__file__).parents[2])
    told: dict[str, dict[str, list[str]]] = json.loads((room / "told.json").read_text())
    return told


@pytest.mark.slow
@pytest.mark.parametrize("key", ["panel", *(place.key for place in PLACES)])
def test_every_handler_and_every_gradio_route_is_known(built: Any, key: str) -> None:
    """A new handler without a right, or a new route of a new Gradio, fails here."""
    page = built["" if key == "panel" else f"/{key}/ru"]
    known = {f"{one.method} {one.path}" for one in matrix().open} | CLOSED
    unknown = {
        one
        for one in set(page["routes"]) - known
        if not one.startswith("HEAD")
        and not one.partition("/gradio_api/")[2].startswith(CLOSED_PREFIXES)
    }

    assert set(page["handlers"]) <= set(matrix().pages[key]["handlers"])
    assert page["handlers"]
    assert unknown == set(), "open these in ui/permissions.yaml, or close them here"


def test_every_action_of_a_page_is_in_the_matrix() -> None:
    from ui.knowledge.desk import ACTIONS
    from ui.practice.wire import Asked

    practice = get_args(Asked.model_fields["do"].annotation)

    assert set(matrix().pages["knowledge"]["actions"]) == set(ACTIONS)
    assert set(matrix().pages["practice"]["actions"]) == set(practice)
    assert {place.key for place in PLACES} <= set(matrix().pages)


def test_the_matrix_uses_only_rights_that_somebody_has() -> None:
    told = matrix()
    pages = told.pages.values()
    used = {
        *told.routes.values(),
        *(page["right"] for page in pages),
        *(right for page in pages for right in page["handlers"].values()),
        *(right for page in pages for right in page.get("actions", {}).values()),
    }

    assert used - {"anyone", "hook"} <= set(told.scopes)
    assert set(told.roles) == set(ROLES)
    assert all(told.roles[role] <= told.roles["admin"] for role in ROLES)


def test_every_role_has_a_name_in_both_languages() -> None:
    for language in ("ru", "en"):
        assert set(words(language, "account")["roles"]) == set(ROLES)  # type: ignore[arg-type]


# One request of every area, and who may make it. Written out, so that a slip in the list is seen.
OPERATORS = {"operator", "trainer", "qa", "lead", "admin"}
WRITERS = {"trainer", "lead", "admin"}
LEADS = {"lead", "admin"}
AREAS: list[tuple[str, str, str, set[str]]] = [
    ("GET", "/", "", OPERATORS),
    ("POST", "/api/v1/suggest", "", OPERATORS),
    ("GET", "/api/v1/conversations/c1", "", OPERATORS),
    ("POST", "/api/v1/chatwoot/c1/send", "", OPERATORS),
    ("GET", "/practice/ru", "", OPERATORS),
    ("GET", "/knowledge/en", "", OPERATORS),
    ("GET", "/knowledge", "", OPERATORS),
    ("GET", "/account", "", OPERATORS),
    ("GET", "/api/v1/tokens", "", OPERATORS),
    ("GET", "/api/v1/conversations/value", "", {"qa", "lead", "admin"}),
    ("DELETE", "/api/v1/conversations/c1", "", LEADS),
    ("POST", "/api/v1/conversations/erase", "", LEADS),
    ("PUT", "/api/v1/knowledge/documents/ru:x", "", WRITERS),
    ("POST", "/api/v1/knowledge/upload", "", WRITERS),
    ("GET", "/api/v1/knowledge/export", "", LEADS),
    ("POST", "/api/v1/knowledge/documents/ru:x/erase", "", LEADS),
    ("GET", "/api/v1/incidents", "", OPERATORS),
    ("POST", "/api/v1/incidents", "", LEADS),
    ("GET", "/quality/ru", "", {"qa", "lead", "admin"}),
    ("POST", "/api/v1/quality/upload", "", {"qa", "lead", "admin"}),
    ("GET", "/api/v1/users", "", {"admin"}),
    ("PATCH", "/api/v1/users/u1", "", {"admin"}),
    ("GET", "/api/v1/audit-log", "", {"admin"}),
    ("POST", "/knowledge/ru", "list", OPERATORS),
    ("POST", "/knowledge/ru", "save", WRITERS),
    ("POST", "/knowledge/ru", "erase", LEADS),
    ("POST", "/knowledge/ru", "nonsense", set()),
    ("POST", "/practice/en", "say", OPERATORS),
    ("POST", "/practice/en", "trainer", {"trainer", "qa", "lead", "admin"}),
    ("GET", "/api/v1/nowhere", "", set()),
    ("GET", "/api/v1/users/", "", set()),
    ("DELETE", "/", "", set()),
    ("GET", "/gradio_api/file=/etc/passwd", "", set()),
    ("POST", "/knowledge/ru/gradio_api/run/listen", "", set()),
    ("POST", "/gradio_api/upload", "", set()),
]


@pytest.fixture
def screens() -> Iterator[None]:
    before = dict(_MADE)
    for root in ("/knowledge/ru", "/practice/en"):
        note_handlers(root, {0: "listen"})
    note_handlers("/incidents/ru", {0: "lists_now", 1: "sent", 2: "unheard_of"})
    yield
    _MADE.clear()
    _MADE.update(before)


def call(*data: Any, fn_index: Any = 0) -> bytes:
    return json.dumps({"fn_index": fn_index, "session_hash": "s", "data": data}).encode()


@pytest.mark.parametrize("role", ROLES)
def test_a_role_gets_what_the_list_says(screens: None, role: Any) -> None:
    rights = matrix().rights(role)
    for method, path, do, who in AREAS:
        if do:
            raw = json.dumps({"do": do, "args": {"id": "ru:x"}})
            need = matrix().need(method, f"{path}/gradio_api/queue/join", call(raw))
            assert matrix().need(method, f"{path}/gradio_api/run/predict", call(raw)) == need
        else:
            need = matrix().need(method, path)
        assert (need.right in rights) == (role in who), (method, path, do)


def test_each_handler_of_a_page_needs_its_own_right(screens: None) -> None:
    join = "/incidents/ru/gradio_api/queue/join"

    rights = [matrix().need("POST", join, call("x", fn_index=n)).right for n in (0, 1, 2, 3)]

    assert rights == ["desk", "incidents", "", ""]


@pytest.mark.parametrize(
    "body",
    [
        b"", b"[]", b"{", call(), call(None, fn_index=None), call("{}", fn_index="0"),
        call('{"do": 5}'), call("not json"), call(["erase"]),
        call('{"do": "list", "do": "erase"}'),
        b'{"fn_index": 0, "data": ["{\\"do\\": \\"list\\"}"], "data": ["{\\"do\\": \\"erase\\"}"]}',
    ],
)  # fmt: skip
def test_a_call_that_can_be_read_in_two_ways_is_refused(screens: None, body: bytes) -> None:
    need = matrix().need("POST", "/knowledge/ru/gradio_api/queue/join", body)

    assert need.right in {"", "knowledge"}
    if b"erase" in body:
        assert need == Need()


def test_the_audit_log_names_what_was_done_to_what(screens: None) -> None:
    need = matrix().need
    raw = json.dumps({"do": "erase", "args": {"id": "ru:x"}})

    assert need("DELETE", "/api/v1/knowledge/documents/ru:x") == Need(
        "library", "knowledge.delete", "ru:x"
    )
    by_page = need("POST", "/knowledge/ru/gradio_api/queue/join", call(raw))
    assert by_page == Need("library_erase", "knowledge.erase", "ru:x")


def test_what_is_audited_is_something_that_is_there() -> None:
    told = matrix()
    pages = {
        f"{key} {name}"
        for key, page in told.pages.items()
        for name in (*page["handlers"], *page.get("actions", {}))
    }

    assert set(told.audit) <= set(told.routes) | pages


def test_no_line_of_the_list_stands_twice() -> None:
    class Strict(yaml.SafeLoader):
        """A reader that refuses a key that stands twice."""

    def mapping(loader: Any, node: Any) -> dict[Any, Any]:
        keys = [loader.construct_object(key) for key, _ in node.value]
        assert len(keys) == len(set(keys)), keys
        return dict(loader.construct_pairs(node, deep=True))

    Strict.add_constructor("tag:yaml.org,2002:map", mapping)
    package = Path(str(import_module("ui").__file__)).parent

    assert yaml.load(package.joinpath("permissions.yaml").read_text("utf-8"), Strict)
