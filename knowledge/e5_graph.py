"""The encoder of multilingual-e5-small as an ONNX graph, built once and kept beside the data."""

import contextlib
import json
import os
import shutil
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from knowledge.e5 import SHA256, WHEEL, Weights, digest
from knowledge.errors import EmbeddingUnavailable

if TYPE_CHECKING:
    import onnx

GRAPH = "encoder.onnx"
_DATA = "encoder.bin"  # the weights stay outside the graph, so that loading maps them
_LEFT_S = 600.0  # building takes three
_MANIFEST = "manifest.json"


def ensure_graph(weights_file: Path, folder: Path) -> Path:
    """Return the folder with a sound graph of these weights, building it when it is not there.

    Raises:
        EmbeddingUnavailable: the weights are damaged or the folder cannot be written.
    """
    if not is_sound(folder):
        if digest(weights_file) != SHA256:
            raise EmbeddingUnavailable(
                f"The weights {str(weights_file)!r} are damaged: reinstall {WHEEL}."
            )
        try:
            _build(Weights(weights_file), folder)
        except OSError as error:
            raise EmbeddingUnavailable(
                f"The vector model cannot be written to {str(folder)!r} ({error}): give that "
                "folder write access and 200 MB of space, or set TEPLO_HOME to another one."
            ) from error
    return folder


def is_sound(folder: Path) -> bool:
    """Say whether the folder holds a whole graph, byte for byte as it was built."""
    try:
        manifest = json.loads((folder / _MANIFEST).read_text("utf-8"))
        files = dict(manifest["files"])
        whole = {GRAPH, _DATA} == set(files) and manifest["weights"] == SHA256
        return whole and all(digest(folder / name) == value for name, value in files.items())
    except (OSError, ValueError, KeyError, TypeError):
        return False


def _build(weights: Weights, folder: Path) -> None:
    import onnx

    folder.parent.mkdir(parents=True, exist_ok=True)
    _sweep(folder)
    fresh = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    try:
        model = _Encoder(weights).model()
        onnx.save(model, str(fresh / GRAPH), save_as_external_data=True, location=_DATA)
        files = {name: digest(fresh / name) for name in (GRAPH, _DATA)}
        manifest = {"weights": SHA256, "files": files}
        (fresh / _MANIFEST).write_text(json.dumps(manifest, indent=1), "utf-8")
        _put_in_place(fresh, folder)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def _sweep(folder: Path) -> None:
    """Delete what builders left behind that were killed some time ago."""
    for left in folder.parent.glob(f".{folder.name}-*"):
        with contextlib.suppress(OSError):  # another builder was quicker
            if time.time() - left.stat().st_mtime > _LEFT_S:
                shutil.rmtree(left, ignore_errors=True)


def _put_in_place(fresh: Path, folder: Path) -> None:
    """Rename the finished folder over a broken one; of two builders at once either may win."""
    for file in fresh.iterdir():
        with file.open("rb") as handle:
            os.fsync(handle.fileno())
    broken = fresh.with_name(fresh.name + "-broken")
    try:
        if folder.exists():
            folder.rename(broken)
        fresh.rename(folder)
    except OSError:
        if not is_sound(folder):
            raise
    finally:
        shutil.rmtree(broken, ignore_errors=True)


