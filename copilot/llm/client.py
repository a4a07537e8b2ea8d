"""The client of an OpenAI-compatible server: one deadline per call, a breaker, budgets, a log."""

import threading
import time
from collections.abc import Callable, Generator, Sequence
from typing import Any, TypeVar

from copilot.llm.asking import Asking, OnText, outcome_of
from copilot.llm.breaker import Breaker
from copilot.llm.budget import Budget
from copilot.llm.endpoint import Endpoint
from copilot.llm.failures import FREE, LOCAL, ModelFailure, failure_of
from copilot.llm.terms import Terms, present_terms
from copilot.llm.usage import Prices, Usage, believable
from copilot.llm.vendor import LADDER, MAX_ANSWER_TOKENS, Reply, Rung, Schema, Vendor, unsupported
from copilot.outbox import Outbox
from copilot.tokens import TokenCounter
from prompts import PromptMessage

T = TypeVar("T")

MAX_AT_ONCE = 8


class ModelClient:
    """Asks one model; safe to share between threads."""

    def __init__(
        self,
        endpoint: Endpoint,
        *,
        outbox: Outbox,
        budget: Budget,
        counter: Callable[[], TokenCounter],
        prices: Prices,
        breaker: Breaker | None = None,
    ) -> None:
        """Connect to nothing yet."""
        self.endpoint = endpoint
        self._outbox = outbox
        self._budget = budget
        self.counter = counter
        self._prices = prices
        self._breaker = breaker or Breaker()
        self._vendor = Vendor(endpoint, self._record)
        self._places = threading.BoundedSemaphore(MAX_AT_ONCE)
        self._building = threading.Lock()
        self._asking = threading.local()
        self._rung = 0
        self._streams = True

    def warm(self) -> None:
        """Load the vendors' libraries, which takes seconds, before somebody waits for an answer."""
        with self._building:
            self._vendor.load()
            self._budget.warm()
            self.counter()

    def close(self) -> None:
        """Let go of open connections and of the budgets."""
        with self._building:
            self._vendor.close()
            self._budget.close()

    def run(
        self, job: Callable[[Asking], T], *, purpose: str = "suggest", timeout_s: float = 0.0
    ) -> T:
        """Run `job` with calls to the model, all of it within the deadline.

        The terms are those of this thread; `timeout_s` is the endpoint's unless given.

        Raises:
            ModelFailure: no answer in time, or none that can be used.
        """
        stream = self.stream(job, terms=present_terms(), purpose=purpose, timeout_s=timeout_s)
        try:
            while True:
                next(stream)
        except StopIteration as end:
            result: T = end.value
            return result

    def stream(
        self,
        job: Callable[[Asking], T],
        *,
        terms: Terms,
        purpose: str = "suggest",
        timeout_s: float = 0.0,
    ) -> Generator[Any, None, T]:
        """Run `job` as `run` does, yielding what it tells meanwhile.

        Closing the generator, or setting `terms.cancelled`, ends the call and its connection.
        """
        self._enter()
        asking = Asking(self, terms.ends(timeout_s or self.endpoint.timeout_s), terms, purpose)
        threading.Thread(
            target=self._work, args=(job, asking), name="model-call", daemon=True
        ).start()
        settled = False
        try:
            result: T = yield from outcome_of(asking)
            self._breaker.succeeded()
            settled = True
        except ModelFailure as failure:
            self._note(failure)
            settled = True
            raise
        finally:
            asking.over.set()
            if not settled:
                self._breaker.withdrew()
        return result

    def _enter(self) -> None:
        """Take a place, if there is one and the model is not left alone."""
        if not self._places.acquire(blocking=False):
            raise ModelFailure("busy", f"{MAX_AT_ONCE} calls are already under way")
        if not self._breaker.allows():
            self._places.release()
            raise ModelFailure("resting", "too many failures in a row")

    def _work(self, job: Callable[[Asking], T], asking: Asking) -> None:
        """Do the job in a thread of its own: name look-ups cannot be interrupted, all else can."""
        try:
            self.warm()
            asking.inbox.put(job(asking))
        except Exception as error:  # noqa: BLE001 – vendors raise anything; a draft must stand
            asking.inbox.put(failure_of(error))
        finally:
            self._places.release()

    def _note(self, failure: ModelFailure) -> None:
        if failure.kind == "unfit":
            self._breaker.succeeded()
        elif failure.kind in LOCAL:
            self._breaker.withdrew()
        else:
            self._breaker.failed(rest_s=failure.retry_after_s)

    def answer(
        self,
        asking: Asking,
        messages: Sequence[PromptMessage],
        schema: Schema,
        on_text: OnText | None,
        only: Rung | None,
    ) -> str:
        """Ask once, within the budgets; what it took is counted whatever comes of it."""
        counter = self.counter()
        asked = sum(counter.count(message.text) + 4 for message in messages)  # 4 mark a message
        hold = self._budget.take(asking.terms.account, asked + MAX_ANSWER_TOKENS)
        asking.heard = ""
        started = time.monotonic()
        try:
            reply = self._climb(asking, messages, schema, on_text, only)
        except Exception as error:  # noqa: BLE001 – whatever it was, what it took is counted
            failure = failure_of(error)
            lost = Reply(asking.heard)
            took = self._usage(lost, asked, counter, started) if failure.kind not in FREE else None
            self._settle(asking, hold, took, outcome=failure.reason)
            raise failure from None  # the vendor's own words may hold the key or the conversation
        took = self._usage(reply, asked, counter, started)
        asking.answered_by = reply.model
        self._settle(asking, hold, took, outcome="answered", model=reply.model)
        if not reply.text.strip():
            raise ModelFailure("broken", "an empty answer")
        return reply.text

    def _settle(
        self, asking: Asking, hold: Any, took: Usage | None, *, outcome: str, model: str = ""
    ) -> None:
        self._budget.settle(hold, took.tokens if took else 0)
        if took is not None:
            asking.terms.meter.add(took)
        if asking.sent:
            self._outbox.settle(asking.sent[-1], outcome=outcome, model=model, usage=took)

    def _usage(self, reply: Reply, asked: int, counter: TokenCounter, started: float) -> Usage:
        told = believable(reply.input_tokens) and believable(reply.output_tokens)
        into = reply.input_tokens if told else asked
        out = reply.output_tokens if told else counter.count(reply.text)
        assert into is not None and out is not None  # noqa: S101, PT018 – narrows the types
        model = self.endpoint.model
        cost = self._prices.cost(model, into, out)
        return Usage(
            model=model,
            calls=1,
            input_tokens=into,
            output_tokens=out,
            seconds=round(time.monotonic() - started, 3),
            counted="server" if told else "here",
            cost=cost,
            currency=self._prices.currency if cost is not None else "",
        )

    def _climb(
        self,
        asking: Asking,
        messages: Sequence[PromptMessage],
        schema: Schema,
        on_text: OnText | None,
        only: Rung | None,
    ) -> Reply:
        """Ask for structured output, and with less and less help where the server has none."""
        from copilot.llm.transport import Wait, waiting

        waiting.set(Wait(asking.until, (asking.over, asking.terms.cancelled)))
        self._asking.now = asking
        rungs = (only,) if only else LADDER[self._rung :]
        for rung in rungs:
            try:
                reply = self._sent(asking, messages, rung.options(schema), on_text)
            except Exception as error:
                if not unsupported(error) or rung is rungs[-1]:
                    raise
                self._outbox.settle(asking.sent[-1], outcome=failure_of(error).reason)
                continue
            self._rung = self._rung if only else LADDER.index(rung)
            return reply
        raise AssertionError("the last rung answers or raises")

    def _sent(
        self,
        asking: Asking,
        messages: Sequence[PromptMessage],
        options: dict[str, Any],
        on_text: OnText | None,
    ) -> Reply:
        if on_text is None or not self._streams:
            return self._vendor.whole(messages, options)

        def heard(text: str) -> None:
            asking.heard = text
            on_text(text)

        reply = self._vendor.streamed(messages, options, heard)
        if reply.text:
            return reply
        # A server that answers a stream with one plain body: what it said cannot be read as one.
        reply = self._vendor.whole(messages, options)
        self._streams = not reply.text
        return reply

    def _record(self, request: Any) -> None:
        """Write a request down before it leaves."""
        asking: Asking = self._asking.now
        try:
            asking.sent.append(
                self._outbox.write(
                    host=self.endpoint.host,
                    path=request.url.path,
                    body=request.content,
                    purpose=asking.purpose,
                    user=asking.terms.account.user,
                    tenant=asking.terms.account.tenant,
                )
            )
        except OSError as error:
            reason = f"the outbox cannot be written ({type(error).__name__})"
            raise ModelFailure("unsent", reason) from error
