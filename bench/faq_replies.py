"""Measure replies from a FAQ that somebody else wrote: right source, facts, length, blocked.

    python bench/faq_replies.py HOME MESSAGES.yaml [--part dev|fresh] [--read] [--worst N]

HOME is a data folder into which `teplo index` has read the FAQ; `bench/faq_messages/` holds messages
with the articles that answer them. `--read` prints every reply for reading aloud. A message counts
as *cited* when one of the first three sources over all options is right, as *first* when the first
one is; *facts* is the share of the facts that the first reply holds (`any`: some option), *content*
the share of the right article's words.
"""

import argparse
import statistics
import sys
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import yaml

from copilot.app import Copilot
from copilot.settings import Settings
from copilot.suggesters.passages import stems
from copilot.suggestion import Result

NOW = datetime(2026, 3, 3, 12, 0, tzinfo=UTC)
CITED = 3


@dataclass(frozen=True)
class Outcome:
    """One message with what came of it."""

    message: dict[str, Any]
    result: Result
    seconds: float

    @property
    def rank(self) -> int:
        """The place of a right article among the hits, 0 when it was not found."""
        gold = set(self.message["gold"])
        places = [n for n, hit in enumerate(self.result.hits, 1) if hit.question in gold]
        return min(places, default=0)

    @property
    def sources(self) -> list[str]:
        """The questions of the articles cited, in order, each once, over all options."""
        names = {hit.id: hit.question or hit.title for hit in self.result.hits}
        ids = (i for s in self.result.suggestions for line in s.sentences for i in line.sources)
        return list(dict.fromkeys(names[i] for i in ids if i in names))

    @property
    def cited(self) -> bool:
        """Whether a right article is among the first three cited."""
        return bool(set(self.sources[:CITED]) & set(self.message["gold"]))

    @property
    def first(self) -> bool:
        """Whether the first article cited is right."""
        return bool(set(self.sources[:1]) & set(self.message["gold"]))

    def facts(self, options: int) -> float | None:
        """The share of the facts that the first `options` replies hold."""
        wanted = self.message.get("facts") or []
        said = "\n".join(s.text for s in self.result.suggestions[:options]).lower()
        found = [any(one in said for one in fact.split("|")) for fact in wanted]
        return sum(found) / len(found) if found else None

    def content(self, options: int) -> float | None:
        """The share of the words of the best right hit that the first `options` replies hold."""
        gold = set(self.message["gold"])
        right = next((hit for hit in self.result.hits if hit.question in gold), None)
        if right is None:
            return 0.0
        wanted = stems(right.answer, right.locale)
        said = stems("\n".join(s.text for s in self.result.suggestions[:options]), right.locale)
        return len(wanted & said) / len(wanted) if wanted else None


def outcomes(home: Path, messages: list[dict[str, Any]]) -> list[Outcome]:
    """Answer every message."""
    copilot = Copilot(Settings(home=home))
    copilot.warm_up(conversation(copilot, "warm", "How do I do that?"))
    found = []
    for message in messages:
        asked = conversation(copilot, message["id"], message["text"])
        start = time.perf_counter()
        result = copilot.suggest(asked, llm=False)
        found.append(Outcome(message, result, time.perf_counter() - start))
    copilot.close()
    return found


def conversation(copilot: Copilot, name: str, text: str) -> Any:
    """Return a conversation of one message."""
    raw = {"id": name, "channel": "chat", "messages": [{"role": "customer", "text": text}]}
    return copilot.read(raw, now=NOW)


def table(name: str, found: list[Outcome]) -> str:
    """Return one line of figures."""
    first = [o.result.suggestions[0] for o in found]
    figures = {
        "n": f"{len(found)}",
        "found1": share([o.rank == 1 for o in found]),
        "found5": share([o.rank > 0 for o in found]),
        "first": share([o.first for o in found]),
        "cited": share([o.cited for o in found]),
        "facts": share([o.facts(1) for o in found]),
        "any": share([o.facts(3) for o in found]),
        "content": share([o.content(1) for o in found]),
        "any ": share([o.content(3) for o in found]),
        "blocked": share([s.blocked for s in first]),
        "chars": f"{statistics.median(len(s.text) for s in first):.0f}",
        "ms": f"{1000 * statistics.median(o.seconds for o in found):.0f}",
    }
    return f"{name:<14}" + "  ".join(f"{key.strip()} {value}" for key, value in figures.items())


def share(values: list[Any]) -> str:
    """Return the mean of the values that there are."""
    known = [float(value) for value in values if value is not None]
    return f"{statistics.mean(known):.2f}" if known else "-"


def read_aloud(outcome: Outcome) -> str:
    """Return a message with its replies, as an operator would see them."""
    message, result = outcome.message, outcome.result
    marks = f"found {outcome.rank}, cited {outcome.cited}, facts {outcome.facts(1)}"
    lines = [f"## {message['id']} ({message.get('kind', '')}; {result.frame.framework}; {marks})"]
    lines += [f"> {message['text']}", f"right: {message['gold'][0]}"]
    lines += [f"  {h.strength} {h.confidence:.2f} {h.question or h.title}" for h in result.hits]
    for suggestion in result.suggestions:
        state = " BLOCKED" if suggestion.blocked else ""
        rules = ", ".join(f"{f.rule}/{f.severity}" for f in suggestion.findings)
        lines.append(f"[{suggestion.label}{state}] {rules}\n{suggestion.text}")
    return "\n".join(lines) + "\n"


def main() -> None:
    """Answer, count, and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("home", type=Path)
    parser.add_argument("messages", type=Path)
    parser.add_argument("--part", choices=("dev", "fresh"))
    parser.add_argument("--read", action="store_true")
    parser.add_argument("--only", default="", help="ids of messages, comma-separated")
    args = parser.parse_args()
    messages = yaml.safe_load(args.messages.read_text("utf-8"))["messages"]
    only = set(filter(None, args.only.split(",")))
    chosen = [m for m in messages if args.part in (None, m.get("part", "dev"))]
    found = outcomes(args.home, [m for m in chosen if not only or m["id"] in only])
    if args.read:
        sys.stdout.write("\n".join(map(read_aloud, found)) + "\n")
    for name in ("", *sorted({o.message["id"][:2] for o in found})):
        part = [o for o in found if o.message["id"].startswith(name)]
        sys.stdout.write(table(f"{args.messages.stem} {name}", part) + "\n")


if __name__ == "__main__":
    main()
