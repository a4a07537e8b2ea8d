"""The practice page by values: what is asked, what is shown, who may see what."""

import csv
import io
import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from copilot.records import Records, open_records
from copilot.roleplay import Said, advance, say, shipped
from ui.accounts import WHO, Who
from ui.practice.coach import Coach
from ui.practice.gym import Gym, Person

HOSTILE = '<img src=x onerror="alert(1)">'
ME, OTHER = Person("me"), Person("somebody")


@pytest.fixture
def records(tmp_path: Path) -> Iterator[Records]:
    opened = open_records(tmp_path)
    yield opened
    opened.close()


@pytest.fixture
def page(records: Records, fake: Any) -> "Page":
    moment = datetime(2026, 11, 23, 10, tzinfo=UTC)
    return Page(Coach(Gym(records.roleplays, clock=lambda: moment), fake, "ru"))


class Page:
    """Asks as the page does and keeps the last screen."""

    def __init__(self, coach: Coach) -> None:
        self.coach = coach
        self.html = ""
        self.told: dict[str, Any] = {}

    def ask(self, do: str, *, me: Person = ME, **more: Any) -> str:
        raw = json.dumps({"do": do, "serial": 1, **more})
        self.told = json.loads(self.coach.answer(raw, me))
        self.html = "".join(self.told["parts"].values())
        return self.html

    def start(self, scenario: str = "r01-vacuum", **setting: str) -> str:
        self.ask("start", id=scenario, setting=setting)
        return self.id

    @property
    def id(self) -> str:
        return str(self.told["address"]).removeprefix("?s=")

    def play(self, name: str, policy: Any = "lead", **more: Any) -> int:
        """Play to the end as a reference operator does; return the number of turns."""
        play = self.coach.gym.own(ME, name).play
        while play.ending is None:
            text = say(policy, play)
            self.ask("say", id=name, turn=len(play.exchanges), text=text, **more)
            play = advance(play, Said(text=text))
        return len(play.exchanges)

    def finished(self, policy: Any = "lead", scenario: str = "r01-vacuum") -> str:
        """Play a whole session and open its debrief."""
        name = self.start(scenario)
        self.play(name, policy)
        self.ask("diagnose", id=name, feeling="anxiety", need="починить, назвать день мастера")
        return name


def test_the_first_screen_offers_every_scenario(page: Page) -> None:
    html = page.ask("home")
    assert html.count("data-card") == len(shipped())
    assert "Пылесос не включается" in html
    assert page.told["problem"] == ""


def test_a_scenario_is_introduced_without_giving_its_secrets_away(page: Page) -> None:
    html = page.ask("setup", id="r01-vacuum")
    assert "V-300" in html
    assert "уронила" not in html


def test_a_turn_is_answered_and_counted(page: Page) -> None:
    name = page.start()
    html = page.ask("say", id=name, turn=0, text="Здравствуйте! Расскажите, что случилось?")
    assert 'data-turn="1"' in html
    assert page.told["sent"]
    assert "Лидия: " in page.told["said"]


def test_the_same_turn_sent_twice_counts_once(page: Page) -> None:
    name = page.start()
    for _ in range(2):
        page.ask("say", id=name, turn=0, text="Здравствуйте!")
    assert len(page.coach.gym.own(ME, name).play.exchanges) == 1


def test_a_killed_service_resumes_where_it_stood(page: Page, records: Records) -> None:
    name = page.start()
    records.roleplays.add(name, 0, Said(text="Расскажите, что случилось?"))
    html = page.ask("open", id=name)
    assert "Расскажите, что случилось?" in html
    assert 'data-turn="1"' in html


def test_an_empty_reply_is_not_sent(page: Page) -> None:
    name = page.start()
    page.ask("say", id=name, turn=0, text="  \n")
    assert page.told["problem"] == "Сначала напишите ответ."


def test_after_the_end_comes_the_guess_and_then_the_debrief(page: Page) -> None:
    name = page.start()
    page.play(name)
    assert "Что чувствовал клиент сильнее всего?" in page.html
    assert "уронила" not in page.html.split("pr-diagnose")[1]
    html = page.ask("diagnose", id=name, feeling="anxiety", need="починить, день мастера")
    assert "Чувство вы узнали." in html
    assert "вы назвали" in html
    assert html.index("Лучшие фразы") < html.index("Ход за ходом") < html.index("Десять сторон")


def test_there_is_no_session_without_a_debrief(page: Page) -> None:
    page.play(page.start())
    html = page.ask("setup", id="r02-bicycle")
    assert "Прежде чем читать разбор" in html
    assert "разбора ещё не было" in page.told["said"]
    assert "разбора ещё не было" in html
    assert "Прежде чем читать разбор" in page.ask("start", id="r02-bicycle")
    assert "ждёт разбора" in page.ask("home")


