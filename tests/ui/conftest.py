"""A copilot with hand-made answers, and a panel around it, for the tests of the screens."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from copilot.brief import Fact, Frame, Perception, Signal
from copilot.conversation import Conversation
from copilot.improve import Change, Improved
from copilot.llm import Usage
from copilot.settings import Settings
from copilot.streaming import Partial, Progress
from copilot.suggestion import CommitmentCheck, Draft, Finding, Result, Sentence, Suggestion
from copilot.summary import Line, Summary
from knowledge import Case, Commitment, Hit, Script, Slot
from ui.panel.operator import Desk

TOKEN = "one-token-for-tests"


class FakeReview:
    """What a check returns; the panel reads only the findings."""

    def __init__(
        self, findings: tuple[Finding, ...], commitments: tuple[CommitmentCheck, ...] = ()
    ) -> None:
        self.findings = findings
        self.commitments = commitments


class FakeCopilot:
    """Answers everything with one hand-made result; words it hears come back in it."""

    def __init__(self, home: Path, *, slow_model: bool = False, **settings: Any) -> None:
        self.model_may_answer = threading.Event()
        if not slow_model:
            self.model_may_answer.set()
        self.settings = Settings(home=home, **settings)
        self.asked: list[tuple[Conversation, Any, Any]] = []
        self.terms: list[Any] = []
        self.model_refuses = ""

    def suggest(
        self, conversation: Conversation, *, framework: Any = None, llm: bool = True
    ) -> Result:
        self.asked.append((conversation, framework, llm))
        return a_result(conversation, framework=framework or "LEAD")

    def suggest_stream(
        self, conversation: Conversation, *, framework: Any = None, terms: Any = None
    ) -> Iterator[Progress]:
        self.asked.append((conversation, framework, True))
        self.terms.append(terms)
        result = a_result(conversation, framework=framework or "LEAD")
        yield Progress(kind="suggestions", value=result)
        for text in ("Вижу по заказу.", "Вижу по заказу. Вечер под угрозой."):
            partial = Partial(conversation=conversation.id, text=text, sentences=())
            yield Progress(kind="partial", value=partial)
            while not self.model_may_answer.wait(timeout=0.05):
                if terms.cancelled.is_set():
                    return
        by_model = a_result(conversation, framework=framework or "LEAD", origin="llm")
        told = {"suggestions": (by_model.suggestions[0], *result.suggestions), "usage": A_USAGE}
        if self.model_refuses:
            told = {"notices": (self.model_refuses,), "usage": None}
        yield Progress(kind="result", value=result.model_copy(update=told))

    def improve(self, conversation: Conversation, text: str, how: Any) -> Improved:
        self.asked.append((conversation, text, how))
        if how in ("to_ru", "to_en"):
            return Improved(text=text, kept=True, notes=("Перевести может только модель.",))
        at = text.find("скоро")
        if at < 0:
            return Improved(text=text, notes=("Править нечего.",))
        change = Change(
            before="скоро", after="до 18:00", start=at, end=at + 5, why="срок вместо «скоро»"
        )
        return Improved(text=text.replace("скоро", "до 18:00", 1), changes=(change,))

    def summarise(self, conversation: Conversation, *, masked: bool = False) -> Summary:
        lines = (
            Line(about="happened", text="Что случилось: " + conversation.last_customer_text[:80]),
            Line(about="facts", text=f"Факты: {'<номер>' if masked else '784-1120'}"),
        )
        return Summary(conversation=conversation.id, language="ru", masked=masked, lines=lines)

    def check(self, conversation: Conversation, text: str) -> Any:
        self.asked.append((conversation, text, False))
        promised = tuple(
            CommitmentCheck(
                span=span,
                start=0,
                end=1,
                type="time",
                scope="company",
                verdict=verdict,
                source=source,
            )
            for span, verdict, source in (
                ("до 18:00", "exact", "S03#1"),
                ("завтра", "absent", ""),
            )
            if span in text
        )
        at = text.find("😀 скоро")
        if at >= 0:
            found = a_finding("скоро", at + 2).model_copy(update={"replacement": "в течение часа"})
            return FakeReview((found,), promised)
        at = text.find("успокойтесь")
        if at < 0:
            return FakeReview((), promised)
        return FakeReview(
            (a_finding("успокойтесь", at, severity="critical", why="Это звучит как приказ."),)
        )


A_USAGE = Usage(
    model="m", calls=1, input_tokens=900, output_tokens=112, seconds=1.84, counted="server",
    cost=0.0031, currency="USD",
)  # fmt: skip


def a_finding(
    span: str, start: int, *, severity: Any = "medium", why: str = "Слово без срока."
) -> Finding:
    return Finding(
        rule="RU-X", type="vague_time", severity=severity, span=span, start=start,
        end=start + len(span), why=why, replacement="до 18:00",
    )  # fmt: skip


STEPS = {"LEAD": "LEAD", "CARE": "CARE", "HEAR": "HEAR", "NONE": ""}


def a_result(
    conversation: Conversation, *, framework: Any = "LEAD", origin: Any = "embedded"
) -> Result:
    last = conversation.last_customer_text
    steps = tuple(STEPS[framework])
    first, second, third, fourth = steps or ("", "", "", "")
    sentences = (
        Sentence(step=first, act="ack", text="По заказу 784-1120 вы пишете третий раз, а стола нет."),
        Sentence(step=second, act="empathy", text="Вечер с гостями под угрозой, и это по-настоящему обидно."),
        Sentence(step=third, act="apologise", text="Простите: дату назвали мы, и сорвали её тоже мы."),
        Sentence(step=fourth, act="options", sources=("S03#1",), text="Возвращаю 290 ₽ за доставку. "
                 "Стол привезут [новое окно?] или скоро отменю заказ и верну всю оплату.", before="\n"),
    )  # fmt: skip
    draft = Draft(sentences=sentences, origin=origin)
    at = draft.text.index("скоро")
    short = Draft(sentences=(Sentence(step=third, text="Простите, срок сорвали мы: возвращаю 290 ₽.",
                                      sources=("S03#1",)),), label="short", origin=origin)  # fmt: skip
    ask = Draft(sentences=(Sentence(step=first, text="Понял вас: " + last[:80], sources=("card#1",)),
                           Sentence(text="Подскажите, пожалуйста, новый срок устроит?")), label="ask")  # fmt: skip
    return Result(
        conversation=conversation.id,
        perception=Perception(
            language="ru", hostility=3, distress=1, emotion="angry", course=(1, 2, 3), request="Где стол 784-1120",
            signals=(Signal(name="repeat_contact", span="Третий раз пишу", message=2),
                     Signal(name="delay", span=last[:60], message=2)),
            facts=(Fact(kind="order", value="784-1120", message=0), Fact(kind="deadline", value="19:00", message=2)),
            risk="publicity", needs_escalation=True,
        ),
        frame=Frame(framework=framework, steps=steps, done=steps[:1], next=steps[1:],
                    why="Клиент пишет третий раз: перескажите историю сами и назовите новый шаг."),
        hits=(a_hit(), a_hit("S04#0", title="Заказ потерян", strength="weak")),
        cases=(a_case(),),
        suggestions=(Suggestion(draft=draft, findings=(a_finding("скоро", at),)), Suggestion(draft=short),
                     Suggestion(draft=ask)),
    )  # fmt: skip


def a_hit(hit_id: str = "S03#1", *, title: str = "Заказ опаздывает на 2–5 дней", strength: Any = "strong",
          text: str = "Верните 290 ₽ за доставку и 5 % за каждый день, всего до 20 %.") -> Hit:  # fmt: skip
    record = Script(
        id="S03", locale="ru", title=title, intent="late",
        slots=(Slot(name="arrival_window", label="новое окно", hint="подтверждает логист"),),
        commitments=(Commitment(id="fee", type="money", text="возврат 290 ₽ за доставку"),),
        do_not=("Не называть дату, которую логист не подтвердил.",),
    )  # fmt: skip
    return Hit(id=hit_id, document=hit_id.split("#", maxsplit=1)[0], kind="script", title=title, text=text, score=1.0,
               strength=strength, confidence=0.8, record=record)  # fmt: skip


def a_case() -> Hit:
    record = Case(id="K02", locale="ru", title="Ёлка второго января", outcome="failed", antipattern=True,
                  lesson="Сначала скажите про день.",
                  turns=({"role": "customer", "text": "ЁЛКУ ПРИВЕЗЛИ СЕГОДНЯ"},))  # fmt: skip
    return Hit(id="K02#0", document="K02", kind="case", title=record.title, text="Ёлка", score=1.0,
               strength="strong", record=record)  # fmt: skip


@pytest.fixture
def fake(tmp_path: Path) -> FakeCopilot:
    return FakeCopilot(tmp_path)


@pytest.fixture
def desk(fake: FakeCopilot, now: Any) -> Desk:
    return Desk(fake, clock=lambda: now)


@pytest.fixture(scope="session")
def serve_fake(
    tmp_path_factory: pytest.TempPathFactory,
) -> Callable[..., Iterator[tuple[str, FakeCopilot]]]:
    """Serve a panel around a fake copilot with these settings, on a free port."""

    def serve(**settings: Any) -> Iterator[tuple[str, FakeCopilot]]:
        home = tmp_path_factory.mktemp("home")
        with closing(socket.socket()) as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        fake = FakeCopilot(home, **settings)
        yield from ((url, fake) for url in serve_panel(fake, home, port))

    return serve


@pytest.fixture(scope="session")
def panel_url(serve_fake: Callable[..., Iterator[tuple[str, FakeCopilot]]]) -> Iterator[str]:
    """The panel behind the gate on a free port, served until the tests end."""
    yield from (url for url, _ in serve_fake())


def serve_panel(copilot: Any, home: Path, port: int) -> Iterator[str]:
    import uvicorn
    from fastapi import FastAPI

    from ui.gate import Gate
    from ui.panel import mount_panel
    from ui.sessions import Sessions

    app = mount_panel(FastAPI(docs_url=None, redoc_url=None, openapi_url=None), copilot)
    gate = Gate(app, sessions=Sessions(home, fixed=TOKEN), hosts=frozenset({"127.0.0.1"}))
    up = threading.Event()

    class Telling(uvicorn.Server):
        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets)
            up.set()

    server = Telling(
        uvicorn.Config(gate, port=port, log_level="warning", timeout_graceful_shutdown=1)
    )
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    assert up.wait(timeout=60)
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join(timeout=10)


@pytest.fixture(scope="session")
def fake_class() -> type[FakeCopilot]:
    return FakeCopilot


@pytest.fixture(scope="session")
def panel_token() -> str:
    return TOKEN
