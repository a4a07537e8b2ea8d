"""What is in force in this installation, and what is wrong with it."""

import os
import sys
from pathlib import Path

from copilot.app import Copilot
from copilot.conversation import Frozen
from copilot.errors import TeploError
from copilot.llm.trial import Probe, Way

_WAYS: dict[Way, str] = {
    "plain": "plain text",
    "json_object": "JSON",
    "json_schema": "schema",
    "streaming": "streaming",
}


class Check(Frozen):
    """One thing looked at: whether it is well, and what was seen or what to do."""

    name: str
    ok: bool
    detail: str


class Health(Frozen):
    """All checks of an installation."""

    v: int = 1
    healthy: bool
    checks: tuple[Check, ...]


def examine(copilot: Copilot, *, try_llm: bool = False) -> Health:
    """Look at everything that a working installation needs; `try_llm` sends the model one word."""
    checks = [
        _python(),
        _home(copilot.settings.data_home),
        _catalogue(copilot),
        _vectors(copilot),
        _address(copilot),
        *_model(copilot, try_llm=try_llm),
    ]
    return Health(healthy=all(check.ok for check in checks), checks=tuple(checks))


def _python() -> Check:
    version = ".".join(map(str, sys.version_info[:3]))
    return Check(name="python", ok=sys.version_info >= (3, 11), detail=version)


def _home(home: Path) -> Check:
    nearest = next(folder for folder in (home, *home.parents) if folder.exists())
    if not os.access(nearest, os.W_OK):
        return Check(
            name="data folder", ok=False, detail=f"{home} cannot be written; set TEPLO_HOME"
        )
    return Check(name="data folder", ok=True, detail=str(home))


def _catalogue(copilot: Copilot) -> Check:
    try:
        stats = copilot.library.stats()
    except TeploError as error:
        return Check(name="knowledge", ok=False, detail=str(error))
    if not stats.documents:
        hint = "empty: run `teplo index PATH`, or `teplo index --starter` for the sample shop"
        return Check(name="knowledge", ok=True, detail=hint)
    kinds = ", ".join(f"{count} {kind}" for kind, count in stats.documents.items())
    return Check(name="knowledge", ok=True, detail=f"{kinds}; {stats.chunks} chunks")


def _vectors(copilot: Copilot) -> Check:
    try:
        (vector,) = copilot.library.embed(("warmth",))
    except TeploError as error:
        return Check(name="vectors", ok=False, detail=str(error))
    return Check(
        name="vectors", ok=True, detail=f"{copilot.library.stats().model}, {len(vector)} numbers"
    )


def _address(copilot: Copilot) -> Check:
    settings = copilot.settings
    local = settings.host in {"127.0.0.1", "localhost", "::1"}
    where = f"http://{settings.host}:{settings.port}"
    warning = "" if local else "; open to the network: put a TLS proxy in front of it"
    return Check(name="address", ok=True, detail=where + warning)


def _model(copilot: Copilot, *, try_llm: bool) -> list[Check]:
    settings = copilot.settings
    if not settings.uses_llm:
        if settings.openai_base_url or settings.model:
            missing = "TEPLO_MODEL" if not settings.model else "OPENAI_BASE_URL or OPENAI_API_KEY"
            return [Check(name="model", ok=False, detail=f"half set: {missing} is missing")]
        detail = "embedded mode: nothing leaves this machine"
        return [Check(name="model", ok=True, detail=detail)]
    detail = f"{settings.model} at {settings.llm_host}, masked texts only"
    if not try_llm:
        return [Check(name="model", ok=True, detail=f"{detail} (not asked; use --llm)")]
    trial = copilot.llm.try_out()
    named = f"; it calls itself {trial.answered_by!r}" if trial.answered_by else ""
    reason = "" if trial.works else f"; no usable answer: {trial.probes[0].detail}"
    checks = [Check(name="model", ok=trial.works, detail=f"{detail}{named}{reason}")]
    return checks + [_probe(probe, works=trial.works) for probe in trial.probes]


def _probe(probe: Probe, *, works: bool) -> Check:
    """Tell of one thing tried; what a server cannot do is no fault when another way works."""
    told = f"works, {probe.seconds:.1f} s" if probe.works else f"no: {probe.detail}"
    more = f", {probe.detail}" if probe.works and probe.detail else ""
    instead = "; done without" if works and not probe.works else ""
    return Check(name=_WAYS[probe.way], ok=works, detail=f"{told}{more}{instead}")
