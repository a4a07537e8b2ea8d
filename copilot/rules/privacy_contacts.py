"""Where a person can be reached: telephones, e-mail, handles, postal addresses."""

from collections.abc import Iterator
from functools import cache

import regex

from copilot.rules.lexicon import compile_any, load_lexicon
from copilot.rules.numbers import longest_first, words_of
from copilot.rules.privacy_numbers import Found, cue

_EMAIL = regex.compile(r"(?<![\w.+-])[\w.+-]{1,64}@[\p{L}\d-]{1,63}(?:\.[\p{L}\d-]{1,63}){1,4}")
_HANDLE = regex.compile(
    r"(?<![\w@./])@[a-z]\w{3,31}|(?<!\w)(?:t\.me|vk\.com|wa\.me|instagram\.com)/[\w.]{3,40}"
)
_DIALLED = regex.compile(
    r"(?<![\p{L}\d])\+?\(?\d(?:[ ().\-\u2013\u2014/]{0,3}\d){5,14}(?![\p{L}]?\d)"
)
_FREE = ("8800", "7800", "1800", "0800", "1888", "1877")
_RUSSIAN = regex.compile(r"[78][3489]\d{9}")
_MOBILE = regex.compile(r"9\d{9}")
_SEPARATED = regex.compile(r"[ ()\-\u2013\u2014]")
_NEAR, _SHORTEST_SPOKEN = 30, 5
_EDGE, _TAIL = r"(?<![\p{L}\d])", r"(?![\p{L}\d])"


def contacts(low: str) -> Iterator[Found]:
    """Yield e-mail addresses, handles and telephones; `low` is folded and in lower case."""
    for match in _EMAIL.finditer(low):
        yield Found(match.start(), match.end(), "EMAIL", 9)
    for match in _spelled_email().finditer(low):
        yield Found(match.start(), match.end(), "EMAIL", 8)
    for match in _HANDLE.finditer(low):
        yield Found(match.start(), match.end(), "HANDLE", 6)
    for match in _DIALLED.finditer(low):
        if _is_phone(match.group(), low, match.start()):
            yield Found(match.start(), match.end(), "PHONE", 7)
    for match in _spoken().finditer(low):
        if _is_spoken_phone(match.group(), low, match.start()):
            yield Found(match.start(), match.end(), "PHONE", 6)


def addresses(low: str, text: str) -> Iterator[Found]:
    """Yield postal addresses: a street with a house, or what a cue word calls an address."""
    places = [match.span() for pattern in _streets() for match in pattern.finditer(low)]
    for match in _after_cue().finditer(low):
        start, end = match.span("place")
        if any(char.isupper() for char in text[start:end]) or "," in low[start:end]:
            places.append((start, end))
    begun, at = 0, -1
    for start, end in sorted(
        places
    ):  # what overlaps is one address: a city by cue, a street by look
        if start < at:
            at = max(at, end)
            continue
        if at > 0:
            yield Found(begun, at, "ADDRESS", 5)
        begun, at = start, end
    if at > 0:
        yield Found(begun, at, "ADDRESS", 5)


def _is_phone(written: str, low: str, start: int) -> bool:
    digits = "".join(char for char in written if char.isdigit())
    if digits.startswith(_FREE) or len(set(digits)) <= 2:
        return False
    if written.lstrip("(").startswith("+"):
        return len(digits) >= 9
    near = low[max(0, start - _NEAR) : start]
    named = cue("phone").search(near) is not None
    if cue("keep").search(near[-25:]) and not _last_is_phone(near):
        return False
    return _looks_dialled(written, digits, named=named)


def _looks_dialled(written: str, digits: str, *, named: bool) -> bool:
    spaced = _SEPARATED.search(written) is not None
    counted = max(map(len, regex.findall(r"\d+", written))) < 3  # «1 2 3 4 5 6 7 8 9 10»
    if counted and not named:
        return False
    if len(digits) == 11 and _RUSSIAN.fullmatch(digits):
        return True
    if _MOBILE.fullmatch(digits):
        return named or spaced
    if len(digits) in (6, 7):
        return named and "-" in written
    return _valid_elsewhere(written, digits, named=named, spaced=spaced)


def _last_is_phone(near: str) -> bool:
    """Of two cue words the nearer one counts: «on order 5 call me at …»."""
    phones = [match.end() for match in cue("phone").finditer(near)]
    others = [match.end() for match in cue("keep").finditer(near)]
    return bool(phones) and phones[-1] > max(others, default=0)


def _valid_elsewhere(written: str, digits: str, *, named: bool, spaced: bool) -> bool:
    if not 9 <= len(digits) <= 13 or not (named or spaced):
        return False
    import phonenumbers

    for region in ("RU", "US", "GB") if named else ("US", "GB"):
        try:
            number = phonenumbers.parse(written, region)
        except phonenumbers.NumberParseException:
            continue
        if phonenumbers.is_valid_number(number):
            return True
    return False


def _is_spoken_phone(written: str, low: str, start: int) -> bool:
    words = words_of("ru") | words_of("en")
    tokens = regex.findall(r"\p{L}+|\d+", written)
    if sum(token.isalpha() for token in tokens) < 3:
        return False
    digits = 0
    for token in tokens:
        value = words.get(token)
        digits += (
            len(token) if token.isdigit() else len(str(int(value))) if value is not None else 0
        )
    end = start + len(written)
    near = f"{low[max(0, start - _NEAR) : start]} {low[end : end + _NEAR]}"
    return 7 <= digits <= 24 and cue("phone").search(near) is not None


