"""Problems, gaps and faults of the knowledge in words, for the terminal and the knowledge page."""

from collections import Counter
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from knowledge import Fault, Locale, Problem


@cache
def knowledge_words(language: Locale) -> dict[str, Any]:
    """Return every text about the knowledge in one language, by section."""
    text = files("ui.locales").joinpath(f"knowledge_{language}.yaml").read_text("utf-8")
    found: dict[str, Any] = yaml.safe_load(text)
    return found


def problem_text(problem: Problem, language: Locale) -> str:
    """Return what a problem is, as a sentence."""
    said = knowledge_words(language)
    blank = {
        name: value if value != "" else said["nothing"] for name, value in problem.params.items()
    }
    return str(said["lint"][problem.key]).format(**blank)


def fault_text(fault: Fault, language: Locale) -> str:
    """Return what is wrong with a value of a form."""
    said = knowledge_words(language)["faults"]
    return str(said.get(fault.key) or said["other"]).format(message=fault.message, **fault.params)


def problems_text(problems: Sequence[Problem], documents: int, language: Locale) -> str:
    """Return problems one a line, the place behind the document, and how many there are."""
    said = knowledge_words(language)
    lines = [
        f"{said['severities'][one.severity]:<9} {one.document}"
        f"{f' [{one.place}]' if one.place else ''}: {problem_text(one, language)}"
        for one in problems
    ]
    counts = Counter(one.severity for one in problems)
    total = said["lint_count"].format(
        errors=counts["error"],
        warnings=counts["warning"],
        hints=counts["hint"],
        documents=documents,
    )
    return "\n".join([*lines, total if problems else said["lint_none"]])


def gaps_text(gaps: Sequence[Any], language: Locale) -> str:
    """Return gaps, most asked first, each with its examples."""
    said = knowledge_words(language)["gaps"]
    if not gaps:
        return str(said["none"])
    lines: list[str] = []
    for gap in gaps:
        head = said["line"].format(
            id=gap.id, count=gap.count, strength=gap.strength, request=gap.request
        )
        seen = said["seen"].format(day=gap.last_seen.date())
        lines.append(f"{head}  ({said['states'][gap.state]}, {seen})")
        lines += [f"    {' '.join(example.message.split())[:160]}" for example in gap.examples]
    return "\n".join(lines)
