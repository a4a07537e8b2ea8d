"""What we say to language models: Markdown files with a header and `$placeholders`.

A file `prompts/<name>/<language>.md` has a YAML header (`version`, `inputs`, `terms`) and parts that
begin with a line `# system` or `# user`. The words of every file are held by `versions.lock`: they
change together with the version, or a test fails.
"""

import hashlib
import json
import re
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from string import Template
from typing import Annotated, Literal, Self

import yaml
from pydantic import BaseModel, ConfigDict, Field, model_validator

Language = Literal["ru", "en"]
LANGUAGES: tuple[Language, ...] = ("ru", "en")
_PART = re.compile(r"^# (system|user)\n", re.MULTILINE)


class PromptMessage(BaseModel):
    """One message to a model, or one of its own in a longer exchange."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    role: Literal["system", "user", "assistant"]
    text: str


class Prompt(BaseModel):
    """A prompt in one language: its parts are templates that take exactly `inputs`.

    `terms` are the words for values that the code knows by a label, such as steps and faults.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    version: Annotated[int, Field(ge=1)]
    inputs: tuple[str, ...]
    terms: dict[str, dict[str, str]] = Field(default_factory=dict)
    parts: tuple[PromptMessage, ...]

    @model_validator(mode="after")
    def _takes_what_it_says(self) -> Self:
        used = {name for part in self.parts for name in Template(part.text).get_identifiers()}
        if used != set(self.inputs):
            wrong = sorted(used ^ set(self.inputs))
            raise ValueError(f"prompt {self.id!r}: inputs and placeholders differ in {wrong}")
        return self

    def render(self, **values: str) -> tuple[PromptMessage, ...]:
        """Fill the parts; values are put in as they are and never read as templates.

        Raises:
            ValueError: a value is missing or nobody asked for it.
        """
        if set(values) != set(self.inputs):
            wrong = sorted(set(values) ^ set(self.inputs))
            raise ValueError(f"prompt {self.id!r} takes {sorted(self.inputs)}; wrong: {wrong}")
        return tuple(
            PromptMessage(role=part.role, text=Template(part.text).substitute(values))
            for part in self.parts
        )

    def term(self, group: str, label: str) -> str:
        """Return the words for a label, or an empty string where the prompt has none."""
        return self.terms.get(group, {}).get(label, "")

    @property
    def digest(self) -> str:
        """The SHA-256 of everything but the version."""
        words = self.model_dump(mode="json", exclude={"version"})
        return hashlib.sha256(json.dumps(words, sort_keys=True).encode()).hexdigest()


@cache
def load_prompt(name: str, language: Language) -> Prompt:
    """Return a prompt by its folder and language.

    Raises:
        FileNotFoundError: there is no such prompt.
        ValueError: the file is not a prompt.
    """
    return _read(files("prompts").joinpath(name, f"{language}.md"), f"{name}/{language}")


def every_prompt() -> tuple[Prompt, ...]:
    """Return all prompts, by id."""
    folders = sorted(entry.name for entry in files("prompts").iterdir() if entry.is_dir())
    return tuple(
        load_prompt(name, language)
        for name in folders
        for language in LANGUAGES
        if files("prompts").joinpath(name, f"{language}.md").is_file()
    )


def _read(file: Traversable, prompt_id: str) -> Prompt:
    _, header, body = file.read_text(encoding="utf-8").split("---\n", 2)
    pieces = _PART.split(body)
    parts = [
        {"role": role, "text": text.strip()}
        for role, text in zip(pieces[1::2], pieces[2::2], strict=True)
    ]
    return Prompt.model_validate({"id": prompt_id, "parts": parts, **yaml.safe_load(header)})
