"""A request to a language model as plain text for the terminal."""

from typing import Any

_WIDTH = 88
_CONTROL = dict.fromkeys((*range(9), 11, 12, *range(14, 32), 127))


def entry_text(entry: dict[str, Any]) -> str:
    """When, where to, for what, what came of it, and every word that was sent."""
    body = entry.get("body")
    model = body.get("model", "") if isinstance(body, dict) else ""
    about = [entry.get("at"), entry.get("host"), model, entry.get("purpose"), entry.get("user")]
    head = " \u00b7 ".join(str(part) for part in about if part)
    lines = [f"\u2500\u2500 {head} ".ljust(_WIDTH, "\u2500"), _outcome(entry)]
    messages = body.get("messages", []) if isinstance(body, dict) else []
    for message in messages:
        lines += [f"[{message.get('role')}]", str(message.get("content"))]
    if not messages:
        lines.append(str(body))
    return "\n".join(lines).translate(_CONTROL)


def _outcome(entry: dict[str, Any]) -> str:
    parts = [str(entry.get("outcome") or "no outcome was noted")]
    if named := entry.get("answered_by"):
        parts.append(f"by {named}")
    if usage := entry.get("usage"):
        parts.append(f"{usage['input_tokens']} tokens in, {usage['output_tokens']} out")
        parts.append(f"{usage['seconds']} s")
        if usage.get("cost") is not None:
            parts.append(f"{usage['cost']:.4f} {usage['currency']}")
    return ", ".join(parts)
