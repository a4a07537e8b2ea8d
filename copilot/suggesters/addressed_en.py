"""An English note about the customer, said to the customer: "customer gets" becomes "you get"."""

from functools import cache

import regex

from copilot.cues import speech

_WORD = regex.compile(r"\p{L}[\p{L}'-]*+")
_COUNTED = regex.compile(r"\d[\d ,.]*\s+(?:\p{L}+\s+)?\p{L}{3,}s\b(?!.*[.!?]\s)")
_GIVES = regex.compile(
    r"\b(?:add|credit|return|refund|send|issue|apply|transfer|book|hand out)s?\s+$",
    regex.IGNORECASE,
)
_START = regex.compile(r"(?:^|[.;:,(\u2014\u2013]\s*)$")


def addressed(sentence: str, *, ty: bool = False) -> str:
    """Return the sentence with the customer as "you" and the operator as "I"; `ty` changes nothing."""
    del ty
    text = sentence.replace("\u2019", "'")
    text, seen = _person_turned(_us_turned(text))
    return _others_turned(text) if seen else text


def ordered(sentence: str) -> bool:
    """Say whether a sentence may be an order to colleagues; the wording tells which are."""
    return bool(sentence)


def requested(sentence: str) -> str:
    """Return instructions as they are: an English imperative needs no other form."""
    return sentence


@cache
def _person() -> "regex.Pattern[str]":
    words = speech("en", "cards")
    people = "|".join(sorted(words["people"], key=len, reverse=True))
    compounds, owned = "|".join(words["compounds"]), "|".join(words["owned"])
    return regex.compile(
        rf"(?<![\w-])(?:(?:the|this|an?|each|any|every|our)\s+)?(?:(?:affected|eligible|the)\s+)?"
        rf"(?P<noun>{people})(?P<plural>s)?"
        rf"(?:(?P<own>'s|s'|(?= (?:{owned})\b))|(?!['\p{{L}}-]|\s+(?:{compounds})\b))",
        regex.IGNORECASE,
    )


@cache
def _us() -> "regex.Pattern[str]":
    people = "|".join(sorted(speech("en", "cards")["us"], key=len, reverse=True))
    return regex.compile(
        rf"\b(?:the |an? |our )?(?:(?:{'|'.join(speech('en', 'cards')['us_kinds'])}) ){{0,2}}"
        rf"(?:{people})\s+(?P<verb>can|may|will|has|is|\p{{L}}{{2,}}s)\b"
        r"(?!\s+(?:or|and|must|should)\b)",
        regex.IGNORECASE,
    )


def _us_turned(text: str) -> str:
    forms = {"can": "can", "may": "can", "will": "will", "has": "have", "is": "am"}

    def turned(match: "regex.Match[str]") -> str:
        if not _opens(text[: match.start()]):
            return match[0]
        verb = match["verb"].lower()
        return f"I {forms.get(verb) or _base(verb)}"

    return _us().sub(turned, text)


def _person_turned(text: str) -> tuple[str, bool]:
    words = speech("en", "cards")
    said: list[str] = []
    at = 0
    seen = False
    for match in _person().finditer(text):
        if match.start() < at:
            continue
        head, rest = text[: match.start()], text[match.end() :]
        verb = _WORD.search(rest) if rest[:1] == " " else None
        subject = match["own"] is None and _opens(head) and verb is not None
        if match["noun"].lower() in words["mostly_others"] and not subject:
            continue
        permitted = subject and verb is not None and verb[0].lower() in words["modals"]
        if match["plural"] and match["own"] is None and not permitted:
            continue
        seen = True
        you = str(words["you"] if match["own"] is None else words["your"])
        said.append(text[at : match.start()] + _like(you, head))
        at = match.end()
        if subject:
            turned, used = _verb_turned(rest)
            said.append(turned)
            at += used
    return "".join(said) + text[at:], seen


def _opens(head: str) -> bool:
    """Say whether a subject may follow what stands before."""
    if _START.search(head):
        return True
    last = _WORD.findall(head)[-1:]
    return bool(last) and last[0].lower() in speech("en", "cards")["joints"]


def _verb_turned(rest: str) -> tuple[str, int]:
    """Return the words after the subject with the verb agreeing, and how much was read."""
    words = speech("en", "cards")
    used = 0
    said = ""
    for match in _WORD.finditer(rest):
        low = match[0].lower()
        said += rest[used : match.start()]
        used = match.end()
        if low in words["adverbs"]:
            said += match[0]
            continue
        said += low if low in words["modals"] else _base(low)
        break
    clause = regex.match(r"[^,;.]*", rest[used:])
    tail = clause[0] if clause else ""
    joined = regex.sub(
        rf"\band ({'|'.join(words['coordinated'])})\b", lambda m: f"and {_base(m[1])}", tail
    )
    return said + joined, used + len(tail)


def _base(verb: str) -> str:
    known = speech("en", "cards")["verbs"]
    if verb in known:
        return str(known[verb])
    if verb.endswith("ies") and len(verb) > 4:
        return f"{verb[:-3]}y"
    if regex.search(r"(?:ch|sh|x|ss|zz|o)es$", verb):
        return verb[:-2]
    return verb[:-1] if verb.endswith("s") and not verb.endswith("ss") else verb


def _others_turned(text: str) -> str:
    """Turn "their" and the like, which in a note about one customer speak of that customer."""
    others = speech("en", "cards")["others"]
    pattern = rf"\b({'|'.join(map(regex.escape, sorted(others, key=len, reverse=True)))})\b"

    def turned(match: "regex.Match[str]") -> str:
        if match[1].lower() == "them" and _of_things(text[: match.start()]):
            return match[1]
        return _like(str(others[match[1].lower()]), "" if match[1][:1].isupper() else "x")

    return regex.sub(pattern, turned, text, flags=regex.IGNORECASE)


def _of_things(before: str) -> bool:
    """Say whether "them" speaks of things just counted: «you get 300 points; I add them»."""
    return _COUNTED.search(before) is not None and _GIVES.search(before) is not None


def _like(word: str, head: str) -> str:
    return (
        word
        if head.strip() and not head.rstrip().endswith((".", "!"))
        else word[:1].upper() + word[1:]
    )
