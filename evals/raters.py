"""What people said of labelled lines: one file a person, a judgement a line."""

import json
from collections.abc import Sequence
from pathlib import Path

from pydantic import ValidationError

from copilot.conversation import Frozen
from copilot.errors import TeploError

_TWO = 2


class BadJudgements(TeploError):
    """A file of judgements has faults, or there are not two of them; the message names the line."""


class Judgement(Frozen):
    """A person's yes or no to one label of one line."""

    detector: str
    label: str
    id: str
    says: bool


def read_judgements(path: Path) -> tuple[Judgement, ...]:
    """Read a person's file of JSON lines; of two judgements on the same thing the later counts.

    Raises:
        BadJudgements: the file cannot be read, or a line is no judgement.
    """
    found: dict[tuple[str, str, str], Judgement] = {}
    try:
        rows = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise BadJudgements(f"{path}: cannot be read ({error})") from error
    for n, row in enumerate(rows, 1):
        if not row.strip():
            continue
        try:
            one = Judgement.model_validate(json.loads(row))
        except (ValueError, ValidationError, RecursionError) as error:
            raise BadJudgements(
                f"{path}:{n}: not a judgement with detector, label, id and says"
            ) from error
        found[one.detector, one.label, one.id] = one
    return tuple(found.values())


def both(
    raters: Sequence[Sequence[Judgement]],
) -> dict[tuple[str, str], list[tuple[bool, bool]]]:
    """Return the pairs of judgements on the same line, by detector and label.

    Raises:
        BadJudgements: there are people, but not two.
    """
    if not raters:
        return {}
    if len(raters) != _TWO:
        raise BadJudgements(f"A ceiling takes the files of two people, not of {len(raters)}.")
    second = {(one.detector, one.label, one.id): one.says for one in raters[1]}
    pairs: dict[tuple[str, str], list[tuple[bool, bool]]] = {}
    for one in raters[0]:
        other = second.get((one.detector, one.label, one.id))
        if other is not None:
            pairs.setdefault((one.detector, one.label), []).append((one.says, other))
    return pairs
