"""Measure the rule engine on the labelled lines in `evals/labels/rules`, and its speed.

    python bench/rules.py [dev|test] [--misses]

`dev` may be read while rules are written; `test` was written first and is only counted. Agreement
by label with intervals: `teplo eval detectors`.
"""

import sys
import time
from collections import Counter
from typing import Any

from copilot.conversation import Message
from copilot.rules import commitments, mask, review
from copilot.suggestion import Draft
from evals.detectors import SPOILT, UNSUPPORTED
from evals.labelled import brief_of, lines, starter_rules

LATER = ("NAME", "ADDRESS", "DOB", "PLATE", "HANDLE")  # kinds outside of the first tier


def rows(kind: str, split: str) -> list[dict[str, Any]]:
    """Return the labelled lines of a kind."""
    return list(lines("rules", f"{kind}.{split}"))


def measure_drafts(split: str, *, misses: bool) -> None:
    """Print recall by type and false alarms on clean drafts."""
    tone = starter_rules()
    hit, total = Counter[str](), Counter[str]()
    spoilt, clean = Counter[str](), Counter[str]()
    for row in rows("drafts", split):
        found = review(Draft.from_text(row["draft"]), brief_of(row), tone)
        if row["kind"] == "dirty":
            total[row["type"]] += 1
            ok = any(finding.type == row["type"] for finding in found)
            hit[row["type"]] += ok
            note = "" if ok else f"missed {row['type']}"
        else:
            clean[row["kind"]] += 1
            bad = [f for f in found if f.severity in SPOILT]
            spoilt[row["kind"]] += bool(bad)
            note = ", ".join(f"{f.rule} {f.type} {f.span!r}" for f in bad)
        if misses and note:
            print(f"  {row['id']} {note}: {row['draft']}")
    print(f"drafts {split}: recall {sum(hit.values())}/{sum(total.values())}")
    for name in sorted(total):
        if hit[name] < total[name]:
            print(f"  {name}: {hit[name]}/{total[name]}")
    for kind in sorted(clean):
        print(f"  false alarms on {kind}: {spoilt[kind]}/{clean[kind]}")


def measure_promises(split: str, *, misses: bool) -> None:
    """Print F1 of detection, and recall and precision of the unsupported."""
    count = Counter[str]()
    for row in rows("promises", split):
        notes = _promises_of(row, count)
        if misses and notes:
            print(f"  {row['id']} {row['draft']} {row['notes']} {notes}")
    right, found, gold = count["right"], count["found"], count["gold"]
    precision, recall = right / max(found, 1), right / max(gold, 1)
    f1 = 2 * precision * recall / max(precision + recall, 1e-9)
    print(f"promises {split}: F1 {f1:.3f} (precision {precision:.3f}, recall {recall:.3f})")
    print(f"  of {right}: " + ", ".join(f"{n} {count[n]}" for n in ("type", "scope", "verdict")))
    print(f"  unsupported: recall {count['flagged right']}/{count['unsupported']}, "
          f"precision {count['flagged right']}/{count['flagged']}")  # fmt: skip


def _promises_of(row: dict[str, Any], count: Counter[str]) -> list[str]:
    """Count one line: every wanted promise takes the overlapping one found, best type first."""
    checks = list(commitments(Draft.from_text(row["draft"]), brief_of(row)))
    notes: list[str] = []
    count.update(found=len(checks), gold=len(row["promises"]))
    count["flagged"] += sum(check.verdict in UNSUPPORTED for check in checks)
    for want in row["promises"]:
        bad = want["verdict"] in UNSUPPORTED
        count["unsupported"] += bad
        same = [c for c in checks if c.start < want["end"] and want["start"] < c.end]
        if not same:
            notes.append(f"missed {want}")
            continue
        check = min(same, key=lambda c: c.type != want["type"])
        checks.remove(check)
        count["right"] += 1
        count.update(
            {name: getattr(check, name) == want[name] for name in ("type", "scope", "verdict")}
        )
        flagged = check.verdict in UNSUPPORTED
        count["flagged right"] += bad and flagged
        if bad != flagged or check.type != want["type"]:
            notes.append(f"{want['type']}/{want['verdict']} got {check.type}/{check.verdict}")
    return notes + [f"false alarm {c.type} {c.span!r}" for c in checks]


