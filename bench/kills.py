"""Kill ingests at random moments, start again, and see that nothing told was lost.

    python -m bench.kills [--kills 50] [--real 3] [--seed 1] [--room FOLDER]

Every round changes some files, starts an ingest in a process of its own and kills it (SIGKILL). Then
the data folder is opened as the program opens it: search has to answer, every document whose commit
had been told has to be there, and the index has to hold what SQL holds. The ingest is run to its end
and compared with one that nobody disturbed. Exit code 1 when anything differs.
"""

import argparse
import hashlib
import json
import os
import random
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
import zipfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
START_LIMIT_S = 30.0
_ROWS, _PAGES, _PACKED, _CHATS = 160, 40, 8, 10


class Quick:
    """Vectors out of hashes, and a moment's thought for each text."""

    name, dimension = "quick", 64

    def __init__(self, pause_s: float = 0.0) -> None:
        self._pause_s = pause_s

    def embed_queries(self, texts: Sequence[str]) -> np.ndarray:
        return self._embed(texts)

    def embed_passages(self, texts: Sequence[str]) -> np.ndarray:
        return self._embed(texts)

    def count_tokens(self, text: str) -> int:
        return len(text.split())

    def _embed(self, texts: Sequence[str]) -> np.ndarray:
        time.sleep(self._pause_s * len(texts))
        seeds = [int.from_bytes(hashlib.sha256(text.encode()).digest()[:8]) for text in texts]
        rows = [np.random.default_rng(seed).normal(size=self.dimension) for seed in seeds]
        found = np.array(rows, np.float32).reshape(len(texts), self.dimension)
        return found / np.linalg.norm(found, axis=1, keepdims=True)


class Files:
    """The files that are taken in: a table, pages, an archive, chats. They change from round to round."""

    def __init__(self, folder: Path, draw: random.Random, *, share: float = 1.0) -> None:
        self._folder, self._draw = folder, draw
        self._rows = dict.fromkeys(range(int(_ROWS * share)), 0)
        self._pages = dict.fromkeys(range(int(_PAGES * share)), 0)
        self._packed = 0
        (folder / "pages").mkdir(parents=True)
        self.write()

    def change(self) -> None:
        """Change some rows and pages, drop some, add some."""
        for kept in (self._rows, self._pages):
            for n in self._draw.sample(sorted(kept), len(kept) // 4):
                kept[n] += 1
            for n in self._draw.sample(sorted(kept), 3):
                del kept[n]
            start = max(kept) + 1
            kept.update({start + n: 0 for n in range(4)})
        self._packed += self._draw.randint(0, 1)
        self.write()

    def write(self) -> None:
        """Write everything anew."""
        rows = [f'"Как вернуть товар {n}?","Ответ {n} в виде {v}."' for n, v in self._rows.items()]
        table = "\n".join(["Вопрос,Ответ", *rows])
        (self._folder / "faq.csv").write_text(table, "utf-8")
        shutil.rmtree(self._folder / "pages")
        (self._folder / "pages").mkdir()
        for n, version in self._pages.items():
            text = f"# Page {n}\nWhat page {n} says.\n## Terms\nVersion {version} of the terms.\n"
            (self._folder / "pages" / f"p{n}.md").write_text(text, "utf-8")
        with zipfile.ZipFile(self._folder / "kb.zip", "w") as archive:
            for n in range(_PACKED):
                archive.writestr(f"z{n}.md", f"# Packed {n}\nKept in an archive, {self._packed}.")
        chats = [
            {"id": n, "messages": [{"role": "user", "text": f"Where is parcel {n} of mine?"},
                                   {"role": "agent", "text": "At the door."}]}
            for n in range(_CHATS)
        ]  # fmt: skip
        (self._folder / "chats.json").write_text(json.dumps(chats), "utf-8")


@dataclass
class Tally:
    """What came of all rounds."""

    phases: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)
    starts_s: list[float] = field(default_factory=list)
    told: int = 0


def worker(home: Path, files: Path, *, real: bool, pause_s: float) -> None:
    """Take the files in, and tell every step on standard output."""
    from knowledge import index, open_library
    from knowledge.catalogue import Catalogue

    save, build = Catalogue.save, index.build

    def told_save(self: Catalogue, entries: Any, *rest: Any) -> None:
        save(self, entries, *rest)
        tell({entry.document.id: entry.content_hash for entry in entries})

    def told_build(*given: Any) -> Any:
        tell("index")
        return build(*given)

    Catalogue.save, index.build = told_save, told_build  # type: ignore[method-assign]
    with open_library(home, embedder=None if real else Quick(pause_s)) as library:
        tell("ready")
        library.ingest([files], mask=str)
        tell("end")


def tell(what: Any) -> None:
    """Write a line that stays written whatever happens next."""
    os.write(1, f"{json.dumps(what)}\n".encode())


def run_and_kill(command: Sequence[str], after_s: float) -> tuple[str, dict[str, str]]:
    """Run a worker, kill it some time after it is ready; return the phase and what it had told."""
    told: dict[str, str] = {}
    phase = "start"
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as child:
        for line in child.stdout or ():
            what = json.loads(line)
            if isinstance(what, dict):
                told |= what
                phase = "commits"
            else:
                phase = what
            if phase == "ready":
                timer = threading.Timer(after_s, child.kill)
                timer.start()
            elif phase == "end":
                timer.cancel()
    return phase, told


