"""The labelled bases: invented FAQs, the starter scripts on themselves, and public sets."""

import json
import random
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import yaml

from bench.retrieval.corpus import MISSING, Article, Base, Labelled, read_faq

HERE = Path(__file__).parent
STARTER = HERE.parents[1] / "knowledge" / "starter"
_SPOKEN = ("acknowledge", "answer", "solve", "options", "follow_up", "next")


def faqs() -> list[Base]:
    """Return the invented FAQs: an internet provider and an online school."""
    return [read_faq(path) for path in sorted((HERE / "data").glob("*.yaml"))]


def starter(folder: Path = STARTER) -> list[Base]:
    """Return the starter scripts as two bases, each asked the other half of the examples."""
    scripts = [_script(path) for path in sorted(folder.glob("*/scripts/*.md"))]
    return [_half(scripts, keep) for keep in (0, 1)]


def intents(file: Path, *, seed: int = 7) -> list[Base]:
    """Return five bases of 60 intents of CLINC150; 20 more intents have no article."""
    asked: dict[str, list[str]] = defaultdict(list)
    for line in file.read_text("utf-8").splitlines():
        row = json.loads(line)
        asked[row["intent"]].append(row["text"])
    return [_drawn(asked, random.Random(seed + n)) for n in range(5)]


def off_topic(file: Path) -> list[str]:
    """Return general-knowledge questions that no support base answers, Russian and English."""
    rows = [json.loads(line) for line in file.read_text("utf-8").splitlines()]
    return [row[key] for row in rows for key in ("text", "text_en")]


def without(base: Base, answers: Sequence[str]) -> Base:
    """Return the base without these articles: their queries have no answer then."""
    gone = set(answers)
    kept = tuple(one for one in base.articles if one.id not in gone)
    asked = tuple(
        Labelled(MISSING if one.answer in gone else one.answer, one.text) for one in base.queries
    )
    return Base(base.name, kept, asked)


def folds(base: Base, *, parts: int = 4) -> Iterator[Base]:
    """Yield the base, then `parts` times with a part of the articles taken out."""
    yield base
    names = sorted(one.id for one in base.articles)
    random.Random(len(names)).shuffle(names)
    for n in range(parts):
        yield without(base, names[n::parts])


def _script(path: Path) -> dict[str, Any]:
    _, header, body = path.read_text("utf-8").split("---\n", 2)
    return {**yaml.safe_load(header), "body": body}


def _half(scripts: Sequence[dict[str, Any]], keep: int) -> Base:
    articles, queries = [], []
    for script in scripts:
        name = f"{script['locale']}:{script['id']}"
        examples = [str(one) for one in script.get("trigger_examples") or ()]
        held = tuple(examples[keep::2])
        reply = script.get("reply") or {}
        said = [str(line) for part in _SPOKEN for line in reply.get(part) or ()]
        parts = [script["title"], *held, script.get("customer_goal") or "", script["body"], *said]
        articles.append(Article(name, script["locale"], held, "\n".join(parts)))
        queries += [Labelled(name, text) for text in examples[1 - keep :: 2]]
    return Base(f"starter{keep}", tuple(articles), tuple(queries))


def _drawn(asked: dict[str, list[str]], dice: random.Random) -> Base:
    names = dice.sample(sorted(asked), 80)
    articles, queries = [], []
    for n, name in enumerate(names):
        if n < 60:
            questions = tuple(asked[name][:2])
            articles.append(Article(name, "en", questions[:1], "\n".join(questions)))
        answer = name if n < 60 else MISSING
        queries += [Labelled(answer, text) for text in asked[name][4:7]]
    return Base("intents", tuple(articles), tuple(queries))