def measure_masks(split: str, *, misses: bool) -> None:
    """Print recall by kind, what was kept, and how many clean texts were altered."""
    hit, total, count = Counter[str](), Counter[str](), Counter[str]()
    for row in rows("masks", split):
        masked = mask(row["text"])
        covered = {n for span in masked.spans for n in range(span.start, span.end)}
        notes = [note for span in row["spans"] if (note := _span(row, span, covered, hit, total))]
        lost = [f"lost {word}" for word in row["keep"] if word not in masked.text]
        count.update(keep=len(row["keep"]), kept=len(row["keep"]) - len(lost))
        if not row["spans"]:
            count.update(clean=1, altered=masked.text != row["text"])
        if misses and (notes or lost or (masked.spans and not row["spans"])):
            print(f"  {row['id']} {masked.text!r} {notes + lost}")
    print(f"masks {split}:")
    for name in sorted(total):
        print(f"  {name}: {hit[name]}/{total[name]}")
    print(f"  kept {count['kept']}/{count['keep']}, "
          f"clean texts altered {count['altered']}/{count['clean']}")  # fmt: skip


def _span(
    row: dict[str, Any], span: dict[str, Any], covered: set[int], hit: Counter[str],
    total: Counter[str],
) -> str:  # fmt: skip
    """Count one labelled span; found when seven tenths of its letters and digits are masked."""
    letters = [n for n in range(span["start"], span["end"]) if row["text"][n].isalnum()]
    found = sum(n in covered for n in letters) / len(letters) >= 0.7
    name = span["kind"] if span["kind"] in LATER else "tier 1"
    for key in (name, f"{name} {row['language']}"):
        total[key] += 1
        hit[key] += found
    return "" if found else f"missed {span['kind']}"


def measure_speed() -> None:
    """Print milliseconds for reviewing drafts with a 20-message thread, and for masking."""
    tone = starter_rules()
    drafts = [row for split in ("dev", "test") for row in rows("drafts", split)]
    thread = [row["customer"] + ". " + row["draft"] for row in drafts[:20]]
    messages = [Message(role=("customer", "operator")[n % 2], text=t) for n, t in enumerate(thread)]
    taken: list[float] = []
    for language in ("ru", "en"):
        texts = [row["draft"] for row in drafts if row["language"] == language]
        for n in range(60):
            text = " ".join((texts * 3)[n : n + 12])[:600]
            row = {"language": language, "hostility": 2}
            brief = brief_of(row)
            conversation = brief.conversation.model_copy(update={"messages": tuple(messages)})
            brief = brief.model_copy(update={"conversation": conversation})
            start = time.process_time()
            review(Draft.from_text(text), brief, tone)
            taken.append((time.process_time() - start) * 1000)
    warm = sorted(taken[5:60] + taken[65:])
    print(
        f"review, CPU: p50 {warm[len(warm) // 2]:.1f} ms, p95 {warm[int(len(warm) * 0.95)]:.1f} ms"
    )
    long = " ".join(row["text"] for row in rows("masks", "dev"))[:5000]
    times = []
    for _ in range(5):
        start = time.process_time()
        mask(long)
        times.append((time.process_time() - start) * 1000)
    print(f"mask, 5000 characters, CPU: best {min(times):.1f} ms, worst {max(times):.1f} ms")


def main() -> None:
    """Print every measure."""
    splits = [word for word in sys.argv[1:] if word in ("dev", "test")] or ["dev", "test"]
    misses = "--misses" in sys.argv
    for split in splits:
        measure_drafts(split, misses=misses)
        measure_promises(split, misses=misses)
        measure_masks(split, misses=misses)
    measure_speed()


if __name__ == "__main__":
    main()
