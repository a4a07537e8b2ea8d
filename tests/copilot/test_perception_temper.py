"""Two axes: hostility and distress; the course of a thread; emotion; held against our labels."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from copilot.brief import Perception
from copilot.conversation import Conversation, Message, read_conversation
from copilot.errors import BadSettings
from copilot.perception import VectorHead, perceive

_LABELS = Path(__file__).parents[2] / "evals" / "labels" / "perception"
_NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)


def said(*texts: str) -> Perception:
    messages = [
        Message(
            role="operator" if text.startswith("o:") else "customer", text=text.removeprefix("o:")
        )
        for text in texts
    ]
    return perceive(Conversation(messages=tuple(messages)))


def _samples(part: str) -> list[dict[str, Any]]:
    text = (_LABELS / f"{part}.jsonl").read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()]


@pytest.mark.slow
@pytest.mark.parametrize("part", ["dev", "test"])
def test_hostility_stays_close_to_our_labels(part: str) -> None:
    deltas, far = [], []
    for sample in _samples(part):
        found = perceive(read_conversation(sample["conversation"], now=_NOW)).hostility
        wanted = sample["expect"]["hostility"]
        deltas.append(abs(found - wanted))
        if {found, wanted} & {4} and min(found, wanted) <= 1:
            far.append(sample["id"])

    assert sum(deltas) / len(deltas) <= 0.5
    assert sum(delta <= 1 for delta in deltas) / len(deltas) >= 0.92
    assert far == []


@pytest.mark.slow
@pytest.mark.parametrize("part", ["dev", "test"])
def test_risks_of_our_dialogues_are_found(part: str) -> None:
    wrong = [
        sample["id"]
        for sample in _samples(part)
        if perceive(read_conversation(sample["conversation"], now=_NOW)).risk
        != sample["expect"]["risk"]
    ]

    assert len(wrong) <= 1


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("Во сколько вы закрываетесь?", 0),
        ("Спасибо, всё работает", 0),
        ("Здравствуйте, в коробке не было инструкции", 1),
        ("Сколько можно ждать мастера?", 2),
        ("Where is my refund?? Third time I'm asking, this is so frustrating", 3),
        ("Это позор! Больше никогда у вас ничего не куплю", 3),
        ("you are useless idiots", 4),
    ],
)
def test_hostility_rises_with_the_words(text: str, level: int) -> None:
    assert said(text).hostility == level


def test_panic_is_distress_and_no_hostility() -> None:
    perception = said("мне звонят из банка, я назвала код из смс, помогите пожалуйста что делать")

    assert perception.distress == 3
    assert perception.hostility <= 1
    assert perception.risk == "fraud"
    assert perception.needs_escalation


def test_a_burst_is_one_turn_and_the_course_has_one_number_a_turn() -> None:
    perception = said("Где заказ", "??", "ВЫ ИЗДЕВАЕТЕСЬ", "o:Уже едет", "ок, спасибо")

    assert perception.course == (3, 0)
    assert perception.hostility == 0


@pytest.mark.parametrize(
    ("text", "emotion"),
    [
        ("Как сменить тариф?", "curious"),
        ("Спасибо огромное за помощь!", "grateful"),
        ("У меня умер отец, как закрыть счёт?", "grieving"),
        ("Вы тупые уроды", "furious"),
        ("Браво, снова привезли не то", "sarcastic"),
        ("Я очень разочарована качеством", "disappointed"),
    ],
)
def test_emotion_is_one_word_of_the_vocabulary(text: str, emotion: str) -> None:
    assert said(text).emotion == emotion


def test_an_empty_conversation_is_calm() -> None:
    perception = perceive(Conversation(messages=()))

    assert (perception.hostility, perception.distress, perception.risk) == (0, 0, "none")
    assert perception.signals == ()
    assert perception.course == ()


@pytest.mark.parametrize(
    "text", ["", " \n\t", "\u202e\u200b", "\x00\x00", "<div></div>", "👍" * 50]
)
def test_odd_messages_do_no_harm(text: str) -> None:
    assert said(text).hostility == 0


def test_only_our_own_messages_leave_the_customer_calm() -> None:
    perception = said("o:Здравствуйте! Чем помочь?")

    assert perception.language == "ru"
    assert perception.hostility == 0
    assert perception.request == ""


def test_the_same_conversation_gives_the_same_bytes() -> None:
    texts = ("Третий раз пишу! Заказ 784-1120", "верните 1 200 ₽ или подам в суд")

    assert said(*texts).model_dump_json() == said(*texts).model_dump_json()


class FixedEmbedder:
    """Gives every text the same vector."""

    def __init__(self, vector: list[float]) -> None:
        self.vector = vector

    def __call__(self, text: str) -> list[float]:
        assert text
        return self.vector


@pytest.fixture
def weights(tmp_path: Path) -> Path:
    path = tmp_path / "upset.json"
    data = {
        "encoder": "test", "bias": 0.0, "weights": [5.0, 0.0],
        "with_vector": {"bias": 0.0, "vector": 1.0, "evidence": {}},
        "words_alone": {"bias": 0.0, "evidence": {}},
        "steps": {"calm": 0.1, "mild": 0.7, "clear": 0.9999, "surely": 0.9999},
    }  # fmt: skip
    path.write_text(json.dumps(data), encoding="utf-8")
    return path


def test_vectors_settle_only_what_words_leave_open(weights: Path) -> None:
    upset = VectorHead(FixedEmbedder([1.0, 0.0]), path=weights)
    calm = VectorHead(FixedEmbedder([-1.0, 0.0]), path=weights)
    question = Conversation(messages=(Message(role="customer", text="Во сколько вы закрываетесь"),))
    insult = Conversation(messages=(Message(role="customer", text="вы идиоты"),))

    assert perceive(question, vectors=upset).hostility == 1
    assert perceive(question, vectors=calm).hostility == 0
    assert perceive(insult, vectors=calm).hostility == 4


def test_upset_orders_messages_that_are_equally_hostile(weights: Path) -> None:
    calm, upset = (VectorHead(FixedEmbedder([x, 0.0]), path=weights) for x in (-0.1, 0.1))
    story = Conversation(messages=(Message(role="customer", text="Не открывается кабинет"),))

    assert perceive(story, vectors=calm).upset < perceive(story, vectors=upset).upset


def test_vectors_of_another_width_are_refused(weights: Path) -> None:
    head = VectorHead(FixedEmbedder([1.0]), path=weights)

    with pytest.raises(BadSettings, match="2 numbers"):
        head.listen("текст")
