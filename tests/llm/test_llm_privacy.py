"""What reaches the model's server, with the masking that the product uses."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from copilot.brief import Fact
from copilot.conversation import Card, Message
from copilot.errors import LlmUnavailable
from copilot.settings import Settings
from copilot.suggesters import LlmSuggester
from tests.llm.conftest import GOOD_RU, FakeLlm, MakeBrief, reply_of, saying

pytestmark = pytest.mark.slow

PLANTED = (
    "916", "123-45-67", "anna.petrova", "4276", "5674", "Петров", "Ленина", "4829", "qwerty77",
)  # fmt: skip
CUSTOMER = (
    "Меня зовут Анна Петрова, заказ 784-1120 ждём с пятницы. Телефон +7 916 123-45-67, почта "
    "anna.petrova@mail.ru, карта 4276 3800 1234 5674, живу на ул. Ленина, д. 5, кв. 12. "
    "Код из СМС 4829, пароль qwerty77. Сумма 1 890 ₽."
)


@pytest.fixture
def real(server: FakeLlm, tmp_path: Path) -> Iterator[LlmSuggester]:
    settings = Settings(home=tmp_path, OPENAI_BASE_URL=server.url, model="fake", llm_timeout_s=20)
    one = LlmSuggester.open(settings)
    one.warm()
    yield one
    one.close()


def test_nothing_personal_leaves_and_the_matter_does(
    server: FakeLlm, brief: MakeBrief, real: LlmSuggester
) -> None:
    server.personality = saying(reply_of(*GOOD_RU))
    talk = brief(
        CUSTOMER,
        notes=("Клиент Анна Петрова, тел. +7 916 123-45-67, доставка уже оплачена",),
        earlier=(Message(role="operator", text="Анна Петрова, звонил вам на +7 916 123-45-67"),),
        perception={"facts": (Fact(kind="contact", value="+79161234567", message=1),)},
    )
    card = Card(
        facts={"name": "Анна Петрова", "order": "784-1120"}, notes=talk.conversation.card.notes
    )
    conversation = talk.conversation.model_copy(update={"card": card})

    real.draft(talk.model_copy(update={"conversation": conversation}))

    sent = server.bodies[0] + json.dumps(json.loads(server.bodies[0]), ensure_ascii=False)
    assert [secret for secret in PLANTED if secret in sent] == []
    assert all(kept in sent for kept in ("784-1120", "1 890", "доставка уже оплачена"))


def test_a_secret_never_comes_back_even_by_its_mark(
    server: FakeLlm, brief: MakeBrief, real: LlmSuggester
) -> None:
    server.personality = saying(reply_of(*GOOD_RU[:3], ("D", "Ваш код [CODE_1] подошёл.")))

    with pytest.raises(LlmUnavailable, match="placeholder"):
        real.draft(brief(CUSTOMER))


def test_a_mark_that_a_customer_types_is_only_text(
    server: FakeLlm, brief: MakeBrief, real: LlmSuggester
) -> None:
    server.personality = saying(reply_of(*GOOD_RU))
    real.draft(brief("Заказ 784-1120 ждём с пятницы, мой номер [PHONE_1] и [CARD_1]"))

    data = json.loads(server.bodies[0])["messages"][1]["content"]
    assert "(PHONE_1)" in data
    assert "[CARD_1]" not in data


def test_a_stranger_in_the_reply_is_noticed(
    server: FakeLlm, brief: MakeBrief, real: LlmSuggester
) -> None:
    end = ("D", "Вас встретит Игорь Семёнов, улица Садовая, дом 7.")
    server.personality = saying(reply_of(*GOOD_RU[:3], end))

    with pytest.raises(LlmUnavailable, match="stranger"):
        real.draft(brief())
