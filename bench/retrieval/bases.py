"""The labelled bases: invented FAQs, foreign ones, the starter scripts on themselves, public sets."""

import csv
import json
import random
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import yaml

from bench.retrieval.corpus import MISSING, Article, Base, Labelled, read_faq, read_queries
from knowledge.colloquial import plain
from knowledge.documents import Locale
from knowledge.space import language_of

HERE = Path(__file__).parent
STARTER = HERE.parents[1] / "knowledge" / "starter"
_PARAGRAPH = 900  # characters
_SPOKEN = ("acknowledge", "answer", "solve", "options", "follow_up", "next")


def faqs() -> list[Base]:
    """Return the invented FAQs: a bank, clinics, a shop, an internet provider and others."""
    return [read_faq(path) for path in sorted((HERE / "data").glob("*.yaml"))]


def foreign(tables: Path) -> list[Base]:
    """Return the FAQs that others wrote, one base a language, with our queries.

    TABLES holds `gnome-ru.csv` and `gnome-en.csv` (`mallard.py`), `debian-faq-ru.csv` and
    `debian-faq.csv` (`bench/faq_from_docbook.py`); what is not there is left out.
    """
    files: list[tuple[str, Locale, str]] = [
        ("gnome", "ru", "gnome-ru"), ("gnome", "en", "gnome-en"),
        ("debian", "ru", "debian-faq-ru"), ("debian", "en", "debian-faq"),
    ]  # fmt: skip
    return [
        _table(name, locale, tables / f"{file}.csv")
        for name, locale, file in files
        if (tables / f"{file}.csv").exists()
    ]


def paragraphs(tables: Path) -> list[Base]:
    """Return plain text: bodies of every other foreign article with neither heading nor question.

    They are asked their titles. A guard: what helps FAQs must not harm the search of passages.
    """
    return [_untitled(base) for base in foreign(tables) if subject(base) == "gnome"]


def small_talk() -> list[Labelled]:
    """Return what no base answers, written as people write to a support chat."""
    texts = yaml.safe_load((HERE / "data" / "other" / "off_topic.yaml").read_text("utf-8"))
    return [Labelled(MISSING, str(text)) for text in texts]


def subject(base: Base) -> str:
    """Return what a base is about: bases of one subject are left out of a fit together."""
    return base.name.partition("-")[0].rstrip("01")


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
    asked = []
    for one in base.queries:
        left = [name for name in one.answers if name not in gone] or [MISSING]
        asked.append(Labelled(left[0], one.text, tuple(left[1:])))
    return Base(base.name, kept, tuple(asked))


def folds(base: Base, *, parts: int = 4) -> Iterator[Base]:
    """Yield the base, then `parts` times with a part of the articles taken out."""
    yield base
    names = sorted(one.id for one in base.articles)
    random.Random(len(names)).shuffle(names)
    for n in range(parts):
        yield without(base, names[n::parts])


def _table(name: str, locale: Locale, file: Path) -> Base:
    with file.open(encoding="utf-8", newline="") as opened:
        rows = list(csv.DictReader(opened))
    articles = tuple(
        Article(
            row.get("id") or str(n),
            locale,
            (row["question"],),
            f"{row['question']}\n{row['answer']}",
        )
        for n, row in enumerate(rows)
    )
    data = yaml.safe_load((HERE / "data" / "foreign" / f"{name}.yaml").read_text("utf-8"))
    asked = read_queries(data["queries"])
    own = tuple(one for one in asked if language_of(plain(one.text)) == locale)
    return Base(f"{name}-{locale}", articles, own)


def _untitled(base: Base) -> Base:
    kept = base.articles[::2]
    bodies = [one.text.partition("\n")[2][:_PARAGRAPH] for one in kept]
    articles = [
        Article(one.id, one.locale, (), body) for one, body in zip(kept, bodies, strict=True)
    ]
    asked = [Labelled(one.id, one.questions[0]) for one in kept]
    return Base(f"{base.name}-paragraphs", tuple(articles), tuple(asked))


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