def look(home: Path, files: Path, told: dict[str, str], *, real: bool) -> tuple[float, list[str]]:
    """Open the folder as the program does; return how long it took, and what is wrong."""
    from knowledge import Query, open_library

    faults: list[str] = []
    start = time.perf_counter()
    with open_library(home, embedder=None if real else Quick()) as library:
        hits = library.search(Query(text="Как вернуть товар 7?", locale="ru"))
        taken = time.perf_counter() - start
        held = contents(home)
        if any("#" in name for name in held) and not hits:
            faults.append("search does not answer")
        faults += [f"lost {name}" for name, digest in told.items() if held.get(name) != digest]
        faults += torn(home)
        library.heal()
        faults += differences(library, home)
        library.ingest([files], mask=str)
        faults += differences(library, home)
    return taken, faults


def contents(home: Path) -> dict[str, str]:
    """Return the hashes of all documents by their ids."""
    with sqlite3.connect(home / "teplo.db") as database:
        return dict(database.execute("select id, content_hash from documents"))


def torn(home: Path) -> list[str]:
    """Return what a torn commit would leave: a broken file, documents without chunks."""
    with sqlite3.connect(home / "teplo.db") as database:
        (sound,) = database.execute("pragma integrity_check").fetchone()
        bare = database.execute(
            "select id from documents where id not in (select document_id from chunks)"
        ).fetchall()
        blind = database.execute(
            "select id from chunks where hash not in (select text_hash from vectors)"
        ).fetchall()
    faults = [] if sound == "ok" else [f"database: {sound}"]
    faults += [f"{name} has no chunks" for (name,) in bare]
    return faults + [f"{name} has no vector" for (name,) in blind]


def differences(library: Any, home: Path) -> list[str]:
    """Return where the index in force is not what SQL says."""
    from knowledge.index import Generation, question_ids

    catalogue = library._catalogue  # noqa: SLF001 - a benchmark may look inside
    pointer = catalogue.pointer()
    if pointer is None:
        return [] if not catalogue.chunks() else ["no index is in force"]
    known = catalogue.chunks_with_vectors(pointer.model_name)
    generation = Generation(home / "index" / pointer.generation)
    try:
        held = {one for shelf in generation.counts for one in generation.ids(shelf)}
    finally:
        generation.close()
    wanted = {chunk.id for chunk in known.chunks} | set(question_ids(known))
    faults = [] if pointer.revision == catalogue.revision() else ["the index is behind"]
    return faults if held == wanted else [*faults, f"index: {len(held ^ wanted)} entries differ"]


def undisturbed(room: Path, files: Path, *, real: bool) -> tuple[dict[str, str], float]:
    """Return what an ingest that nobody kills comes to, and how long it takes."""
    home = room / "undisturbed"
    shutil.rmtree(home, ignore_errors=True)
    ready = time.perf_counter()
    command = worker_command(home, files, real=real)
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as child:
        for line in child.stdout or ():
            if json.loads(line) == "ready":
                ready = time.perf_counter()
    return contents(home), time.perf_counter() - ready


def worker_command(home: Path, files: Path, *, real: bool) -> list[str]:
    """Return the command of a worker."""
    flags = ["--worker", "--real-model"] if real else ["--worker"]
    return [sys.executable, "-m", "bench.kills", *flags, str(home), str(files)]


def rounds(
    room: Path, kills: int, draw: random.Random, tally: Tally, *, real: bool, share: float = 1.0
) -> None:
    """Kill as many ingests, half of them into an empty folder."""
    files = room / "files"
    changing = Files(files, draw, share=share)
    home = room / "home"
    whole, length_s = undisturbed(room, files, real=real)
    n = 0
    while sum(tally.phases.values()) < kills:
        n += 1
        if n % 2 == 0:
            changing.change()
        else:
            shutil.rmtree(home, ignore_errors=True)
        if real and not home.exists():
            keep_model(room / "undisturbed", home, draw)
        after = draw.random() * length_s
        phase, told = run_and_kill(worker_command(home, files, real=real), after)
        if phase != "end":  # else it was quicker, and only what it left is looked at
            tally.phases[phase] += 1
        tally.told += len(told)
        taken, faults = look(home, files, told, real=real)
        tally.starts_s.append(taken)
        if n % 2 == 0:
            whole, length_s = undisturbed(room, files, real=real)
        if contents(home) != whole:
            faults.append("the base is not what it would be without the kill")
        if taken > START_LIMIT_S:
            faults.append(f"the start took {taken:.0f} s")
        tally.faults += [f"round {n} ({phase}): {fault}" for fault in faults]
        print(
            f"{n:3} {phase:8} told {len(told):3}  start {taken:4.1f} s  {faults or 'sound'}",
            flush=True,
        )


def keep_model(built: Path, home: Path, draw: random.Random) -> None:
    """Copy the model, but not always: its own building may be killed too."""
    if draw.random() < 0.5:
        shutil.copytree(built / "models", home / "models")


def main() -> None:
    """Run the rounds and print the summary."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--real", type=int, default=3, help="so many of them with the real model")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--room", type=Path)
    parser.add_argument("--worker", action="store_true")
    parser.add_argument("--real-model", action="store_true")
    parser.add_argument("paths", type=Path, nargs="*")
    options = parser.parse_args()
    if options.worker:
        worker(*options.paths, real=options.real_model, pause_s=0.003)
        return
    tally = Tally()
    with tempfile.TemporaryDirectory(dir=options.room) as name:
        for real, count in ((False, options.kills - options.real), (True, options.kills)):
            room = Path(name) / str(real)
            room.mkdir()
            if count:
                draw = random.Random(f"{options.seed}{real}")
                rounds(room, count, draw, tally, real=real, share=0.15 if real else 1.0)
    print(
        f"{sum(tally.phases.values())} kills: {dict(tally.phases)}; {tally.told} documents told; "
        f"starts at most {max(tally.starts_s, default=0):.1f} s; {len(tally.faults)} faults"
    )
    for fault in tally.faults:
        print(fault)
    sys.exit(1 if tally.faults else 0)


if __name__ == "__main__":
    main()
