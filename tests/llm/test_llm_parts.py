"""The parts of the model's mode that need no model: breaker, outbox, fallback, tokens, material."""

import json
import threading
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from copilot.brief import Brief, Fact
from copilot.conversation import Message
from copilot.errors import LlmUnavailable, Withheld
from copilot.llm import Breaker, ModelFailure
from copilot.llm.ground import model_words
from copilot.outbox import Outbox
from copilot.suggesters import FallbackSuggester
from copilot.suggesters.llm_material import gather_material, wanted_steps
from copilot.suggestion import Draft
from copilot.tokens import Estimate, open_counter
from knowledge import Limits, Reply, Script
from tests.llm.conftest import MakeBrief, SimpleMasked, Standing, simple_mask


@dataclass
class Clock:
    now: float = 100.0

    def __call__(self) -> float:
        return self.now


def broken(clock: Clock) -> Breaker:
    breaker = Breaker(clock=clock)
    for _ in range(5):
        breaker.failed()
    return breaker


def test_five_failures_open_the_breaker() -> None:
    assert not broken(Clock()).allows()


def test_failures_spread_over_time_do_not_open_it() -> None:
    clock = Clock()
    breaker = Breaker(clock=clock)
    for _ in range(12):
        clock.now += 8
        breaker.failed()

    assert breaker.allows()


def test_after_a_rest_one_call_at_a_time_is_let_through() -> None:
    clock = Clock()
    breaker = broken(clock)
    clock.now += 31

    assert [breaker.allows(), breaker.allows()] == [True, False]


def test_a_success_after_the_rest_closes_it() -> None:
    clock = Clock()
    breaker = broken(clock)
    clock.now += 31
    breaker.allows()
    breaker.succeeded()

    assert [breaker.allows(), breaker.allows()] == [True, True]


def test_a_failure_after_the_rest_opens_it_again() -> None:
    clock = Clock()
    breaker = broken(clock)
    clock.now += 31
    breaker.allows()
    breaker.failed()

    assert not breaker.allows()


def test_a_call_that_was_not_made_leaves_the_next_one_its_chance() -> None:
    clock = Clock()
    breaker = broken(clock)
    clock.now += 31
    breaker.allows()
    breaker.withdrew()

    assert breaker.allows()


def test_a_server_cannot_ask_for_more_than_two_minutes() -> None:
    clock = Clock()
    breaker = Breaker(clock=clock)
    breaker.failed(rest_s=86_400)
    clock.now += 121

    assert breaker.allows()


def test_the_outbox_turns_over_when_it_is_full(tmp_path: Path) -> None:
    outbox = Outbox(
        tmp_path / "outbox", max_file_bytes=400, now=lambda: datetime(2026, 1, 1, tzinfo=UTC)
    )
    for n in range(20):
        outbox.write(host="h", path="/p", body=json.dumps({"n": n}).encode())

    kept = [entry["body"]["n"] for entry in outbox.entries()]

    assert kept == sorted(kept, reverse=True)
    assert kept[0] == 19
    assert sum(file.stat().st_size for file in (tmp_path / "outbox").iterdir()) <= 800


def test_a_torn_line_of_the_outbox_is_left_out(tmp_path: Path) -> None:
    outbox = Outbox(tmp_path)
    outbox.write(host="h", path="/p", body=b"not json")
    with (tmp_path / "sent.jsonl").open("a") as file:
        file.write('{"at": "2026-')

    assert [entry["body"] for entry in outbox.entries()] == ["not json"]


class Failing:
    name = "failing"

    def __init__(self, error: Exception) -> None:
        self.error = error

    def draft(self, _: Brief) -> list[Draft]:
        raise self.error

    def notices(self) -> tuple[str, ...]:
        return ()


KINDS = ("slow", "away", "busy", "refused", "broken", "unfit", "resting", "unsent")


@pytest.mark.parametrize("language", ["ru", "en"])
@pytest.mark.parametrize("kind", KINDS)
def test_every_failure_has_plain_words_in_both_languages(
    kind: str, language: str, brief: MakeBrief
) -> None:
    failing = Failing(LlmUnavailable("http://user:s3cret@model.example/v1", "x", kind=kind))
    both = FallbackSuggester(first=failing, then=Standing())

    both.draft(brief(language=language))

    (notice,) = both.notices()
    assert "{" not in notice
    assert "s3cret" not in notice
    assert notice.endswith(".")


@pytest.mark.parametrize("kind", ["protocol", "injection"])
def test_an_operator_is_told_why_the_model_was_not_asked(kind: str, brief: MakeBrief) -> None:
    both = FallbackSuggester(first=Failing(Withheld(kind)), then=Standing())  # type: ignore[arg-type]

    both.draft(brief())

    assert both.notices() == (model_words("ru")["notices"][kind],)


def test_a_bug_is_not_hidden_as_a_model_that_is_away(brief: MakeBrief) -> None:
    both = FallbackSuggester(first=Failing(KeyError("x")), then=Standing())

    with pytest.raises(KeyError):
        both.draft(brief())


