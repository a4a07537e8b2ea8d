"""Conversations are kept once, told whole, found by words, and erased without a trace."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from copilot.brief import Frame, Perception
from copilot.errors import BadConversation, NoSuchRecord
from copilot.records import Opened, Records, Told, Written, open_records
from copilot.suggestion import Draft, Result, Sentence, Suggestion
from knowledge import Hit

NOW = datetime(2026, 11, 22, 10, tzinfo=UTC)
ANSWER = "Простите за ожидание. Диван привезут в четверг до 18:00."


@pytest.fixture
def records(tmp_path: Path) -> Iterator[Records]:
    opened = open_records(tmp_path)
    yield opened
    opened.close()


def customer(text: str, at: int = 0, outer_id: str = "") -> Written:
    return Written(role="customer", text=text, at=NOW + timedelta(seconds=at), outer_id=outer_id)


def operator(text: str, at: int = 0, outer_id: str = "") -> Written:
    return Written(role="operator", text=text, at=NOW + timedelta(seconds=at), outer_id=outer_id)


def begin(records: Records, *written: Written, **about: object) -> str:
    return records.conversations.put(Opened.model_validate(about), written, now=NOW).id


def a_result(*texts: str) -> Result:
    suggestions = tuple(
        Suggestion(draft=Draft(sentences=(Sentence(step="L", text=t, sources=("ru:S03#1",)),)))
        for t in texts or (ANSWER,)
    )
    hit = Hit(
        id="ru:S03#1", document="ru:S03", kind="script", title="t", text="t", score=1.0,
        strength="strong",
    )  # fmt: skip
    frame = Frame(framework="LEAD", steps=("L",), why="")
    return Result(
        conversation="c", perception=Perception(language="ru"), frame=frame, hits=(hit,),
        suggestions=suggestions,
    )  # fmt: skip


def draft(records: Records, name: str, *texts: str, through: int = 1, after: int = 0) -> str:
    made = NOW + timedelta(seconds=after)
    return records.drafts.keep(name, a_result(*texts), through=through, now=made).id


def test_the_same_conversation_from_outside_is_kept_once(records: Records) -> None:
    about = {"source": "chatwoot", "account": "1", "outer_id": "7"}
    first = begin(records, customer("Где диван?", 0, "m1"), **about)
    again = records.conversations.put(
        Opened.model_validate(about),
        [customer("Где диван?", 0, "m1"), customer("Ау!", 5, "m2")],
        now=NOW,
    )

    assert (again.id, again.created, again.fresh) == (first, False, (2,))
    assert [m.text for m in records.conversations.whole(first).messages] == ["Где диван?", "Ау!"]


def test_a_message_that_was_changed_takes_the_place_of_what_it_was(records: Records) -> None:
    name = begin(records, customer("Мой адрес Садовая 5", 0, "m1"))

    kept = records.conversations.add(name, [customer("Сообщение удалено", 0, "m1")], now=NOW)

    assert kept.fresh == ()
    assert [m.text for m in records.conversations.whole(name).messages] == ["Сообщение удалено"]
    assert not records.conversations.page(words="Садовая").items


def test_cards_and_codes_are_never_written_down(records: Records, tmp_path: Path) -> None:
    name = begin(records, customer("Карта 4276 3800 1234 5675, cvv 123, заказ 784-1120"))

    said = records.conversations.whole(name).messages[0].text

    assert "4276" not in said
    assert "784-1120" in said
    assert b"4276 3800" not in b"".join(f.read_bytes() for f in tmp_path.glob("records.db*"))


def test_who_waits_longest_comes_first_and_an_answer_ends_the_waiting(records: Records) -> None:
    late = begin(records, customer("второй", 60))
    early = begin(records, customer("первый", 10), Written(role="bot", text="Ждите", at=NOW))
    begin(records, customer("отвечен", 0), operator("Да", 5))

    page = records.conversations.page("waiting")

    assert [line.id for line in page.items] == [early, late]
    assert page.waiting == 2
    records.conversations.add(early, [operator("Вот", 90)], now=NOW)
    assert [line.id for line in records.conversations.page("waiting").items] == [late]


def test_next_goes_round_those_who_wait_for_me_or_nobody(records: Records) -> None:
    first = begin(records, customer("один", 1), assignee="Me@Shop.example")
    second = begin(records, customer("два", 2))
    begin(records, customer("чужой", 0), assignee="other@shop.example")
    order: list[str] = []
    here = ""

    for _ in range(3):
        line = records.conversations.next_waiting(after=here, assignee="me@shop.example")
        assert line is not None
        here = line.id
        order.append(here)

    assert order == [first, second, first]
    mine = records.conversations.page("mine", assignee="ME@shop.example")
    assert [line.id for line in mine.items] == [first]


def test_nobody_waiting_is_no_error(records: Records) -> None:
    assert records.conversations.next_waiting() is None
    only = begin(records, customer("один"))
    assert records.conversations.next_waiting(after=only) is None


def test_closed_ones_are_out_of_the_way_and_come_back_with_all(records: Records) -> None:
    name = begin(records, customer("один"))
    records.conversations.set_open(name, opened=False)

    assert records.conversations.page("waiting").total == 0
    assert records.conversations.page("recent").total == 0
    assert records.conversations.page("all").total == 1


def test_search_finds_every_word_in_any_message_whatever_the_case(records: Records) -> None:
    name = begin(records, customer("Самолёт задержали"), operator("Вернём 100% билета"))
    begin(records, customer("Самолет прилетел"))

    found = records.conversations.page("all", words="САМОЛЕТ 100%")

    assert [line.id for line in found.items] == [name]
    assert records.conversations.page("all", words="_").total == 0


def test_pages_are_counted(records: Records) -> None:
    for n in range(5):
        begin(records, customer(f"раз {n}", n))

    page = records.conversations.page("recent", page=2, per_page=2)

    assert (page.total, page.pages, len(page.items)) == (5, 3, 2)
    assert page.items[0].preview == "раз 2"


def test_a_new_message_of_the_customer_makes_the_draft_stale(records: Records) -> None:
    name = begin(records, customer("Где диван?"))
    assert records.conversations.whole(name).line.draft == "none"
    draft(records, name)
    assert records.conversations.whole(name).line.draft == "ready"

    records.conversations.add(name, [customer("Уже не надо", 9)], now=NOW)

    whole = records.conversations.whole(name)
    assert whole.line.draft == "stale"
    assert whole.draft is not None
    assert whole.draft.stale


def test_only_the_newest_draft_keeps_its_whole_answer(records: Records) -> None:
    name = begin(records, customer("Где диван?"))
    draft(records, name)
    draft(records, name, after=5)

    newest, before = records.conversations.whole(name).drafts

    assert newest.result is not None
    assert newest.result["frame"]["framework"] == "LEAD"
    assert before.result is None
    assert before.scripts == ("ru:S03",)


@pytest.mark.parametrize(
    ("sent", "outcome"),
    [
        (f"  {ANSWER}\n", "as_is"),
        (ANSWER.replace("четверг", "пятницу утром"), "edited"),
        ("Нет, у нас такого не бывает, обратитесь в магазин на Невском.", "rewritten"),
    ],
)
def test_what_was_sent_is_measured_against_what_was_offered(
    records: Records, sent: str, outcome: str
) -> None:
    name = begin(records, customer("Где диван?"))
    draft(records, name, "Коротко.", ANSWER)
    fresh = records.conversations.add(name, [operator(sent, 30, "m9")], now=NOW).fresh

    measured = records.drafts.measure(name, fresh, now=NOW)

    assert measured is not None
    assert (measured.outcome, measured.measured) == (outcome, True)
    assert outcome == "rewritten" or measured.option == 1
    assert records.drafts.measure(name, fresh, now=NOW) is None


def test_a_message_from_before_the_draft_measures_nothing(records: Records) -> None:
    name = begin(records, customer("Где диван?", 60))
    draft(records, name)

    fresh = records.conversations.add(name, [operator(ANSWER, 5)], now=NOW).fresh

    assert records.drafts.measure(name, fresh, now=NOW) is None


def test_dismissed_with_a_reason_stays_so_whatever_is_sent(records: Records) -> None:
    name = begin(records, customer("Где диван?"))
    one = draft(records, name)
    records.drafts.tell(name, one, Told(what="dismissed", reason="wrong_tone"), now=NOW)
    fresh = records.conversations.add(name, [operator("Иначе", 5)], now=NOW).fresh

    measured = records.drafts.measure(name, fresh, now=NOW)

    assert measured is not None
    assert (measured.outcome, measured.reason) == ("dismissed", "wrong_tone")
    assert measured.distance is not None


def test_telling_twice_changes_nothing(records: Records) -> None:
    name = begin(records, customer("Где диван?"))
    one = draft(records, name)
    told = Told(what="edited", option=0, text="Моё")

    records.drafts.tell(name, one, told, now=NOW)
    records.drafts.tell(name, one, Told(what="copied", option=0), now=NOW)
    again = records.drafts.tell(name, one, told, now=NOW)

    assert [edit["text"] for edit in again.edits] == ["Моё"]
    assert again.copied == 0


@pytest.mark.parametrize(
    "told",
    [
        {"what": "copied"}, {"what": "copied", "option": 4}, {"what": "sent"},
        {"what": "dismissed"}, {"what": "edited", "text": " "},
    ],
)  # fmt: skip
def test_half_a_telling_is_refused(records: Records, told: dict[str, object]) -> None:
    name = begin(records, customer("Где диван?"))
    one = draft(records, name)

    with pytest.raises(BadConversation):
        records.drafts.tell(name, one, Told.model_validate(told), now=NOW)


def test_a_draft_of_another_conversation_is_not_found(records: Records) -> None:
    name, other = (begin(records, customer(text)) for text in ("раз", "два"))
    one = draft(records, name)

    with pytest.raises(NoSuchRecord):
        records.drafts.tell(other, one, Told(what="shown"), now=NOW)


def test_worth_is_counted_by_topic_and_script_and_by_nobody(records: Records) -> None:
    for n, (sent, topic) in enumerate([(ANSWER, "delivery"), ("Другое совсем", "refund")]):
        name = begin(records, customer("Где?", n), topic=topic, assignee="who@shop.example")
        one = draft(records, name)
        records.drafts.tell(name, one, Told(what="shown"), now=NOW)
        fresh = records.conversations.add(name, [operator(sent, 60)], now=NOW).fresh
        records.drafts.measure(name, fresh, now=NOW)
    unseen = begin(records, customer("Тихо"))
    draft(records, unseen)

    worth = records.drafts.worth()

    assert (worth.total.drafts, worth.total.unseen, worth.total.acceptance) == (3, 1, 0.5)
    assert worth.topics["delivery"].as_is == 1
    assert worth.topics["refund"].rewritten == 1
    assert worth.scripts["ru:S03"].drafts == 3
    assert "who@shop.example" not in worth.model_dump_json()
    assert records.drafts.worth(since=NOW + timedelta(days=1)).total.drafts == 0


def test_a_customer_is_erased_by_any_key_and_leaves_no_trace(
    records: Records, tmp_path: Path
) -> None:
    keys = ["Anna@Example.org", "+7 921 000-00-00"]
    name = begin(records, customer("Меня зовут Анна Закрайская"), customers=keys)
    draft(records, name, "Анна, здравствуйте, тайна.")
    other = begin(records, customer("Другой"))

    assert records.conversations.forget_customer(" anna@example.ORG ") == 1
    assert records.conversations.forget_customer("anna@example.org") == 0

    with pytest.raises(NoSuchRecord):
        records.conversations.whole(name)
    assert records.conversations.whole(other).messages
    records.close()
    left = b"".join(file.read_bytes() for file in tmp_path.glob("records.db*"))
    assert "Закрайская".encode() not in left
    assert "тайна".encode() not in left


def test_old_conversations_end_with_their_time(records: Records) -> None:
    long_ago = NOW - timedelta(days=90)
    records.conversations.put(Opened(), [customer("давно", -90 * 86_400)], now=long_ago)
    fresh = begin(records, customer("вчера", -86_400))

    assert records.conversations.forget_before(NOW - timedelta(days=30)) == 1
    assert [line.id for line in records.conversations.page("all").items] == [fresh]


def test_what_is_kept_outlives_a_restart(records: Records, tmp_path: Path) -> None:
    name = begin(records, customer("Где диван?"))
    draft(records, name)
    records.close()

    again = open_records(tmp_path)

    assert again.conversations.whole(name).draft is not None
    again.close()


def test_many_writers_lose_nothing_and_number_everything_once(records: Records) -> None:
    from concurrent.futures import ThreadPoolExecutor

    about = Opened(source="chatwoot", account="1", outer_id="7")

    def write(n: int) -> None:
        said = [customer(f"сообщение {n}", n, f"m{n}")]
        records.conversations.put(about, said, now=NOW)

    with ThreadPoolExecutor(max_workers=8) as pool:
        list(pool.map(write, range(80)))

    (line,) = records.conversations.page("all").items
    messages = records.conversations.whole(line.id).messages
    assert sorted(m.n for m in messages) == list(range(1, 81))
    assert {m.outer_id for m in messages} == {f"m{n}" for n in range(80)}
