"""REST about people: who I am, tokens, accounts, the audit log."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, ConfigDict, Field

from copilot.errors import NoSuchRecord
from copilot.records.accounts import BadAccount, Role, User
from copilot.records.accounts_audit import Entry
from copilot.records.accounts_entries import Token
from ui.accounts import Who, who_of
from ui.api_answers import KnowledgeRoute
from ui.permissions import matrix

if TYPE_CHECKING:
    from copilot.records import Records

PREFIX = "/api/v1"
_ALONE = Who(id="", name="", role="", rights=None)


class Body(BaseModel):
    """A request that refuses what it does not know."""

    model_config = ConfigDict(extra="forbid")


class NewUser(Body):
    """An account to be made."""

    login: Annotated[str, Field(min_length=1, max_length=200)]
    role: Role = "operator"
    name: Annotated[str, Field(max_length=200)] = ""


class Change(Body):
    """What is to change in an account; what is left out stays."""

    role: Role | None = None
    disabled: bool | None = None


class NewToken(Body):
    """A token to be made: what it is for, and what it may do."""

    name: Annotated[str, Field(min_length=1, max_length=100)]
    scopes: Annotated[tuple[str, ...], Field(min_length=1, max_length=20)]


class Me(Body):
    """Who asks; without accounts everything is allowed and nobody has a name."""

    id: str
    login: str
    role: str
    rights: tuple[str, ...]


class Invited(Body):
    """An account with the link at which its password is chosen; the link works once, for 72 hours."""

    user: User
    link: str


class Made(Body):
    """A token with its secret, which is not shown again."""

    token: Token
    secret: str


def users_router(records: Callable[[], "Records"]) -> APIRouter:
    """Return the routes; `records` opens the records when they are first needed."""
    router = APIRouter(prefix=PREFIX, route_class=KnowledgeRoute, tags=["people"])
    _own_routes(router, records)
    _user_routes(router, records)
    _link_routes(router, records)
    return router


def _own_routes(router: APIRouter, records: Callable[[], "Records"]) -> None:
    @router.get("/me")
    def me(http: Request) -> Me:
        """Who I am, and what I may do."""
        who = _asking(http)
        rights = matrix().scopes if who.rights is None else tuple(sorted(who.rights))
        return Me(id=who.id, login=who.name, role=who.role, rights=rights)

    @router.get("/tokens")
    def tokens(http: Request) -> dict[str, tuple[Token, ...]]:
        """My tokens; those of everybody for who looks after accounts."""
        return {"tokens": records().tokens.all(owner=_only(_asking(http)))}

    @router.post("/tokens", status_code=201)
    def add(new: NewToken, http: Request) -> Made:
        """Make a token of mine; it may do nothing that I may not."""
        who = _asking(http)
        check_scopes(new.scopes, who.rights)
        if not who.own:
            raise BadAccount("A token makes no tokens; sign in for that.")
        token, secret = records().tokens.add(
            new.name, new.scopes, owner=who.user or None, now=_now()
        )
        _log(records(), who, "token.add", token.id, " ".join(token.scopes))
        return Made(token=token, secret=secret)

    @router.delete("/tokens/{token_id}")
    def revoke(token_id: str, http: Request) -> Token:
        """Make a token useless."""
        who = _asking(http)
        token = records().tokens.revoke(token_id, owner=_only(who), now=_now())
        _log(records(), who, "token.revoke", token_id)
        return token


def _user_routes(router: APIRouter, records: Callable[[], "Records"]) -> None:
    @router.get("/users")
    def users() -> dict[str, tuple[User, ...]]:
        """The accounts."""
        return {"users": records().users.all()}

    @router.post("/users", status_code=201)
    def add(new: NewUser, http: Request) -> Invited:
        """Make an account, and the link at which its owner chooses a password."""
        user = records().users.add(new.login, new.role, name=new.name, now=_now())
        _log(records(), _asking(http), "user.add", user.login, new.role)
        return Invited(user=user, link=_link(http, records().users.invite(user.id, now=_now())))

    @router.patch("/users/{user_id}")
    def change(user_id: str, wish: Change, http: Request) -> User:
        """Give an account another role, shut it, open it; the person has to sign in again."""
        who, user = _asking(http), records().users.named(user_id)
        if wish.role is not None and wish.role != user.role:
            user = records().users.set_role(user.id, wish.role)
            _log(records(), who, "user.role", user.login, wish.role)
        if wish.disabled is not None and wish.disabled != user.disabled:
            user = records().users.set_disabled(user.id, disabled=wish.disabled)
            _log(records(), who, "user.disable" if wish.disabled else "user.enable", user.login)
        return user

    @router.get("/audit-log")
    def audit_log(
        who: Annotated[str, Query(max_length=200)] = "",
        action: Annotated[str, Query(max_length=60)] = "",
        thing: Annotated[str, Query(alias="object", max_length=200)] = "",
        since: datetime | None = None,
        until: datetime | None = None,
        limit: Annotated[int, Query(ge=1, le=1000)] = 100,
    ) -> dict[str, tuple[Entry, ...]]:
        """Who did what, newest first; `action` may be a beginning such as `knowledge`."""
        found = records().audit.entries(
            who=who, action=action, thing=thing, since=since, until=until, limit=limit
        )
        return {"entries": found}


def _link_routes(router: APIRouter, records: Callable[[], "Records"]) -> None:
    @router.post("/users/{user_id}/invite")
    def invite(user_id: str, http: Request) -> Invited:
        """Make another link; the one before is void."""
        return _invited(http, "user.invite", user_id, records().users.invite(user_id, now=_now()))

    @router.post("/users/{user_id}/reset")
    def reset(user_id: str, http: Request) -> Invited:
        """Take the password away, end every sign-in, make a link for a new password."""
        return _invited(http, "user.reset", user_id, records().users.reset(user_id, now=_now()))

    @router.post("/users/{user_id}/sign-out")
    def sign_out(user_id: str, http: Request) -> dict[str, str]:
        """End every sign-in of a person."""
        user = records().users.named(user_id)
        records().sign_ins.end_all(user.id)
        _log(records(), _asking(http), "user.sign_out", user.login)
        return {"signed_out": user.login}

    def _invited(http: Request, action: str, user_id: str, secret: str) -> Invited:
        user = records().users.named(user_id)
        _log(records(), _asking(http), action, user.login)
        return Invited(user=user, link=_link(http, secret))


def check_scopes(scopes: tuple[str, ...], rights: frozenset[str] | None) -> None:
    """Refuse scopes that there are not, or that their owner does not have.

    Raises:
        BadAccount: one of them is such.
    """
    known = matrix().scopes
    wrong = [one for one in scopes if one not in known]
    if wrong:
        raise BadAccount(f"scopes: {wrong[0]!r} is none of {', '.join(known)}.")
    beyond = [one for one in scopes if rights is not None and one not in rights]
    if beyond:
        raise BadAccount(f"scopes: {beyond[0]!r} is more than its owner may do.")


def _asking(http: Request) -> Who:
    return who_of(http) or _ALONE


def _only(who: Who) -> str | None:
    """Whose tokens somebody may see: None for everybody's.

    Raises:
        NoSuchRecord: it is a token of the installation, which looks after no tokens.
    """
    if who.may("people"):
        return None
    if not who.user:
        raise NoSuchRecord("There are no tokens of this owner.")
    return who.user


def _link(http: Request, secret: str) -> str:
    return f"{http.url.scheme}://{http.headers['host']}/invite/{secret}"


def _log(records: "Records", who: Who, action: str, thing: str, note: str = "") -> None:
    records.audit.write(action, who=who.name, role=who.role, thing=thing, note=note, now=_now())


def _now() -> datetime:
    return datetime.now(UTC)
