"""Who is shown what: the matrix of permissions, as the page needs it."""

from ui.accounts import Who
from ui.permissions import matrix

_EXPORT = "GET /api/v1/knowledge/export"


def closed_to(who: Who | None) -> tuple[str, ...]:
    """Return what somebody may not ask for: the gate would refuse it, the page does not show it."""
    if who is None:
        return ()
    rules = matrix()
    actions = {**rules.pages["knowledge"]["actions"], "export": rules.routes[_EXPORT]}
    return tuple(name for name, right in actions.items() if not who.may(right))
