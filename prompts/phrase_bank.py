"""The phrase bank: short pieces that the embedded composer puts replies together from."""

import re
from functools import cache
from importlib.resources import files
from typing import Annotated, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field

_SLOT = re.compile(r"\{(\w+)\}")


class Phrase(BaseModel):
    """One piece and when it fits.

    `act` is a reply act of the label vocabulary, or `greet` and `subject` for mail. `step` is the
    framework step it is written for, where two frameworks say the same thing differently; `scene`
    ties it to one kind of reply. One of `signals` or `themes` must be heard and none of
    `not_signals`; every fact in `needs` must be known. `ty` is the piece on first-name terms.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    act: str
    step: str = ""
    scene: str = ""
    signals: tuple[str, ...] = ()
    not_signals: tuple[str, ...] = ()
    themes: tuple[str, ...] = ()
    hostility: Annotated[tuple[int, int], Field()] = (0, 4)
    distress: Annotated[tuple[int, int], Field()] = (0, 3)
    needs: tuple[str, ...] = ()
    register_: Annotated[Literal["any", "vy"], Field(alias="register")] = "any"
    text: Annotated[str, Field(min_length=2, max_length=200)]
    ty: str = ""

    @property
    def slots(self) -> tuple[str, ...]:
        """Names in braces, in order."""
        return tuple(_SLOT.findall(self.text))

    def said_to(self, address: Literal["vy", "ty"]) -> str:
        """Return the wording for an address, or an empty string when there is none."""
        if address == "vy":
            return self.text
        return "" if self.register_ == "vy" else self.ty or self.text


@cache
def load_bank(language: Literal["ru", "en"]) -> tuple[Phrase, ...]:
    """Return every phrase of a language, in file order."""
    text = files("prompts").joinpath("phrases", f"{language}.yaml").read_text(encoding="utf-8")
    return tuple(Phrase.model_validate(entry) for entry in yaml.load(text, Loader=_Loader))  # noqa: S506 – a safe loader, in C where there is one


_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
