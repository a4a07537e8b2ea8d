"""Dangers that no phrase foresaw are heard by vectors, each sentence by itself; words go without."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from copilot.conversation import Conversation, Message
from copilot.perception import VectorHead, perceive
from copilot.perception.hearing import CRITICAL
from copilot.perception.risks import ANY, GRAVE, Dangers, Heads, dangers_of, read_heads
from copilot.perception.windows import stretches

_LABELS = (*GRAVE, ANY)
_WIDTH = 384  # of the sentence encoder that the weights were trained for
_TOWARDS, _AWAY = (1.0, 0.0), (-1.0, 0.0)


def heads(label: str) -> Heads:
    """Return heads that hear `label` in the direction (1, 0) and see no danger opposite to it."""
    one = [1.0 if name in (label, ANY) else -1.0 for name in _LABELS]
    return Heads(
        encoder="test",
        labels=_LABELS,
        basis=np.array([_TOWARDS, _AWAY], np.float32),
        coefficients=np.array([one, [-1.0] * len(_LABELS)], np.float32),
        gamma=2.0,
        say=0.5,
    )


def said(text: str, head: VectorHead | None = None) -> dict[str, str]:
    talk = Conversation(messages=(Message(role="customer", text=text),))
    return {signal.name: signal.span for signal in perceive(talk, vectors=head).signals}


def leaning(text: str) -> Sequence[float]:
    """Embed a text with the word «странно» in a direction of its own."""
    vector = np.zeros(_WIDTH)
    vector[0 if "странно" in text else 1] = 1.0
    return [float(value) for value in vector]


@pytest.fixture
def trained(tmp_path: Path) -> Path:
    """Write heads of full width that hear a danger to health along the first axis."""
    path = tmp_path / "risks.npz"
    basis = np.zeros((1, _WIDTH), np.int8)
    basis[0, 0] = 127
    told = [[1.0 if name in ("health_risk", ANY) else -1.0 for name in _LABELS]]
    np.savez_compressed(
        path, encoder=np.array("test"), labels=np.array(_LABELS), basis=basis,
        step=np.array(1 / 127), coefficients=np.array(told), gamma=np.array(2.0), say=np.array(0.5),
    )  # fmt: skip
    return path


def test_a_danger_is_named_with_the_sentence_that_sounds_like_it() -> None:
    found = dangers_of(["Добрый день.", "Мне как-то нехорошо."], [_AWAY, _TOWARDS], heads(GRAVE[2]))

    assert [(danger.label, danger.words) for danger in found.heard] == [
        ("health_risk", "Мне как-то нехорошо.")
    ]


def test_a_word_of_danger_is_taken_back_only_in_a_short_message_unlike_any() -> None:
    short = dangers_of(["Задыхаемся от заявок."], [_AWAY], heads("fraud_suspected"))
    long = dangers_of(["Задыхаемся от заявок. " * 10], [_AWAY], heads("fraud_suspected"))

    assert "health_risk" in short.unlikely
    assert "self_harm" not in short.unlikely
    assert long.unlikely == frozenset()


def test_vectors_of_another_width_say_nothing() -> None:
    assert dangers_of(["Привет."], [(1.0, 0.0)]) == Dangers()
    assert dangers_of([], []) == Dangers()


def test_a_signal_is_made_of_what_only_vectors_hear(trained: Path) -> None:
    head = VectorHead(leaning, risks=trained)
    text = "Здравствуйте, заказ у вас. У мамы странно перекосило лицо. Что с доставкой?"

    assert "health_risk" not in said(text)
    assert said(text, head)["health_risk"] == "У мамы странно перекосило лицо."


def test_a_sentence_of_one_word_is_left_out_beside_others() -> None:
    assert stretches("Алло? Пахнет газом в подъезде.", 6) == ("Пахнет газом в подъезде.",)
    assert stretches("Помогите!", 6) == ("Помогите!",)


def test_the_weights_that_come_with_the_program_fit_its_vocabulary() -> None:
    known = read_heads()

    assert set(known.labels) == CRITICAL | {ANY}
    assert known.basis.shape[1] == _WIDTH
    assert known.coefficients.shape == (len(known.basis), len(known.labels))


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Боюсь, я что-то с собой сделаю сегодня ночью", "self_harm"),
        ("сестра заперлась в комнате с лезвием", "self_harm"),
        ("nobody would care if I died", "self_harm"),
        ("my sister is cutting herself again", "self_harm"),
        ("передай начальнику, шею ему сверну", "violence_threat"),
        ("сунетесь ещё раз, собак спущу на вас", "violence_threat"),
        ("your agent had better watch your back out there", "violence_threat"),
        ("I will break every bone in his body", "violence_threat"),
    ],
)
def test_words_alone_hear_threats_to_life(text: str, name: str) -> None:
    assert name in said(text)


@pytest.mark.parametrize(
    "text",
    [
        "вылечите уже ваше приложение, оно при смерти, бесит",
        "вы меня в могилу сведёте этой перепиской, где возврат?",
        "сломала ногу, прошу заморозить абонемент до осени",
        "доплата вышла 112 рублей, а обещали 103",
        "сыр с ножом в подарок, спасибо!",
        "датчик дыма пищит, поменяйте батарейку",
        "сказала код курьеру, всё получила",
        "the app is dead again, sort it out for god's sake",
        "you're killing me with these forms",
        "broke my arm, can you pause the gym plan till June?",
        "my cat is allergic to fish, do you have anything without it?",
        "what a scam, the price doubled at checkout",
        "чуть не умерла со стыда при гостях, рукав отвалился",
        "I nearly wanted to die of shame at the checkout",
        "ваш курьер потерял коляску нашей дочери",
    ],
)
def test_swearing_and_figures_of_speech_raise_no_alarm(text: str) -> None:
    assert not CRITICAL & set(said(text))


def test_what_is_shouted_is_heard_as_if_it_were_said(trained: Path) -> None:
    head = VectorHead(leaning, risks=trained)

    assert said("У МАМЫ СТРАННО ПЕРЕКОСИЛО ЛИЦО.", head)["health_risk"]


def test_a_figure_of_speech_takes_back_what_vectors_hear(tmp_path: Path) -> None:
    path = tmp_path / "self_harm.npz"
    basis = np.zeros((1, _WIDTH), np.int8)
    basis[0, 0] = 127
    told = [[1.0 if name in ("self_harm", ANY) else -1.0 for name in _LABELS]]
    np.savez_compressed(
        path, encoder=np.array("test"), labels=np.array(_LABELS), basis=basis,
        step=np.array(1 / 127), coefficients=np.array(told), gamma=np.array(2.0), say=np.array(0.5),
    )  # fmt: skip
    head = VectorHead(leaning, risks=path)

    assert "self_harm" in said("как-то странно, и никого рядом", head)
    assert "self_harm" not in said("странно, хочется умереть со стыда", head)
