"""A team signs in, is let in by role, and is kept out when it has to be."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI, Request
from fastapi.testclient import TestClient

from copilot.llm import Account
from copilot.records import Records, open_records
from copilot.records.accounts import Role
from copilot.settings import Settings
from ui.accounts import account_of, who_of
from ui.api_users import users_router
from ui.door import Door
from ui.entrance import Entrance, entrance_router
from ui.gate import Gate
from ui.panel.running import Running
from ui.sessions import COOKIE, Sessions

HOST = "http://127.0.0.1:7871"
WORDS = "warm kettle on the stove"
HTML = {"accept": "text/html"}


class House:
    """A service with accounts, and a clock that a test turns."""

    def __init__(self, home: Path, **more: Any) -> None:
        self.now = datetime(2026, 11, 22, 10, tzinfo=UTC)
        self.home = home
        self.records: Records = open_records(home)
        self.ticks = 0.0
        self.more = more

    def clock(self) -> datetime:
        return self.now

    def look(self) -> float:
        self.ticks += 10
        return self.ticks

    @property
    def gate(self) -> Gate:
        app = FastAPI()
        app.include_router(users_router(lambda: self.records))
        settings = Settings(home=self.home, language="en")
        app.include_router(entrance_router(Entrance(self.records, settings, clock=self.clock)))

        @app.get("/")
        def home(http: Request) -> dict[str, Any]:
            who = who_of(http)
            return {"who": who.name if who else "", "account": account_of(http).user}

        @app.post("/api/v1/suggest")
        def suggest() -> dict[str, str]:
            return {"done": "suggest"}

        @app.delete("/api/v1/knowledge/documents/{document_id}")
        def delete(document_id: str) -> dict[str, str]:
            return {"deleted": document_id}

        @app.get("/api/v1/not-in-the-matrix")
        def unknown() -> dict[str, str]:
            return {"shown": "what nobody has thought about"}

        door = Door(self.records, clock=self.clock, ticks=self.look, **self.more)
        return Gate(
            app, Sessions(self.home), frozenset({"127.0.0.1"}), api_token="machine", door=door
        )

    def browser(self, gate: Gate | None = None) -> TestClient:
        return TestClient(gate or self.gate, base_url=HOST, follow_redirects=False)

    def member(self, login: str, role: Role) -> TestClient:
        user = self.records.users.add(login, role, now=self.now)
        secret = self.records.users.invite(user.id, now=self.now)
        client = self.browser()
        chosen = {"password": WORDS, "again": WORDS}
        assert client.post(f"/invite/{secret}", data=chosen).status_code == 303
        return client

    def done(self) -> list[str]:
        return [one.action for one in reversed(self.records.audit.entries())]


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    one = House(tmp_path)
    yield one
    one.records.close()


@pytest.fixture
def admin(house: House) -> TestClient:
    return house.member("anna@shop.ru", "admin")


def test_without_accounts_the_link_opens_everything(house: House) -> None:
    client = house.browser()
    client.get("/", params={"token": Sessions(house.home).new_link_token()})

    assert client.get("/").json()["who"] == ""
    assert client.get("/api/v1/not-in-the-matrix").status_code == 200
    assert client.get("/account").status_code == 200
    assert "audit" in client.get("/api/v1/me").json()["rights"]


def test_with_the_first_account_the_links_are_dead(house: House) -> None:
    sessions = Sessions(house.home)
    gate = house.gate
    alone = house.browser(gate)
    alone.get("/", params={"token": sessions.new_link_token()})
    assert alone.get("/").status_code == 200

    house.records.users.add("anna@shop.ru", "admin", now=house.now)

    assert alone.get("/").status_code == 401
    fresh = house.browser(gate)
    assert fresh.get("/", params={"token": sessions.new_link_token()}).status_code == 401


def test_a_stranger_is_led_to_the_sign_in_and_back(house: House, admin: TestClient) -> None:
    stranger = house.browser()

    led = stranger.get("/knowledge/ru", headers=HTML)
    page = stranger.get(led.headers["location"])
    form = {"login": " ANNA@shop.ru", "password": WORDS, "next": "/knowledge/ru"}
    opened = stranger.post("/sign-in", data=form)

    assert led.headers["location"] == "/sign-in?next=/knowledge/ru"
    assert 'value="/knowledge/ru"' in page.text
    assert (opened.status_code, opened.headers["location"]) == (303, "/knowledge/ru")
    assert "HttpOnly" in opened.headers["set-cookie"]
    assert stranger.get("/").json()["who"] == "anna@shop.ru"


def test_a_deep_link_survives_the_sign_in(house: House, admin: TestClient) -> None:
    stranger = house.browser()
    address = "/?account=1&conversation=12"
    page = stranger.get(stranger.get(address, headers=HTML).headers["location"])
    form = {"login": "anna@shop.ru", "password": WORDS, "next": address}

    assert 'value="/?account=1&amp;conversation=12"' in page.text
    assert stranger.post("/sign-in", data=form).headers["location"] == address


@pytest.mark.parametrize(
    "wish", ["https://evil.example/", "//evil.example", "/\\evil.example", "/a\r\nset-cookie: x"]
)
def test_a_sign_in_leads_nowhere_else(house: House, admin: TestClient, wish: str) -> None:
    form = {"login": "anna@shop.ru", "password": WORDS, "next": wish}

    assert house.browser().post("/sign-in", data=form).headers["location"] == "/"


def test_what_is_typed_is_shown_as_text(house: House, admin: TestClient) -> None:
    form = {"login": '"><script>alert(1)</script>', "password": "x", "next": '"><img src=x>'}

    shown = house.browser().post("/sign-in", data=form).text

    assert "<script>alert" not in shown
    assert "<img" not in shown


def test_whether_there_is_such_a_login_is_not_told(house: House, admin: TestClient) -> None:
    def said(login: str) -> tuple[int, str]:
        form = {"login": login, "password": "wrong words here"}
        answer = house.browser().post("/sign-in", data=form)
        return answer.status_code, answer.text.replace(login, "LOGIN")

    answers = {login: [said(login) for _ in range(6)] for login in ("anna@shop.ru", "nobody")}

    assert answers["anna@shop.ru"] == answers["nobody"]
    assert [status for status, _ in answers["nobody"]] == [401] * 5 + [429]


def test_a_locked_login_stays_locked_for_the_right_password_too(
    house: House, admin: TestClient
) -> None:
    client = house.browser()
    for _ in range(6):
        client.post("/sign-in", data={"login": "anna@shop.ru", "password": "guess"})
    right = {"login": "anna@shop.ru", "password": WORDS}

    locked = client.post("/sign-in", data=right)
    house.now += timedelta(minutes=16)

    assert locked.status_code == 429
    assert int(locked.headers["retry-after"]) > 0
    assert client.post("/sign-in", data=right).status_code == 303


def test_signing_in_makes_a_new_session_and_out_ends_it(house: House, admin: TestClient) -> None:
    client = house.browser()
    client.cookies.set(COOKIE, "chosen-by-somebody-else")
    client.post("/sign-in", data={"login": "anna@shop.ru", "password": WORDS})
    secret = [one.value for one in client.cookies.jar if one.value != "chosen-by-somebody-else"][-1]
    client.cookies.clear()
    client.cookies.set(COOKIE, str(secret))
    assert client.get("/").status_code == 200

    client.post("/sign-out")
    client.cookies.set(COOKIE, str(secret))

    assert client.get("/").status_code == 401
    assert admin.get("/").status_code == 200


def test_out_everywhere_ends_the_other_browsers(house: House, admin: TestClient) -> None:
    other = house.browser()
    other.post("/sign-in", data={"login": "anna@shop.ru", "password": WORDS})

    admin.post("/sign-out", data={"everywhere": "1"})

    assert other.get("/").status_code == 401


def test_a_changed_password_ends_every_sign_in(house: House, admin: TestClient) -> None:
    new = "another warm kettle"
    wrong = admin.post(
        "/account/password", data={"old": "no", "password": new, "again": new}
    ).status_code
    right = admin.post("/account/password", data={"old": WORDS, "password": new, "again": new})

    assert (wrong, right.status_code) == (422, 303)
    assert admin.get("/").status_code == 401
    answer = house.browser().post("/sign-in", data={"login": "anna@shop.ru", "password": new})
    assert answer.status_code == 303


def test_an_invite_page_says_what_is_wrong(house: House, admin: TestClient) -> None:
    link = admin.post("/api/v1/users", json={"login": "boris", "role": "operator"}).json()["link"]
    path = link.removeprefix(HOST)
    guest = house.browser()

    assert "boris" in guest.get(path).text
    assert guest.post(path, data={"password": WORDS, "again": "x"}).status_code == 422
    assert guest.post(path, data={"password": "short", "again": "short"}).status_code == 422
    assert guest.post(path, data={"password": WORDS, "again": WORDS}).status_code == 303
    assert guest.get("/").json()["who"] == "boris"
    assert guest.get(path).status_code == 410


@pytest.mark.parametrize("language", ["ru", "en"])
def test_pages_speak_both_languages_and_load_nothing(
    house: House, admin: TestClient, language: str
) -> None:
    pages = [
        house.browser().get("/sign-in", params={"language": language}).text,
        admin.get("/account", params={"language": language}).text,
        house.browser().get("/invite/none", params={"language": language}).text,
    ]

    for text in pages:
        assert f'<html lang="{language}">' in text
        assert not re.search(r'(?:src|href|action)="(?:https?:)?//', text)


def test_a_role_opens_what_it_should_and_nothing_else(house: House, admin: TestClient) -> None:
    operator = house.member("boris", "operator")
    trainer = house.member("vera", "trainer")
    document = "/api/v1/knowledge/documents/ru:x"

    assert operator.post("/api/v1/suggest").status_code == 200
    refused = operator.delete(document)
    assert (refused.status_code, refused.json()["error"]["code"]) == (403, "Forbidden")
    assert trainer.delete(document).status_code == 200
    assert operator.get("/api/v1/users").status_code == 403
    assert admin.get("/api/v1/users").status_code == 200


def test_what_the_matrix_does_not_name_is_refused_to_everybody(
    house: House, admin: TestClient
) -> None:
    assert admin.get("/api/v1/not-in-the-matrix").status_code == 403
    assert admin.get("/api/v1/nowhere").status_code == 403


def test_an_account_that_is_shut_is_out_at_once(house: House, admin: TestClient) -> None:
    operator = house.member("boris", "operator")
    assert operator.get("/").status_code == 200

    admin.patch("/api/v1/users/boris", json={"disabled": True})

    assert operator.get("/").status_code == 401
    answer = house.browser().post("/sign-in", data={"login": "boris", "password": WORDS})
    assert answer.status_code == 401


def test_everybody_has_a_budget_of_their_own(house: House, admin: TestClient) -> None:
    operator = house.member("boris", "operator")
    again = house.browser()
    again.post("/sign-in", data={"login": "boris", "password": WORDS})

    accounts = [one.get("/").json()["account"] for one in (admin, operator, again)]

    assert accounts[0] != accounts[1] == accounts[2]


def bearer(secret: str) -> dict[str, str]:
    return {"authorization": f"Bearer {secret}"}


def test_a_token_does_what_its_scopes_say_and_its_owner_may(
    house: House, admin: TestClient
) -> None:
    operator = house.member("boris", "operator")
    tokens = "/api/v1/tokens"
    made = operator.post(tokens, json={"name": "ci", "scopes": ["desk"]}).json()
    too_much = operator.post(tokens, json={"name": "ci", "scopes": ["people"]})
    machine = house.browser()
    ours = bearer(made["secret"])

    assert too_much.status_code == 422
    assert machine.post("/api/v1/suggest", headers=ours).status_code == 200
    assert machine.get("/api/v1/me", headers=ours).status_code == 403
    assert machine.get("/api/v1/users", headers=ours).status_code == 403
    assert admin.get(tokens).json()["tokens"][0]["used"] is not None
    assert "secret" not in admin.get(tokens).text
    assert admin.delete(f"{tokens}/{made['token']['id']}").status_code == 200
    assert machine.post("/api/v1/suggest", headers=ours).status_code == 401


def test_a_token_loses_what_its_owner_loses(house: House, admin: TestClient) -> None:
    lead = house.member("vera", "lead")
    new = {"name": "ci", "scopes": ["library", "desk"]}
    ours = bearer(lead.post("/api/v1/tokens", json=new).json()["secret"])
    machine = house.browser()
    document = "/api/v1/knowledge/documents/ru:x"
    assert machine.delete(document, headers=ours).status_code == 200

    admin.patch("/api/v1/users/vera", json={"role": "operator"})

    assert machine.delete(document, headers=ours).status_code == 403
    assert machine.post("/api/v1/suggest", headers=ours).status_code == 200


def test_the_set_token_stays_a_machines_key_to_everything(house: House, admin: TestClient) -> None:
    assert house.browser().get("/api/v1/users", headers=bearer("machine")).status_code == 200


def test_a_token_works_before_there_are_accounts_too(house: House) -> None:
    alone = house.browser()
    alone.get("/", params={"token": Sessions(house.home).new_link_token()})
    new = {"name": "ci", "scopes": ["desk"]}
    ours = bearer(alone.post("/api/v1/tokens", json=new).json()["secret"])
    machine = house.browser()

    assert machine.post("/api/v1/suggest", headers=ours).status_code == 200
    assert machine.get("/api/v1/users", headers=ours).status_code == 403
    assert machine.get("/api/v1/not-in-the-matrix", headers=ours).status_code == 403
    assert machine.post("/api/v1/suggest", headers=bearer("guess")).status_code == 401


def test_the_panel_asks_a_model_on_the_account_of_whoever_signed_in() -> None:
    running = Running()

    with running.only("page", Account("boris")) as terms, running.only("other") as alone:
        assert (terms.account.user, alone.account.user) == ("boris", "local")


def test_people_see_only_their_own_tokens(house: House, admin: TestClient) -> None:
    operator = house.member("boris", "operator")
    made = admin.post("/api/v1/tokens", json={"name": "mine", "scopes": ["desk"]}).json()

    assert operator.get("/api/v1/tokens").json() == {"tokens": []}
    assert operator.delete(f"/api/v1/tokens/{made['token']['id']}").status_code == 404


def sso(house: House, peer: str) -> TestClient:
    house.more = {"sso_header": "x-forwarded-email", "sso_proxies": "10.0.0.0/24"}
    return TestClient(house.gate, base_url=HOST, follow_redirects=False, client=(peer, 4711))


def test_a_trusted_proxy_names_who_it_is(house: House, admin: TestClient) -> None:
    told = {"X-Forwarded-Email": "Anna@shop.ru"}
    proxy = sso(house, "10.0.0.7")

    assert proxy.get("/", headers=told).json()["who"] == "anna@shop.ru"
    assert proxy.get("/").status_code == 401
    assert proxy.get("/", headers={"X-Forwarded-Email": "nobody@shop.ru"}).status_code == 403
    twice = [("X-Forwarded-Email", "anna@shop.ru"), ("X-Forwarded-Email", "boris")]
    assert proxy.get("/", headers=twice).status_code == 403


def test_the_header_is_refused_from_anybody_else(house: House, admin: TestClient) -> None:
    told = {"X-Forwarded-Email": "anna@shop.ru", "X-Forwarded-For": "10.0.0.7"}

    for peer in ("10.0.1.7", "127.0.0.1", "testclient"):
        assert sso(house, peer).get("/", headers=told).status_code == 403


def test_the_header_means_nothing_when_it_is_not_set(house: House, admin: TestClient) -> None:
    told = {"X-Forwarded-Email": "anna@shop.ru"}

    assert house.browser().get("/", headers=told).status_code == 401


def test_behind_tls_the_cookie_is_secure(house: House, admin: TestClient) -> None:
    form = {"login": "anna@shop.ru", "password": WORDS}
    told = {"x-forwarded-proto": "https"}
    local = TestClient(
        house.gate, base_url=HOST, follow_redirects=False, client=("127.0.0.1", 4711)
    )

    assert "; Secure" in local.post("/sign-in", data=form, headers=told).headers["set-cookie"]
    plain = house.browser().post("/sign-in", data=form, headers=told)
    assert "; Secure" not in plain.headers["set-cookie"]


def test_another_site_cannot_sign_anybody_in(house: House, admin: TestClient) -> None:
    form = {"login": "anna@shop.ru", "password": WORDS}
    foreign = {"origin": "https://evil.example"}

    assert house.browser().post("/sign-in", data=form, headers=foreign).status_code == 403


def test_what_people_do_stands_in_the_audit_log(house: House, admin: TestClient) -> None:
    house.browser().post("/sign-in", data={"login": "anna@shop.ru", "password": "guess guess"})
    house.browser().post("/sign-in", data={"login": "a password typed here", "password": "x"})
    admin.post("/api/v1/users", json={"login": "boris", "role": "trainer"})
    admin.delete("/api/v1/knowledge/documents/ru:x")
    admin.delete("/api/v1/nowhere/ru:x")

    entries = admin.get("/api/v1/audit-log").json()["entries"]

    assert house.done() == [
        "account.password", "sign_in.ok", "sign_in.failed", "sign_in.failed", "user.add",
        "knowledge.delete",
    ]  # fmt: skip
    assert (entries[0]["who"], entries[0]["object"]) == ("anna@shop.ru", "ru:x")
    assert "a password typed here" not in str(entries)
    assert house.records.audit.broken() is None
