"""A large knowledge base: time to fill, build and open it, latency and memory of its search.

    python -m bench.scale [--chunks 100000] [--home FOLDER] [--embed]

Articles are made of the words of this repository, each topic with its own; vectors are sums of
random word vectors, so that a base of 100,000 needs no hours of embedding but still has clusters.
Every stage runs in a process of its own. `--embed` measures the real model's ingest instead.
A home that is already filled is used as it is.
"""

import argparse
import json
import random
import subprocess
import sys
import tempfile
import time
import zlib
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import regex

ROOT = Path(__file__).resolve().parent.parent
_WORD = regex.compile(r"\p{L}{2,20}")
_CYRILLIC = regex.compile(r"\p{Cyrillic}")
_WORDS, _TOPICS, _OF_TOPIC, _COMMON = 40_000, 400, 80, 150
_TABLE = 8_192  # word vectors; words beyond share them
_ROWS = 4_000  # of one table
_TARGETS = {"p95_ms": 120.0, "rss_mb": 1_200.0, "open_s": 30.0}


class Bag:
    """Sums of word vectors in the cone of the real model, under the real model's name."""

    dimension = 384

    def __init__(self) -> None:
        from knowledge.embedding import LocalEmbedder
        from knowledge.space import space_of

        self.name = LocalEmbedder.name
        self.embedded = 0
        self._means = space_of(self.name).means
        table = np.random.default_rng(7).normal(size=(_TABLE, self.dimension))
        self._table = (table / np.sqrt(self.dimension)).astype(np.float32)

    def embed_queries(self, texts: Sequence[str]) -> np.ndarray:
        return self._embed("query", texts)

    def embed_passages(self, texts: Sequence[str]) -> np.ndarray:
        return self._embed("passage", texts)

    def count_tokens(self, text: str) -> int:
        return len(text) // 4

    def _embed(self, role: str, texts: Sequence[str]) -> np.ndarray:
        self.embedded += len(texts)
        out = np.zeros((len(texts), self.dimension), np.float32)
        for at, text in enumerate(texts):
            words = [word.lower()[:6] for word in _WORD.findall(text) if len(word) > 4] or ["-"]
            known = self._table[[zlib.crc32(word.encode()) % _TABLE for word in words]].sum(axis=0)
            locale = "ru" if _CYRILLIC.search(text) else "en"
            out[at] = self._means[role, locale] + 0.42 * known / np.linalg.norm(known)
        return out / np.linalg.norm(out, axis=1, keepdims=True)


class Writer:
    """Writes questions and answers: Zipf's words, a third of them of the topic."""

    def __init__(self, locale: str, seed: int) -> None:
        self._draw = random.Random(f"{locale}{seed}")
        self._words = vocabulary(locale, self._draw)
        self._common = self._words[:_COMMON]
        self._weights = [1 / (n + 2) for n in range(_COMMON)]

    def pair(self, n: int) -> tuple[str, str]:
        """Return the n-th question with its answer."""
        topic = random.Random(n % _TOPICS).sample(self._words[_COMMON:], _OF_TOPIC)
        own = self._draw.sample(self._words, 6)
        question = self._text(topic, own[:2], self._draw.randint(4, 11)) + "?"
        said = [
            self._text(topic, own, self._draw.randint(6, 16)) + "."
            for _ in range(self._draw.randint(4, 9))
        ]
        return question, " ".join(said)

    def _text(self, topic: Sequence[str], own: Sequence[str], count: int) -> str:
        words = self._draw.choices(self._common, self._weights, k=count)
        for at in range(count):
            if self._draw.random() < 0.4:
                words[at] = self._draw.choice(topic if self._draw.random() < 0.8 else own)
        return " ".join(words).capitalize()


