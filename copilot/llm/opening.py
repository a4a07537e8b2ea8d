"""The model's client as the settings describe it."""

from collections.abc import Callable
from functools import partial

from copilot.llm.budget import Budget, Limits
from copilot.llm.client import ModelClient
from copilot.llm.endpoint import OPENAI_URL, Endpoint
from copilot.llm.usage import Prices
from copilot.outbox import Outbox
from copilot.settings import Settings
from copilot.tokens import TokenCounter, open_counter


def open_client(
    settings: Settings, *, counter: Callable[[], TokenCounter] | None = None
) -> ModelClient:
    """Return the one client of an installation; nothing is loaded or sent yet."""
    home = settings.data_home
    endpoint = Endpoint(
        base_url=settings.openai_base_url or OPENAI_URL,
        api_key=settings.openai_api_key,
        model=settings.model,
        timeout_s=settings.llm_timeout_s,
        key_file=settings.llm_key_file,
        ca_bundle=settings.llm_ca_bundle,
        headers=settings.llm_header_table,
    )
    limits = Limits(
        user_minute=settings.llm_user_tokens_per_minute,
        user_day=settings.llm_user_tokens_per_day,
        tenant_minute=settings.llm_tenant_tokens_per_minute,
        tenant_day=settings.llm_tenant_tokens_per_day,
    )
    return ModelClient(
        endpoint,
        outbox=Outbox(home / "outbox"),
        budget=Budget(settings.database_url or f"sqlite:///{home / 'spending.db'}", limits),
        counter=counter or partial(open_counter, settings.model, home / "models" / "tokens"),
        prices=Prices(settings.llm_price_table, settings.llm_currency),
    )
