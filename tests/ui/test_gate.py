"""Nothing is shown without signing in, and nothing is taken from strangers."""

import json
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI, Request
from fastapi.testclient import TestClient

from ui.gate import API_BODY_BYTES, Gate
from ui.sessions import COOKIE, Sessions

TOKEN = "bearer-for-machines"


def inner_app() -> FastAPI:
    app = FastAPI()

    @app.get("/")
    def home() -> dict[str, str]:
        return {"shown": "panel"}

    @app.post("/api/v1/echo")
    async def echo(request: Request) -> Any:
        return json.loads(await request.body())

    @app.post("/gradio_api/queue/join")
    async def join(request: Request) -> Any:
        return json.loads(await request.body())

    @app.get("/gradio_api/queue/data")
    def data(session_hash: str) -> dict[str, str]:
        return {"session": session_hash}

    @app.get("/gradio_api/{rest:path}")
    def gradio(rest: str) -> dict[str, str]:
        return {"rest": rest}

    return app


@pytest.fixture
def sessions(tmp_path: Path) -> Sessions:
    return Sessions(tmp_path)


@pytest.fixture
def gate(sessions: Sessions) -> Gate:
    return Gate(inner_app(), sessions, hosts=frozenset({"127.0.0.1"}), api_token=TOKEN)


def browser(gate: Gate) -> TestClient:
    return TestClient(gate, base_url="http://127.0.0.1:7871", follow_redirects=False)


@pytest.fixture
def stranger(gate: Gate) -> TestClient:
    return browser(gate)


@pytest.fixture
def operator(gate: Gate, sessions: Sessions) -> TestClient:
    client = browser(gate)
    client.get("/", params={"token": sessions.new_link_token()})
    return client


@pytest.mark.parametrize("path", ["/", "/ready", "/api/v1/suggest", "/gradio_api/config", "/x"])
def test_a_stranger_sees_nothing(stranger: TestClient, path: str) -> None:
    answer = stranger.get(path)

    assert answer.status_code == 401
    assert "shown" not in answer.text


def test_a_link_opens_the_panel_and_leaves_the_address_bar(
    stranger: TestClient, sessions: Sessions
) -> None:
    answer = stranger.get("/", params={"token": sessions.new_link_token()})

    assert answer.status_code == 303
    assert answer.headers["location"] == "/"
    assert "HttpOnly" in answer.headers["set-cookie"]
    assert "SameSite=Lax" in answer.headers["set-cookie"]
    assert stranger.get("/").json() == {"shown": "panel"}


def test_a_link_opens_only_once(gate: Gate, sessions: Sessions) -> None:
    token = sessions.new_link_token()
    browser(gate).get("/", params={"token": token})

    again = browser(gate).get("/", params={"token": token})

    assert again.status_code == 401
    assert "teplo link" in again.text


def test_a_link_made_before_the_last_start_is_dead(
    stranger: TestClient, sessions: Sessions
) -> None:
    token = sessions.new_link_token()
    sessions.drop_links()

    assert stranger.get("/", params={"token": token}).status_code == 401


def test_a_fixed_token_opens_again_and_again(tmp_path: Path) -> None:
    fixed = Gate(inner_app(), Sessions(tmp_path, fixed="ours"), hosts=frozenset({"127.0.0.1"}))

    statuses = [browser(fixed).get("/", params={"token": "ours"}).status_code for _ in range(2)]

    assert statuses == [303, 303]


def test_a_forged_cookie_is_no_session(stranger: TestClient) -> None:
    stranger.cookies.set(COOKIE, "someone.forged.signature")

    assert stranger.get("/").status_code == 401


def test_sessions_outlive_a_restart(operator: TestClient, sessions: Sessions) -> None:
    restarted = Gate(inner_app(), Sessions(sessions.home), hosts=frozenset({"127.0.0.1"}))
    client = browser(restarted)
    client.cookies = operator.cookies

    assert client.get("/").status_code == 200


def test_a_machine_signs_in_with_a_bearer_token(stranger: TestClient) -> None:
    ours = {"authorization": f"Bearer {TOKEN}"}
    theirs = {"authorization": "Bearer guess"}

    assert stranger.post("/api/v1/echo", json={"a": 1}, headers=ours).json() == {"a": 1}
    assert stranger.post("/api/v1/echo", json={}, headers=theirs).status_code == 401


def test_no_token_set_means_no_bearer_opens(tmp_path: Path) -> None:
    gate = Gate(inner_app(), Sessions(tmp_path), hosts=frozenset({"127.0.0.1"}))

    assert browser(gate).get("/", headers={"authorization": "Bearer "}).status_code == 401


def test_another_site_cannot_write(operator: TestClient) -> None:
    foreign = {"origin": "https://evil.example"}
    own = {"origin": "http://127.0.0.1:7871"}

    assert operator.post("/api/v1/echo", json={}, headers=foreign).status_code == 403
    assert operator.post("/api/v1/echo", json={}, headers=own).status_code == 200


def test_another_host_name_is_refused(operator: TestClient) -> None:
    assert operator.get("/", headers={"host": "evil.example:7871"}).status_code == 421


def test_a_body_over_the_limit_is_refused_however_it_comes(operator: TestClient) -> None:
    big = b'{"a": "' + b"x" * API_BODY_BYTES + b'"}'

    assert operator.post("/api/v1/echo", content=big).status_code == 413
    assert operator.post("/api/v1/echo", content=iter([big])).status_code == 413


def test_a_gradio_session_belongs_to_the_sign_in_that_began_it(
    gate: Gate, sessions: Sessions, operator: TestClient
) -> None:
    colleague = browser(gate)
    colleague.get("/", params={"token": sessions.new_link_token()})
    operator.post("/gradio_api/queue/join", json={"session_hash": "mine"})

    data = "/gradio_api/queue/data"
    assert operator.get(data, params={"session_hash": "mine"}).status_code == 200
    assert colleague.get(data, params={"session_hash": "mine"}).status_code == 403
    assert (
        colleague.post("/gradio_api/queue/join", json={"session_hash": "mine"}).status_code == 403
    )


@pytest.mark.parametrize("rest", ["file=http://evil.example/x", "proxy=http://a.b", "monitoring"])
def test_gradio_routes_that_fetch_or_tell_are_closed(operator: TestClient, rest: str) -> None:
    assert operator.get(f"/gradio_api/{rest}").status_code == 404


def test_every_answer_carries_the_security_headers(
    operator: TestClient, stranger: TestClient
) -> None:
    for answer in (operator.get("/"), stranger.get("/")):
        assert "default-src 'self'" in answer.headers["content-security-policy"]
        assert "frame-ancestors 'self'" in answer.headers["content-security-policy"]
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert "access-control-allow-origin" not in answer.headers


def test_an_embedding_helpdesk_must_be_named(tmp_path: Path) -> None:
    desk = "https://desk.example"
    sessions = Sessions(tmp_path)
    gate = Gate(inner_app(), sessions, frozenset({"127.0.0.1"}), embed_origins=(desk,))
    client = browser(gate)

    answer = client.get("/", params={"token": sessions.new_link_token()})

    assert f"frame-ancestors 'self' {desk}" in answer.headers["content-security-policy"]
    assert "SameSite=None; Secure; Partitioned" in answer.headers["set-cookie"]


def test_private_files_are_for_the_owner_only(sessions: Sessions, operator: TestClient) -> None:
    private = sessions.home / "private"

    assert oct(private.stat().st_mode)[-3:] == "700"
    assert oct((private / "session.key").stat().st_mode)[-3:] == "600"
