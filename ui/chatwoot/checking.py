"""Whether everything is as Chatwoot and the service need it, and what to do where it is not."""

from typing import TYPE_CHECKING

from copilot.doctor import Check
from ui.chatwoot.client import open_chatwoot
from ui.chatwoot.errors import ChatwootTrouble

if TYPE_CHECKING:
    from copilot.records import Records
    from copilot.settings import Settings

HOOK_EVENTS = (
    "conversation_created, conversation_status_changed, conversation_updated, message_created, "
    "message_updated"
)


def examine_chatwoot(settings: "Settings", records: "Records") -> tuple[Check, ...]:
    """Look at the settings, ask Chatwoot who we are, count what waits."""
    return (*_connection(settings), _hook(settings), _waiting(records))


def _connection(settings: "Settings") -> tuple[Check, ...]:
    try:
        chatwoot = open_chatwoot(settings)
    except ChatwootTrouble as trouble:
        return (Check(name="connection", ok=False, detail=str(trouble)),)
    try:
        profile = chatwoot.profile()
    except ChatwootTrouble as trouble:
        return (Check(name="connection", ok=False, detail=str(trouble)),)
    finally:
        chatwoot.close()
    told = profile.get("accounts")
    accounts = [one for one in told if isinstance(one, dict)] if isinstance(told, list) else []
    numbers = ", ".join(f"{one.get('id')} ({one.get('role')})" for one in accounts) or "none"
    seen = Check(
        name="connection", ok=True, detail=f"{chatwoot.base_url} as {profile.get('name')!r}"
    )
    detail = f"accounts: {numbers}" if accounts else "this token belongs to no account"
    return seen, Check(name="accounts", ok=bool(accounts), detail=detail)


def _hook(settings: "Settings") -> Check:
    if not settings.chatwoot_webhook_secret.get_secret_value():
        advice = (
            "no secret: set TEPLO_CHATWOOT_WEBHOOK_SECRET, or drafts wait until they are asked for"
        )
        return Check(name="webhook", ok=False, detail=advice)
    if settings.chatwoot_unsigned:
        detail = "unsigned calls are taken at /hooks/chatwoot/SECRET; unset TEPLO_CHATWOOT_UNSIGNED after an update"
        return Check(name="webhook", ok=True, detail=detail)
    return Check(
        name="webhook", ok=True, detail=f"signed, at /hooks/chatwoot; events: {HOOK_EVENTS}"
    )


def _waiting(records: "Records") -> Check:
    counts = records.deliveries.counts()
    waiting = records.deliveries.waiting()
    tried = sum(one.attempts > 0 for one in waiting)
    detail = (
        f"{counts.get('done', 0)} done, {len(waiting)} waiting ({tried} after a failed try), "
        f"{counts.get('failed', 0)} given up"
    )
    return Check(name="calls", ok=not tried, detail=detail)
