"""Train which signs make a sentence of an operator an act, and write the weights.

    python bench/train_acts.py

Reads the labelled sentences in `evals/labels/rules/acts.dev.jsonl`, and with less weight the phrase
bank and the tests of the starter's tone rules. Every sign begins with the weight that its meaning
suggests (`PRIOR`); the labels move it from there. Thresholds are the lowest that keep the best F1 on
the dev sentences, each judged by a model that has not seen its scenario.
"""

import json
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import regex
import yaml
from numpy.typing import NDArray

from copilot.rules.act_model import WEIGHTS
from copilot.rules.act_signs import names, signs_of
from copilot.rules.lexicon import fold
from knowledge import Locale, ToneRule, load_starter

ROOT = Path(__file__).parents[1]
DEV = ROOT / "evals" / "labels" / "rules" / "acts.dev.jsonl"
PHRASES = ROOT / "prompts" / "phrases"
RIDGE = 1.0
FOLDS = 8
SHARE = {"dev": 1.0, "phrases": 0.4, "tone": 0.5}  # what one sentence of a source counts
RECALL = 0.9  # a miss costs a trainee more than a false hit
BESIDE = 3  # cuts on either side
AS_GOOD = 0.005  # of F1
NEAR_BLAME = {
    "argue", "judge_person", "command_must", "sarcasm", "minimise", "shift_responsibility",
    "as_i_said", "threaten", "policy_wall", "non_apology", "calm_down", "ignored_question",
    "interrogation", "officialese",
}  # fmt: skip
BLAME = {
    "should": 2.5, "must_care": 2.0, "careless": 3.0, "wrong": 2.5, "you_self": 2.0,
    "if_you_had": 3.0, "duty": 3.0, "your_side": 3.0, "told_before": 2.5, "documented": 1.5,
    "be_careful": 2.5, "why_you": 3.0, "suspicion": 2.5, "others_fine": 3.0, "cheap": 2.0,
}  # fmt: skip
FEEL = {
    "feel_word": 3.0, "feel_thing": 2.5, "feel_noun": 2.5, "feel_verb": 2.5, "imagine": 3.0,
    "place": 3.0, "anyone": 2.0, "right_to": 2.5, "idiom": 1.5, "in_vain": 1.5, "thats": 2.0,
    "formula": 3.0, "should_not_be": 2.0, "hard": 1.5, "costs": 1.5, "sympathy": 3.0,
}  # fmt: skip
PRIOR: dict[str, dict[str, float]] = {
    "empathy": FEEL | dict.fromkeys(BLAME, -0.7) | {
        "vulnerable": 0.7, "head_inf": 1.2, "without": 1.0, "thanks": -1.0, "i_do": -1.0,
        "imperative": -1.5, "question": -1.0, "check_right": -1.0, "bias": -2.5,
    },
    "apologise": {"sorry": 5.0, "sorry_not": -5.0, "our_fault": 3.0, "bias": -3.0},
    "ack": dict.fromkeys(FEEL, -0.3) | dict.fromkeys(BLAME, -1.2) | {
        "check_right": 4.0, "recap": 0.5, "you_say": 2.0, "i_read": 0.7, "you_past": 1.8,
        "to_you_past": 0.7, "contrast": 0.7, "failure": 0.7, "ordinal": 0.5, "neg_state": 1.0,
        "your_view": 1.5, "have_msg": 1.5, "you_now": 1.2, "i_do": -1.5, "imperative": -2.0,
        "question": -1.0, "rule": -1.0, "sorry": -0.3, "to_come": -0.7, "is_deed": -0.7,
        "company_cause": -1.0, "not_you": -1.5, "if_you_will": -1.5, "we_subject": -0.3,
        "past_failure": 0.5, "past_contrast": 0.7, "tally": 1.5, "promised": 1.0, "recap_past": 2.0, "past_plain": 0.3, "account": 0.7,
        "thanks": -2.0, "sympathy": -1.5, "bias": -2.5,
    },
    "blame_customer": BLAME | {
        "not_you": -4.0, "we_subject": -0.3, "thanks": -1.5, "if_you_will": -1.5,
        "question": -0.5, "sorry": -2.0, "our_fault": -2.5, "your_view": -2.0,
        "check_right": -3.0, "recap": -1.0, "have_msg": -1.0, "i_do": -1.0, "you_now": -0.5,
        "bias": -2.5,
    },
}  # fmt: skip
Floats = NDArray[np.float64]
_SLOT = regex.compile(r"\{\w+\}|\[[^\]]*\?\]")


class Line(NamedTuple):
    """A labelled sentence: the acts it shows, and those on which nothing is said."""

    source: str
    group: str
    language: Locale
    text: str
    acts: frozenset[str]
    unsaid: frozenset[str]


