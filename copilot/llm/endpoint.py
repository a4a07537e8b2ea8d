"""Where a model is: a server that speaks the OpenAI protocol, and how it is spoken to."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from pydantic import SecretStr

OPENAI_URL = "https://api.openai.com/v1"


@dataclass(frozen=True)
class Endpoint:
    """A server, the model on it, and how long an answer is waited for.

    `key_file`, where given, holds the key and is read before every call, for keys that expire.
    `ca_bundle` is a PEM file with the certificates to trust instead of the system's.
    """

    base_url: str
    api_key: SecretStr
    model: str
    timeout_s: float
    key_file: Path | None = None
    ca_bundle: Path | None = None
    headers: Mapping[str, SecretStr] = field(default_factory=dict)

    @property
    def address(self) -> str:
        """The address without a user name or password that may stand in it."""
        parts = urlsplit(self.base_url)
        return parts._replace(netloc=parts.netloc.rpartition("@")[2], query="").geturl()

    @property
    def host(self) -> str:
        """The name of the machine that texts go to."""
        return urlsplit(self.base_url).hostname or ""

    def key(self) -> str:
        """Return the key as it is now; servers without one get a word in its place."""
        if self.key_file is not None:
            written = self.key_file.read_text(encoding="utf-8").strip()
        else:
            written = self.api_key.get_secret_value()
        return written or "none"
