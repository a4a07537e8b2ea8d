"""How many conversations a second the audit judges on one core, without a model."""

import time
from collections.abc import Iterator

from evals.audit.marks import audited
from evals.audit.threads import Thread, Turn
from evals.labelled import starter_rules
from evals.suite import read_suite

_ROUNDS = 3


def threads() -> Iterator[Thread]:
    """Yield conversations made of our cases and the replies of other hands, with a second turn."""
    for case in read_suite().cases:
        for reply in case.replies:
            said = [Turn(role=turn.role, text=turn.text) for turn in case.turns]
            said.append(Turn(role="operator", text=reply.text))
            yield Thread(id=f"{case.id}-{reply.id}", place="bench", turns=tuple(said))


def main() -> None:
    """Print conversations a second of processor time, the first round apart: it compiles patterns."""
    rules, work = starter_rules(), list(threads())
    for n in range(_ROUNDS):
        started = time.process_time()
        replies = sum(audited(thread, rules).replies for thread in work)
        spent = time.process_time() - started
        print(
            f"round {n + 1}: {len(work) / spent:.0f} conversations/s, {replies / spent:.0f} replies/s"
        )


if __name__ == "__main__":
    main()
