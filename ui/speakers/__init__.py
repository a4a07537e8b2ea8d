"""Words by which the sides of a pasted chat are told apart, one file a language."""

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import regex
import yaml

from copilot.conversation import Role

_ROLES: tuple[Role, ...] = ("customer", "operator", "bot")
_PUNCTUATION = regex.compile(r"[\p{P}\p{S}]+")


@dataclass(frozen=True)
class SpeakerWords:
    """The words of all languages together: people paste what they have."""

    roles: dict[str, Role]
    fields: frozenset[str]
    greetings: tuple[str, ...]
    system: "regex.Pattern[str]"
    facts: dict[str, str]

    def role_of(self, name: str) -> Role | None:
        """Return the role that a label names, also inside `Anna (support)` or `Client 12`."""
        bare = plain(name)
        if role := self.roles.get(bare):
            return role
        for part in _PUNCTUATION.split(bare.replace(" from ", "(")):
            if role := self.roles.get(part.strip()):
                return role
        words = name.split()
        rest_is_a_name = all(not word[:1].islower() or plain(word) in self.roles for word in words)
        inside = (self.roles.get(plain(word)) for word in words if len(word) > 2)
        return next((role for role in inside if role), None) if rest_is_a_name else None

    def is_field(self, name: str) -> bool:
        """Say whether the label names a field of a form and not a person."""
        return plain(name) in self.fields

    def is_system(self, line: str) -> bool:
        """Say whether the chat wrote this line by itself."""
        return len(line) < 200 and self.system.search(plain(line)) is not None

    def greets(self, text: str) -> int:
        """Count the turns of phrase in a text that people of ours use and customers do not."""
        low = plain(text[:2000])
        return sum(phrase in low for phrase in self.greetings)


def plain(text: str) -> str:
    """Return the text in lower case, with one letter for both forms of the Russian "e"."""
    return " ".join(text.lower().replace("\u0451", "\u0435").split())


@cache
def speaker_words() -> SpeakerWords:
    """Read the words of both languages."""
    read = [_file(language) for language in ("ru", "en")]
    roles = {plain(str(w)): role for data in read for role in _ROLES for w in data[role]}
    fields = frozenset(plain(str(w)) for data in read for w in data["fields"])
    system = "|".join(f"(?:{pattern})" for data in read for pattern in data["system"])
    facts = {plain(str(w)): kind for data in read for kind, ws in data["facts"].items() for w in ws}
    return SpeakerWords(
        roles=roles,
        fields=fields - roles.keys(),
        greetings=tuple(plain(str(w)) for data in read for w in data["greetings"]),
        system=regex.compile(system),
        facts=facts,
    )


def _file(language: str) -> dict[str, Any]:
    data: dict[str, Any] = yaml.safe_load(
        files(__name__).joinpath(f"{language}.yaml").read_text("utf-8")
    )
    return data
