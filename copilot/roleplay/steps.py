"""Which step of a framework an act of the operator takes."""

STEPS: dict[str, tuple[tuple[str, tuple[str, ...]], ...]] = {
    "LEAD": (
        ("L", ("paraphrase", "open_question")), ("E", ("empathy",)),
        ("A", ("apologise", "own")), ("D", ("concrete_step", "options", "deadline")),
    ),
    "CARE": (
        ("C", ("own", "deadline")), ("A", ("paraphrase", "empathy")),
        ("R", ("options", "open_question")), ("E", ("concrete_step",)),
    ),
    "HEAR": (
        ("H", ("paraphrase", "open_question")), ("E", ("empathy",)), ("A", ("apologise",)),
        ("R", ("concrete_step", "options", "deadline")),
    ),
}  # fmt: skip


def steps_of(framework: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Return the letters of a framework with the acts of each; those of LEAD for an unknown one."""
    return STEPS.get(framework, STEPS["LEAD"])


def step_of(framework: str, act: str) -> str:
    """Return the letter of the step that an act takes, or nothing."""
    return next((letter for letter, acts in steps_of(framework) if act in acts), "")
