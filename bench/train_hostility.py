"""Train what tells an upset message from a calm one: a head over sentence vectors, mixed with words.

Run: .venv/bin/python bench/train_hostility.py FOLDER --home HOME [--judge]
FOLDER holds emotions_en_goemotions and emotions_ru_cedr, each with train.jsonl ({"text", "labels"}).
HOME is where the sentence encoder is or will be built. `--judge` prints, for every kind of message,
how a head does that was trained without it; without it the weights are written and the test part of
our own messages is judged in sums.
"""

import argparse
import hashlib
import json
import zlib
from collections import defaultdict
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from copilot.conversation import Conversation, Message
from copilot.perception.hostility import hostility
from copilot.perception.irony import sarcastic_words
from copilot.perception.turns import customer_turns
from copilot.perception.upset import EVIDENCE, evidence
from copilot.perception.vectors import MOST_WINDOWS, WEIGHTS
from copilot.perception.windows import windows
from knowledge import open_embedder

_LABELS = Path(__file__).parent.parent / "evals" / "labels" / "perception"
_PUBLIC_WEIGHT = 0.02  # of a line; more of them make every kind of our messages worse
_RIDGE, _MIX_RIDGE = 0.1, 20.0
_FOLDS = 8
_ROUNDS = 1_000  # of the bootstrap
_NEWTON_STEPS = 60
_STEPS = {"calm": 0.25, "mild": 0.5, "clear": 0.82, "surely": 0.92}
_UPSET = frozenset({"anger", "annoyance", "disapproval", "disappointment", "disgust"})
Floats = NDArray[np.float64]


class Line(NamedTuple):
    """A text, whether its writer is upset, the kind of message, what is left out together, weight."""

    text: str
    upset: bool
    kind: str
    group: str
    weight: float = 1.0


class Trained(NamedTuple):
    """A head over vectors and the two mixes of it with words; the last number is the bias."""

    head: Floats
    mix: Floats
    words: Floats