def vocabulary(locale: str, draw: random.Random) -> list[str]:
    """Return words of the repository, commonest first, then words blended of two of them."""
    counted: dict[str, int] = {}
    for path in sorted((ROOT / "knowledge" / "starter" / locale).rglob("*.md")):
        for word in _WORD.findall(path.read_text("utf-8").lower()):
            if bool(_CYRILLIC.search(word)) == (locale == "ru"):
                counted[word] = counted.get(word, 0) + 1
    words = sorted(counted, key=lambda word: (-counted[word], word))
    seen = set(words)
    while len(words) < _WORDS:
        head, tail = draw.choice(words), draw.choice(words)
        word = head[: max(2, len(head) // 2 + 1)] + tail[len(tail) // 2 :]
        if word not in seen:
            seen.add(word)
            words.append(word)
    return words


def tables(folder: Path, chunks: int) -> None:
    """Write tables of questions and answers, half of them Russian."""
    folder.mkdir(parents=True)
    writers = [Writer(locale, 1) for locale in ("ru", "en")]
    for start in range(0, chunks, _ROWS):
        writer = writers[start // _ROWS % 2]
        rows = [writer.pair(n) for n in range(start, min(start + _ROWS, chunks))]
        text = "".join(f'"{question}","{answer}"\n' for question, answer in rows)
        (folder / f"faq-{start // _ROWS:03}.csv").write_text(f"question,answer\n{text}", "utf-8")


def questions(folder: Path, count: int) -> list[str]:
    """Return what people ask: words of a question and of its answer, some at great length."""
    draw = random.Random(3)
    files = sorted(folder.glob("*.csv"))
    asked: list[str] = []
    for n in range(count):
        line = draw.choice(draw.choice(files).read_text("utf-8").split("\n")[1:-1])
        words = _WORD.findall(line)
        size = 90 if n % 10 == 9 else draw.randint(4, 14)
        asked.append(" ".join(draw.sample(words, min(size, len(words)))))
    return asked


def fill(home: Path) -> dict[str, float]:
    """Take the tables in; the index is built with it."""
    from knowledge import open_library

    with timed() as taken, open_library(home, embedder=Bag()) as library:
        report = library.ingest([home / "tables"])
    return {"fill_s": taken[0], "chunks": report.chunks, "fill_rss_mb": peak_mb()}


def rebuild(home: Path) -> dict[str, float]:
    """Build the generation anew, and see that nothing is embedded."""
    from knowledge import open_library

    bag = Bag()
    with timed() as taken, open_library(home, embedder=bag) as library:
        library.rebuild()
    return {"rebuild_s": taken[0], "rebuild_embedded": bag.embedded, "rebuild_rss_mb": peak_mb()}


def ask(home: Path, *, count: int = 300) -> dict[str, float]:
    """Open the base and ask it, first once and then warm; on a busy machine processor time counts."""
    from knowledge import Query, open_library
    from knowledge.embedding import open_embedder

    bag = Bag()
    texts = questions(home / "tables", count + 20)
    open_embedder(home).embed_queries(["?"])  # as in the program: its memory counts
    before, cpu = rss_mb(), time.process_time()
    with timed() as opened:
        library = open_library(home, embedder=bag)
        library.search(Query(text=texts[0], locale="ru"))
    opened.append(time.process_time() - cpu)
    spent: dict[str, list[float]] = {"short": [], "long": [], "cpu": []}
    for n, text in enumerate(texts[20:]):
        query = Query(text=text, locale="ru" if _CYRILLIC.search(text) else "en")
        cpu = time.process_time()
        with timed() as taken:
            library.search(query)
        spent["cpu"].append((time.process_time() - cpu) * 1000)
        spent["long" if n % 10 == 9 else "short"].append(taken[0] * 1000)
    held = rss_mb()
    library.close()
    every = spent["short"] + spent["long"]
    return {
        "open_s": opened[0],
        "open_cpu_s": opened[1],
        "p50_ms": float(np.quantile(every, 0.5)),
        "p95_ms": float(np.quantile(every, 0.95)),
        "p50_long_ms": float(np.quantile(spent["long"], 0.5)),
        "p95_cpu_ms": float(np.quantile(spent["cpu"], 0.95)),
        "rss_mb": held,
        "of_model_mb": before,
        "peak_mb": peak_mb(),
    }


def embed(home: Path) -> dict[str, float]:
    """Take in passages of about 200 tokens with the real model."""
    from knowledge import open_library
    from knowledge.embedding import open_embedder

    embedder = open_embedder(home)
    texts = [answer for n in range(200) for answer in [Writer("ru", 5).pair(n)[1]]]
    passage = " ".join(texts)
    size = len(passage) * 200 // embedder.count_tokens(passage)
    rows = [passage[at : at + size] for at in range(0, 150 * size, size)]
    table = home / "long.csv"
    lines = "".join(f'"{row[:40]}?","{row}"\n' for row in rows)
    table.write_text(f"question,answer\n{lines}", "utf-8")
    cpu = time.process_time()
    with open_library(home / "base", embedder=embedder) as library, timed() as taken:
        report = library.ingest([table])
    cpu = time.process_time() - cpu
    return {
        "chunks": report.chunks,
        "chunks_per_s": report.chunks / taken[0],
        "chunks_per_cpu_s": report.chunks / cpu,
        "peak_mb": peak_mb(),
    }


class timed:  # noqa: N801 - reads like a word of the language
    """Measures a block: the list gets its seconds."""

    def __enter__(self) -> list[float]:
        self._taken: list[float] = []
        self._start = time.perf_counter()
        return self._taken

    def __exit__(self, *_: object) -> None:
        self._taken.append(time.perf_counter() - self._start)


def rss_mb() -> float:
    """Return the memory of this process."""
    return _status("VmRSS")


def peak_mb() -> float:
    """Return the most memory that this process has held."""
    return _status("VmHWM")


def _status(name: str) -> float:
    text = Path("/proc/self/status").read_text("ascii")
    return int(text.split(f"{name}:")[1].split()[0]) / 1024


STAGES: dict[str, Callable[[Path], dict[str, float]]] = {
    "fill": fill,
    "rebuild": rebuild,
    "ask": ask,
    "embed": embed,
}


def stages(home: Path, names: Sequence[str]) -> Iterator[dict[str, Any]]:
    """Run stages, each in a process of its own."""
    for name in names:
        code = [sys.executable, "-m", "bench.scale", "--home", str(home), "--stage", name]
        print(f"{name} …", flush=True)
        done = subprocess.run(code, cwd=ROOT, capture_output=True, text=True, check=False)
        if done.returncode:
            sys.exit(f"{name}: {done.stderr[-2000:]}")
        yield json.loads(done.stdout.splitlines()[-1])


def show(found: dict[str, float]) -> None:
    """Print figures with their targets."""
    for name, value in found.items():
        target = _TARGETS.get(name)
        mark = "" if target is None else f"≤ {target:g}" + (" MISSED" if value > target else "")
        print(f"{name:18} {value:12.1f}  {mark}", flush=True)


def main() -> None:
    """Run what is asked for and print the figures."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--chunks", type=int, default=100_000)
    parser.add_argument("--home", type=Path)
    parser.add_argument("--embed", action="store_true")
    parser.add_argument("--stage", choices=sorted(STAGES))
    options = parser.parse_args()
    if options.stage:
        print(json.dumps(STAGES[options.stage](options.home)))
        return
    with tempfile.TemporaryDirectory() as room:
        home = options.home or Path(room) / "home"
        wanted = ["embed"] if options.embed else ["fill", "rebuild", "ask"]
        home.mkdir(parents=True, exist_ok=True)
        if (home / "teplo.db").exists():
            wanted.remove("fill")
        elif not options.embed:
            tables(home / "tables", options.chunks)
        for found in stages(home, wanted):
            show(found)


if __name__ == "__main__":
    main()
