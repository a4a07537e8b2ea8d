"""Budgets, prices and the log of what was sent: nobody pays for more than was allowed."""

import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from copilot.errors import LlmUnavailable
from copilot.llm import Account, Budget, Limits, ModelFailure, Prices, Terms, on_terms
from copilot.llm.usage import Meter, Usage
from copilot.outbox import Outbox
from copilot.suggesters import FallbackSuggester
from tests.llm.conftest import (
    GOOD_RU,
    FakeLlm,
    MakeBrief,
    MakeSuggester,
    Standing,
    reply_of,
    saying,
)

ANNA = Account("anna", "shop")


class Clock:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 22, 7, 5, 10, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


def budget(home: Path, clock: Clock, **limits: int) -> Budget:
    return Budget(f"sqlite:///{home / 'spending.db'}", Limits(**limits), now=clock)


def test_what_is_left_can_be_taken_and_no_more(tmp_path: Path) -> None:
    own = budget(tmp_path, Clock(), user_day=1000)
    own.settle(own.take(ANNA, 800), 700)

    own.take(ANNA, 300)
    with pytest.raises(ModelFailure) as caught:
        own.take(ANNA, 1)

    assert caught.value.kind == "spent_day"
    assert own.spent(ANNA)["user_day"] == 1000


def test_a_minute_passes_and_a_day_does_not(tmp_path: Path) -> None:
    clock = Clock()
    own = budget(tmp_path, clock, user_minute=100, user_day=150)
    own.take(ANNA, 100)
    with pytest.raises(ModelFailure) as minute:
        own.take(ANNA, 50)
    clock.now += timedelta(minutes=1)
    own.take(ANNA, 50)
    clock.now += timedelta(minutes=1)
    with pytest.raises(ModelFailure) as day:
        own.take(ANNA, 50)
    clock.now += timedelta(days=1)
    own.take(ANNA, 50)

    assert (minute.value.kind, day.value.kind) == ("spent_minute", "spent_day")


def test_a_tenant_is_the_sum_of_its_users(tmp_path: Path) -> None:
    own = budget(tmp_path, Clock(), user_day=100, tenant_day=150)
    own.take(Account("anna", "shop"), 100)
    own.take(Account("boris", "bank"), 100)

    with pytest.raises(ModelFailure):
        own.take(Account("vera", "shop"), 51)
    own.take(Account("vera", "shop"), 50)

    assert own.spent(Account("vera", "shop"))["tenant_day"] == 150


def test_a_refused_call_takes_nothing_anywhere(tmp_path: Path) -> None:
    own = budget(tmp_path, Clock(), user_day=100, tenant_day=10)
    with pytest.raises(ModelFailure):
        own.take(ANNA, 50)

    assert set(own.spent(ANNA).values()) == {0}


def test_a_restart_changes_nothing(tmp_path: Path) -> None:
    clock = Clock()
    first = budget(tmp_path, clock, user_day=100)
    first.take(ANNA, 90)
    first.close()

    with pytest.raises(ModelFailure):
        budget(tmp_path, clock, user_day=100).take(ANNA, 20)


def test_many_at_once_never_take_more_than_there_is(tmp_path: Path) -> None:
    own, other = (budget(tmp_path, Clock(), tenant_day=1000) for _ in range(2))
    own.warm()
    taken: list[int] = []

    def take(number: int) -> None:
        try:
            (own if number % 2 else other).take(Account(f"user {number}", "shop"), 100)
            taken.append(100)
        except ModelFailure:
            pass

    crowd = [threading.Thread(target=take, args=(number,)) for number in range(20)]
    for one in crowd:
        one.start()
    for one in crowd:
        one.join()

    assert sum(taken) <= 1000
    assert own.spent(Account("x", "shop"))["tenant_day"] == sum(taken)


def test_old_counts_are_forgotten(tmp_path: Path) -> None:
    clock = Clock()
    first = budget(tmp_path, clock)
    first.take(ANNA, 90)
    first.close()
    clock.now += timedelta(days=60)
    later = budget(tmp_path, clock)
    later.warm()
    clock.now -= timedelta(days=60)

    assert later.spent(ANNA)["user_day"] == 0


def test_a_budget_that_cannot_be_read_stops_the_model_only_where_there_is_a_limit(
    tmp_path: Path,
) -> None:
    (tmp_path / "file").write_text("")
    nowhere = f"sqlite:///{tmp_path / 'file' / 'spending.db'}"

    Budget(nowhere, Limits()).take(ANNA, 10)
    with pytest.raises(ModelFailure) as caught:
        Budget(nowhere, Limits(user_day=100)).take(ANNA, 10)

    assert caught.value.kind == "unsent"


