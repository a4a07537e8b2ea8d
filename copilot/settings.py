"""What can be set, and the only reader of the environment."""

from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from pydantic import AliasChoices, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from copilot.brief import Voice
from copilot.errors import BadSettings


class Settings(BaseSettings):
    """Every setting with its default; read from `TEPLO_*` and the standard `OPENAI_*` variables."""

    model_config = SettingsConfigDict(env_prefix="TEPLO_", frozen=True, extra="ignore")

    home: Path = Field(
        default=Path("~/.local/share/teplo"),
        description="The folder that holds the catalogue, the index and the built model.",
    )
    database_url: str = Field(
        default="", description="PostgreSQL by URL (postgresql+psycopg://…); empty: SQLite in home."
    )
    host: str = Field(default="127.0.0.1", description="The address to listen on.")
    port: int = Field(default=7871, ge=1, le=65535, description="The port to listen on.")
    token: SecretStr = Field(
        default=SecretStr(""),
        description="The sign-in token; empty: a fresh one at every start, printed in the link.",
    )
    language: Literal["ru", "en"] = Field(
        default="ru", description="The language of the screens until somebody switches it."
    )
    embed_origins: str = Field(
        default="", description="Origins that may frame the panel, separated by spaces."
    )
    threads: int = Field(default=2, ge=1, le=64, description="Threads of the vector model.")

    openai_base_url: str = Field(
        default="",
        validation_alias=AliasChoices("OPENAI_BASE_URL", "TEPLO_OPENAI_BASE_URL"),
        description="An OpenAI-compatible server; empty with no key: embedded mode.",
    )
    openai_api_key: SecretStr = Field(
        default=SecretStr(""),
        validation_alias=AliasChoices("OPENAI_API_KEY", "TEPLO_OPENAI_API_KEY"),
        description="Its key.",
    )
    model: str = Field(default="", description="The model's name; without it: embedded mode.")
    llm_timeout_s: float = Field(
        default=8.0, gt=0, le=120, description="The total deadline for the model's version."
    )
    embedding_base_url: str = Field(
        default="",
        description="An OpenAI-compatible embeddings server instead of the built-in one.",
    )
    embedding_api_key: SecretStr = Field(default=SecretStr(""), description="Its key.")
    embedding_model: str = Field(default="", description="Its model's name.")

    brand: str = Field(default="", description="Only knowledge of this brand, and of none.")
    address: Literal["vy", "ty"] = Field(
        default="vy", description="How Russian replies address people."
    )
    register_: Literal["formal", "neutral", "friendly"] = Field(
        default="neutral", alias="TEPLO_REGISTER", description="The register of replies."
    )
    humour: bool = Field(
        default=False, description="Whether a light joke is allowed where nobody lost."
    )
    signature: str = Field(default="", description="The name under e-mails.")
    crisis_line: str = Field(
        default="",
        description="The crisis line of your region, checked by you; shown in crisis replies.",
    )
    rules_off: str = Field(
        default="", description="Ids of tone rules to switch off, separated by spaces."
    )

    @property
    def data_home(self) -> Path:
        """`home` with `~` resolved."""
        return self.home.expanduser()

    @property
    def uses_llm(self) -> bool:
        """Whether a language model is configured."""
        return bool(self.model and (self.openai_base_url or self.openai_api_key.get_secret_value()))

    @property
    def llm_host(self) -> str:
        """The host that texts go to when a model is configured, else empty."""
        if not self.uses_llm:
            return ""
        return urlsplit(self.openai_base_url or "https://api.openai.com/v1").hostname or ""

    @property
    def voice(self) -> Voice:
        """How the brand speaks."""
        return Voice(
            address=self.address,
            register=self.register_,
            humour=self.humour,
            signature=self.signature,
            crisis_line=self.crisis_line,
            rules_off=tuple(self.rules_off.split()),
        )


def read_settings(**overrides: object) -> Settings:
    """Read the settings; `overrides` win over the environment.

    Raises:
        BadSettings: a value is wrong; the message names the variable and what it may be.
    """
    try:
        return Settings(**overrides)  # type: ignore[arg-type]  # validated by pydantic
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        name = str(first["loc"][0]) if first["loc"] else "settings"
        variable = name if name.isupper() else f"TEPLO_{name.upper()}"
        raise BadSettings(f"{variable}={first['input']!r}: {first['msg']}.") from error
