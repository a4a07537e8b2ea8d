"""Train what hears a danger behind words that no phrase foresaw, over sentence vectors.

Run: .venv/bin/python -m bench.train_risks FOLDER --home HOME
FOLDER holds intents_en_clinc (index_10_per_intent.jsonl, {"text"}), questions that are none of our
dangers. HOME is where the sentence encoder is or will be built.

For every critical signal, and for a grave one of whatever kind, a kernel ridge regression on +1 and
-1 whose basis are our labelled dangers and look-alikes (Nyström; Williams and Seeger 2001). What it
would say of lines that it did not see comes from ten folds, and sets from where on it is believed.
"""

import argparse
import json
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import yaml
from numpy.typing import NDArray

from bench.train_hostility import Vectors
from copilot.conversation import Conversation, Message
from copilot.perception import perceive
from copilot.perception.hearing import CRITICAL
from copilot.perception.risks import ANY, GRAVE, WEIGHTS, Heads
from copilot.perception.windows import stretches
from evals.cases import Case
from evals.suite import read_suite
from knowledge import open_embedder

_LABELS = Path(__file__).parent.parent / "evals" / "labels" / "perception"
_BASES = Path(__file__).parent / "retrieval" / "data"
_PIECES = 12  # sentences of one message
_GAMMA, _RIDGE = 2.0, 0.3
_DANGER, _LOOK_ALIKE, _FAR = 2.0, 1.0, 1.0  # weights of lines
_HARD = 300  # ordinary sentences that sound most like a danger join the basis
_FAR_EVERY = 2  # of the public questions one in so many is used
_FALSE = 0.01  # share of look-alikes left out of the fit that may be heard
_FALSE_FAR = 0.003  # and of ordinary sentences; a message has several
# Suites of the dev part whose cases have one of these tags may tell of a danger.
_RISKY = (
    "safety", "health", "health_risk", "safety_risk", "health_anxiety", "self_harm", "fraud",
    "fraud_suspected", "abuse", "attack", "legal_threat", "insult_operator",
)  # fmt: skip
_FOLDS = 10
_STEP = 1 / 127  # of a number in the stored basis
_LABELLED = (*sorted(CRITICAL), ANY)
Floats = NDArray[np.float64]


