"""What a trainee thinks the customer felt and needed, held against what the scenario says."""

from typing import Literal

from pydantic import Field

from copilot.conversation import Frozen
from copilot.roleplay.phrases import stems_of
from copilot.roleplay.scenario import Kind, Scenario

_SHARED = 2  # stems that a guess shares with a need which it names


class Guess(Frozen):
    """The trainee's answer, written before the debrief is shown; it may be left out."""

    feeling: Kind | Literal[""] = ""
    need: str = Field(default="", max_length=1000)
    skipped: bool = False


class NeedCheck(Frozen):
    """A need, and whether the guess seems to name it: a likeness of words, no verdict."""

    text: str
    hidden: bool
    named: bool


class Diagnosis(Frozen):
    """The guess beside the truth."""

    guess: Guess
    felt: Kind
    needs: tuple[NeedCheck, ...]

    @property
    def right(self) -> bool:
        """Whether the feeling was recognised."""
        return self.guess.feeling == self.felt


def diagnosed(scenario: Scenario, guess: Guess) -> Diagnosis:
    """Hold a guess against a scenario."""
    mine = stems_of(guess.need)
    return Diagnosis(
        guess=guess,
        felt=scenario.persona.kind,
        needs=tuple(
            NeedCheck(
                text=need.text,
                hidden=need.hidden,
                named=len(mine & stems_of(" ".join((need.text, *need.met_by)))) >= _SHARED,
            )
            for need in scenario.needs
        ),
    )
