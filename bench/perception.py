"""How well perception hears: its own labelled dialogues, dev and test, printed as numbers.

Run: .venv/bin/python bench/perception.py [dev|test] [--misses]
"""

import argparse
import json
import time
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from copilot.brief import Perception
from copilot.conversation import read_conversation
from copilot.perception import perceive
from copilot.perception.hearing import CRITICAL

_FOLDER = Path(__file__).parent.parent / "evals" / "labels" / "perception"
_NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
_SOFT = {
    "politeness", "typos", "short_message", "simple_question", "complaint", "thanks", "how_to",
    "status_request", "code_switch", "unclear_message", "argument", "off_topic", "child_involved",
}  # fmt: skip


def main() -> None:
    """Print the figures of each part."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("part", nargs="?", choices=("dev", "test"))
    parser.add_argument("--misses", action="store_true", help="list every disagreement")
    options = parser.parse_args()
    for part in [options.part] if options.part else ["dev", "test"]:
        report(part, misses=options.misses)


def report(part: str, *, misses: bool) -> None:
    """Judge one part and print what came out."""
    lines = (_FOLDER / f"{part}.jsonl").read_text(encoding="utf-8").splitlines()
    samples = [json.loads(line) for line in lines]
    started = time.perf_counter()
    heard = [perceive(read_conversation(s["conversation"], now=_NOW)) for s in samples]
    spent = (time.perf_counter() - started) / len(samples)
    pairs = list(zip(samples, heard, strict=True))
    print(f"== {part}: {len(samples)} dialogues, {1000 * spent:.1f} ms each, compiling included")
    for axis in ("hostility", "distress"):
        _axis(axis, pairs)
    for name in ("language", "risk", "failure"):
        right = sum(getattr(p, name) == s["expect"][name] for s, p in pairs)
        print(f"{name:10} right {right / len(pairs):.3f}")
    _facts(pairs)
    _signals(pairs)
    if misses:
        for sample, perception in pairs:
            _print_misses(sample, perception)


def _axis(axis: str, pairs: list[tuple[dict[str, Any], Perception]]) -> None:
    deltas = [abs(getattr(p, axis) - s["expect"][axis]) for s, p in pairs]
    close = sum(delta <= 1 for delta in deltas) / len(deltas)
    exact = sum(delta == 0 for delta in deltas) / len(deltas)
    print(
        f"{axis:10} MAE {sum(deltas) / len(deltas):.3f}  exact {exact:.3f}  within one {close:.3f}"
    )


def _facts(pairs: list[tuple[dict[str, Any], Perception]]) -> None:
    wanted = found = asked = hit = 0
    for sample, perception in pairs:
        for kind, value in sample["expect"]["facts"].items():
            wanted += 1
            found += any(_same(kind, value, fact.kind, fact.value) for fact in perception.facts)
        if stem := sample["expect"]["request"].lower():
            asked += 1
            hit += stem in perception.request.lower()
    print(f"facts      recall {found}/{wanted}   request names the matter {hit}/{asked}")


def _same(kind: str, value: str, other_kind: str, other: str) -> bool:
    if kind != other_kind:
        return False
    mine, theirs = set(value.lower().split()), set(other.lower().split())
    digits = "".join(c for c in value if c.isdigit())
    if kind == "sum":
        return digits == "".join(c for c in other if c.isdigit())
    return mine <= theirs or value.lower() in other.lower()


def _signals(pairs: list[tuple[dict[str, Any], Perception]]) -> None:
    right, missed, extra = Counter[str](), Counter[str](), Counter[str]()
    alarms = 0
    for sample, perception in pairs:
        gold, maybe = set(sample["expect"]["signals"]), set(sample["expect"]["maybe"])
        heard = {signal.name for signal in perception.signals}
        right.update(gold & heard)
        missed.update(gold - heard)
        extra.update(heard - gold - maybe)
        alarms += bool(heard & CRITICAL - gold - maybe)
    print(f"false critical alarms {alarms}/{len(pairs)} = {alarms / len(pairs):.3f}")
    for name in sorted(right | missed | extra, key=lambda n: (n not in CRITICAL, n)):
        of, out = right[name] + missed[name], right[name] + extra[name]
        if name in _SOFT and not of:
            continue
        recall = f"{right[name]}/{of}" if of else "-"
        precision = f"{right[name]}/{out}" if out else "-"
        mark = "!" if name in CRITICAL else " "
        print(f" {mark} {name:22} recall {recall:7} precision {precision}")


def _print_misses(sample: dict[str, Any], perception: Perception) -> None:
    expect = sample["expect"]
    heard = {signal.name: signal.span for signal in perception.signals}
    notes = [
        f"{axis} {getattr(perception, axis)} for {expect[axis]}"
        for axis in ("hostility", "distress", "language", "risk", "failure")
        if getattr(perception, axis) != expect[axis]
    ]
    notes += [f"missed {name}" for name in expect["signals"] if name not in heard]
    allowed = {*expect["signals"], *expect["maybe"]} | _SOFT
    notes += [f"extra {name} {span!r}" for name, span in heard.items() if name not in allowed]
    for kind, value in expect["facts"].items():
        if not any(_same(kind, value, fact.kind, fact.value) for fact in perception.facts):
            notes.append(f"no fact {kind}={value!r}")
    if expect["request"].lower() not in perception.request.lower():
        notes.append(f"request {perception.request!r} without {expect['request']!r}")
    if notes:
        print(f"\n{sample['id']}: {sample['conversation']['messages'][-1]['text'][:150]}")
        print("   " + "; ".join(notes))


if __name__ == "__main__":
    main()
