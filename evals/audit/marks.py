"""What the rules say of one conversation that has taken place."""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any

import regex

from copilot.brief import Brief, Perception
from copilot.conversation import Conversation, Frozen, Message
from copilot.framing import choose_frame
from copilot.perception import perceive
from copilot.rules import Act, Ruleset, acts_of, commitments, mask, pledges, review
from copilot.suggestion import Draft, Finding
from evals.audit.threads import Thread
from evals.cases import Case
from evals.observation import Observation
from evals.scorers.frame import framework
from knowledge import Locale, Severity

_USEFUL = frozenset({
    "next_step", "answer", "options", "workaround", "deadline", "escalate", "follow_up",
    "compensate_within_limit",
})  # fmt: skip
_UNSUPPORTED = frozenset({
    "absent", "over_limit", "contradicts", "better_than_policy", "outdated_source",
    "unit_calendar_vs_business",
})  # fmt: skip
_ASKS = ("reask", "retry")
_GROUND = ("unverified_promise", "absolute_guarantee")
_GAP = regex.compile(r"(?<=[.!?\u2026])\s+|\n+")  # a dot within an address ends no sentence
_HEAT = 4  # hostility runs from 0 to this
_QUOTE = 240
_UNTIMED = datetime(2000, 1, 1, tzinfo=UTC)  # for what needs a moment where an export has none
Hits = Callable[[Conversation], tuple[Any, ...]]


class Mark(Frozen):
    """A finding in one reply: the masked sentence, and how it could read."""

    rule: str
    type: str
    severity: Severity
    turn: int
    quote: str
    why: str = ""
    better: str = ""


class Marked(Frozen):
    """One audited conversation. Times in seconds; none where the export has no times."""

    id: str
    place: str
    topic: str
    language: Locale
    customer: str = ""
    started: float | None = None
    ended: float | None = None
    replies: int
    first_reply_s: float | None = None
    useful_at: int | None = None
    useful_s: float | None = None
    course: tuple[int, ...] = ()
    fit: tuple[float, ...] = ()
    promises: int = 0
    unsupported: int = 0
    late: int = 0
    asks_again: int = 0
    marks: tuple[Mark, ...] = ()
    solved_first: bool | None = None

    @property
    def gravest(self) -> str:
        """The gravest finding: critical, high, medium, low, or none."""
        held = {mark.severity for mark in self.marks}
        return next((s for s in ("critical", "high", "medium", "low") if s in held), "none")


def audited(thread: Thread, rules: Ruleset, *, hits: Hits | None = None) -> Marked:
    """Judge every reply of a conversation by what was known when it was written.

    Without `hits` a promise counts as supported only by the conversation itself.
    """
    messages = tuple(
        Message(role=t.role, text=t.text, at=_moment(t.at) if t.at is not None else None)
        for t in thread.turns
    )
    last = next((m.at for m in reversed(messages) if m.at), None) or _UNTIMED
    whole = Conversation(id="audit", messages=messages, now=last)
    heard = perceive(whole)
    found = _Replies(thread, heard, rules, hits)
    for n, message in enumerate(whole.messages):
        if message.role == "operator":
            found.take(n, whole)
    promised = pledges(whole, last) if found.promises else ()
    return Marked(
        id=thread.id, place=thread.place, topic=thread.topic or _topic(heard),
        language=heard.language, customer=thread.customer,
        started=thread.turns[0].at, ended=thread.turns[-1].at, replies=found.count,
        first_reply_s=found.waited(found.first), useful_at=found.useful,
        useful_s=found.waited(found.useful), course=heard.course, fit=tuple(found.fit),
        promises=found.promises, unsupported=found.unsupported,
        late=sum(p.status == "late" for p in promised),
        asks_again=sum(m.type in _ASKS for m in found.marks), marks=tuple(found.marks),
    )  # fmt: skip


