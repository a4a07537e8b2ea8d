"""What Chatwoot tells, in our words: calls of its webhook, conversations and messages of its REST."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any, Literal

from copilot.conversation import Channel, Frozen, Role
from copilot.records import Opened, Written

FOLLOWED = frozenset({
    "conversation_created", "conversation_status_changed", "conversation_updated",
    "message_created", "message_updated",
})  # fmt: skip
_CHANNELS: dict[str, Channel] = {
    "Channel::Email": "email",
    "Channel::Sms": "sms",
    "Channel::TwilioSms": "sms",
    "Channel::FacebookPage": "social",
    "Channel::TwitterProfile": "social",
    "Channel::Instagram": "social",
}
_INCOMING, _OUTGOING, _TEMPLATE = (0, "incoming"), (1, "outgoing"), (3, "template")
_MAX_ID = 2**53
_PEOPLE = {"user", ""}


class Called(Frozen):
    """A call of the webhook: only what says where to look. Its texts are not taken from it."""

    event: str
    account: int
    number: int
    says: Literal["customer", "us", "other"] = "other"


def called(body: Any) -> Called | None:
    """Read a call; None for one that concerns no conversation."""
    if not isinstance(body, dict) or body.get("event") not in FOLLOWED:
        return None
    event = str(body["event"])
    message = event.startswith("message_")
    held = _part(body, "conversation") if message else body
    account, number = _account(body, held), positive(held.get("id"))
    if account is None or number is None:
        return None
    says: Literal["customer", "us", "other"] = "other"
    if event == "message_created" and body.get("private") is not True:
        kind = body.get("message_type")
        says = "customer" if kind in _INCOMING else "us" if kind in _OUTGOING else "other"
    return Called(event=event, account=account, number=number, says=says)


def opened(account: int, number: int, told: dict[str, Any]) -> Opened:
    """Return what is known of a conversation.

    Attributes of the contact do not become facts: the customer's own page can set them.
    """
    meta = _part(told, "meta")
    sender, assignee = _part(meta, "sender"), _part(meta, "assignee")
    contact = positive(sender.get("id"))
    keys = [_text(sender, name) for name in ("email", "phone_number", "identifier")]
    if contact is not None:
        keys.append(f"chatwoot:{account}/{contact}")
    labels = told.get("labels")
    first = labels[0] if isinstance(labels, list) and labels else ""
    return Opened(
        source="chatwoot",
        account=str(account),
        outer_id=str(number),
        channel=_CHANNELS.get(_text(meta, "channel"), "chat"),
        customers=tuple(key[:200] for key in keys if key),
        topic=first[:120] if isinstance(first, str) else "",
        assignee=_text(assignee, "email")[:200],
        open=told.get("status") == "open",
    )


def written(messages: Iterable[dict[str, Any]]) -> tuple[Written, ...]:
    """Return what was said, oldest first; private notes and activities are not said to anybody."""
    said: list[Written] = []
    for one in messages:
        number, role, text = positive(one.get("id")), _role(one), _said(one)
        if number is None or role is None or not text or one.get("private") is not False:
            continue
        at = moment(one.get("created_at"))
        said.append(Written(role=role, text=text[:100_000], at=at, outer_id=str(number)))
    return tuple(sorted(said, key=lambda one: int(one.outer_id)))


def moment(told: Any) -> datetime | None:
    """Read a time: REST tells seconds, webhooks tell ISO."""
    try:
        if isinstance(told, int | float) and not isinstance(told, bool):
            return datetime.fromtimestamp(told, UTC)
        if isinstance(told, str):
            read = datetime.fromisoformat(told)
            return read if read.tzinfo else read.replace(tzinfo=UTC)
    except (ValueError, OverflowError, OSError):
        return None
    return None


def positive(told: Any) -> int | None:
    """Read a number of something: a whole number from 1, also as digits."""
    if isinstance(told, str) and told.isascii() and told.isdecimal() and len(told) < 17:
        told = int(told)
    if isinstance(told, bool) or not isinstance(told, int):
        return None
    return told if 0 < told < _MAX_ID else None


def _role(message: dict[str, Any]) -> Role | None:
    kind = message.get("message_type")
    if kind in _INCOMING:
        return "customer"
    if kind in _TEMPLATE:
        return "bot"
    if kind in _OUTGOING:
        sender = message.get("sender")
        person = isinstance(sender, dict) and _text(sender, "type").lower() in _PEOPLE
        return "operator" if person else "bot"
    return None


def _said(message: dict[str, Any]) -> str:
    text = message.get("content")
    lines = [text.strip()] if isinstance(text, str) and text.strip() else []
    attachments = message.get("attachments")
    files = attachments if isinstance(attachments, list) else []
    kinds = [_text(one, "file_type")[:40] or "file" for one in files if isinstance(one, dict)]
    lines += [f"\N{PAPERCLIP} {kind}" for kind in kinds]
    return "\n".join(lines)


def _account(body: dict[str, Any], held: dict[str, Any]) -> int | None:
    messages = held.get("messages")
    last = messages[-1] if isinstance(messages, list) and messages else {}
    places = (_part(body, "account").get("id"), held.get("account_id"))
    told = (*places, last.get("account_id") if isinstance(last, dict) else None)
    return next((number for one in told if (number := positive(one)) is not None), None)


def _part(told: dict[str, Any], name: str) -> dict[str, Any]:
    part = told.get(name)
    return part if isinstance(part, dict) else {}


def _text(told: dict[str, Any], name: str) -> str:
    text = told.get(name)
    return text.strip() if isinstance(text, str) else ""