@cache
def _spoken() -> "regex.Pattern[str]":
    words = longest_first([
        word
        for word in (words_of("ru") | words_of("en"))
        if " " not in word and len(word) > 1
    ])  # fmt: skip
    one = rf"(?:(?:{words})(?!\p{{L}})|\d{{1,3}}(?!\d))"
    least = _SHORTEST_SPOKEN - 1
    return regex.compile(rf"(?<![\p{{L}}\d]){one}(?:[ ,\-]{{1,2}}{one}){{{least},14}}")


@cache
def _spelled_email() -> "regex.Pattern[str]":
    at = "|".join([*load_lexicon("ru", "privacy")["at"], *load_lexicon("en", "privacy")["at"]])
    dot = "|".join([*load_lexicon("ru", "privacy")["dot"], *load_lexicon("en", "privacy")["dot"]])
    name = r"[a-z0-9][a-z0-9._+-]{1,40}"
    return regex.compile(
        rf"(?<![\w.]){name} ?(?:{at}|@) ?[a-z0-9-]{{2,30}} ?(?:{dot}|\.) ?(?:ru|com|org|net|io|by|kz|uk|su)(?!\w)"
    )


@cache
def _streets() -> tuple["regex.Pattern[str]", ...]:
    words = load_lexicon("ru", "privacy")
    street, house, flat = (longest_first(words[key]) for key in ("street", "house", "flat"))
    number = r"\d{1,4} ?(?:[\p{L}](?!\p{L}))?(?: ?/ ?\d{1,4})?(?:-\d{1,4})?"
    door = rf"(?:,? ?(?:{_EDGE}(?:{house})|№)? ?{number})"
    more = rf"(?:[,;]? ?{_EDGE}(?:{flat}) ?\d{{1,5}}\p{{L}}?){{0,5}}"
    bare = r"(?:, ?\d{1,4}(?!\d))?"
    name = (
        r"[\u00ab\"]?[\p{L}\d][\p{L}\d.\-]{0,30}[\u00bb\"]?(?: [\p{L}\d][\p{L}\d.\-]{1,30}){0,3}?"
    )
    city = rf"(?:(?:\d{{6}},? )?(?:{longest_first(words['city'])}) ?[\p{{L}}-]{{2,30}}, ?)?"
    english = load_lexicon("en", "privacy")
    road = longest_first(english["street"])
    unit = longest_first(english["flat"])
    post = r"(?:,? ?(?:[a-z]{2} )?\d{5}(?:-\d{4})?|,? ?[a-z]{1,2}\d[a-z\d]? ?\d[a-z]{2})?"
    return tuple(
        regex.compile(source, regex.IGNORECASE)
        for source in (
            rf"{city}{_EDGE}(?:{street})(?:(?<=\.) ?| ){name}{door}{more}{bare}",
            rf"{city}{_EDGE}[\p{{L}}-]{{3,30}} (?:{street}){_TAIL}{door}{more}{bare}",
            rf"{_EDGE}[\p{{L}}-]{{4,30}},? {number},? ?(?:{longest_first(words['door'])}) ?\d{{1,5}}{more}",
            rf"{_EDGE}(?:{longest_first(words['house'])}) ?{number},? ?(?:{flat}) ?\d{{1,5}}{more}",
            rf"{_EDGE}(?:(?:{unit}) ?\d{{1,4}}[a-z]?,? )?\d{{1,5}}[a-z]?,? (?:[a-z][\w'.]{{0,20}} ){{1,4}}?(?:{road}){_TAIL}\.?"
            rf"(?:,? ?(?:{unit})\.? ?#?\w{{1,5}})?(?:, [a-z][a-z]{{2,20}}(?: [a-z]{{2,20}}(?![a-z\d]))?(?![a-z\d])){{0,2}}{post}",
            r"(?<![a-z\d])[a-z]{1,2}\d[a-z\d]? \d[a-z]{2}(?![a-z\d])",
        )
    )


@cache
def _after_cue() -> "regex.Pattern[str]":
    cues = [*load_lexicon("ru", "privacy")["home"], *load_lexicon("en", "privacy")["home"]]
    flat = longest_first(load_lexicon("ru", "privacy")["flat"])
    house = longest_first(load_lexicon("ru", "privacy")["house"])
    body = (
        rf"(?:\d{{6}},? ?)?(?:[\p{{L}}][\p{{L}}.\-]{{1,30}},? ){{1,4}}?(?:{_EDGE}(?:{house}) ?)?"
        rf"\d{{1,4}}\p{{L}}?(?:[/-]\d{{1,4}})?(?:,? ?{_EDGE}(?:{flat}) ?\d{{1,5}}){{0,4}}(?:[,-] ?\d{{1,4}}(?!\d))?"
    )
    return compile_any(
        [
            rf"{_EDGE}(?:{'|'.join(cues)})[: ,\-\u2013\u2014]{{1,3}}(?:\p{{L}}{{1,3}} )?(?P<place>{body})"
        ]
    )