def main() -> None:
    """Read, embed, fit, judge, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--home", type=Path, required=True)
    parser.add_argument("--judge", action="store_true")
    options = parser.parse_args()
    own, public = [*_customers("dev"), *_earlier()], _public(options.folder)
    embedder = open_embedder(options.home)
    vectors = Vectors(embedder, options.home / "hostility-vectors.npz")
    if options.judge:
        _leave_kinds_out(own, public, vectors)
    else:
        trained = train(own, public, vectors)
        _write(embedder.name, trained)
        _print_parts("test part", _customers("test"), trained, vectors)
    vectors.save()


def train(own: list[Line], public: list[Line], vectors: "Vectors") -> Trained:
    """Fit the head on all lines and the mixes on what heads say that did not see the line."""
    groups = sorted({line.group for line in own})
    fold = {group: zlib.crc32(group.encode()) % _FOLDS for group in groups}
    scores = np.zeros(len(own))
    for number in range(_FOLDS):
        head = _head([line for line in own if fold[line.group] != number] + public, vectors)
        for at, line in enumerate(own):
            if fold[line.group] == number:
                scores[at] = _pooled(head, line.text, vectors)
    told = _told(own)
    upset, weight = _truth(own), np.array([line.weight for line in own])
    mix = _scaled(np.column_stack([told, scores]), upset, weight)
    return Trained(_head([*own, *public], vectors), mix, _scaled(told, upset, weight))


def _head(lines: list[Line], vectors: "Vectors") -> Floats:
    x = vectors.of(line.text for line in lines)
    weight = np.array([line.weight for line in lines])
    centre = x.mean(axis=0)
    upset = _truth(lines)
    balance = np.where(upset > 0, (weight * (1 - upset)).sum() / (weight * upset).sum(), 1.0)
    head = _logistic(x - centre, upset, weight * balance, _RIDGE)
    head[-1] -= centre @ head[:-1]
    return head


def _scaled(x: Floats, y: Floats, w: Floats) -> Floats:
    """Fit on standardised columns and return the weights of the columns as they were."""
    centre, spread = x.mean(axis=0), x.std(axis=0) + 1e-6
    found = _logistic((x - centre) / spread, y, w, _MIX_RIDGE)
    found[:-1] /= spread
    found[-1] -= centre @ found[:-1]
    return found


def _pooled(head: Floats, text: str, vectors: "Vectors") -> float:
    """Score a text as `VectorHead.listen` does."""
    scores = vectors.of(windows(text, MOST_WINDOWS) or (text,)) @ head[:-1] + head[-1]
    return float((scores.mean() + 0.5 * scores.max()) / 1.5)


def _told(lines: list[Line]) -> Floats:
    rows: list[list[float]] = []
    for line in lines:
        said = Conversation(messages=(Message(role="customer", text=line.text),))
        turn = customer_turns(said)[-1]
        sarcastic = bool(sarcastic_words(turn))
        told = evidence(turn, hostility(turn, sarcastic=sarcastic), sarcastic=sarcastic)
        rows.append([told[name] for name in EVIDENCE])
    return np.array(rows)


def _chances(lines: list[Line], trained: Trained, vectors: "Vectors") -> tuple[Floats, Floats]:
    """Return the log-odds with vectors and by words alone."""
    told = _told(lines)
    scores = np.array([_pooled(trained.head, line.text, vectors) for line in lines])
    mixed = np.column_stack([told, scores]) @ trained.mix[:-1] + trained.mix[-1]
    return mixed, told @ trained.words[:-1] + trained.words[-1]


def _leave_kinds_out(own: list[Line], public: list[Line], vectors: "Vectors") -> None:
    for kind in sorted({line.kind for line in own}):
        trained = train([line for line in own if line.kind != kind], public, vectors)
        _print_parts(f"without {kind}", [o for o in own if o.kind == kind], trained, vectors)


def _print_parts(name: str, lines: list[Line], trained: Trained, vectors: "Vectors") -> None:
    mixed, words = _chances(lines, trained, vectors)
    truth = _truth(lines)
    parts: dict[str, list[int]] = defaultdict(list)
    for at, line in enumerate(lines):
        parts["all"].append(at)
        parts[line.kind].append(at)
        parts[line.kind.split()[0]].append(at)
    for part, places in parts.items():
        low, high = _interval(mixed[places], truth[places])
        print(
            f"{name:22} {part:14} {len(places):4}  AUROC {_auroc(mixed[places], truth[places]):.3f} "
            f"[{low:.3f}, {high:.3f}]  words alone {_auroc(words[places], truth[places]):.3f}"
        )


def _public(folder: Path) -> list[Line]:
    """Read the public lines whose labels carry over to customers."""
    found: list[Line] = []
    for row in _read(folder / "emotions_en_goemotions" / "train.jsonl"):
        labels = set(row["labels"])
        if labels & _UPSET or "neutral" not in labels:
            found.append(Line(row["text"], bool(labels & _UPSET), "en", "", _PUBLIC_WEIGHT))
    for row in _read(folder / "emotions_ru_cedr" / "train.jsonl"):
        labels = set(row["labels"])
        if not labels & {"fear", "neutral"}:
            upset = bool(labels & {"anger", "sadness"})
            found.append(Line(row["text"], upset, "ru", "", _PUBLIC_WEIGHT))
    return found


def _customers(part: str) -> list[Line]:
    return [
        Line(r["text"], bool(r["upset"]), f"{r['language']} {r['kind']}", r["scenario"])
        for r in _read(_LABELS / f"customers.{part}.jsonl")
    ]


def _earlier() -> list[Line]:
    """Read the single lines and the last turns of the development dialogues."""
    lines = [(row["text"], row["hostility"]) for row in _read(_LABELS / "lines.jsonl")]
    lines += [
        (row["conversation"]["messages"][-1]["text"], row["expect"]["hostility"])
        for row in _read(_LABELS / "dev.jsonl")
    ]
    return [
        Line(text, level >= 1, "earlier lines", f"earlier{number % 5}")
        for number, (text, level) in enumerate(lines)
        if text.strip()
    ]


def _read(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def _truth(lines: list[Line]) -> Floats:
    return np.array([line.upset for line in lines], np.float64)


class Vectors:
    """Embeds every text once, also across runs."""

    def __init__(self, embedder: Any, file: Path) -> None:
        self._embedder, self._file = embedder, file
        self._known: dict[str, Floats] = {}
        if file.exists():
            kept = np.load(file)
            self._known = dict(zip(kept["names"].tolist(), kept["vectors"], strict=True))

    def of(self, texts: Iterable[str]) -> Floats:
        """Return (n, 384) float64, unit length."""
        kept = list(texts)
        wanted = {_name(text): text for text in kept}
        if new := {name: text for name, text in wanted.items() if name not in self._known}:
            found = self._embedder.embed_queries([*new.values()])
            self._known.update(zip(new, found, strict=True))
        return np.array([self._known[_name(text)] for text in kept], np.float64)

    def save(self) -> None:
        np.savez(
            self._file, names=np.array([*self._known]), vectors=np.array([*self._known.values()])
        )


def _name(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _logistic(x: Floats, y: Floats, w: Floats, ridge: float) -> Floats:
    """Fit a ridge logistic regression by Newton's method; the bias, last, is not penalised."""
    design = np.hstack([x, np.ones((len(x), 1))])
    penalty = np.diag([*[ridge] * x.shape[1], 1e-9])
    found = np.zeros(design.shape[1])
    for _ in range(_NEWTON_STEPS):
        p = 1 / (1 + np.exp(-design @ found))
        gradient = design.T @ (w * (p - y)) + penalty @ found
        curve = (design * (w * p * (1 - p))[:, None]).T @ design + penalty
        step = np.linalg.solve(curve, gradient)
        found -= step
        if np.abs(step).max() < 1e-6:
            break
    return found