class _Encoder:
    """BERT with post-layer-norm and erf GELU, in the fused operators of onnxruntime.

    Inputs: `words` (batch, length, hidden) float32 word vectors, padded at the end; `lengths`
    (batch,) int32. Output: `tokens` (batch, length, hidden) float32.
    """

    def __init__(self, weights: Weights) -> None:
        self._weights = weights
        self._nodes: list[Any] = []
        self._constants: list[Any] = []

    def model(self) -> "onnx.ModelProto":
        from onnx import TensorProto, helper

        hidden = self._weights.hidden
        self._op("Identity", [self._layers(self._embedded())], "tokens")
        shape = ["batch", "length", hidden]
        inputs = [
            helper.make_tensor_value_info("words", TensorProto.FLOAT, shape),
            helper.make_tensor_value_info("lengths", TensorProto.INT32, ["batch"]),
        ]
        output = helper.make_tensor_value_info("tokens", TensorProto.FLOAT, shape)
        graph = helper.make_graph(self._nodes, "e5-small", inputs, [output], self._constants)
        versions = [helper.make_opsetid("", 20), helper.make_opsetid("com.microsoft", 1)]
        return helper.make_model(graph, opset_imports=versions, ir_version=10)

    def _embedded(self) -> str:
        weights = self._weights
        kinds = weights.vector("emb.type").reshape(-1, weights.hidden)
        places = weights.vector("emb.pos").reshape(-1, weights.hidden)
        self._constant("places", places + kinds[0])
        for name, value in (("zero", 0), ("one", 1), ("two", 2)):
            self._constant(name, np.array([value], np.int64))
        length = self._op("Slice", [self._op("Shape", ["words"], "shape"), "one", "two"], "length")
        here = self._op("Slice", ["places", "zero", length, "zero"], "here")
        placed = self._op("Add", ["words", here], "placed")
        scale_and_shift = self._norm("emb.ln")
        return self._op(
            "LayerNormalization", [placed, *scale_and_shift], "embedded",
            axis=-1, epsilon=weights.epsilon,
        )  # fmt: skip

    def _layers(self, x: str) -> str:
        for n in range(self._weights.layers):
            x = self._feed_forward(self._attention(x, f"l{n}"), f"l{n}")
        return x

    def _attention(self, x: str, layer: str) -> str:
        weights, hidden = self._weights, self._weights.hidden
        parts = [weights.matrix(f"{layer}.{part}.w", hidden).T for part in "qkv"]
        shifts = [weights.vector(f"{layer}.{part}.b") for part in "qkv"]
        matrix = self._constant(f"{layer}.qkv.w", np.concatenate(parts, axis=1))
        shift = self._constant(f"{layer}.qkv.b", np.concatenate(shifts))
        heard = self._op(
            "Attention", [x, matrix, shift, "lengths"], f"{layer}.heard",
            domain="com.microsoft", num_heads=weights.heads,
        )  # fmt: skip
        out = self._linear(heard, f"{layer}.ao", hidden)
        return self._add_and_norm([out, x], f"{layer}.aln", f"{layer}.ao.b")

    def _feed_forward(self, x: str, layer: str) -> str:
        inner, hidden = self._weights.inner, self._weights.hidden
        wide = self._linear(x, f"{layer}.fi", inner)
        shift = self._constant(f"{layer}.fi.b", self._weights.vector(f"{layer}.fi.b"))
        active = self._op("BiasGelu", [wide, shift], f"{layer}.gelu", domain="com.microsoft")
        out = self._linear(active, f"{layer}.fo", hidden)
        return self._add_and_norm([out, x], f"{layer}.oln", f"{layer}.fo.b")

    def _linear(self, x: str, name: str, rows: int) -> str:
        matrix = self._constant(f"{name}.w", self._weights.matrix(f"{name}.w", rows).T)
        return self._op("MatMul", [x, matrix], f"{name}.out")

    def _add_and_norm(self, inputs: list[str], name: str, shift: str) -> str:
        added = self._constant(shift, self._weights.vector(shift))
        return self._op(
            "SkipLayerNormalization", [*inputs, *self._norm(name), added], f"{name}.out",
            domain="com.microsoft", epsilon=self._weights.epsilon,
        )  # fmt: skip

    def _norm(self, name: str) -> tuple[str, str]:
        vector = self._weights.vector
        return (
            self._constant(f"{name}.w", vector(f"{name}.w")),
            self._constant(f"{name}.b", vector(f"{name}.b")),
        )

    def _op(self, kind: str, inputs: list[str], output: str, **attributes: Any) -> str:
        from onnx import helper

        self._nodes.append(helper.make_node(kind, inputs, [output], **attributes))
        return output

    def _constant(self, name: str, value: NDArray[Any]) -> str:
        from onnx import numpy_helper

        self._constants.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name
