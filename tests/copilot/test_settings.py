"""Settings come from the environment, and a wrong one is named."""

import os

import pytest

from copilot import quiet_vendors, read_settings
from copilot.errors import BadSettings


def test_nothing_set_is_embedded_mode_on_loopback() -> None:
    settings = read_settings()

    assert settings.host == "127.0.0.1"
    assert not settings.uses_llm
    assert settings.llm_host == ""


def test_a_model_needs_a_name_and_an_address(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_BASE_URL", "http://localhost:8080/v1")
    assert not read_settings().uses_llm

    monkeypatch.setenv("TEPLO_MODEL", "small")
    assert read_settings().uses_llm
    assert read_settings().llm_host == "localhost"


def test_a_wrong_value_is_named_with_its_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEPLO_PORT", "door")

    with pytest.raises(BadSettings, match="TEPLO_PORT='door'"):
        read_settings()


def test_the_voice_is_made_of_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEPLO_ADDRESS", "ty")
    monkeypatch.setenv("TEPLO_REGISTER", "friendly")
    monkeypatch.setenv("TEPLO_RULES_OFF", "RU-C1 RU-C2")

    voice = read_settings().voice

    assert (voice.address, voice.register_) == ("ty", "friendly")
    assert voice.rules_off == ("RU-C1", "RU-C2")


def test_secrets_do_not_show_in_print(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-very-secret")

    assert "sk-very-secret" not in repr(read_settings())


def test_telemetry_is_off_and_tracing_cannot_be_switched_on_from_outside(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("LANGSMITH_TRACING", "true")
    monkeypatch.setenv("LANGSMITH_API_KEY", "key")

    quiet_vendors()

    assert os.environ["LANGSMITH_TRACING"] == "false"
    assert "LANGSMITH_API_KEY" not in os.environ
    assert os.environ["GRADIO_ANALYTICS_ENABLED"] == "False"
