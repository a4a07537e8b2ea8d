"""The pages of accounts: signing in and out, taking an invite up, changing the password."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from math import ceil
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

from anyio import CapacityLimiter, to_thread
from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from copilot.records.accounts import BadAccount, User, login_key
from knowledge import Locale
from ui.accounts import Who, who_of
from ui.locales import LANGUAGES, words
from ui.pages import account_page
from ui.sessions import COOKIE, cookie_header
from ui.shell.serving import LANGUAGE_COOKIE

if TYPE_CHECKING:
    from copilot.records import Records
    from copilot.settings import Settings

Form = dict[str, str]
MAX_FORM_BYTES = 8 * 1024
HASHES_AT_ONCE = 2  # each takes 64 MiB
LOGIN_TRIES, ADDRESS_TRIES = 5, 30  # before the first wait; many may sit behind one address


@dataclass
class Entrance:
    """What the pages do. A stranger is told the same whatever was wrong, after the same work."""

    records: "Records"
    settings: "Settings"
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    threads: CapacityLimiter = field(default_factory=lambda: CapacityLimiter(HASHES_AT_ONCE))

    def show(self, name: str, http: Request, *, status: int = 200, **values: Any) -> HTMLResponse:
        """Return a page in the language of whoever asks."""
        language = self.language(http)
        return HTMLResponse(account_page(name, language, **values), status)

    def said(self, http: Request, section: str, key: str) -> str:
        """Return words of the pages."""
        return str(words(self.language(http), "account")[section][key])

    def language(self, http: Request) -> Locale:
        """The language that was asked for, or chosen last, or that is set."""
        form = getattr(http.state, "form", {})
        asked = (form.get("language"), http.query_params.get("language"))
        named = (*asked, http.cookies.get(LANGUAGE_COOKIE))
        chosen = next((one for one in named if one in LANGUAGES), None)
        return chosen or self.settings.language

    def sign_in(self, http: Request, form: Form) -> Response:
        """Check a login and a password, and open."""
        login, address = form.get("login", ""), http.client.host if http.client else ""
        user, wait_s = self._checked(login, form.get("password", ""), address)
        if user is not None:
            return self._opened(http, user, form.get("next", ""))
        problem = self.said(http, "sign_in", "wait" if wait_s else "wrong")
        answer = self.show(
            "sign_in", http, status=429 if wait_s else 401, login=login, next=form.get("next", ""),
            problem=problem.format(minutes=ceil(wait_s / 60)),
        )  # fmt: skip
        if wait_s:
            answer.headers["retry-after"] = str(ceil(wait_s))
        return answer

    def take_up(self, http: Request, secret: str, form: Form) -> Response:
        """Keep the password that somebody chose for their invite, and open."""
        user = self.records.users.invited(secret, now=self.clock())
        if user is None:
            return self.invite(http, secret)
        try:
            _same(form)
            user = self._accepted(secret, form.get("password", ""))
        except BadAccount as error:
            problem = self.said(http, "invite", _why(error))
            return self.show("invite", http, status=422, login=user.login, problem=problem)
        return self._opened(http, user, "")

    def invite(self, http: Request, secret: str) -> Response:
        """Show the page of an invite."""
        user = self.records.users.invited(secret, now=self.clock())
        if user is None:
            problem = self.said(http, "invite", "gone")
            return self.show("invite", http, status=410, problem=problem)
        return self.show("invite", http, login=user.login)

    def change(self, http: Request, who: Who, form: Form) -> Response:
        """Change the password of somebody who knows the present one; all sign-ins end."""
        address = http.client.host if http.client else ""
        user, _ = self._checked(who.name, form.get("old", ""), address)
        if user is None or user.id != who.user:
            return self.show(
                "own", http, status=422, who=who, problem=self.said(http, "own", "wrong")
            )
        try:
            _same(form)
            self.records.users.change_password(user.id, form.get("password", ""))
        except BadAccount as error:
            problem = self.said(http, "invite", _why(error))
            return self.show("own", http, status=422, who=who, problem=problem)
        self.log("account.password", who.name, who.role)
        return RedirectResponse("/sign-in", 303)

    def sign_out(self, http: Request, who: Who, form: Form) -> Response:
        """End this sign-in, or every one of this person."""
        if form.get("everywhere"):
            self.records.sign_ins.end_all(who.user)
        else:
            self.records.sign_ins.end(http.cookies.get(COOKIE, ""))
        self.log("sign_out.all" if form.get("everywhere") else "sign_out", who.name, who.role)
        answer = RedirectResponse("/sign-in", 303)
        answer.headers["set-cookie"] = self._cookie(http, "", lasts_s=0)
        return answer

    def log(self, action: str, who: str, role: str = "", *, note: str = "") -> None:
        """Write into the audit log."""
        self.records.audit.write(action, who=who, role=role, note=note, now=self.clock())

    def _checked(self, login: str, password: str, address: str) -> tuple[User | None, float]:
        """Return whose they are, or how long to wait. The try is counted before the look."""
        keys = ((f"from:{address}", ADDRESS_TRIES), (f"login:{login_key(login)}", LOGIN_TRIES))
        for key, free in keys:
            if wait_s := self.records.tries.take(key, free=free, now=self.clock()):
                self.log("sign_in.slowed", "", note=f"from {address}")
                return None, wait_s
        user = self.records.users.check(login, password)
        if user is None:
            known = {one.login for one in self.records.users.all()}
            named = login_key(login) if login_key(login) in known else ""
            self.log("sign_in.failed", named, note=f"from {address}")
            return None, 0.0
        self.records.tries.give_back(keys[0][0], all_of_them=False)
        self.records.tries.give_back(keys[1][0], all_of_them=True)
        return user, 0.0

    def _accepted(self, secret: str, password: str) -> User:
        user = self.records.users.accept(secret, password, now=self.clock())
        self.log("account.password", user.login, user.role, note="by invite")
        return user

    def _opened(self, http: Request, user: User, wish: str) -> Response:
        secret = self.records.sign_ins.start(user.id, now=self.clock())
        self.log("sign_in.ok", user.login, user.role)
        answer = RedirectResponse(_inside(wish), 303)
        answer.headers["set-cookie"] = self._cookie(http, secret)
        return answer

    def _cookie(self, http: Request, value: str, **more: int) -> str:
        https = http.scope.get("scheme") == "https"
        return cookie_header(value, https=https, framed=bool(self.settings.embed_origins), **more)


def entrance_router(entrance: Entrance) -> APIRouter:
    """Return the routes of the pages."""
    router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)
    _shown(router, entrance)
    _sent(router, entrance)
    return router


def _shown(router: APIRouter, entrance: Entrance) -> None:
    @router.get("/sign-in")
    def sign_in_page(http: Request) -> Response:
        if who_of(http) is not None:
            return RedirectResponse("/", 303)
        return entrance.show("sign_in", http, next=http.query_params.get("next", ""))

    @router.get("/invite/{secret}")
    def invite_page(http: Request, secret: str) -> Response:
        return entrance.invite(http, secret)

    @router.get("/account")
    def account(http: Request) -> Response:
        return entrance.show("own", http, who=_person(http))


def _sent(router: APIRouter, entrance: Entrance) -> None:
    @router.post("/sign-in")
    async def sign_in(http: Request) -> Response:
        return await _answered(entrance, entrance.sign_in, http)

    @router.post("/invite/{secret}")
    async def invite(http: Request, secret: str) -> Response:
        return await _answered(entrance, entrance.take_up, http, secret)

    @router.post("/account/password")
    async def password(http: Request) -> Response:
        return await _answered(entrance, entrance.change, http, _person(http))

    @router.post("/sign-out")
    async def sign_out(http: Request) -> Response:
        return await _answered(entrance, entrance.sign_out, http, _person(http))


async def _answered(entrance: Entrance, work: Callable[..., Response], *args: Any) -> Response:
    """Read the form, then work in a thread: hashing takes long. Who is nobody has no account page."""
    if None in args:
        return RedirectResponse("/account", 303)
    form = await read_form(args[0])
    return await to_thread.run_sync(partial(work, *args, form), limiter=entrance.threads)


async def read_form(http: Request) -> Form:
    """Read a short form; of a field that stands twice, the first."""
    body = await http.body()
    fields = parse_qs(body.decode("utf-8", "replace")) if len(body) <= MAX_FORM_BYTES else {}
    http.state.form = {name: values[0] for name, values in fields.items()}
    return dict(http.state.form)


def _person(http: Request) -> Who | None:
    who = who_of(http)
    return who if who is not None and who.own else None


def _inside(wish: str) -> str:
    """Return where to go: a path of this service, nothing that leads elsewhere."""
    plain = wish.startswith("/") and wish.isprintable() and wish.isascii()
    return wish if plain and not wish.startswith(("//", "/\\")) and "\\" not in wish else "/"


def _same(form: Form) -> None:
    if form.get("password", "") != form.get("again", ""):
        raise BadAccount("again: the passwords differ.")


def _why(error: BadAccount) -> str:
    """Return the words for a refusal, by the field that its message begins with."""
    field_ = str(error).partition(":")[0]
    return {"again": "differ", "password": "weak"}.get(field_, "gone")