def test_a_stale_page_does_not_lose_what_was_typed(page: Page) -> None:
    name = page.start()
    page.ask("say", id=name, turn=0, text="Здравствуйте!")
    assert page.told["sent"]
    page.ask("say", id=name, turn=0, text="Здравствуйте!")
    assert page.told["sent"], "the same words again: they have been taken"
    html = page.ask("say", id=name, turn=0, text="Другие слова.")
    assert not page.told["sent"]
    assert 'data-turn="1"' in html


def test_an_unfinished_session_waits_on_the_first_screen(page: Page) -> None:
    name = page.start()
    page.ask("say", id=name, turn=0, text="Здравствуйте!")
    html = page.ask("home")
    assert "Незавершённые" in html
    assert "ходов: 1" in html


@pytest.mark.parametrize("action", ["hand_over", "stop", "give_up"])
def test_a_session_can_be_ended_in_three_other_ways(page: Page, action: str) -> None:
    name = page.start()
    page.ask("say", id=name, turn=0, text="Передам мастеру: пылесос V-300.", action=action)
    assert "Разговор окончен" in page.html
    assert "Разбор" in page.ask("diagnose", id=name, skipped=True)
    assert "Догадки не было." in page.html


def test_hints_come_on_request_and_mark_the_turn(page: Page) -> None:
    name = page.start(hints="ask")
    assert "pr-coach-box" not in page.html
    html = page.ask("hint", id=name)
    assert page.told["hinted"]
    assert "Чего не хватает" in html
    page.ask("say", id=name, turn=0, text="Понимаю вас.", hinted=True)
    assert page.coach.gym.own(ME, name).play.exchanges[0].said.hinted


def test_a_hint_does_not_give_the_hidden_need_away(page: Page) -> None:
    name, proposed = page.start(), []
    for turn, text in enumerate(
        (
            "Вы купили V-300 неделю назад, и он не включается.",
            "Обидно, когда новая вещь подводит сразу.",
            "Я доведу вашу заявку на пылесос до ремонта.",
        )
    ):
        page.ask("say", id=name, turn=turn, text=text)
        proposed.append(page.ask("hint", id=name))
    assert any("что было с пылесосом" in html for html in proposed)
    assert not any("уронила" in html for html in proposed)


def test_hints_after_each_turn_need_no_request(page: Page) -> None:
    name = page.start(hints="each")
    assert "Чего не хватает" in page.html
    page.ask("say", id=name, turn=0, text="Понимаю вас.")
    assert "Чего не хватает" in page.html
    assert page.coach.gym.own(ME, name).play.exchanges[0].said.hinted


def test_the_mood_is_hidden_unless_asked_for(page: Page) -> None:
    page.start()
    assert 'role="meter"' not in page.html
    page.start(mood="shown")
    assert page.html.count('role="meter"') == 3


def test_without_a_timer_waiting_costs_nothing(page: Page) -> None:
    seconds = []
    for timer in ("on", "off"):
        name = page.start(timer=timer)
        page.ask("say", id=name, turn=0, text="Здравствуйте!", seconds=90)
        seconds.append(page.coach.gym.own(ME, name).play.exchanges[0].said.seconds)
    assert seconds == [90, 0]


def test_teplos_own_version_is_shown_on_request(page: Page) -> None:
    name = page.start()
    html = page.ask("suggest", id=name)
    assert "По заказу 784-1120" in html
    assert page.told["hinted"]


def test_trying_again_keeps_the_customer_and_the_earlier_turns(page: Page) -> None:
    name = page.finished("facts_only")
    page.ask("again", id=name, turn=1)
    again = page.coach.gym.own(ME, page.id)
    assert again.sitting.again_of == name
    assert again.sitting.seed == page.coach.gym.own(ME, name).sitting.seed
    assert len(again.play.exchanges) == 1
    page.ask("say", id=again.sitting.id, turn=1, action="give_up")
    page.ask("diagnose", id=again.sitting.id, skipped=True)
    assert 'class="before"' in page.html


def test_an_objection_is_kept_and_shown(page: Page) -> None:
    name = page.finished()
    html = page.ask("dispute", id=name, turn=0, text=f"Я сочувствовал {HOSTILE}")
    assert "Ваше возражение" in html
    assert "<img" not in html


def test_nobody_sees_what_is_not_shared(page: Page) -> None:
    name = page.finished()
    for do in ("open", "report", "table", "hint", "say", "again", "share", "forget", "comment"):
        page.ask(do, id=name, me=OTHER, text="x")
        assert name in page.told["problem"], do
        assert page.html == ""
    assert name not in page.ask("trainer", me=OTHER)
    assert name not in page.ask("mine", me=OTHER)


def test_a_shared_session_can_be_looked_at_and_commented_but_not_played(page: Page) -> None:
    name = page.finished()
    page.ask("share", id=name, name=f"Оля {HOSTILE}")
    html = page.ask("trainer", me=OTHER)
    assert name in html
    assert "Оля" in html
    assert "<img" not in html
    page.ask("comment", id=name, me=OTHER, turn=0, text="Хороший вопрос.")
    assert "Заметка тренера" in page.html
    assert "Попробовать с этого места" not in page.html
    page.ask("again", id=name, me=OTHER, turn=0)
    assert page.told["problem"]
    assert "Хороший вопрос." in page.ask("open", id=name)
    page.ask("unshare", id=name)
    assert name not in page.ask("trainer", me=OTHER)


