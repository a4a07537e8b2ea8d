"""What a model's draft must not be: each check is a function, all of them stand in `CHECKS`.

Checks look at the draft before private details are put back. They hold the form, the language and
the sources of hard facts; tone and promises are the rule engine's.
"""

from collections.abc import Callable

from copilot.llm.checks import (
    TEXT_CHECKS,
    Fault,
    copied,
    faults_in,
    graver,
    parroted,
    wordless,
)
from copilot.suggesters.llm_material import Material
from copilot.suggestion import Draft

_PARAPHRASING = ("L", "H")  # steps that say back what the customer said
_TOLERANCE = 1.3  # a little longer than the channel likes is still worth reading

Check = Callable[[Draft, Material], Fault | None]


def substance(draft: Draft, _: Material) -> Fault | None:
    """A reply says something of its own."""
    return Fault("empty") if wordless(draft.text) else None


def echo(draft: Draft, material: Material) -> Fault | None:
    """A reply is not the customer's own text."""
    if run := copied(draft.text, material.thread):
        return Fault("echo", run)
    if parroted(draft.text, material.thread, least=1):
        return Fault("echo", draft.text[:80])
    own = (s.text for s in draft.sentences if s.step not in _PARAPHRASING)
    said = next((text for text in own if parroted(text, material.thread)), "")
    return Fault("echo", said[:80]) if said else None


def steps(draft: Draft, material: Material) -> Fault | None:
    """Every step that is due is taken."""
    taken = {sentence.step for sentence in draft.sentences}
    missing = [step for step in material.steps if step not in taken]
    return Fault("missing_step", ", ".join(missing)) if missing else None


def length(draft: Draft, material: Material) -> Fault | None:
    """The reply fits its channel."""
    limit = material.brief.frame.max_chars
    return Fault("too_long", str(limit)) if len(draft.text) > _TOLERANCE * limit else None


CHECKS: tuple[Check, ...] = (substance, echo, steps, length)
_EARLY: tuple[Check, ...] = (echo,)  # the rest can be told of a whole reply only


def faults_of(draft: Draft, material: Material) -> tuple[Fault, ...]:
    """Run every check; a hostile fault stands alone."""
    return _found(draft, material, CHECKS)


def early_faults_of(draft: Draft, material: Material) -> tuple[Fault, ...]:
    """Run the checks that a reply must pass sentence by sentence, while it is being written."""
    return _found(draft, material, _EARLY)


def _found(draft: Draft, material: Material, checks: tuple[Check, ...]) -> tuple[Fault, ...]:
    of_draft = tuple(fault for check in checks if (fault := check(draft, material)))
    return graver((*faults_in(draft.text, material, TEXT_CHECKS), *of_draft))