def _auroc(scores: Floats, truth: Floats) -> float:
    upset, calm = scores[truth > 0][:, None], scores[truth == 0]
    return float(((upset > calm) + 0.5 * (upset == calm)).mean()) if len(upset) and len(calm) else 0


def _interval(scores: Floats, truth: Floats) -> tuple[float, float]:
    """Return the 95 % interval of the AUROC by a bootstrap over messages."""
    chance = np.random.default_rng(7)
    draws = (chance.integers(0, len(scores), len(scores)) for _ in range(_ROUNDS))
    found = [_auroc(scores[draw], truth[draw]) for draw in draws if 0 < truth[draw].mean() < 1]
    return float(np.quantile(found, 0.025)), float(np.quantile(found, 0.975))


def _write(name: str, trained: Trained) -> None:
    rounded: Callable[[Floats], list[float]] = lambda values: [round(float(v), 4) for v in values]  # noqa: E731
    data = {
        "encoder": name,
        "bias": round(float(trained.head[-1]), 4),
        "weights": rounded(trained.head[:-1]),
        "with_vector": {
            "bias": round(float(trained.mix[-1]), 4),
            "vector": round(float(trained.mix[-2]), 4),
            "evidence": dict(zip(EVIDENCE, rounded(trained.mix[:-2]), strict=True)),
        },
        "words_alone": {
            "bias": round(float(trained.words[-1]), 4),
            "evidence": dict(zip(EVIDENCE, rounded(trained.words[:-1]), strict=True)),
        },
        "steps": _STEPS,
    }
    WEIGHTS.write_text(json.dumps(data) + "\n", encoding="utf-8")
    print(f"{WEIGHTS}: {WEIGHTS.stat().st_size} bytes")


if __name__ == "__main__":
    main()