class _Replies:
    """The replies of one conversation, gathered one by one."""

    def __init__(
        self, thread: Thread, heard: Perception, rules: Ruleset, hits: Hits | None
    ) -> None:
        self._thread, self._heard, self._rules, self._hits = thread, heard, rules, hits
        self.count = self.promises = self.unsupported = 0
        self.first: int | None = None
        self.useful: int | None = None
        self.fit: list[float] = []
        self.marks: list[Mark] = []

    def take(self, n: int, whole: Conversation) -> None:
        text = whole.messages[n].text
        before = whole.model_copy(
            update={"messages": whole.messages[:n], "now": whole.messages[n].at or whole.now}
        )
        brief = self._brief(before, n)
        draft = Draft.from_text(text)
        acts = acts_of(text, brief.perception.language, about=before.last_customer_text)
        self.count += 1
        self.first = n if self.first is None else self.first
        checks = commitments(draft, brief)
        self.promises += len(checks)
        self.unsupported += sum(check.verdict in _UNSUPPORTED for check in checks)
        findings = review(draft, brief, self._rules)
        if self.useful is None and _helps(acts, findings):
            self.useful = n
        self.marks += [_mark(f, n, text) for f in findings if self._hits or f.type not in _GROUND]
        if before.last_turn:
            self._judge_steps(acts, brief)

    def _brief(self, before: Conversation, n: int) -> Brief:
        """Return what could be known before message `n`: read once, cut off there."""
        turns = sum(m.role == "customer" for m in before.messages)
        course = self._heard.course[:turns]
        heard = self._heard.model_copy(
            update={
                "facts": tuple(f for f in self._heard.facts if f.message < n),
                "signals": tuple(s for s in self._heard.signals if s.message < n),
                "course": course,
                "hostility": course[-1] if course else 0,
            }
        )
        return Brief(
            conversation=before, perception=heard, frame=choose_frame(heard, before),
            hits=self._hits(before) if self._hits else (),
        )  # fmt: skip

    def _judge_steps(self, acts: tuple[Act, ...], brief: Brief) -> None:
        """Score the steps of a reply to a customer's turn, where a framework is called for."""
        name = brief.frame.framework
        case = _CASE.model_copy(
            update={"framework": name, "emotion0": brief.perception.hostility / _HEAT}
        )
        score = framework(case, Observation(case="audit", text="x", acts=acts, framework=name))
        if score.value is not None:
            self.fit.append(score.value)

    def waited(self, n: int | None) -> float | None:
        """Return the seconds from the first customer message to message `n`."""
        start = next((t.at for t in self._thread.turns if t.role == "customer"), None)
        end = self._thread.turns[n].at if n is not None and n < len(self._thread.turns) else None
        return max(0.0, end - start) if start is not None and end is not None else None


def _helps(acts: Iterable[Act], findings: Iterable[Finding]) -> bool:
    """Say whether a reply takes the matter on: a step, an answer, a way – outside of a grave fault."""
    spoilt = [f for f in findings if f.severity in ("high", "critical") or f.type in _ASKS]
    return any(
        act.name in _USEFUL and not any(f.start < act.end and act.start < f.end for f in spoilt)
        for act in acts
    )


def _mark(finding: Finding, n: int, text: str) -> Mark:
    ends = [gap.span() for gap in _GAP.finditer(text)]
    start = max((end for _, end in ends if end <= finding.start), default=0)
    stop = min((begin for begin, _ in ends if begin >= finding.end), default=len(text))
    sentence = mask(text[start:stop]).text.strip()
    return Mark(
        rule=finding.rule, type=finding.type, severity=finding.severity, turn=n,
        quote=sentence[:_QUOTE], why=finding.why, better=finding.replacement,
    )  # fmt: skip


def _topic(heard: Perception) -> str:
    return heard.signals[0].name if heard.signals else ""


def _moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, tz=UTC)


_CASE = Case.model_validate(
    {
        "id": "audit", "family": "audit", "split": "dev", "lang": "ru", "now": _UNTIMED,
        "turns": [{"role": "customer", "text": "x"}],
    }
)  # fmt: skip
