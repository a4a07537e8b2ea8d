"""Following conversations in the background: calls are kept first, then read again, none is lost."""

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from copilot.records import Bursts, Delivery
from copilot.records.bursts import LONGEST_S, QUIET_S
from ui.chatwoot.client import Chatwoot
from ui.chatwoot.errors import ChatwootTrouble
from ui.chatwoot.following import follow
from ui.chatwoot.reading import Called
from ui.kept import Keeper

LOG = logging.getLogger("teplo.chatwoot")

Place = tuple[int, int]
LONGEST_PAUSE_S = 300.0
MAX_ATTEMPTS = 900  # three days, most of it at the longest pause
_UNTIL_FREE_S = 0.2


@dataclass(frozen=True)
class Pace:
    """How long a burst may last, and how long is waited after an attempt in vain, in seconds."""

    quiet_s: float = QUIET_S
    longest_s: float = LONGEST_S
    first_pause_s: float = 1.0

    def pause_s(self, tried: int, told: float | None = None) -> float:
        """Return how long to wait after so many attempts in vain, or at least as long as was told."""
        return max(min(self.first_pause_s * 2.0 ** min(tried, 20), LONGEST_PAUSE_S), told or 0.0)


STEADY = Pace()


def _utc_now() -> datetime:
    return datetime.now(UTC)


class Follower:
    """Reads conversations again when their calls are due, each by one thread at a time."""

    def __init__(
        self,
        copilot: Keeper,
        chatwoot: Chatwoot,
        *,
        clock: Callable[[], datetime] = _utc_now,
        pace: Pace = STEADY,
    ) -> None:
        """Follow nothing yet."""
        self._copilot = copilot
        self._chatwoot = chatwoot
        self._clock = clock
        self._bursts: Bursts[Place] = Bursts(quiet_s=pace.quiet_s, longest_s=pace.longest_s)
        self._pace = pace
        self._busy: set[Place] = set()
        self._ready: list[Place] = []
        self._changed = threading.Condition()
        self._stopping = False
        self._threads: list[threading.Thread] = []

    def take(self, delivery_id: str, call: Called) -> bool:
        """Keep a call and have its conversation read again; False when it is known already."""
        now = self._clock()
        delivery = Delivery(
            id=delivery_id, event=call.event, account=str(call.account), outer_id=str(call.number)
        )
        if not self._copilot.records.deliveries.take(delivery, now=now):
            return False
        place = (call.account, call.number)
        with self._changed:
            if call.says == "customer":
                self._bursts.heard(place, now)
            elif call.says == "us":
                self._bursts.at(place, now)
            else:
                self._bursts.at(place, now + timedelta(seconds=_UNTIL_FREE_S))
            self._changed.notify()
        return True

    def start(self, threads: int = 2) -> None:
        """Go on where the last service stopped, and work in threads from now on."""
        now = self._clock()
        with self._changed:
            for delivery in self._copilot.records.deliveries.waiting():
                self._bursts.at((int(delivery.account), int(delivery.outer_id)), now)
        for n in range(threads):
            thread = threading.Thread(target=self._work, name=f"chatwoot-{n}", daemon=True)
            thread.start()
            self._threads.append(thread)

    def stop(self) -> None:
        """Finish what is begun; the rest waits in the records."""
        with self._changed:
            self._stopping = True
            self._changed.notify_all()
        for thread in self._threads:
            thread.join(timeout=30)

    def step(self) -> int:
        """Do everything that is due now; return how many conversations were read."""
        done = 0
        while (place := self._next()) is not None:
            try:
                self._read_again(place)
            finally:
                with self._changed:
                    self._busy.discard(place)
                    self._changed.notify_all()
            done += 1
        return done

    def settled(self, timeout_s: float) -> bool:
        """Wait until nothing is due or being read; say whether it came to that."""
        with self._changed:
            return self._changed.wait_for(
                lambda: not (self._busy or self._ready) and self._bursts.next_due() is None,
                timeout_s,
            )

    def _work(self) -> None:
        while True:
            with self._changed:
                if self._stopping:
                    return
                due = self._bursts.next_due()
                pause = None if due is None else (due - self._clock()).total_seconds()
                if not self._ready and (pause is None or pause > 0):
                    self._changed.wait(pause)
                    continue
            self.step()

    def _next(self) -> Place | None:
        with self._changed:
            now = self._clock()
            for place in self._bursts.due(now):
                if place in self._busy:
                    self._bursts.at(place, now + timedelta(seconds=_UNTIL_FREE_S))
                elif place not in self._ready:
                    self._ready.append(place)
            if not self._ready or self._stopping:
                return None
            place = self._ready.pop(0)
            self._busy.add(place)
            if self._ready:
                self._changed.notify()
            return place

    def _read_again(self, place: Place) -> None:
        account, number = str(place[0]), str(place[1])
        deliveries = self._copilot.records.deliveries
        waiting = deliveries.of(account, number)
        ids = tuple(one.id for one in waiting)
        tried = max((one.attempts for one in waiting), default=0)
        try:
            follow(self._copilot, self._chatwoot, *place, now=self._clock())
        except ChatwootTrouble as trouble:
            if trouble.kind == "missing" or tried >= MAX_ATTEMPTS:
                LOG.warning("Conversation %s/%s is given up: %s", account, number, trouble)
                deliveries.settle(account, number, ids, "failed")
                return
            LOG.warning("Conversation %s/%s is tried again: %s", account, number, trouble)
            deliveries.put_off(account, number, ids, str(trouble))
            self._again(place, self._pace.pause_s(tried, trouble.retry_after_s))
        except Exception:
            LOG.exception("Conversation %s/%s could not be followed.", account, number)
            deliveries.settle(account, number, ids, "failed")
        else:
            deliveries.settle(account, number, ids, "done")

    def _again(self, place: Place, pause_s: float) -> None:
        with self._changed:
            self._bursts.at(place, self._clock() + timedelta(seconds=pause_s))
            self._changed.notify()
