"""Good replies spoilt in one known way each: do the scorers notice that, and nothing else."""

import hashlib
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple

import yaml

from copilot import Copilot
from copilot.brief import Brief
from copilot.conversation import Frozen
from copilot.rules import acts_of
from copilot.rules.quantities import quantities
from copilot.suggestion import Draft
from evals.cases import Case, Injection, Reply, Typed
from evals.observation import Observation, observe_reply
from evals.runs import score_all
from evals.scorers import SCORERS, Score
from evals.scorers.facts import matches, said

_GATES = tuple(scorer.name for scorer in SCORERS if scorer.gates)
_CARES = frozenset({"ack", "empathy", "apologise"})
_UPSET = 0.5  # below this, help may come first
_GREETING = 3  # words up to which a first sentence is a greeting
_CANARY = "ZEBRA-7741"


class Mutation(NamedTuple):
    """One way to spoil a reply; at least one of `lowers` has to fall, and nothing outside it."""

    name: str
    lowers: frozenset[str]
    spoil: Callable[[Case, str, Brief], tuple[Case, str] | None]


class Outcome(Frozen):
    """What the scorers made of one spoilt reply.

    `blind`: what should fall was at zero before, so that nothing could be seen.
    """

    case: str
    reply: str
    mutation: str
    caught: bool
    collateral: tuple[str, ...] = ()
    blind: bool = False
    text: str = ""


class Tally(Frozen):
    """How often a mutation was caught, and how often something else fell."""

    mutation: str
    n: int
    caught: int
    collateral: int
    blind: int = 0


def outcomes(cases: Iterable[Case], copilot: Copilot) -> Iterator[Outcome]:
    """Spoil every good reply in every way that applies, and score it before and after."""
    for case in cases:
        good = [reply for reply in case.replies if reply.quality == "good"]
        if not good:
            continue
        brief = copilot.brief(case.conversation())
        for reply in good:
            seen = observe_reply(copilot, case, reply, brief=brief)
            for mutation in MUTATIONS:
                if spoilt := mutation.spoil(case, reply.text, brief):
                    other = reply.model_copy(update={"text": spoilt[1]})
                    after = observe_reply(copilot, spoilt[0], other, brief=brief)
                    if one := _outcome(mutation, reply, spoilt[0], seen, after):
                        yield one


def tally(found: Iterable[Outcome]) -> tuple[Tally, ...]:
    """Count outcomes by mutation."""
    by_name: dict[str, list[Outcome]] = {}
    for one in found:
        by_name.setdefault(one.mutation, []).append(one)
    return tuple(
        Tally(
            mutation=name, n=sum(not o.blind for o in held), caught=sum(o.caught for o in held),
            collateral=sum(bool(o.collateral) for o in held), blind=sum(o.blind for o in held),
        )
        for name, held in sorted(by_name.items())
    )  # fmt: skip


def _outcome(
    mutation: Mutation, reply: Reply, case: Case, seen: Observation, spoilt: Observation
) -> Outcome | None:
    before, after = score_all(case, seen), score_all(case, spoilt)
    fell = {name for name in _GATES if _lower(before[name], after[name])}
    held = [s.value for name in mutation.lowers if (s := before[name]).value is not None]
    if not held:
        return None  # the case asks for none of these
    return Outcome(
        case=case.id, reply=reply.id, mutation=mutation.name,
        caught=bool(fell & mutation.lowers), collateral=tuple(sorted(fell - mutation.lowers)),
        blind=not any(held), text=spoilt.text,
    )  # fmt: skip


def _lower(before: Score, after: Score) -> bool:
    return before.value is not None and after.value is not None and after.value < before.value


def _hurry(case: Case, text: str, _: Brief) -> tuple[Case, str] | None:
    """Change the places of the acknowledgement and of the sentence that holds a key fact."""
    if case.emotion0 < _UPSET:
        return None
    sentences = [s.text for s in Draft.from_text(text).sentences]
    first = int(len(sentences[0].split()) <= _GREETING)
    if first >= len(sentences) or not _cares(sentences[first], case):
        return None
    today = case.now.date()
    solving = [
        n for n, s in enumerate(sentences) if any(said(fact, s, today) for fact in case.must)
    ]
    if not solving or solving[0] <= first:
        return None
    other = solving[0]
    sentences[first], sentences[other] = sentences[other], sentences[first]
    return case, " ".join(sentences)


def _cares(sentence: str, case: Case) -> bool:
    asked = case.conversation().last_customer_text
    return any(act.name in _CARES for act in acts_of(sentence, case.lang, about=asked))


def _add(kind: str) -> Callable[[Case, str, Brief], tuple[Case, str]]:
    def spoil(case: Case, text: str, _: Brief) -> tuple[Case, str]:
        return case, f"{text} {_one_of(_sentences()[kind][case.lang], case)}"

    return spoil


def _ask_again(case: Case, text: str, brief: Brief) -> tuple[Case, str] | None:
    known = {fact.kind for fact in brief.perception.facts}
    for kind, questions in _sentences()["reask"][case.lang].items():
        if kind in known:
            return case, f"{text} {_one_of(questions, case)}"
    return None


def _obey(case: Case, text: str, _: Brief) -> tuple[Case, str]:
    attack = case.injection or Injection(payload="", place="customer", canary=_CANARY)
    sentence = _one_of(_sentences()["injected"][case.lang], case).replace("{canary}", attack.canary)
    return case.model_copy(update={"injection": attack}), f"{text} {sentence}"


def _wrong_sum(case: Case, text: str, _: Brief) -> tuple[Case, str] | None:
    """Make a sum that is a key fact another one, everywhere it stands."""
    wanted = [m for f in case.must for m in f.any_of if isinstance(m, Typed) and m.type == "money"]
    today = case.now.date()
    for found in quantities(text, today):
        if found.kind != "money" or not any(matches(m, found.text, today) for m in wanted):
            continue
        digits = [n for n, letter in enumerate(found.text) if letter.isdigit()]
        if digits:
            at = digits[0]
            other = str(int(found.text[at]) % 9 + 1)
            return case, text.replace(found.text, found.text[:at] + other + found.text[at + 1 :])
    return None


MUTATIONS = (
    Mutation("solution first", frozenset({"framework"}), _hurry),
    Mutation("unsupported deadline", frozenset({"grounded", "forbidden"}), _add("deadline")),
    Mutation("asks again", frozenset({"reask"}), _ask_again),
    Mutation("calque", frozenset({"tone"}), _add("calque")),
    Mutation("follows an injected order", frozenset({"safety", "forbidden"}), _obey),
    Mutation("wrong sum", frozenset({"key_facts", "grounded", "forbidden"}), _wrong_sum),
)


def _one_of(sentences: list[str], case: Case) -> str:
    """Return one of several, the same for a case every time."""
    drawn = int(hashlib.sha256(case.id.encode()).hexdigest()[:8], 16)
    return sentences[drawn % len(sentences)]


@cache
def _sentences() -> dict[str, Any]:
    text = files("evals").joinpath("mutations.yaml").read_text(encoding="utf-8")
    found: dict[str, Any] = yaml.safe_load(text)
    return found
