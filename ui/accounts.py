"""Who is behind a request that the gate has let through, and on whose account it asks a model."""

from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

from copilot.llm import Account
from ui.sessions import COOKIE

WHO = "teplo.who"  # under this name the gate puts it into the scope


@dataclass(frozen=True)
class Who:
    """A person with an account, or a token. `rights` None: every right there is.

    `name` is what the audit log says; `user` is the id of the account, empty for a token without
    an owner; `own` tells whether it is a person in a browser.
    """

    id: str
    name: str
    role: str
    user: str = ""
    rights: frozenset[str] | None = frozenset()
    own: bool = True

    def may(self, right: str) -> bool:
        """Whether they have a right; nobody has the empty one, but who has all needs none."""
        return self.rights is None or right in self.rights


def who_of(request: Any) -> Who | None:
    """Return who is behind a request, of FastAPI or of Gradio; None where there are no accounts."""
    scope = getattr(getattr(request, "request", request), "scope", None)
    found = scope.get(WHO) if isinstance(scope, dict) else None
    return found if isinstance(found, Who) else None


def account_of(request: Any) -> Account:
    """Return the account of a request that the gate has let through.

    A person with an account is known by its id. Without accounts, by a digest of the sign-in, which
    tells nothing and opens nothing.
    """
    who = who_of(request)
    if who is not None:
        return Account(user=who.id)
    cookie = request.cookies.get(COOKIE, "")
    if not cookie or request.headers.get("authorization"):
        return Account(user="api")
    return Account(user=blake2b(cookie.encode(), digest_size=8, person=b"account").hexdigest())


def email_of(request: Any) -> str:
    """Return the address that somebody signs in with, if their login is one."""
    who = who_of(request)
    return who.name if who is not None and who.own and "@" in who.name else ""