def test_an_unknown_price_is_no_price() -> None:
    prices = Prices({"small": (0.25, 2.0)}, "USD")

    assert prices.cost("small", 1_000_000, 500_000) == 1.25
    assert prices.cost("big", 1_000_000, 500_000) is None


def test_one_call_without_a_price_leaves_the_sum_without_one() -> None:
    meter = Meter()
    common: dict[str, Any] = {"calls": 1, "input_tokens": 1, "output_tokens": 1, "seconds": 0.1}
    meter.add(Usage(model="a", counted="server", cost=0.5, currency="USD", **common))
    meter.add(Usage(model="b", counted="here", **common))

    usage = meter.usage
    assert usage is not None
    assert (usage.calls, usage.cost, usage.counted) == (2, None, "both")


@pytest.mark.slow
@pytest.mark.parametrize("length", ["day", "minute"])
@pytest.mark.parametrize("scope", ["user", "tenant"])
def test_a_spent_budget_leaves_the_embedded_draft_and_says_so(
    scope: str, length: str, server: FakeLlm, brief: MakeBrief, suggester: MakeSuggester,
    notice: Any,
) -> None:  # fmt: skip
    server.personality = saying(reply_of(*GOOD_RU))
    one = suggester(setting={f"llm_{scope}_tokens_per_{length}": 100})
    both = FallbackSuggester(first=one, then=Standing())

    (draft,) = both.draft(brief())

    assert draft.origin == "embedded"
    assert both.notices() == (notice(f"spent_{length}"),)
    assert server.bodies == []


@pytest.mark.slow
def test_a_spent_budget_of_one_user_is_not_anothers(
    server: FakeLlm, brief: MakeBrief, suggester: MakeSuggester
) -> None:
    def told(handler: Any, _: Any) -> None:
        handler.stream(reply_of(*GOOD_RU))

    server.personality = told
    one = suggester(setting={"llm_user_tokens_per_day": 6500})
    list(one.stream(brief(), Terms(Account("anna"))))
    list(one.stream(brief(), Terms(Account("anna"))))
    list(one.stream(brief(), Terms(Account("anna"))))
    with pytest.raises(LlmUnavailable) as caught:
        list(one.stream(brief(), Terms(Account("anna"))))
    list(one.stream(brief(), Terms(Account("boris"))))

    assert caught.value.kind == "spent_day"
    assert len(server.bodies) == 4


@pytest.mark.slow
def test_a_budget_is_not_a_failure_of_the_model(
    server: FakeLlm, brief: MakeBrief, suggester: MakeSuggester
) -> None:
    server.personality = saying(reply_of(*GOOD_RU))
    one = suggester(setting={"llm_user_tokens_per_minute": 100})

    kinds = []
    for _ in range(7):
        with pytest.raises(LlmUnavailable) as caught:
            one.draft(brief())
        kinds.append(caught.value.kind)

    assert set(kinds) == {"spent_minute"}


@pytest.mark.slow
def test_the_outbox_holds_the_account_the_outcome_and_the_cost(
    server: FakeLlm, brief: MakeBrief, suggester: MakeSuggester, tmp_path: Path
) -> None:
    server.personality = saying(reply_of(*GOOD_RU))
    one = suggester(setting={"llm_prices": "fake=1000000/2000000"})
    with on_terms(Terms(ANNA)) as terms:
        one.draft(brief())

    (entry,) = Outbox(tmp_path / "home" / "outbox").entries()

    assert (entry["user"], entry["tenant"], entry["purpose"]) == ("anna", "shop", "suggest")
    assert (entry["outcome"], entry["answered_by"]) == ("answered", "fake")
    assert entry["usage"]["cost"] == 3.0
    assert terms.meter.usage is not None
    assert terms.meter.usage.cost == 3.0


@pytest.mark.slow
def test_a_request_that_failed_is_told_with_what_it_was(
    server: FakeLlm, brief: MakeBrief, suggester: MakeSuggester, tmp_path: Path
) -> None:
    server.personality = lambda handler, _: handler.reply(b"{}", 500)
    with pytest.raises(LlmUnavailable):
        suggester().draft(brief())

    (entry,) = Outbox(tmp_path / "home" / "outbox").entries()

    assert entry["outcome"] == "HTTP 500"
    assert "usage" not in entry


@pytest.mark.slow
def test_counts_that_cannot_be_true_are_made_here(
    server: FakeLlm, brief: MakeBrief, suggester: MakeSuggester
) -> None:
    def boasting(handler: Any, _: Any) -> None:
        handler.stream(reply_of(*GOOD_RU), usage=False)
        handler.event(None, tokens=(-5, 10**12))

    server.personality = boasting
    terms = Terms()

    list(suggester().stream(brief(), terms))

    usage = terms.meter.usage
    assert usage is not None
    assert usage.counted == "here"
    assert usage.input_tokens > 500
