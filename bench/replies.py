"""How good the replies are: own labelled dialogues whose knowledge stands on the card.

Run: TEPLO_HOME=… .venv/bin/python bench/replies.py [dev|test] [--show] [--misses] [--only ID…]
"""

import argparse
import time
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from statistics import quantiles
from typing import Any

import regex
import yaml

from copilot import Copilot, read_conversation, read_settings
from copilot.rules import acts_of
from copilot.suggestion import Result, Suggestion

_FOLDER = Path(__file__).parent.parent / "evals" / "labels" / "replies"
_NOW = "2026-11-23T11:05:00+00:00"
_NUMBER = regex.compile(r"\d+(?:[.,:\u00a0 ]\d+)*")
_SPACES = regex.compile(r"[\u00a0\u202f]")
# Acts under other names, and acts that a second look counts in.
_AS = {
    "record": ("record", "escalate", "thanks", "next_step"), "answer": ("answer", "explain_reason", "next_step", "options", "deadline"),
    "use_facts": ("use_facts", "ack"), "invite_back": ("invite_back", "follow_up"),
    "next_step": ("next_step", "options", "deadline", "follow_up", "escalate", "workaround"), "workaround": ("workaround", "options"),
}  # fmt: skip


def main() -> None:
    """Print the figures, and the replies where asked."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("part", nargs="?", choices=("dev", "test"))
    parser.add_argument("--show", action="store_true", help="print every reply")
    parser.add_argument("--all", action="store_true", help="with every option")
    parser.add_argument("--only", nargs="*", default=[], help="ids to look at")
    options = parser.parse_args()
    cases = [case for language in ("ru", "en") for case in _read(language)]
    cases = [c for c in cases if not options.part or c["part"] == options.part]
    cases = [c for c in cases if not options.only or c["id"] in options.only]
    copilot = Copilot(read_settings())
    copilot.warm_up(_conversation(cases[0]))
    judged = [Judged(case, copilot) for case in cases]
    for one in judged:
        if options.show:
            one.show(every=options.all)
    report(judged)
    copilot.close()


def _read(language: str) -> list[dict[str, Any]]:
    text = (_FOLDER / f"{language}.yaml").read_text(encoding="utf-8")
    cases: list[dict[str, Any]] = yaml.safe_load(text)
    return [{**case, "language": language} for case in cases]


def _conversation(case: dict[str, Any]) -> Any:
    pairs = [next(iter(line.items())) for line in case["messages"]]
    raw = {
        "id": case["id"],
        "channel": case.get("channel", "chat"),
        "now": _NOW,
        "messages": [{"role": role, "text": text} for role, text in pairs],
        "card": {"facts": case.get("facts", {}), "notes": case.get("notes", [])},
    }
    return read_conversation(raw, now=datetime(2026, 11, 23, 11, 5, tzinfo=UTC))


class Judged:
    """One dialogue, its best reply and what is missing from it."""

    def __init__(self, case: dict[str, Any], copilot: Copilot) -> None:
        self.case = case
        conversation = _conversation(case)
        started = time.perf_counter()
        self.result: Result = copilot.suggest(conversation, llm=False)
        self.spent = time.perf_counter() - started
        self.best: Suggestion = self.result.suggestions[0]
        self.text = self.best.text
        about = conversation.last_customer_text
        found = acts_of(self.text, case["language"], about=about)
        self.acts = {act.name for act in found if act.kind == "act"}
        self.acts |= {s.act for s in self.best.sentences if s.act}
        self.faults = {act.name for act in found if act.kind == "fault"}
        self.missing = [name for name in case["must"] if not self._does(name)]
        self.broken = [name for name in case["must_not"] if name in self.faults]
        plain = _SPACES.sub(" ", self.text)
        self.unsaid = [
            words
            for words in case.get("says", ())
            if not any(w.lower() in plain.lower() for w in words.split("|"))
        ]
        self.told = [w for w in case.get("silent", ()) if w.lower() in plain.lower()]
        self.numberless = self._numbers_from_nowhere()
        self.findings = [f for f in self.best.findings if f.severity in ("critical", "high", "medium")]  # fmt: skip

    def _does(self, name: str) -> bool:
        if name in ("brief", "match_register", "plain_language", "use_facts"):
            return True
        return any(other in self.acts for other in _AS.get(name, (name,)))

    def _numbers_from_nowhere(self) -> list[str]:
        case = self.case
        sources = " ".join(
            [text for line in case["messages"] for text in line.values()]
            + list(case.get("notes", ()))
            + [f"{hit.text} {hit.answer} {hit.record}" for hit in self.result.hits]
            + ["112 103 911 999"]
        )
        sources = _SPACES.sub(" ", sources)
        return [n for n in _NUMBER.findall(_SPACES.sub(" ", self.text)) if n not in sources]

    @property
    def framed(self) -> bool:
        """Whether the framework is one of those that suit."""
        return self.result.frame.framework in self.case["frame"]

    def show(self, *, every: bool) -> None:
        """Print the dialogue, the reply and its faults."""
        print(f"\n##### {self.case['id']} {self.case['industry']} {self.case.get('channel', '')}")
        for line in self.case["messages"]:
            print("   ", next(iter(line.items())))
        for note in self.case.get("notes", ()):
            print("    -", note)
        frame = self.result.frame
        perception = self.result.perception
        print(
            f"    {'ok ' if self.framed else 'NOT'} {frame.framework} row {frame.row} "
            f"h{perception.hostility} d{perception.distress} fail={perception.failure} "
            f"{[s.name for s in perception.signals]}"
        )
        for suggestion in self.result.suggestions if every else self.result.suggestions[:1]:
            steps = " ".join(s.step or "·" for s in suggestion.sentences)
            print(f"    --- {suggestion.label} [{steps}] {len(suggestion.text)} chars")
            if suggestion.draft.subject:
                print(f"Subject: {suggestion.draft.subject}")
            print(suggestion.text)
        faults = {
            "missing": self.missing, "faults": self.broken, "unsaid": self.unsaid,
            "told": self.told, "numbers": self.numberless, "slots": list(self.best.slots),
            "findings": [f"{f.rule} {f.span!r}" for f in self.findings],
        }  # fmt: skip
        print("    ", {name: value for name, value in faults.items() if value})


def report(judged: list[Judged]) -> None:
    """Print the shares over all dialogues."""
    wanted: Counter[str] = Counter()
    got: Counter[str] = Counter()
    for one in judged:
        for name in one.case["must"]:
            wanted[name] += 1
            got[name] += name not in one.missing
    print(f"\n== {len(judged)} dialogues")
    print("acts      ", f"{got.total()}/{wanted.total()} = {got.total() / wanted.total():.3f}")
    for name, count in wanted.most_common():
        print(f"   {name:24}{got[name]}/{count}")
    says = [w for one in judged for w in one.case.get("says", ())]
    unsaid = sum(len(one.unsaid) for one in judged)
    print(f"facts said {len(says) - unsaid}/{len(says)} = {1 - unsaid / len(says):.3f}")
    print(f"framework  {sum(one.framed for one in judged)}/{len(judged)}")
    for title, name in (
        ("blocked", "slots"), ("faults", "broken"), ("told", "told"), ("numbers", "numberless"),
    ):  # fmt: skip
        rows = [(o.case["id"], list(o.best.slots) if name == "slots" else getattr(o, name)) for o in judged]  # fmt: skip
        rows = [row for row in rows if row[1]]
        print(f"{title:10} {len(rows)}/{len(judged)}", rows)
    rules = Counter(f.rule for one in judged for f in one.findings)
    print("findings  ", rules.most_common())
    openings = Counter(" ".join(one.text.split()[:3]) for one in judged)
    print("openings  ", [row for row in openings.most_common(5) if row[1] > 1])
    lines = Counter(s.text for one in judged for s in one.best.sentences)
    print("repeated  ", [row for row in lines.most_common(12) if row[1] > 1])
    lengths = sorted(len(one.text) for one in judged)
    print("length    ", f"median {lengths[len(lengths) // 2]}, longest {lengths[-1]}")
    if len(judged) > 1:
        cuts = quantiles([1000 * one.spent for one in judged], n=20)
        print("ms        ", f"p50 {cuts[9]:.0f}, p95 {cuts[18]:.0f}")


if __name__ == "__main__":
    main()
