"""The version lock of the prompts: `python -m prompts.lock` writes it, and refuses silent changes."""

import sys
from importlib.resources import files
from pathlib import Path

from prompts.library import Prompt, every_prompt

Locked = dict[str, tuple[int, str]]


def read_lock() -> Locked:
    """Return version and digest of every locked prompt."""
    lines = _lock_file().read_text(encoding="utf-8").splitlines()
    rows = [line.split() for line in lines if line and not line.startswith("#")]
    return {name: (int(version), digest) for name, version, digest in rows}


def unlocked(prompts: tuple[Prompt, ...], lock: Locked) -> tuple[str, ...]:
    """Say of every prompt that does not agree with the lock what is wrong with it."""
    faults: list[str] = []
    for prompt in prompts:
        version, digest = lock.get(prompt.id, (0, ""))
        if prompt.digest != digest and prompt.version <= version:
            faults.append(f"{prompt.id}: the words changed, version is still {prompt.version}")
        elif prompt.digest != digest or prompt.version != version:
            faults.append(f"{prompt.id}: version {prompt.version} is not in versions.lock")
    gone = sorted(set(lock) - {prompt.id for prompt in prompts})
    return (*faults, *(f"{name}: locked, but there is no such prompt" for name in gone))


def write_lock() -> None:
    """Write the lock.

    Raises:
        ValueError: words changed without a version; the message names the prompts.
    """
    prompts = every_prompt()
    silent = [fault for fault in unlocked(prompts, read_lock()) if "still" in fault]
    if silent:
        raise ValueError("; ".join(silent))
    rows = [f"{prompt.id} {prompt.version} {prompt.digest}\n" for prompt in prompts]
    _lock_file().write_text("# prompt, version, SHA-256 of its words\n" + "".join(rows), "utf-8")


def _lock_file() -> Path:
    return Path(str(files("prompts").joinpath("versions.lock")))


if __name__ == "__main__":
    try:
        write_lock()
    except ValueError as error:
        sys.exit(str(error))
