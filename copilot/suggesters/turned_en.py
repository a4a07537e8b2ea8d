"""An English clause about oneself, said to that person: "I waited" becomes "you waited"."""

from dataclasses import dataclass

import regex

from copilot.cues import speech

_TOKEN = regex.compile(r"\p{L}[\p{L}'-]*+|[^\p{L}]+")
_PAST = regex.compile(
    r"\p{L}+ed|\p{L}*(?:lost|sent|took|gave|left|charged|broke|brought|sold|told|said|put|made|kept)"
)


@dataclass(frozen=True)
class Turned:
    """A clause in the second person; `yours` says that the customer is its subject."""

    text: str
    yours: bool


def turned(
    clause: str, *, ours: bool, carried: bool, ty: bool = False, before: str = ""
) -> Turned | None:
    """Return the clause as said to the person who wrote it, or None where that is not certain.

    Args:
        clause: Words between two commas.
        ours: Whether the customer's "you" may become "we": it is settled that we failed.
        carried: Whether the customer is the subject of the clause before.
        ty: Of no weight: English has one form of address.
        before: Of no weight either: an English verb names its subject.
    """
    del ty, before
    words = speech("en", "mirror")
    tokens = [m.group() for m in _TOKEN.finditer(clause.replace("\u2019", "'"))]
    lows = [token.lower() for token in tokens]
    if any(low in words["ours"] for low in lows) and not (ours and _blames_an_act(lows)):
        return None
    dropped = _dropped(lows)
    said: list[str] = [dropped] if dropped and not carried else []
    yours = bool(dropped)
    if dropped and carried and lows[0] in words["dropped_passive"]:
        said = ["and were "]
    if said:
        tokens[0] = uncapital(tokens[0])
    for n, (token, low) in enumerate(zip(tokens, lows, strict=True)):
        if low in words["pronouns"]:
            said.append(words["pronouns"][low])
            yours = yours or low in words["me"] or "'" in low
        elif low in words["ours"]:
            said.append(words["ours"][low])
        elif low in words["verbs"] and n >= 2 and lows[n - 2] in words["me"]:
            said.append(words["verbs"][low])
        else:
            said.append(token)
    return Turned("".join(said).strip(), yours or carried)


def _dropped(lows: list[str]) -> str:
    """Return the subject that a clause has dropped, with its helping verb: "cancelled on …"."""
    words = speech("en", "mirror")
    first = lows[0] if lows else ""
    if first in words["dropped_passive"]:
        return "you were "
    return "you " if first in words["dropped"] else ""


def _blames_an_act(lows: list[str]) -> bool:
    """Say whether the clause tells plainly what we did: "you lost our booking"."""
    ours = speech("en", "mirror")["ours"]
    if sum(low in ours for low in lows) != 1:
        return False
    at = next(n for n, low in enumerate(lows) if low in ours)
    if lows[at] in ("your", "ur"):
        return at == 0
    after = lows[at + 2] if at + 2 < len(lows) else ""
    return at == 0 and _PAST.fullmatch(after) is not None


def uncapital(text: str) -> str:
    """Return the text with a small first letter; "I" and names do not begin these clauses."""
    first = text.split(" ", 1)[0]
    return text if first[1:2].isupper() else text[:1].lower() + text[1:]
