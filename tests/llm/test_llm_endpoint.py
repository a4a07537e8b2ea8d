"""Providers that differ: keys, headers, certificates, odd answers, less help than one would like."""

import json
import shutil
import ssl
import subprocess
from pathlib import Path
from typing import Any

import pytest

from copilot.errors import BadSettings, LlmUnavailable
from copilot.settings import read_settings
from tests.llm.conftest import (
    GOOD_RU,
    FakeLlm,
    Handler,
    MakeBrief,
    MakeSuggester,
    reply_of,
    saying,
)

WELL = reply_of(*GOOD_RU)
slow = pytest.mark.slow


@slow
def test_a_key_file_is_read_anew_for_every_call(
    server: FakeLlm, brief: MakeBrief, suggester: MakeSuggester, tmp_path: Path
) -> None:
    server.personality = saying(WELL)
    key = tmp_path / "key"
    key.write_text("first\n")
    one = suggester(setting={"llm_key_file": key})

    one.draft(brief())
    key.write_text("second\n")
    one.draft(brief())

    assert server.keys == ["Bearer first", "Bearer second"]


@slow
def test_a_key_file_that_went_away_sends_nothing(
    server: FakeLlm, brief: MakeBrief, suggester: MakeSuggester, tmp_path: Path
) -> None:
    key = tmp_path / "key"
    key.write_text("first\n")
    one = suggester(setting={"llm_key_file": key})
    key.unlink()

    with pytest.raises(LlmUnavailable) as caught:
        one.draft(brief())

    assert caught.value.kind == "unsent"
    assert server.bodies == []


@slow
def test_further_headers_go_with_every_request_and_win(
    server: FakeLlm, brief: MakeBrief, suggester: MakeSuggester, tmp_path: Path
) -> None:
    server.personality = saying(WELL)
    headers = '{"Authorization": "Api-Key s3cret", "x-folder-id": "b1g"}'

    suggester(setting={"llm_headers": headers}).draft(brief())

    assert server.keys == ["Api-Key s3cret"]
    assert server.headers[0]["x-folder-id"] == "b1g"
    kept = "".join(file.read_text("utf-8") for file in tmp_path.rglob("*.jsonl"))
    assert "s3cret" not in kept


@pytest.fixture
def certificate(tmp_path: Path) -> tuple[Path, Path]:
    """A certificate for 127.0.0.1 that nobody has signed but itself, and its key."""
    tool = shutil.which("openssl")
    if tool is None:
        pytest.skip("no openssl to make a certificate with")
    pem, key = tmp_path / "own.pem", tmp_path / "own.key"
    made = [
        tool, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-keyout", str(key),
        "-out", str(pem), "-subj", "/CN=model", "-addext", "subjectAltName=IP:127.0.0.1",
    ]  # fmt: skip
    subprocess.run(made, check=True, capture_output=True)
    return pem, key


@pytest.fixture
def tls_server(server: FakeLlm, certificate: tuple[Path, Path]) -> FakeLlm:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    server.personality = saying(WELL)
    return server


@slow
def test_an_own_ca_bundle_is_trusted(
    tls_server: FakeLlm, certificate: tuple[Path, Path], brief: MakeBrief, suggester: MakeSuggester
) -> None:
    url = tls_server.url.replace("http:", "https:")

    (draft,) = suggester(url=url, setting={"llm_ca_bundle": certificate[0]}).draft(brief())

    assert draft.origin == "llm"


@slow
def test_a_certificate_that_nobody_vouches_for_is_refused_before_a_word_is_sent(
    tls_server: FakeLlm, brief: MakeBrief, suggester: MakeSuggester
) -> None:
    url = tls_server.url.replace("http:", "https:")

    with pytest.raises(LlmUnavailable) as caught:
        suggester(url=url).draft(brief())

    assert caught.value.kind == "away"
    assert tls_server.bodies == []


def knowing(*known: str) -> Any:
    """A server that refuses every field of a request that it does not know."""

    def personality(handler: Handler, request: dict[str, Any]) -> None:
        kind = request.get("response_format", {}).get("type", "")
        strange = set(request) - {"model", "messages", "stream", *known}
        if strange or (kind and kind not in known):
            handler.reply(b'{"error": {"message": "unknown field"}}', 422)
        else:
            handler.complete(WELL)

    return personality


@slow
@pytest.mark.parametrize(
    "known",
    [
        ("temperature", "max_tokens", "response_format", "json_schema"),
        ("response_format", "json_schema"),
        ("temperature", "max_tokens", "response_format", "json_object"),
        ("temperature", "max_tokens"),
        (),
    ],
)
def test_a_server_is_asked_for_as_much_help_as_it_gives(
    known: tuple[str, ...], server: FakeLlm, brief: MakeBrief, suggester: MakeSuggester
) -> None:
    server.personality = knowing(*known)
    one = suggester()

    one.draft(brief())
    before = len(server.bodies)
    (draft,) = one.draft(brief())

    assert draft.origin == "llm"
    assert len(server.bodies) == before + 1, "what the server can do is remembered"