def main() -> None:
    """Read, embed, fit, judge by folds and on the test part in sums, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--home", type=Path, required=True)
    options = parser.parse_args()
    embedder = open_embedder(options.home)
    vectors = Vectors(embedder, options.home / "hostility-vectors.npz")
    near = _lines("critical.jsonl", "risks.dev.jsonl")
    lines = [*near, *_far(options.folder, {text for text, _ in near})]
    test = _lines("risks.test.jsonl")
    x, unseen = (vectors.of(text for text, _ in part) for part in (lines, test))
    vectors.save()
    signals = np.array([signal for _, signal in lines])
    fold = np.array([zlib.crc32(text.encode()) % _FOLDS for text, _ in lines])
    left_out = np.zeros((len(lines), len(_LABELLED)))
    for number in range(_FOLDS):
        held = fold == number
        heads = _fit(embedder.name, x[~held], signals[~held], (~held)[: len(near)].sum())
        left_out[held] = heads.scores(x[held].astype(np.float32))
    innocent = np.flatnonzero(signals[: len(near)] == "")
    alike = np.quantile(left_out[innocent, -1], 1 - _FALSE)
    say = float(max(alike, np.quantile(left_out[len(near) :, -1], 1 - _FALSE_FAR)))
    _judge("left out", left_out, signals, len(near), say)
    heads = _fit(embedder.name, x, signals, len(near))._replace(say=say)
    told = np.array([signal for _, signal in test])
    _judge("test part", heads.scores(unseen.astype(np.float32)), told, len(test), say)
    _write(heads)


def _fit(encoder: str, x: Floats, signals: NDArray[Any], near: int) -> Heads:
    """Fit on all rows; the first `near` are the basis, and so are the others most mistaken for it."""
    first = _solved(encoder, x, signals, near, x[:near])
    mistaken = np.argsort(-first.scores(x[near:].astype(np.float32))[:, -1], kind="stable")
    return _solved(encoder, x, signals, near, np.vstack((x[:near], x[near:][mistaken[:_HARD]])))


def _solved(encoder: str, x: Floats, signals: NDArray[Any], near: int, rows: Floats) -> Heads:
    basis = np.round(rows / _STEP) * _STEP
    kernel = np.exp(-2 * _GAMMA * (1 - x @ basis.T))
    within = np.exp(-2 * _GAMMA * (1 - basis @ basis.T))
    weight = np.where(signals != "", _DANGER, _LOOK_ALIKE)
    weight[near:] = _FAR
    said = [np.isin(signals, GRAVE) if name == ANY else signals == name for name in _LABELLED]
    wanted = np.where(np.stack(said, axis=1), 1.0, -1.0)
    curve = (kernel * weight[:, None]).T @ kernel + _RIDGE * within + 1e-6 * np.eye(len(basis))
    found = np.linalg.solve(curve, kernel.T @ (weight[:, None] * wanted))
    return Heads(
        encoder=encoder,
        labels=_LABELLED,
        basis=basis.astype(np.float32),
        coefficients=found.astype(np.float32),
        gamma=_GAMMA,
        say=0.0,
    )


def _judge(name: str, scores: NDArray[Any], signals: NDArray[Any], near: int, say: float) -> None:
    """Print how many dangers are heard, as which, and how many alarms are false."""
    heard = scores[:, -1] >= say
    grave = [_LABELLED.index(label) for label in GRAVE]
    as_what = np.array(GRAVE)[scores[:, grave].argmax(axis=1)]
    for label in GRAVE:
        own = signals == label
        print(
            f"{name:10} {label:18} {heard[own].mean():.2f} of {own.sum():3} heard, "
            f"{(heard & (as_what == label))[own].mean():.2f} as that"
        )
    alike = signals[:near] == ""
    print(
        f"{name:10} false: {heard[:near][alike].mean():.3f} of {alike.sum()} look-alikes, "
        f"{heard[near:].sum()} of {len(signals) - near} others; said from {say:+.2f}"
    )


def _far(folder: Path, known: set[str]) -> list[tuple[str, str]]:
    """Return sentences without a danger, as customers write about everything else."""
    names = ("customers.dev.jsonl", "signals.dev.jsonl", "lines.jsonl")
    rows = [row for name in names for row in _read(_LABELS / name)]
    texts = [row["text"] for row in rows if row.get("signal") not in CRITICAL]
    texts += [turn.text for case in _calm_cases() for turn in case.turns if turn.role == "customer"]
    texts += [query[-1] for base in sorted(_BASES.glob("*.yaml")) for query in _queries(base)]
    public = _read(folder / "intents_en_clinc" / "index_10_per_intent.jsonl")
    texts += [row["text"] for row in public[::_FAR_EVERY]]
    pieces = dict.fromkeys(piece for text in texts for piece in stretches(text, _PIECES))
    return [(piece, "") for piece in pieces if piece not in known and not _alarms(piece)]


def _calm_cases() -> list[Case]:
    return [
        case
        for case in read_suite().cases
        if case.split == "dev" and not set(case.tags) & set(_RISKY)
    ]


def _queries(base: Path) -> list[list[str]]:
    found: list[list[str]] = yaml.safe_load(base.read_text(encoding="utf-8"))["queries"]
    return found


def _alarms(text: str) -> bool:
    """Say whether the words alone tell of a danger."""
    message = Message(role="customer", text=text)
    return perceive(Conversation(messages=(message,))).has(*CRITICAL)


def _write(heads: Heads) -> None:
    np.savez_compressed(
        WEIGHTS,
        encoder=np.array(heads.encoder),
        labels=np.array(heads.labels),
        basis=np.round(heads.basis / _STEP).astype(np.int8),
        step=np.array(_STEP),
        coefficients=heads.coefficients.astype(np.float32),
        gamma=np.array(heads.gamma),
        say=np.array(round(heads.say, 3)),
    )
    print(f"{WEIGHTS}: {WEIGHTS.stat().st_size} bytes")


def _lines(*names: str) -> list[tuple[str, str]]:
    return [(row["text"], row["signal"]) for name in names for row in _read(_LABELS / name)]


def _read(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


if __name__ == "__main__":
    main()
