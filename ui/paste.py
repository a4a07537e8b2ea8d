"""Pasted chats: who said what, whatever helpdesk or messenger the text was copied from."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Literal

import regex

from copilot.conversation import Card, Conversation, Frozen, Message, Role, read_conversation
from copilot.errors import BadConversation
from ui.speakers import SpeakerWords, plain, speaker_words

MAX_PASTE_CHARS = 200_000
_DATE = (
    r"(?:\d{1,4}[./\-]\d{1,2}(?:[./\-]\d{2,4})?|\d{1,2}\.? \p{L}{3,10}\.?(?: \d{4})?"
    r"|\p{L}{3,10}\.? \d{1,2}(?:, \d{4})?)"
)
_TIME = (
    r"\d{1,2}:\d\d(?::\d\d)?(?:\.\d{1,6})?(?:[ \u202f]?[AaPp]\.?[Mm]\.?)?(?: ?(?:UTC|GMT|MSK|Z))?"
)
_STAMP = rf"[\[(]?(?:{_DATE}(?:,? (?:at |\u0432 )?|, ?|T))?{_TIME}[\])]?"
_NAME = r"(?P<name>[\p{L}\p{N}+@#][^:\n\[\]<>{}]{0,48}?)"
_MARKS = r"[\-\u2013\u2014*>\u2022|_ ]{0,6}"
_STAMP_NAME_TEXT = regex.compile(
    rf"^{_MARKS}{_STAMP}[ \-\u2013\u2014,:|]{{1,4}}{_NAME}:(?: |$)(?P<text>.*)$"
)
_NAME_STAMP_TEXT = regex.compile(
    rf"^{_MARKS}{_NAME}[ ,\-\u2013\u2014|\u00b7*_]{{0,5}}(?<=[ ,\-|\u00b7*_]){_STAMP}(?P<colon>:?)(?: (?P<text>.*))?$"
)
_NAME_TEXT = regex.compile(rf"^{_MARKS}{_NAME}[*_]{{0,2}}:[*_]{{0,2}}(?:\s(?P<text>.*))?$")
_LONE_STAMP = regex.compile(rf"^{_STAMP}$")
_WORD = r"[\p{Lu}\p{N}#+@(\u2116][\p{L}\p{N}.'()\-#+@,]*"
_NAME_LIKE = regex.compile(rf"^{_WORD}(?: {_WORD}| from| of| \u0438\u0437){{0,4}}$")
_NICKNAME = regex.compile(r"^[\p{L}\p{N}_.\-@]{2,32}$")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)  # the moment of the reply is set by who asks for it
_MAX_LINE = 400  # no chat puts a name so far into a line that more is worth reading


class Pasted(Frozen):
    """What was read from a paste. `log` says whether it was a chat with speakers or one message."""

    messages: tuple[Message, ...] = ()
    log: bool = False
    guessed: bool = False


@dataclass
class _Turn:
    speaker: str
    certain: bool
    lines: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class _Start:
    """The first line of a message: `sure` when a time stands beside the name."""

    name: str
    text: str
    sure: bool


def read_paste(text: str) -> Pasted:
    """Read a pasted chat; a text without speakers is one message of the customer.

    Known are lines such as `Name: text`, `[10:05] Name: text`, `Name, [22.11.2026 10:05]` with the
    text below, the exports of WhatsApp, Telegram, Jivo, Usedesk, Zendesk and Chatwoot, and our JSON.
    """
    text = text[:MAX_PASTE_CHARS].replace("\r\n", "\n").replace("\r", "\n").strip()
    if not text:
        return Pasted()
    if from_json := _from_json(text):
        return Pasted(messages=from_json.messages, log=True)
    words = speaker_words()
    turns = _turns(text.split("\n"), words)
    if not turns:
        return Pasted(messages=(Message(role="customer", text=text),))
    roles, guessed = _roles(turns, words)
    messages = [
        Message(role=roles[turn.speaker], text="\n".join(turn.lines).strip()) for turn in turns
    ]
    kept = tuple(message for message in messages if message.text.strip())
    if not kept:
        return Pasted(messages=(Message(role="customer", text=text),))
    return Pasted(messages=kept, log=True, guessed=guessed)


def read_card(text: str) -> Card:
    """Read what is known of the customer, one thing a line; `order: 1` becomes a fact."""
    words = speaker_words()
    facts: dict[str, str] = {}
    notes: list[str] = []
    for line in text[:MAX_PASTE_CHARS].split("\n"):
        label, colon, value = line.strip(" \t-*\u2022").partition(":")
        kind = words.facts.get(plain(label))
        if colon and kind and value.strip() and kind not in facts:
            facts[kind] = value.strip()
        elif line.strip():
            notes.append(line.strip())
    return Card(facts=facts, notes=tuple(notes))


def _from_json(text: str) -> Conversation | None:
    if not text.startswith("{"):
        return None
    try:
        return read_conversation(text, now=_EPOCH)
    except BadConversation:
        return None


def _turns(lines: list[str], words: SpeakerWords) -> list[_Turn]:
    starts = _starts(lines, words)
    known = _accepted(starts, words)
    turns: list[_Turn] = []
    for number, line in enumerate(lines):
        start = starts.get(number)
        if start is not None and start.name in known:
            turns.append(
                _Turn(start.name, certain=start.sure, lines=[start.text] if start.text else [])
            )
        elif words.is_system(line.strip()):
            continue
        elif turns and not (_LONE_STAMP.match(line.strip()) and not turns[-1].lines):
            turns[-1].lines.append(line)
        elif not turns and known and line.strip() and not _LONE_STAMP.match(line.strip()):
            turns.append(_Turn("", certain=False, lines=[line]))
    return turns


def _starts(lines: list[str], words: SpeakerWords) -> dict[int, _Start]:
    found: dict[int, _Start] = {}
    for number, line in enumerate(lines):
        following = lines[number + 1].strip() if number + 1 < len(lines) else ""
        start = _start(line[:_MAX_LINE].rstrip(), line, following)
        if start is not None and not words.is_field(start.name):
            found[number] = start
    return found


def _start(head: str, line: str, following: str) -> _Start | None:
    for pattern, sure in ((_STAMP_NAME_TEXT, True), (_NAME_STAMP_TEXT, True), (_NAME_TEXT, False)):
        match = pattern.match(head)
        if match is None or "//" in match["name"]:
            continue
        text = (match["text"] or "") + line.rstrip()[len(head) :]
        if pattern is _NAME_STAMP_TEXT and text and not match["colon"]:
            continue  # a time in the middle of a sentence
        return _Start(_clean(match["name"]), text.strip(), sure)
    name = head.strip()
    if following and _LONE_STAMP.match(following) and _NAME_LIKE.match(name):
        return _Start(_clean(name), "", sure=True)
    return None


def _clean(name: str) -> str:
    return " ".join(name.strip(" ,.*_~-\u2013\u2014|\u00b7()").split())


def _accepted(starts: dict[int, _Start], words: SpeakerWords) -> set[str]:
    """Return the labels that are speakers and not just words before a colon."""
    counts = Counter(start.name for start in starts.values())
    stamped = {s.name for s in starts.values() if s.sure and _may_be_a_name(s.name)}
    named = {name for name in counts if words.role_of(name)}
    if len(counts) == 1:
        named = {name for name in named if len(name) > 1}
    likely = {n for n in counts if _NAME_LIKE.match(n) and len(n) > 1 and not n.isdigit()}
    if stamped or named:
        repeated = {n for n in likely if counts[n] > 1 or len(counts) <= 3}
        return stamped | named | repeated
    talk = len(likely) >= 2 and max(counts[n] for n in likely) >= 2 and min(starts) == 0
    return likely if talk else set()


def _may_be_a_name(label: str) -> bool:
    return bool(_NAME_LIKE.match(label) or _NICKNAME.match(label))


def _roles(turns: list[_Turn], words: SpeakerWords) -> tuple[dict[str, Role], bool]:
    """Give every speaker a role: by the label where it says so, else by how they talk."""
    order = list(dict.fromkeys(turn.speaker for turn in turns))
    roles: dict[str, Role] = {}
    for name in order:
        if role := words.role_of(name):
            roles[name] = role
    unknown = [name for name in order if name not in roles]
    if not unknown:
        return roles, False
    given = set(roles.values())
    ours = {
        name: sum(words.greets("\n".join(t.lines)) for t in turns if t.speaker == name)
        for name in unknown
    }
    if "customer" in given:
        rest: Literal["operator", "customer"] = "operator"
        roles |= dict.fromkeys(unknown, rest)
        return roles, "operator" not in given and len(unknown) > 1
    if "operator" in given and len(unknown) == 1:
        return roles | {unknown[0]: "customer"}, False
    quiet = min(unknown, key=lambda name: (ours[name], unknown.index(name)))
    roles |= {name: "customer" if name == quiet else "operator" for name in unknown}
    if "operator" in given:
        roles |= {name: "customer" for name in unknown if not ours[name]}
    return roles, True
