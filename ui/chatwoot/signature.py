"""Whether a call comes from our Chatwoot: HMAC-SHA256 over the timestamp and the raw body."""

import hashlib
import hmac
from collections.abc import Mapping

MAX_AGE_S = 300
SIGNATURE, TIMESTAMP, DELIVERY = (
    "x-chatwoot-signature", "x-chatwoot-timestamp", "x-chatwoot-delivery",
)  # fmt: skip


def sign(secret: str, timestamp: str, raw: bytes) -> str:
    """Return the signature of a call, `sha256=` and hexadecimal digits."""
    digest = hmac.new(secret.encode(), timestamp.encode() + b"." + raw, hashlib.sha256)
    return f"sha256={digest.hexdigest()}"


def refusal(headers: Mapping[str, str], raw: bytes, *, secret: str, now: float) -> str:
    """Return why a call is not taken, for the log of whoever sends it; empty when it is genuine.

    `now` is Unix time in seconds; `headers` has lower-case names.
    """
    given, timestamp = headers.get(SIGNATURE, ""), headers.get(TIMESTAMP, "")
    if not secret:
        return "No secret is set here: set TEPLO_CHATWOOT_WEBHOOK_SECRET."
    if not given or not timestamp:
        return "The call is not signed; old versions need TEPLO_CHATWOOT_UNSIGNED."
    if not (timestamp.isascii() and timestamp.isdecimal() and len(timestamp) < 16):
        return "The timestamp is not a number of seconds."
    if not hmac.compare_digest(given.encode(), sign(secret, timestamp, raw).encode()):
        return "The signature is wrong: it is made with another secret, or over a changed body."
    if abs(now - int(timestamp)) > MAX_AGE_S:
        return f"The call is {int(abs(now - int(timestamp)))} s away from our clock (at most 300)."
    return ""
