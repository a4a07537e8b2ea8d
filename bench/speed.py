"""Speed and memory of the whole way, as a user meets them: medians of several runs, one table.

Run by hand: `make bench`. A shared machine is noisy; compare ratios of one run, not milliseconds of
two. Targets stand beside the figures; a miss is marked, and the exit code stays 0.
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TEPLO = str(Path(sys.executable).with_name("teplo"))
MESSAGES = tuple((ROOT / "bench" / "messages.txt").read_text("utf-8").splitlines())


def main() -> None:
    """Measure everything and print the table."""
    with tempfile.TemporaryDirectory() as room:
        home = Path(room) / "home"
        rows = [
            row("teplo --help, s", median(lambda: run(home, "--help"), 5), 0.7),
            row("index of the sample shop, from empty, s", once(home, "index", "--starter")),
            row("suggest --json, cold, s", median(lambda: suggest_cold(home), 5), 4.0),
            *warm(home),
            *ingest(Path(room)),
        ]
    width = max(len(name) for name, *_ in rows)
    for name, value, target, ok in rows:
        print(f"{name:<{width}}  {value:>9.2f}  {target:>8}  {ok}")


def row(name: str, value: float, target: float | None = None) -> tuple[str, float, str, str]:
    """One line of the table."""
    if target is None:
        return name, value, "", ""
    return name, value, f"≤ {target:g}", "" if value <= target else "MISSED"


def median(action: object, times: int) -> float:
    """Median seconds of an action, the first run (cold disk) left out."""
    taken = []
    for _ in range(times + 1):
        start = time.perf_counter()
        action()  # type: ignore[operator]  # a plain callable
        taken.append(time.perf_counter() - start)
    return statistics.median(taken[1:])


def run(home: Path, *args: str, given: str = "") -> str:
    """Run the command line once."""
    environ = {**os.environ, "TEPLO_HOME": str(home)}
    done = subprocess.run(
        [TEPLO, *args], env=environ, input=given, capture_output=True, text=True, check=True
    )
    return done.stdout


def once(home: Path, *args: str) -> float:
    """Seconds of one run."""
    start = time.perf_counter()
    run(home, *args)
    return time.perf_counter() - start


def suggest_cold(home: Path) -> None:
    """One suggestion in a new process."""
    run(home, "suggest", "--json", given=json.dumps(conversation(MESSAGES[0])))


def conversation(text: str) -> dict[str, object]:
    """A conversation of one message at a fixed moment."""
    messages = [{"role": "customer", "text": text}]
    return {"id": "bench", "now": "2026-11-22T10:00:00+03:00", "messages": messages}


def warm(home: Path) -> list[tuple[str, float, str, str]]:
    """Latency and memory inside one process, as the service answers."""
    script = (
        "import json,sys,time,resource\n"
        "from copilot import Copilot, read_settings\n"
        "def rss():\n"
        "    kb=[l for l in open('/proc/self/status') if l.startswith('VmRSS')][0].split()[1]\n"
        "    return int(kb)/1024\n"
        "c=Copilot(read_settings()); given=json.loads(sys.stdin.read())\n"
        "from datetime import datetime,timezone\n"
        "now=datetime(2026,11,22,7,0,tzinfo=timezone.utc)\n"
        "ms=[]; marks={}\n"
        "for n in range(1000):\n"
        "    talk=c.read(given[n%len(given)]|{'id':str(n)},now=now)\n"
        "    t=time.perf_counter(); c.suggest(talk); ms.append((time.perf_counter()-t)*1e3)\n"
        "    if n+1 in (100,1000): marks[n+1]=rss()\n"
        "ms=sorted(ms[20:200])\n"
        "print(json.dumps([ms[len(ms)//2],ms[int(len(ms)*.95)],marks[100],marks[1000]]))\n"
    )
    environ = {**os.environ, "TEPLO_HOME": str(home)}
    given = json.dumps([conversation(text) for text in MESSAGES])
    done = subprocess.run(
        [sys.executable, "-c", script],
        env=environ,
        input=given,
        capture_output=True,
        text=True,
        check=True,
    )
    p50, p95, after_100, after_1000 = json.loads(done.stdout)
    return [
        row("suggest, warm, p50, ms", p50, 150),
        row("suggest, warm, p95, ms", p95, 400),
        row("memory after 100 suggestions, MB", after_100, 900),
        row("growth from 100 to 1,000 suggestions, MB", after_1000 - after_100, 20),
    ]


def ingest(room: Path) -> list[tuple[str, float, str, str]]:
    """A FAQ of 300 rows of about 60 words: from empty, then again unchanged."""
    words = (ROOT / "README.md").read_text("utf-8").split()
    table = room / "faq.csv"
    lines = ["question;answer"]
    for n in range(300):
        start = (n * 37) % (len(words) - 60)
        answer = " ".join(words[start : start + 52]).replace(";", ",").replace('"', "'")
        lines.append(f'"How do I set option {n} of the panel?";"Option {n}: {answer}"')
    table.write_text("\n".join(lines), "utf-8")
    home = room / "faq-home"
    return [
        row("ingest of 300 FAQ rows, from empty, s", once(home, "index", str(table)), 60),
        row("the same again, nothing changed, s", once(home, "index", str(table)), 3),
    ]


if __name__ == "__main__":
    main()
