"""Vectors from a service, against a scripted one on loopback."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any, ClassVar

import numpy as np
import pytest

from knowledge.errors import EmbeddingUnavailable
from knowledge.remote_embedding import RemoteEmbedder


class FakeService(BaseHTTPRequestHandler):
    """Answers /v1/embeddings as `behaviour` says and keeps what it was sent."""

    behaviour: ClassVar[str] = "good"
    received: ClassVar[list[dict[str, Any]]] = []

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.received.append(body)
        if self.behaviour == "failing":
            self._send(500, {"error": {"message": "no"}})
            return
        rows = [
            {"object": "embedding", "index": n, "embedding": self._vector(len(text))}
            for n, text in enumerate(body["input"])
        ]
        if self.behaviour == "short":
            rows = rows[1:]
        answer = {"object": "list", "data": rows[::-1], "model": "m"}
        self._send(200, {**answer, "usage": {"prompt_tokens": 1, "total_tokens": 1}})

    def _vector(self, length: int) -> list[float]:
        if self.behaviour == "zero":
            return [0.0, 0.0, 0.0]
        return [float(length), 2.0, 1.0] if self.behaviour != "wider" else [1.0] * 4

    def _send(self, status: int, body: dict[str, Any]) -> None:
        raw = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(raw)))
        self.end_headers()
        self.wfile.write(raw)

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@pytest.fixture
def service() -> Iterator[str]:
    FakeService.behaviour, FakeService.received = "good", []
    server = HTTPServer(("127.0.0.1", 0), FakeService)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/v1"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def embedder(service: str) -> Iterator[RemoteEmbedder]:
    embedder = RemoteEmbedder(service, api_key="k", model="m", timeout_s=2)
    yield embedder
    embedder.close()


def test_vectors_come_in_the_order_of_the_texts_and_at_unit_length(
    embedder: RemoteEmbedder,
) -> None:
    vectors = embedder.embed_queries(["а", "аааа"])

    assert vectors.dtype == np.float32
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1)
    assert vectors[0, 0] < vectors[1, 0]


def test_many_texts_go_in_batches(embedder: RemoteEmbedder) -> None:
    assert embedder.embed_passages([str(n) for n in range(130)]).shape == (130, 3)
    assert [len(body["input"]) for body in FakeService.received] == [64, 64, 2]


def test_texts_are_normalised_cut_and_never_empty(embedder: RemoteEmbedder) -> None:
    embedder.embed_queries(["\x00", "б" * 50_000])

    first, second = FakeService.received[0]["input"]
    assert first == "?"
    assert len(second) == 1_000


def test_the_dimension_is_asked_for_once(embedder: RemoteEmbedder) -> None:
    assert (embedder.dimension, embedder.dimension) == (3, 3)
    assert len(FakeService.received) == 1


@pytest.mark.parametrize("behaviour", ["failing", "short", "zero"])
def test_a_service_that_is_wrong_is_named_with_what_to_do(
    embedder: RemoteEmbedder, behaviour: str
) -> None:
    FakeService.behaviour = behaviour

    with pytest.raises(EmbeddingUnavailable, match="TEPLO_EMBEDDING_BASE_URL"):
        embedder.embed_queries(["а", "б"])


def test_another_dimension_than_before_is_refused(embedder: RemoteEmbedder) -> None:
    embedder.embed_queries(["а"])
    FakeService.behaviour = "wider"

    with pytest.raises(EmbeddingUnavailable, match="dimension 4, earlier 3"):
        embedder.embed_queries(["а"])


def test_a_failing_service_is_asked_once(embedder: RemoteEmbedder) -> None:
    FakeService.behaviour = "failing"

    with pytest.raises(EmbeddingUnavailable):
        embedder.embed_queries(["а"])

    assert len(FakeService.received) == 1


def test_nobody_there_is_said_at_once() -> None:
    embedder = RemoteEmbedder("http://127.0.0.1:9/v1", model="m", timeout_s=1)

    with pytest.raises(EmbeddingUnavailable, match="APIConnectionError"):
        embedder.embed_queries(["а"])
    embedder.close()


def test_an_address_without_a_model_is_refused() -> None:
    with pytest.raises(EmbeddingUnavailable, match="no model"):
        RemoteEmbedder("http://127.0.0.1:9/v1")
