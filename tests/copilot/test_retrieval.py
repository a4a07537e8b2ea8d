"""Which knowledge reaches the brief, and in what order."""

from datetime import datetime

import pytest

from copilot import Conversation, Message
from copilot.brief import Perception, Signal
from copilot.conversation import Card
from copilot.retrieval import CANDIDATES, retrieve
from knowledge import Hit, Query, Script


class Shelf:
    """A retriever that answers from a dictionary and remembers what it was asked."""

    def __init__(self, **answers: tuple[Hit, ...]) -> None:
        self.answers = answers
        self.asked: list[Query] = []

    def search(self, query: Query) -> tuple[Hit, ...]:
        self.asked.append(query)
        return self.answers.get(query.text if query.kind == "script" else query.kind, ())


def hit(
    name: str, *, strength: str = "strong", confidence: float = 0.4, script: Script | None = None
) -> Hit:
    return Hit.model_validate(
        {
            "id": f"{name}#0", "document": name, "kind": "script", "title": name, "text": name,
            "score": 1.0, "strength": strength, "confidence": confidence, "record": script,
        }
    )  # fmt: skip


def script(name: str, *, signals: tuple[str, ...] = (), safety: str = "none") -> Script:
    return Script.model_validate(
        {
            "id": name,
            "locale": "ru",
            "title": name,
            "intent": name,
            "signals": signals,
            "safety": safety,
        }
    )


@pytest.fixture
def chat(now: datetime) -> Conversation:
    notes = ("Возврат одобрен.", "  ", "Склад закрыт.")
    return Conversation(
        messages=(Message(role="customer", text="где?"),), now=now, card=Card(notes=notes)
    )


def hearing(*signals: str, requests: tuple[str, ...] = ("a",), risk: str = "none") -> Perception:
    heard = tuple(Signal(name=name, span="где", message=0) for name in signals)
    return Perception.model_validate(
        {"language": "ru", "request": requests[0] if requests else "", "requests": requests,
         "signals": heard, "risk": risk}
    )  # fmt: skip


def test_notes_on_the_card_come_first_as_facts(chat: Conversation) -> None:
    found = retrieve(chat, hearing(), Shelf(a=(hit("x"),)))

    assert [h.id for h in found.hits] == ["card#1", "card#3", "x#0"]
    assert found.hits[0].kind == "card"


def test_every_open_question_gets_its_best_hit_before_anyone_gets_a_second(
    chat: Conversation,
) -> None:
    shelf = Shelf(a=(hit("a1"), hit("a2")), b=(hit("b1"), hit("a1")))

    found = retrieve(chat, hearing(requests=("a", "b")), shelf)

    assert [h.document for h in found.hits if h.kind == "script"] == ["a1", "b1", "a2"]


def test_a_script_that_the_signals_call_for_goes_before_its_equals(chat: Conversation) -> None:
    other = hit("other", script=script("other", signals=("defect",)))
    called = hit("called", script=script("called", signals=("delay",)))

    found = retrieve(chat, hearing("delay"), Shelf(a=(other, called)))

    assert [h.document for h in found.hits[2:]] == ["called", "other"]


def test_signals_do_not_make_a_hopeless_script_strong(chat: Conversation) -> None:
    hopeless = hit(
        "far", strength="none", confidence=0.02, script=script("far", signals=("delay",))
    )

    found = retrieve(chat, hearing("delay"), Shelf(a=(hopeless,)))

    assert found.hits[2].strength != "strong"


def test_an_article_without_a_record_keeps_what_search_said(chat: Conversation) -> None:
    article = hit("faq", confidence=0.7)

    found = retrieve(chat, hearing("delay"), Shelf(a=(article,)))

    assert found.hits[2] == article


def test_the_safety_script_of_the_risk_goes_before_all(chat: Conversation) -> None:
    safety = hit("safety", strength="weak", script=script("safety", safety="health"))

    found = retrieve(chat, hearing(risk="health"), Shelf(a=(hit("other"), safety)))

    assert found.hits[2].document == "safety"


def test_unlike_cases_are_left_out_and_cases_are_no_facts(chat: Conversation) -> None:
    shelf = Shelf(case=(hit("near"), hit("far", strength="none")))

    found = retrieve(chat, hearing(), shelf)

    assert [case.document for case in found.cases] == ["near"]
    assert all(h.document != "near" for h in found.hits)


def test_nothing_asked_means_nothing_searched(chat: Conversation) -> None:
    shelf = Shelf()

    found = retrieve(chat, hearing(requests=()), shelf)

    assert shelf.asked == []
    assert len(found.hits) == 2


def test_the_day_the_language_and_the_brand_go_into_the_query(
    chat: Conversation, now: datetime
) -> None:
    shelf = Shelf()

    retrieve(chat, hearing(), shelf, brand="mayak")

    first = shelf.asked[0]
    assert (first.locale, first.brand, first.on) == ("ru", "mayak", now.date())
    assert first.top_k == CANDIDATES


def test_a_turn_that_says_more_than_its_request_is_searched_whole_when_nothing_is_sure(
    now: datetime,
) -> None:
    text = "Восемь машин в офисе, и каждая тянет одно и то же. Неужели нельзя один раз?"
    talk = Conversation(messages=(Message(role="customer", text=text),), now=now)
    unsure = hit("unsure", strength="weak", confidence=0.1)
    likelier = hit("likelier", strength="weak", confidence=0.3)
    shelf = Shelf(**{"один раз?": (unsure,), text: (likelier, unsure)})

    found = retrieve(talk, hearing(requests=("один раз?",)), shelf)

    assert [h.document for h in found.hits] == ["unsure", "likelier"]
    assert [query.text for query in shelf.asked if query.kind == "script"] == ["один раз?", text]


def test_a_turn_is_not_searched_whole_when_its_request_finds_something_sure(
    now: datetime,
) -> None:
    text = "Восемь машин в офисе, и каждая тянет одно и то же. Неужели нельзя один раз?"
    talk = Conversation(messages=(Message(role="customer", text=text),), now=now)
    shelf = Shelf(**{"один раз?": (hit("sure"),)})

    retrieve(talk, hearing(requests=("один раз?",)), shelf)

    assert [query.text for query in shelf.asked if query.kind == "script"] == ["один раз?"]


def test_a_document_found_twice_stands_as_the_likelier_of_its_hits(chat: Conversation) -> None:
    faint, clear = hit("a1", confidence=0.3), hit("a1", confidence=0.9)

    found = retrieve(chat, hearing(requests=("a", "b")), Shelf(a=(faint,), b=(clear,)))

    assert [h.confidence for h in found.hits if h.kind == "script"] == [0.9]
