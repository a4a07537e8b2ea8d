"""A trial of the connection: what the configured model can do, tried once each."""

import time
from collections.abc import Callable
from typing import Literal, NamedTuple

from copilot.llm.asking import Asking
from copilot.llm.client import ModelClient
from copilot.llm.failures import ModelFailure
from copilot.llm.vendor import LADDER, Rung, Schema
from prompts import load_prompt

Way = Literal["plain", "json_object", "json_schema", "streaming"]

_WAYS: tuple[Way, ...] = ("plain", "json_object", "json_schema", "streaming")


class Probe(NamedTuple):
    """One thing tried: whether it works, how long it took, and why it does not."""

    way: Way
    works: bool
    seconds: float
    detail: str = ""


class Trial(NamedTuple):
    """What a model can do, and the name that it gives itself."""

    probes: tuple[Probe, ...]
    answered_by: str = ""

    @property
    def works(self) -> bool:
        """Whether replies can be had at all: one way of asking is enough."""
        return any(probe.works for probe in self.probes)


def try_out(
    client: ModelClient, *, schema: Schema, shape: str, readable: Callable[[str], bool]
) -> Trial:
    """Ask for the same small answer in every way that the product may ask in.

    Args:
        client: The client that replies come through.
        schema: The schema of the answer.
        shape: The same in words.
        readable: Says whether an answer is one.
    """
    client.warm()
    named: list[str] = []
    probes = [_tried(client, way, schema, shape, readable, named) for way in _WAYS]
    return Trial(tuple(probes), next((name for name in named if name), ""))


def _tried(
    client: ModelClient,
    way: Way,
    schema: Schema,
    shape: str,
    readable: Callable[[str], bool],
    named: list[str],
) -> Probe:
    messages = load_prompt("trial", "en").render(shape=shape)
    pieces: list[float] = []
    started = time.monotonic()

    def job(asking: Asking) -> str:
        told = (lambda _: pieces.append(time.monotonic())) if way == "streaming" else None
        text = asking.ask(messages, schema, on_text=told, only=_rung(way))
        named.append(asking.answered_by)
        return text

    try:
        text = client.run(job, purpose="trial")
    except ModelFailure as failure:
        return Probe(way, works=False, seconds=time.monotonic() - started, detail=failure.reason)
    seconds = time.monotonic() - started
    if way == "streaming" and len(pieces) < 2:
        return Probe(way, works=False, seconds=seconds, detail="the answer came in one piece")
    if not readable(text):
        detail = "it answers, but not with the JSON object that was asked for"
        return Probe(way, works=False, seconds=seconds, detail=detail)
    first = f"first words after {pieces[0] - started:.1f} s" if pieces else ""
    return Probe(way, works=True, seconds=seconds, detail=first)


def _rung(way: Way) -> Rung | None:
    """Return the first way of asking so; streaming may climb down by itself."""
    return next((rung for rung in LADDER if rung.name == way), None)
