"""What can be set, and the only reader of the environment."""

import json
import math
import re
from ipaddress import ip_network
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from pydantic import AliasChoices, Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from copilot.brief import Voice
from copilot.errors import BadSettings

# What a message about a wrong value must not repeat.
_SECRET = (
    "TEPLO_LLM_HEADERS", "TEPLO_TOKEN", "OPENAI_API_KEY", "TEPLO_EMBEDDING_API_KEY",
    "TEPLO_CHATWOOT_TOKEN", "TEPLO_CHATWOOT_WEBHOOK_SECRET",
)  # fmt: skip
_HEADER = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}")


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
    sso_header: str = Field(
        default="", description="The header in which a proxy names who has signed in there."
    )
    sso_proxies: str = Field(
        default="",
        description="Addresses and networks of the proxies that this is believed, separated by spaces.",
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
    llm_deadline_s: float = Field(
        default=2.0,
        gt=0,
        le=120,
        description="When a whole answer must stand, the embedded one if the model's is not there.",
    )
    llm_timeout_s: float = Field(
        default=8.0,
        gt=0,
        le=120,
        description="How long the model's version is waited for where the embedded one is shown.",
    )
    llm_key_file: Path | None = Field(
        default=None,
        description="A file with the key, read before every call: for keys that expire.",
    )
    llm_headers: SecretStr = Field(
        default=SecretStr(""), description="Further headers of every request, as a JSON object."
    )
    llm_ca_bundle: Path | None = Field(
        default=None, description="A PEM file with the certificates to trust, not the system's."
    )
    llm_user_tokens_per_minute: int = Field(
        default=1_000_000, ge=0, description="Tokens that one user may use a minute; 0: no limit."
    )
    llm_user_tokens_per_day: int = Field(
        default=5_000_000, ge=0, description="Tokens that one user may use a day; 0: no limit."
    )
    llm_tenant_tokens_per_minute: int = Field(
        default=5_000_000, ge=0, description="Tokens that all may use a minute; 0: no limit."
    )
    llm_tenant_tokens_per_day: int = Field(
        default=50_000_000, ge=0, description="Tokens that all may use a day; 0: no limit."
    )
    llm_prices: str = Field(
        default="",
        description="Prices of a million tokens, in/out, by model: `small=0.25/2 big=2/8`.",
    )
    llm_currency: str = Field(default="USD", description="The currency of the prices.")
    embedding_base_url: str = Field(
        default="",
        description="An OpenAI-compatible embeddings server instead of the built-in one.",
    )
    embedding_api_key: SecretStr = Field(default=SecretStr(""), description="Its key.")
    embedding_model: str = Field(default="", description="Its model's name.")

    retention_days: int = Field(
        default=365,
        ge=0,
        description="Days after which a quiet conversation is erased; 0: never.",
    )
    chatwoot_url: str = Field(
        default="", description="The address of a Chatwoot, such as https://desk.example.org."
    )
    chatwoot_token: SecretStr = Field(
        default=SecretStr(""), description="The access token that conversations are read with."
    )
    chatwoot_webhook_secret: SecretStr = Field(
        default=SecretStr(""), description="The secret that its webhook signs with."
    )
    chatwoot_unsigned: bool = Field(
        default=False,
        description="Take calls of an old Chatwoot that signs none: the secret stands in the path.",
    )

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

    @field_validator("llm_key_file", "llm_ca_bundle", mode="before")
    @classmethod
    def _there(cls, value: object) -> object:
        if not value:
            return None
        path = Path(str(value)).expanduser()
        if not path.is_file():
            raise ValueError("there is no such file")
        return path

    @field_validator("sso_header")
    @classmethod
    def _named(cls, value: str) -> str:
        if value and not _HEADER.fullmatch(value):
            raise ValueError("not the name of a header, such as X-Forwarded-Email")
        return value

    @field_validator("sso_proxies")
    @classmethod
    def _addresses(cls, value: str) -> str:
        for one in value.split():
            ip_network(one)
        return value

    @field_validator("chatwoot_url")
    @classmethod
    def _reachable(cls, value: str) -> str:
        parts = urlsplit(value)
        if value and (parts.scheme not in {"http", "https"} or not parts.hostname or parts.query):
            raise ValueError("not an address such as https://desk.example.org")
        if parts.username or parts.password:
            raise ValueError("an address holds no password here")
        return value.rstrip("/")

    @field_validator("llm_headers")
    @classmethod
    def _sendable(cls, value: SecretStr) -> SecretStr:
        read_headers(value.get_secret_value())
        return value

    @field_validator("llm_prices")
    @classmethod
    def _readable(cls, value: str) -> str:
        read_prices(value)
        return value

    @property
    def llm_header_table(self) -> dict[str, SecretStr]:
        """Further headers of every request to the model."""
        return read_headers(self.llm_headers.get_secret_value())

    @property
    def llm_price_table(self) -> dict[str, tuple[float, float]]:
        """What a million tokens costs by model, into it and out of it."""
        return read_prices(self.llm_prices)

    @property
    def data_home(self) -> Path:
        """`home` with `~` resolved."""
        return self.home.expanduser()

    @property
    def uses_llm(self) -> bool:
        """Whether a language model is configured."""
        known = self.openai_base_url or self.openai_api_key.get_secret_value() or self.llm_key_file
        return bool(self.model and known)

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
        secret = variable in _SECRET
        shown = "" if secret else f"={first['input']!r}"
        raise BadSettings(f"{variable}{shown}: {first['msg']}.") from (None if secret else error)


def read_headers(text: str) -> dict[str, SecretStr]:
    """Read headers from a JSON object of names and values; empty text holds none.

    Raises:
        ValueError: it is none, or a header cannot be sent; the message holds no value.
    """
    try:
        given = json.loads(text) if text.strip() else {}
    except ValueError:
        given = None
    if not isinstance(given, dict) or not all(isinstance(v, str) for v in given.values()):
        raise ValueError('not a JSON object of texts, such as {"x-folder-id": "b1g"}')
    for name, value in given.items():
        if not _HEADER.fullmatch(name) or not value.isascii() or not value.isprintable():
            raise ValueError(f"{name!r} cannot be sent as a header")
    return {name: SecretStr(value) for name, value in given.items()}


def read_prices(text: str) -> dict[str, tuple[float, float]]:
    """Read `model=in/out` pairs separated by spaces.

    Raises:
        ValueError: a pair is not written so; the message names it.
    """
    prices: dict[str, tuple[float, float]] = {}
    for pair in text.split():
        model, _, costs = pair.rpartition("=")
        into, _, out = costs.partition("/")
        try:
            price = float(into), float(out)
        except ValueError:
            price = (-1.0, -1.0)
        if not model or not all(math.isfinite(cost) and cost >= 0 for cost in price):
            raise ValueError(f"{pair!r} is not written as model=in/out, such as small=0.25/2")
        prices[model] = price
    return prices
