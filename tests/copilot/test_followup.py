"""A short follow-up is looked up with what it follows."""

from datetime import datetime

from copilot import Conversation, Message
from copilot.brief import Perception
from copilot.retrieval import retrieve
from knowledge import Hit, Query


class Hearing:
    """A retriever that knows one article and only by the word that names it."""

    def __init__(self, word: str) -> None:
        self.word = word
        self.asked: list[str] = []

    def search(self, query: Query) -> tuple[Hit, ...]:
        self.asked.append(query.text)
        sure = self.word in query.text
        return (
            Hit(
                id="a#0", document="a" if sure else "b", kind="script", title="", text="", score=1,
                strength="strong" if sure else "weak", confidence=0.9 if sure else 0.1,
            ),
        )  # fmt: skip


def talk(now: datetime, *texts: tuple[str, str]) -> Conversation:
    messages = tuple(Message.model_validate({"role": role, "text": text}) for role, text in texts)
    return Conversation(messages=messages, now=now)


WANTS = Perception(language="en", request="and when?", requests=("and when?",))


def test_the_earlier_matter_finds_what_the_follow_up_cannot(now: datetime) -> None:
    chat = talk(
        now,
        ("customer", "my lid is missing"),
        ("operator", "I'll send it"),
        ("customer", "and when?"),
    )

    found = retrieve(chat, WANTS, Hearing("lid"))

    assert found.hits[0].document == "a"


def test_a_first_message_is_looked_up_alone(now: datetime) -> None:
    shelf = Hearing("lid")

    retrieve(talk(now, ("customer", "and when?")), WANTS, shelf)

    assert set(shelf.asked) == {"and when?"}


def test_a_follow_up_that_is_clear_needs_no_context(now: datetime) -> None:
    shelf = Hearing("when")
    chat = talk(
        now,
        ("customer", "my lid is missing"),
        ("operator", "I'll send it"),
        ("customer", "and when?"),
    )

    retrieve(chat, WANTS, shelf)

    assert set(shelf.asked) == {"and when?"}