def test_notices_belong_to_the_call_that_they_speak_of(brief: MakeBrief) -> None:
    both = FallbackSuggester(first=Failing(LlmUnavailable("u", "x")), then=Standing())
    both.draft(brief())
    elsewhere: list[tuple[str, ...]] = []
    other = threading.Thread(target=lambda: elsewhere.append(both.notices()))
    other.start()
    other.join()

    assert len(both.notices()) == 1
    assert elsewhere == [()]


def test_the_notices_have_the_same_keys_in_both_languages() -> None:
    assert model_words("ru")["notices"].keys() == model_words("en")["notices"].keys()


def test_masking_that_loses_the_bounds_between_texts_sends_nothing(brief: MakeBrief) -> None:
    def losing(text: str, *, known_names: tuple[str, ...] = ()) -> SimpleMasked:
        return SimpleMasked(text.replace("\n", " "))

    with pytest.raises(ModelFailure) as caught:
        gather_material(brief(notes=("a", "b")), losing, Estimate)

    assert caught.value.kind == "unsent"


def test_a_detail_has_one_mark_in_every_text(brief: MakeBrief) -> None:
    talk = brief(
        "Пишите на a@b.example",
        notes=("Почта a@b.example, другая c@d.example",),
        perception={"facts": (Fact(kind="contact", value="a@b.example", message=0),)},
    )

    block = json.loads(gather_material(talk, simple_mask, Estimate).messages[1].text.split("\n")[1])

    assert block["conversation"][0]["text"] == "Пишите на [EMAIL_1]"
    assert block["known"] == [{"kind": "contact", "value": "[EMAIL_1]"}]
    assert block["passages"][0]["text"] == "Почта [EMAIL_1], другая [EMAIL_2]"


def test_a_long_thread_loses_its_oldest_messages_first(brief: MakeBrief) -> None:
    earlier = tuple(
        Message(role="customer", text=f"письмо{n} " + "слово " * 300) for n in range(30)
    )

    material = gather_material(brief(earlier=earlier), simple_mask, Estimate)

    assert "подарок" in material.thread
    assert "письмо29" in material.thread
    assert "письмо0 " not in material.thread
    assert "S03#1" in material.messages[1].text


def test_no_apology_is_asked_for_where_none_is_due(brief: MakeBrief) -> None:
    talk = brief()
    frame = talk.frame.model_copy(update={"apologise": False})

    assert wanted_steps(talk.model_copy(update={"frame": frame})) == ("L", "E", "D")


def test_tokens_are_counted_without_the_network(tmp_path: Path) -> None:
    counter = open_counter("some-model-nobody-knows", tmp_path / "one")

    assert counter.name == "o200k_base"
    assert counter.count("Где мой заказ?") == 5


def test_a_damaged_vocabulary_is_replaced_and_never_downloaded(tmp_path: Path) -> None:
    open_counter("gpt-4", tmp_path)
    (file,) = tmp_path.iterdir()
    good = file.read_bytes()
    file.write_bytes(b"damaged")
    open_counter.cache_clear()

    assert open_counter("gpt-4", tmp_path).name == "cl100k_base"
    assert file.read_bytes() == good


def test_without_a_place_for_vocabularies_length_is_the_measure(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    assert open_counter("gpt-4o", tmp_path / "file").name == "estimate"


def data_of(brief: Brief) -> dict[str, list[dict[str, object]]]:
    """The data block that a model would be given."""
    text = gather_material(brief, simple_mask, Estimate).messages[1].text
    block: dict[str, list[dict[str, object]]] = json.loads(text.split("\n")[1])
    return block


def test_what_colleagues_tell_each_other_is_not_for_a_model(brief: MakeBrief) -> None:
    talk = brief(notes=("Не говорить про склад. Возврат 890 ₽ одобрен.", "VIP, осторожно"))

    passages = data_of(talk)["passages"]

    assert [(p["id"], p["text"]) for p in passages[:-1]] == [("card#1", "Возврат 890 ₽ одобрен.")]


def test_of_a_script_the_model_gets_the_words_and_not_the_limits(brief: MakeBrief) -> None:
    script = Script(
        id="S03",
        locale="ru",
        title="Поздно",
        intent="late",
        limits=Limits(refund_max=3000),
        do_not=("Не обещать 500 бонусов.",),
        reply=Reply(solve=("Верну 290 ₽ за доставку, привезём {arrival_window}.",)),
    )
    talk = brief(answer="Выше 3 000 ₽ решает старший.")
    hit = talk.hits[0].model_copy(update={"record": script})
    talk = talk.model_copy(update={"hits": (hit,)})

    material = gather_material(talk, simple_mask, Estimate)

    assert "290" in material.company
    assert "[arrival window?]" in material.company
    assert not [limit for limit in ("3 000", "3000", "500") if limit in material.company]


def test_a_weak_hit_is_marked_and_no_hit_is_left_out(brief: MakeBrief) -> None:
    talk = brief()
    weak = talk.hits[0].model_copy(update={"strength": "weak"})
    none = talk.hits[0].model_copy(update={"strength": "none", "id": "S9#1"})

    passages = data_of(talk.model_copy(update={"hits": (weak, none)}))["passages"]

    assert [p["id"] for p in passages] == ["S03#1"]
    assert passages[0]["note"] == "может не подойти; как факт не утверждать"
