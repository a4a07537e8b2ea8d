"""What can go wrong with a Chatwoot, each with what to do about it."""

from typing import Literal

from copilot.errors import TeploError

Kind = Literal[
    "unset", "away", "refused", "missing", "busy", "broken", "odd", "large", "redirected",
]  # fmt: skip

_ADVICE: dict[Kind, str] = {
    "unset": "Set TEPLO_CHATWOOT_URL and TEPLO_CHATWOOT_TOKEN.",
    "away": "Check TEPLO_CHATWOOT_URL and that the server runs.",
    "refused": "The access token is wrong or may not do this: take one from the profile page.",
    "missing": "There is nothing of this number, or the token's owner may not see it.",
    "busy": "It is asked too often; this is tried again later.",
    "broken": "Look into the log of Chatwoot; this is tried again.",
    "odd": "Check that TEPLO_CHATWOOT_URL leads to a Chatwoot and not to another page.",
    "large": "The answer was not read.",
    "redirected": "Set TEPLO_CHATWOOT_URL to the final address: the token is not sent elsewhere.",
}


class ChatwootTrouble(TeploError):
    """A call to Chatwoot gave nothing usable. The message never holds a token."""

    def __init__(self, kind: Kind, what: str, *, retry_after_s: float | None = None) -> None:
        """Say which kind of trouble, and where."""
        super().__init__(f"Chatwoot: {what}. {_ADVICE[kind]}")
        self.kind = kind
        self.retry_after_s = retry_after_s

    @property
    def passes(self) -> bool:
        """Whether trying again later may help without anybody doing anything."""
        return self.kind in {"away", "busy", "broken", "odd", "large"}


class NotConnected(TeploError):
    """A reply is sent in the operator's own name, and their token is not known yet."""


class NewerMessage(TeploError):
    """The customer, or a colleague, has written since the operator looked."""


class NotSendable(TeploError):
    """The text has open brackets or a critical finding."""


class Unclear(TeploError):
    """An earlier try to send the same broke off: nobody knows whether it went."""
