"""Whose Chatwoot token is whose: in memory only, by sign-in, gone when the service stops."""

import threading
from collections import OrderedDict

from pydantic import SecretStr

from copilot.conversation import Frozen
from copilot.llm import Account
from ui.chatwoot.errors import NotConnected

MAX_PEOPLE = 2_000


class Person(Frozen):
    """An operator as Chatwoot knows them."""

    name: str = ""
    email: str = ""
    token: SecretStr = SecretStr("")


class People:
    """The operators who have given their token."""

    def __init__(self) -> None:
        """Begin with nobody."""
        self._people: OrderedDict[str, Person] = OrderedDict()
        self._lock = threading.Lock()

    def connect(self, user: str, person: Person) -> None:
        """Remember a token for a sign-in."""
        with self._lock:
            self._people[user] = person
            self._people.move_to_end(user)
            while len(self._people) > MAX_PEOPLE:
                self._people.popitem(last=False)

    def disconnect(self, user: str) -> None:
        """Forget the token of a sign-in."""
        with self._lock:
            self._people.pop(user, None)

    def of(self, user: str) -> Person | None:
        """Return who signed in, if they have given their token."""
        with self._lock:
            return self._people.get(user)

    def email(self, account: Account) -> str:
        """Return the address by which Chatwoot knows an account; empty when nothing is known."""
        person = self.of(account.user)
        return person.email if person else ""

    def token(self, user: str) -> str:
        """Return the token of a sign-in.

        Raises:
            NotConnected: they have given none.
        """
        person = self.of(user)
        if person is None:
            raise NotConnected(
                "A reply goes out in your own name: give your access token from the profile page "
                "of Chatwoot first."
            )
        return person.token.get_secret_value()