ODD = {
    "a fence": f"```json\n{WELL}\n```",
    "words before": f"Sure! Here is the reply you asked for:\n\n{WELL}",
    "words after": f"{WELL}\n\nLet me know if you need anything else {{smile}}.",
    "thoughts": f"<think>The customer {{is}} angry. {{\"sentences\": []}}</think>\n{WELL}",
    "thoughts without a beginning": f"so I apologise.</think>{WELL}",
    "two versions": reply_of(("L", "Черновик.")) + "\nFinal:\n" + WELL,
    "more keys": WELL.replace('"step"', '"confidence": 0.9, "step"'),
    "escapes": json.dumps(json.loads(WELL), ensure_ascii=True, indent=4),
    "a mark of byte order": "\ufeff" + WELL,
    "half a surrogate": WELL.replace("Вечер прошёл", "Вечер прошёл\\ud83d"),
    "invisible marks": WELL.replace("Вечер", "\u200bВечер\u202e"),
}  # fmt: skip


@slow
@pytest.mark.parametrize("name", ODD)
def test_an_odd_answer_is_read_all_the_same(
    name: str, server: FakeLlm, brief: MakeBrief, suggester: MakeSuggester
) -> None:
    server.personality = saying(ODD[name])

    (draft,) = suggester().draft(brief())

    assert [sentence.text for sentence in draft.sentences][:2] == [GOOD_RU[0][1], GOOD_RU[1][1]]


@slow
def test_content_in_parts_is_read(
    server: FakeLlm, brief: MakeBrief, suggester: MakeSuggester
) -> None:
    server.personality = lambda handler, _: handler.complete([{"type": "text", "text": WELL}])

    (draft,) = suggester().draft(brief())

    assert draft.origin == "llm"


@slow
def test_trying_out_tells_each_thing_apart(server: FakeLlm, suggester: MakeSuggester) -> None:
    def personality(handler: Handler, request: dict[str, Any]) -> None:
        kind = request.get("response_format", {}).get("type")
        if kind == "json_schema":
            handler.reply(b'{"error": {"message": "no schemas here"}}', 400)
        elif request.get("stream"):
            handler.stream(reply_of(("", "Ready.")))
        else:
            handler.complete(reply_of(("", "Ready.")) if kind else "Ready.")

    server.personality = personality

    trial = suggester().try_out()

    told = {probe.way: (probe.works, probe.detail) for probe in trial.probes}
    assert told["json_schema"] == (False, "HTTP 400")
    assert told["json_object"] == (True, "")
    assert not told["plain"][0]
    assert told["streaming"][0]
    assert told["streaming"][1].startswith("first words after")
    assert (trial.works, trial.answered_by) == (True, "fake")


@slow
def test_trying_out_a_model_that_is_away_says_why(
    server: FakeLlm, suggester: MakeSuggester
) -> None:
    server.personality = lambda handler, _: handler.reply(b"{}", 401)

    trial = suggester().try_out()

    assert not trial.works
    assert {probe.detail for probe in trial.probes} == {"HTTP 401"}


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("TEPLO_LLM_HEADERS", "x: y", "JSON object"),
        ("TEPLO_LLM_HEADERS", '{"a b": "c"}', "cannot be sent"),
        ("TEPLO_LLM_HEADERS", '{"a": "b\\r\\nc: d"}', "cannot be sent"),
        ("TEPLO_LLM_HEADERS", '{"a": 5}', "JSON object"),
        ("TEPLO_LLM_PRICES", "small=cheap", "model=in/out"),
        ("TEPLO_LLM_PRICES", "small=1", "model=in/out"),
        ("TEPLO_LLM_PRICES", "small=-1/2", "model=in/out"),
        ("TEPLO_LLM_PRICES", "=1/2", "model=in/out"),
        ("TEPLO_LLM_CA_BUNDLE", "/no/such/file.pem", "no such file"),
        ("TEPLO_LLM_KEY_FILE", "/no/such/key", "no such file"),
        ("TEPLO_LLM_DEADLINE_S", "0", "greater than 0"),
    ],
)
def test_a_wrong_setting_is_named(
    name: str, value: str, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, value)

    with pytest.raises(BadSettings, match=said) as caught:
        read_settings()

    assert name in str(caught.value)


def test_a_secret_header_is_not_in_the_message(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEPLO_LLM_HEADERS", '{"a b": "s3cret"}')

    with pytest.raises(BadSettings) as caught:
        read_settings()

    assert "s3cret" not in str(caught.value)
    monkeypatch.setenv("TEPLO_LLM_HEADERS", '{"a": "s3cret"}')
    assert "s3cret" not in repr(read_settings())


def test_prices_are_read_by_model(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEPLO_LLM_PRICES", "small=0.25/2 gpt://b1g/yandexgpt/latest=400/1200")

    table = read_settings().llm_price_table

    assert table == {"small": (0.25, 2.0), "gpt://b1g/yandexgpt/latest": (400.0, 1200.0)}