def lines() -> Iterator[Line]:
    """Yield every sentence to learn from."""
    for raw in DEV.read_text(encoding="utf-8").splitlines():
        row: dict[str, Any] = json.loads(raw)
        unsaid = frozenset(row.get("maybe", ())) | (set(PRIOR) - set(row.get("only", PRIOR)))
        yield Line("dev", row["scenario"], row["language"], row["text"], frozenset(row["acts"]),
                   unsaid)  # fmt: skip
    for language in ("ru", "en"):
        path = PHRASES / f"{language}.yaml"
        for phrase in yaml.safe_load(path.read_text(encoding="utf-8")):
            text = _SLOT.sub("\u2026", phrase["text"])
            group = phrase["id"].split(".")[0]
            yield Line("phrases", group, language, text, frozenset({phrase["act"]}), frozenset())
    for rule in load_starter(kind="tone"):
        if isinstance(rule, ToneRule):
            yield from _of_rule(rule)


def _of_rule(rule: ToneRule) -> Iterator[Line]:
    """A tone rule's tests tell blame from what is none, and nothing of the other acts."""
    rest = frozenset(PRIOR) - {"blame_customer"}
    for test in rule.tests:
        hit = test.expect == "hit"
        blames = frozenset({"blame_customer"} if hit and rule.type == "blame_customer" else ())
        unsaid = rest | ({"blame_customer"} if hit and rule.type in NEAR_BLAME else set())
        yield Line("tone", rule.id, rule.locale, test.text, blames, unsaid)


def fit(values: Floats, right: Floats, weight: Floats, prior: Floats) -> Floats:
    """Fit a logistic regression whose weights are drawn to `prior`, by Newton's method."""
    design = np.c_[values, np.ones(len(values))]
    penalty = np.r_[np.full(values.shape[1], RIDGE), 0.05]
    found = prior.copy()
    for _ in range(50):
        chance = 1 / (1 + np.exp(-np.clip(design @ found, -30, 30)))
        slope = design.T @ (weight * (chance - right)) + penalty * (found - prior)
        curve = (design * (weight * chance * (1 - chance))[:, None]).T @ design + np.diag(penalty)
        found -= np.linalg.solve(curve, slope)
    return found


def threshold(right: Floats, scores: Floats) -> float:
    """Return the cut with the best F1 among those that keep nine tenths of the right ones.

    F1 is taken over the cuts beside it too, as a peak of one line is chance; of cuts as good as the
    best the strictest is taken.
    """
    cuts = np.arange(-3, 2, 0.125)
    hits = np.array([float((right * (scores >= cut)).sum()) for cut in cuts])
    said = np.array([float((scores >= cut).sum()) for cut in cuts])
    f1 = 2 * hits / np.maximum(1.0, right.sum() + said)
    smooth = np.convolve(np.pad(f1, BESIDE, mode="edge"), np.ones(2 * BESIDE + 1), "valid")
    kept = hits / max(1.0, float(right.sum())) >= RECALL
    worth = np.where(kept, smooth, smooth - len(cuts))
    return float(cuts[np.flatnonzero(worth >= worth.max() - AS_GOOD)[-1]])


def main() -> None:
    """Train, print figures by fold, write the weights."""
    rows = list(lines())
    signs = names()
    heard = [signs_of(fold(row.text.lower()), row.language) for row in rows]
    values = np.array([[sign in found for sign in signs] for found in heard], float)
    groups = sorted({(row.source, row.group) for row in rows})
    order = np.random.default_rng(1).permutation(len(groups))
    fold_of = {groups[place]: n % FOLDS for n, place in enumerate(order)}
    folds = np.array([fold_of[row.source, row.group] for row in rows])
    share = np.array([SHARE[row.source] for row in rows])
    dev = np.array([row.source == "dev" for row in rows])
    out: dict[str, Any] = {}
    for act, table in PRIOR.items():
        prior = np.array([table.get(sign, 0.0) for sign in (*signs, "bias")])
        right = np.array([act in row.acts for row in rows], float)
        said = np.array([act not in row.unsaid for row in rows])
        scores = np.zeros(len(rows))
        for n in range(FOLDS):
            kept = said & (folds != n)
            found = fit(values[kept], right[kept], share[kept], prior)
            scores[folds == n] = np.c_[values, np.ones(len(rows))][folds == n] @ found
        cut = threshold(right[said & dev], scores[said & dev])
        report(act, rows, right, scores >= cut, said & dev)
        found = fit(values[said], right[said], share[said], prior)
        weights = dict(zip(signs, found[:-1].round(3).tolist(), strict=True))
        out[act] = {"bias": round(float(found[-1]), 3), "threshold": cut,
                    "weights": {name: value for name, value in weights.items() if abs(value) > 0.02}}  # fmt: skip
    WEIGHTS.write_text(json.dumps(out, indent=1) + "\n", encoding="utf-8")
    print(f"wrote {WEIGHTS}")


def report(act: str, rows: list[Line], right: Floats, said: Any, kept: Any) -> None:
    """Print precision and recall on the dev sentences by language."""
    count: dict[str, list[float]] = defaultdict(lambda: [0.0, 0.0, 0.0])
    for n in np.flatnonzero(kept):
        tally = count[rows[n].language]
        tally[0] += right[n] * said[n]
        tally[1] += said[n]
        tally[2] += right[n]
    told = ", ".join(
        f"{language} precision {hits / max(1, found):.2f} recall {hits / max(1, wanted):.2f}"
        for language, (hits, found, wanted) in sorted(count.items())
    )
    print(f"{act}: {told}")


if __name__ == "__main__":
    main()