def test_who_trains_nobody_sees_nothing_of_others(page: Page) -> None:
    operator = Person("operator", trains=False)
    name = page.finished()
    page.ask("share", id=name)
    assert name not in page.ask("trainer", me=operator)
    assert "Тренеру" not in page.ask("home", me=operator)
    for do in ("open", "comment", "report"):
        page.ask(do, me=operator, id=name, text="x")
        assert name in page.told["problem"], do


class Request:
    """The part of a request that tells who asks."""

    def __init__(self, who: Who | None = None, **cookies: str) -> None:
        self.cookies, self.headers, self.scope = cookies, {}, {WHO: who}


def test_sessions_belong_to_the_account_or_to_the_browser() -> None:
    from ui.practice.screens import person_of

    operator = Who(id="t1", name="o", role="operator", user="u1", rights=frozenset({"practice"}))
    trainer = Who(id="u2", name="t", role="trainer", user="u2", rights=frozenset({"training"}))
    assert person_of(Request(operator, teplo_trainee="x")) == Person("user:u1", trains=False)
    assert person_of(Request(trainer)) == Person("user:u2", trains=True)
    one, same, other = (person_of(Request(teplo_trainee=secret)) for secret in "aab")
    assert one == same != other
    assert "a" * 32 not in one.id
    signed_in = person_of(Request(teplo_session="s"))
    assert signed_in not in (one, other)


def test_an_unfinished_session_cannot_be_shared(page: Page) -> None:
    name = page.start()
    page.ask("share", id=name)
    assert "Разговор ещё идёт" in page.told["problem"]


def test_erasing_leaves_nothing(page: Page) -> None:
    name = page.finished()
    assert name not in page.ask("forget", id=name)
    page.ask("open", id=name)
    assert page.told["problem"]


def test_the_report_stands_alone(page: Page) -> None:
    page.ask("report", id=page.finished())
    report = page.told["file"]["text"]
    assert page.told["file"]["name"] == "teplo-r01-vacuum-2026-11-23.html"
    assert "<script" not in report
    assert "<button" not in report
    assert not re.search(r"(src|href)=|url\(|@import", report)
    assert "Лучшие фразы" in report


def test_the_table_cannot_run_formulas(page: Page) -> None:
    name = page.start()
    page.ask("say", id=name, turn=0, text='=HYPERLINK("http://evil";"x")')
    page.ask("say", id=name, turn=1, action="give_up")
    page.ask("table", id=name)
    text = page.told["file"]["text"].removeprefix("\ufeff")
    rows = list(csv.reader(io.StringIO(text)))
    assert rows[1][1].startswith("'=")
    assert len({len(row) for row in rows}) == 1


def test_skills_show_with_their_uncertainty(page: Page) -> None:
    for policy in ("facts_only", "lead"):
        page.finished(policy)
    html = page.ask("mine")
    assert "Слышит" in html
    assert html.count('class="band"') >= 5
    assert "%, от " in html


@pytest.mark.slow
@pytest.mark.parametrize("scenario", shipped(), ids=lambda s: s.id)
def test_every_scenario_reaches_its_debrief(page: Page, scenario: Any) -> None:
    html = page.ask("open", id=page.finished("solution_first", scenario.id))
    assert page.told["problem"] == ""
    assert html.count("<polyline") == 6
    assert ("Обязательное" in html) == bool(scenario.checklist)


def test_hostile_words_are_only_words(page: Page) -> None:
    name = page.start()
    page.ask("say", id=name, turn=0, text=f"{HOSTILE} {{{{7*7}}}} ${{7*7}}")
    assert "<img" not in page.html
    page.ask("say", id=name, turn=1, text=HOSTILE, action="stop")
    assert "<img" not in page.html
    page.ask("diagnose", id=name, need=HOSTILE)
    assert "<img" not in page.html
    page.ask("share", id=name, name=HOSTILE)
    page.ask("report", id=name)
    assert "<img" not in page.told["file"]["text"]
    assert "&lt;img" in page.told["file"]["text"]


@pytest.mark.parametrize("raw", ["{", "[]", '{"do": "rm"}', '{"do": "say", "turn": -1}', "null"])
def test_what_the_page_should_not_send_is_refused_in_words(page: Page, raw: str) -> None:
    told = json.loads(page.coach.answer(raw, ME))
    assert told["problem"]
    assert told["parts"] == {}


def test_the_same_words_give_the_same_debrief(page: Page) -> None:
    first = page.ask("open", id=page.finished())
    page.ask("again", id=page.id, turn=0)
    again = page.id
    page.play(again)
    second = page.ask(
        "diagnose", id=again, feeling="anxiety", need="починить, назвать день мастера"
    )
    cut = [html[html.index('id="pr-turn-1"') : html.index("pr-falls")] for html in (first, second)]
    assert cut[0] == cut[1].replace(again, first.split('data-id="')[1].split('"')[0])
