"""An ingest may be killed at any moment: what was told stays, and the rest is made up for."""

import importlib.util
import random
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

BENCH = Path(__file__).parents[2] / "bench" / "kills.py"


def test_killed_ingests_lose_nothing_that_was_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spec = importlib.util.spec_from_file_location("kills", BENCH)
    assert spec is not None
    assert spec.loader is not None
    kills = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, "kills", kills)  # its dataclasses ask for it
    spec.loader.exec_module(kills)
    tally = kills.Tally()

    kills.rounds(tmp_path, 5, random.Random(3), tally, real=False, share=0.4)

    assert sum(tally.phases.values()) == 5
    assert not tally.faults
    assert max(tally.starts_s) < kills.START_LIMIT_S
