"""The knowledge page without a browser: what it asks for and what it is shown."""

import hashlib
import json
import re
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime
from html import unescape
from pathlib import Path
from typing import Any, get_args

import numpy as np
import pytest
from numpy.typing import NDArray

from copilot import Copilot
from copilot.settings import Settings
from knowledge import Fault, Locale, load_starter, open_library
from knowledge.forms import FORMS, Form, filled_in, values_of
from knowledge.gaplist import GapState
from knowledge.listing import Event
from knowledge.sources.records import record_document
from knowledge.versions import Action
from ui.knowledge.desk import ACTIONS, TABS, Desk
from ui.knowledge.wire import Telling
from ui.locales import LANGUAGES, words
from ui.view.knowledge_calendar import chart, months_from
from ui.view.knowledge_form import Box, changes, form_view
from ui.view.knowledge_schema import Part, parts_of, shown, values_from

HOSTILE = '<img src=x onerror="alert(1)">\'"</textarea><script>alert(1)</script>{{7*7}}{0}'
SCRIPT = """---
id: S1
kind: script
locale: ru
title: Возврат чайника
intent: return_kettle
failure: "no"
trigger_examples: [хочу вернуть чайник, чайник не нужен, заберите чайник]
framework: [NONE]
steps: [Принять чайник.]
valid_to: 2030-12-01
reply:
  answer: [Чайник можно вернуть в любой пункт 14 дней.]
---
# Возврат чайника
Чайник берём обратно 14 дней.
"""


class Words:
    """Texts that share words have near vectors."""

    name = "words"
    dimension = 256

    def embed_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        return np.stack([self._vector(text) for text in texts])

    def embed_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        return self.embed_queries(texts)

    def count_tokens(self, text: str) -> int:
        return len(text.split())

    def _vector(self, text: str) -> NDArray[np.float32]:
        vector = np.full(self.dimension, 1e-3, dtype=np.float32)
        for word in text.lower().split():
            vector[hashlib.sha256(word.strip("?.,!").encode()).digest()[0]] += 1
        return np.asarray(vector / np.linalg.norm(vector), dtype=np.float32)


@pytest.fixture
def copilot(tmp_path: Path) -> Iterator[Copilot]:
    (tmp_path / "s1.md").write_text(SCRIPT, "utf-8")
    (tmp_path / "faq.csv").write_text(
        "id,Вопрос,Ответ\n1,Сколько стоит доставка?,Бесплатно от 3000 рублей\n", "utf-8"
    )
    copilot = Copilot(Settings(home=tmp_path / "home", embedding_base_url="http://127.0.0.1:9/v1"))
    library = open_library(copilot.settings.data_home, embedder=Words())
    copilot.__dict__["library"] = library
    library.ingest([tmp_path / "s1.md", tmp_path / "faq.csv"])
    yield copilot
    copilot.close()


Ask = Callable[..., Telling]


@pytest.fixture
def ask(copilot: Copilot) -> Ask:
    """Ask the desk: what to do, the ids, and the controls of a form."""
    desk = Desk(copilot, "ru")

    def asked(do: str, fields: dict[str, str] | None = None, **args: Any) -> Telling:
        given = {name: str(value) for name, value in args.items()}
        request = {"serial": 7, "do": do, "args": given, "fields": list((fields or {}).items())}
        return desk.listen(json.dumps(request))

    return asked


def flat(parts: Sequence[Part], values: dict[str, Any], at: str = "") -> dict[str, str]:
    """The texts of a form's controls, as a browser would send them."""
    found: dict[str, str] = {}
    for part in parts:
        path, value = f"{at}{part.name}", values.get(part.name)
        if part.control == "group":
            found |= flat(part.parts, value or {}, f"{path}.")
        elif part.control == "rows":
            for n, row in enumerate(value or ()):
                found |= flat(part.parts, row, f"{path}.{n}.")
        elif part.control != "check" or value:
            found[path] = shown(part, value)
    return found


def text(html: str) -> str:
    return " ".join(unescape(re.sub("<[^>]+>", " ", html)).split())


def form_of(ask: Ask, name: str) -> dict[str, str]:
    """The controls of a document's form as the page shows them."""
    html = ask("document", id=name, view="edit").parts["k-document"]
    found = {}
    for tag, body in re.findall(r"<(input [^>]*|textarea [^>]*)>(?:\n([^<]*)</textarea>)?", html):
        key = re.search(r'name="([^"]+)"', tag)
        if key is None or "__n__" in key[1] or ('type="checkbox"' in tag and " checked" not in tag):
            continue
        value = re.search(r'value="([^"]*)"', tag)
        found[key[1]] = unescape(value[1] if value else body)
    for key_, inside in re.findall(r'<select [^>]*name="([^"]+)">(.*?)</select>', html, re.DOTALL):
        chosen = re.search(r'value="([^"]*)" selected', inside)
        found[key_] = chosen[1] if chosen else ""
    return {name: own for name, own in found.items() if not name.startswith("k-")}


def paths(value: Any, at: str = "") -> dict[str, str]:
    if isinstance(value, dict):
        return {
            k: v for key, inner in value.items() for k, v in paths(inner, f"{at}.{key}").items()
        }
    return {at: str(value)}


# Words


def test_the_languages_say_the_same_and_fill_in_the_same_values() -> None:
    russian, english = paths(words("ru", "library")), paths(words("en", "library"))
    assert russian.keys() == english.keys()
    for key, said in russian.items():
        named = set(re.findall(r"{\w+}", said)) - {"{item}"}
        assert named == set(re.findall(r"{\w+}", english[key])) - {"{item}"}, key
    assert not [said for said in english.values() if re.search("[\u0400-\u04ff]", said)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_everything_that_can_be_shown_has_its_words(language: Locale) -> None:
    said = words(language, "library")
    names: set[str] = set()
    labels: set[str] = set()

    def walk(part: Part) -> None:
        names.add(part.name)
        labels.update(part.choices)
        for inner in part.parts:
            walk(inner)

    for form in FORMS:
        for part in parts_of(form):
            walk(part)
        assert form_view(form, {}, (), language)[0][-1].key != "more" or form != "article"
    assert names <= said["fields"].keys()
    signs = {"LEAD", "CARE", "HEAR", "NONE", "<", "<=", "=", "!=", ">=", ">", "in", "not in"}
    assert labels - signs <= said["choices"].keys()
    assert set(get_args(GapState)) == said["gap_states"].keys()
    assert set(get_args(Action)) == said["actions"].keys()
    assert set(TABS) == said["tabs"].keys()


# Forms


@pytest.mark.parametrize("kind", ["script", "tone", "case"])
def test_every_sample_goes_through_its_form_unchanged(kind: Form) -> None:
    for record in load_starter("ru", kind):  # type: ignore[arg-type]
        document = record_document(record, "Страница.")
        back = values_from(kind, flat(parts_of(kind), values_of(document)))
        again = filled_in(kind, document.id, back, document)
        assert again.record == document.record, record.id
        assert again.body == document.body


def test_an_article_goes_through_its_form_unchanged() -> None:
    document = filled_in("article", "ru:a", {"title": "Т", "question": "В?", "answer": "О\nО"})
    back = values_from("article", flat(parts_of("article"), values_of(document)))
    assert filled_in("article", "ru:a", back, document) == document


def test_a_line_end_inside_an_entry_survives() -> None:
    part = next(part for part in parts_of("script") if part.name == "steps")
    value = ["один\nдва", "три"]
    assert values_from("script", {"steps": shown(part, value)})["steps"] == value


def test_rows_without_words_are_left_out_and_gaps_in_numbers_do_not_matter() -> None:
    fields = {"slots.3.name": "when", "slots.3.label": "когда", "slots.101.source": "operator"}
    assert [row["name"] for row in values_from("script", fields)["slots"]] == ["when"]


def test_every_fault_stands_at_its_box() -> None:
    faults = (
        Fault(("title",), "empty", ""),
        Fault(("commitments", 0, "min_value"), "float_parsing", ""),
        Fault(("examples", 2), "empty", ""),
        Fault(("odd", "place"), "other", "must shine"),
    )
    values = {"commitments": [{"id": "a", "min_value": "много"}], "examples": ["a", "b", " "]}
    sections, slips = form_view("script", values, faults, "ru")

    def boxes(given: Sequence[Box]) -> Iterator[Box]:
        for box in given:
            yield box
            yield from boxes(box.boxes)
            for row in box.rows:
                yield from boxes(row)

    wrong = {box.path: box.faults for section in sections for box in boxes(section.boxes)}
    assert wrong["title"] == ("Не может быть пустым.",)
    assert wrong["commitments.0.min_value"] == ("Нужно число.",)
    assert wrong["examples"] == ("Строка 3: Не может быть пустым.",)
    assert len(slips) == 4
    assert slips[-1].text == "Так нельзя: must shine."


def test_versions_are_compared_value_by_value() -> None:
    before = {"title": "Было", "limits": {"currency": "RUB"}, "steps": ["а"]}
    after = {"title": "Стало", "limits": {"currency": "RUB"}, "steps": ["а"]}
    assert changes("script", before, after, "ru") == (("Название", "Было", "Стало"),)


# Lists and search


def test_the_list_is_filtered_and_told(ask: Ask) -> None:
    opened = ask("documents")
    assert "Возврат чайника" in opened.parts["k-list"]
    assert opened.serial == 7
    found = ask("list", {"q": "доставка", "how": "words", "form": "article"})
    assert "доставка" in found.parts["k-list"]
    assert "Возврат чайника" not in found.parts["k-list"]
    assert found.say == "Документов: 1"
    assert "Ничего не подошло" in ask("list", {"q": "ёжик"}).parts["k-list"]


def test_search_by_meaning_says_why(ask: Ask) -> None:
    told = ask("list", {"q": "хочу вернуть чайник", "how": "meaning"}).parts["k-list"]
    assert "<mark>чайник</mark>" in told
    assert "уверенность" in told


def test_an_empty_base_says_what_to_do(tmp_path: Path) -> None:
    copilot = Copilot(Settings(home=tmp_path, embedding_base_url="http://127.0.0.1:9/v1"))
    copilot.__dict__["library"] = open_library(tmp_path, embedder=Words())
    desk = Desk(copilot, "en")
    told = desk.listen('{"do": "documents"}').parts["k-document"]
    assert "Begin with your own texts" in told
    assert 'data-do="starter"' in told
    copilot.close()


# One document


@pytest.mark.parametrize("view", ["read", "try", "edit", "history"])
def test_a_document_is_shown_in_each_view(ask: Ask, view: str) -> None:
    told = ask("document", id="ru:S1", view=view)
    assert "Возврат чайника" in text(told.parts["k-document"])
    assert told.url == {"tab": "documents", "document": "ru:S1", "view": view}


def test_the_form_on_the_screen_gives_back_the_document(ask: Ask, copilot: Copilot) -> None:
    values = copilot.library.editor.sheet("ru:S1").values
    back = values_from("script", form_of(ask, "ru:S1"))
    assert {k: v for k, v in back.items() if k != "body"} == {
        k: v for k, v in values.items() if k != "body"
    }
    assert back["body"].strip() == values["body"].strip()


def test_a_reply_shows_what_comes_from_the_document(ask: Ask) -> None:
    told = ask("try", {"k-message": "хочу вернуть чайник"}, id="ru:S1").parts["k-tried"]
    assert re.search(r"<mark[^>]*>Чайник можно вернуть в любой пункт 14 дней\.</mark>", told)


def test_a_form_is_tried_before_it_is_saved(ask: Ask) -> None:
    fields = {**form_of(ask, "ru:S1"), "reply.answer": "Чайник заберёт курьер."}
    told = ask("try", {**fields, "k-message": "чайник"}, id="ru:S1", unsaved=1).parts["k-tried"]
    assert "Чайник заберёт курьер." in told
    assert "версия 1" in ask("document", id="ru:S1").parts["k-document"]


def test_a_form_is_saved_and_taken_back(ask: Ask, copilot: Copilot) -> None:
    fields = {**form_of(ask, "ru:S1"), "title": "Возврат самовара", "k-note": "самовар"}
    told = ask("save", fields, id="ru:S1", version=1)
    assert told.notice is not None
    assert told.notice.text.startswith("Сохранено: версия 2")
    assert told.again == ("list",)
    assert "самовар" in text(ask("document", id="ru:S1", view="history").parts["k-document"])
    differ = text(ask("version", id="ru:S1", version=1).parts["k-version"])
    assert "Название Возврат чайника Возврат самовара" in differ
    undo = told.notice.undo
    ask(undo.pop("do"), **undo)
    assert copilot.library.editor.sheet("ru:S1").title == "Возврат чайника"


def test_all_faults_are_told_at_once_and_nothing_is_lost(ask: Ask, copilot: Copilot) -> None:
    fields = {
        **form_of(ask, "ru:S1"), "title": " ", "valid_from": "2031-01-01",
        "commitments.0.id": "a", "commitments.0.type": "money", "commitments.0.text": "т",
        "commitments.0.min_value": "много",
    }  # fmt: skip
    told = ask("save", fields, id="ru:S1", version=1)
    html = told.parts["k-document"]
    assert told.focus == "k-faults"
    assert 'value="много"' in html
    assert 'aria-describedby="k-f-commitments-0-min_value-why"' in html
    assert told.say == "Нужно поправить: 3"
    assert 'aria-describedby="k-f-title-why"' in html
    assert 'aria-describedby="k-f-valid_to-why"' in html
    assert copilot.library.editor.sheet("ru:S1").version == 1


def test_somebody_elses_edit_is_not_overwritten(ask: Ask) -> None:
    fields = form_of(ask, "ru:S1")
    ask("save", {**fields, "title": "Раз"}, id="ru:S1", version=1)
    late = ask("save", {**fields, "title": "Два"}, id="ru:S1", version=1)
    assert late.notice is not None
    assert late.notice.grave
    assert "изменил кто-то ещё" in late.notice.text
    assert late.parts == {}


def test_a_document_is_made_and_its_faults_are_told(ask: Ask) -> None:
    assert "Новый документ: Статья" in ask("new", form="article").parts["k-document"]
    wrong = ask("create", {"title": "", "k-name": "не имя"}, form="article", locale="ru")
    assert wrong.focus == "k-faults"
    assert 'href="#k-name"' in wrong.parts["k-document"]
    fields = {"title": "Гравировка", "question": "Гравируете?", "answer": "Да.", "kind": "script"}
    made = ask("create", {**fields, "status": "draft"}, form="article", locale="ru")
    assert "Гравировка" in text(made.parts["k-document"])
    assert made.notice is not None
    assert made.notice.undo["do"] == "delete"


def test_publishing_validity_and_deleting_can_be_undone(ask: Ask, copilot: Copilot) -> None:
    draft = ask("status", id="ru:S1", version=1, status="draft")
    assert draft.notice is not None
    assert draft.notice.undo["status"] == "active"
    wrong = ask("validity", {"k-from": "2031-01-01", "k-to": "2030-01-01"}, id="ru:S1", version=2)
    assert wrong.notice is not None
    assert wrong.notice.grave
    ask("validity", {"k-from": "", "k-to": "2031-05-01"}, id="ru:S1", version=2)
    assert copilot.library.editor.sheet("ru:S1").values["valid_to"] == "2031-05-01"
    gone = ask("delete", id="ru:S1", version=3)
    assert gone.notice is not None
    assert gone.notice.undo == {"do": "restore", "id": "ru:S1"}
    assert "Возврат чайника" in ask("bin").parts["k-document"]
    ask("restore", id="ru:S1")
    assert copilot.library.document("ru:S1") is not None
    ask("delete", id="ru:S1", version=copilot.library.editor.sheet("ru:S1").version)
    ask("erase", id="ru:S1")
    assert copilot.library.editor.bin() == ()


# Gaps


@pytest.fixture
def gap(copilot: Copilot) -> int:
    at = datetime(2026, 11, 20, 9, tzinfo=UTC)
    return copilot.library.gaps.note("гравировка", "ru", "Гравируете?", strength="none", at=at)


def test_a_gap_is_shown_and_put_aside_and_back(ask: Ask, gap: int) -> None:
    assert "1×" in ask("gaps").parts["k-gaps"]
    assert "Гравируете?" in ask("gap", id=gap).parts[f"k-gap-{gap}-more"]
    done = ask("gap-ignore", id=gap)
    assert done.notice is not None
    assert done.notice.undo == {"do": "gap-undo", "id": str(gap)}
    assert "Отложены · 1" in ask("gaps", state="ignored").parts["k-gaps"]
    ask("gap-undo", id=gap)
    assert "Открыты · 1" in ask("gaps").parts["k-gaps"]


def test_a_gap_becomes_a_draft_or_belongs_to_a_document(
    ask: Ask, copilot: Copilot, gap: int
) -> None:
    empty = ask("gap-draft", {"answer": " ", "question": "Гравируете?"}, id=gap)
    assert "Напишите ответ" in empty.parts[f"k-gap-{gap}-more"]
    ask("gap-draft", {"answer": "Да.", "question": "Гравируете?"}, id=gap)
    assert copilot.library.gaps.gap(gap).state == "drafted"
    ask("gap-undo", id=gap)
    ask("gap-attach", id=gap, document="ru:S1")
    assert "гравировка" in copilot.library.editor.sheet("ru:S1").values["examples"]
    ask("gap-undo", id=gap)
    ask("gap-erase", id=gap)
    assert "Пробелов нет" in ask("gaps").parts["k-gaps"]


# Jobs, lint, calendar


def finished(ask: Ask, told: Telling) -> Telling:
    for _ in range(2000):
        if not told.polls:
            return told
        time.sleep(0.01)
        poll = dict(told.polls[0])
        told = ask(poll.pop("do"), **poll)
    raise AssertionError("the job does not end")


def test_an_upload_is_followed_and_its_report_filtered(
    ask: Ask, copilot: Copilot, tmp_path: Path
) -> None:
    from ui.jobs import jobs_of

    (tmp_path / "новое.md").write_text("# Самовывоз\nСадовая, 5.\n", "utf-8")
    (tmp_path / f"{'x' * 20}.exe").write_bytes(b"MZ")
    files = [tmp_path / "новое.md", tmp_path / f"{'x' * 20}.exe"]
    jobs = jobs_of(copilot.settings.data_home)
    job = jobs.start("upload", lambda _: copilot.library.ingest(files).model_dump(mode="json"))
    assert "k-jobs" in ask("upload").parts
    told = finished(ask, ask("job", id=job.id, polled=1))
    html = told.parts[f"k-job-{job.id}"]
    assert "добавлено · 1" in text(html)
    assert "не принято · 1" in text(html)
    assert "новое.md" not in ask("job", id=job.id, only="refused").parts[f"k-job-{job.id}"]


@pytest.mark.slow
def test_lint_runs_as_a_job_and_links_to_documents(ask: Ask) -> None:
    html = finished(ask, ask("lint")).parts["k-lint"]
    assert 'data-do="document" data-id="ru:S1"' in html
    only = ask("lint", {"severity": "error", "q": "нет такого слова"}).parts["k-lint"]
    assert "ничего не подошло" in only


def test_the_calendar_shows_what_ends_when(ask: Ask) -> None:
    assert "ничего не начинается" in ask("terms").parts["k-terms"]
    day = date(2030, 12, 1)
    today = datetime.now().astimezone().date()
    shift = (day.year - today.year) * 12 + day.month - today.month
    html = ask("terms", shift=shift).parts["k-terms"]
    assert "1 декабря 2030" in html
    assert "дек 2030: начинают действовать 0, перестают 1" in html


def test_the_chart_draws_its_numbers() -> None:
    said = words("en", "library")
    day = date(2026, 12, 31)
    event = Event(day=day, what="ends", document="ru:S1", title=HOSTILE, status="active")
    months = months_from(date(2026, 11, 22), -1, 12)
    svg = chart([event, event], months, date(2026, 11, 22), said["terms"], said["months_short"])
    assert months[0] == date(2026, 10, 1)
    assert months[-1] == date(2027, 9, 1)
    assert svg.count("<rect") == 1
    assert ">2</text>" in svg
    assert "Dec 2026: 0 begin, 2 end" in svg


# Who may do what


def test_who_may_only_read_is_not_shown_how_to_write() -> None:
    from ui.accounts import Who
    from ui.knowledge.rights import closed_to
    from ui.permissions import matrix

    reader = Who(id="1", name="ann", role="operator", rights=matrix().rights("operator"))
    trainer = Who(id="2", name="bob", role="trainer", rights=matrix().rights("trainer"))
    assert {"save", "upload", "job", "erase", "export"} <= set(closed_to(reader))
    assert not {"documents", "document", "try", "lint", "gaps"} & set(closed_to(reader))
    assert "save" not in closed_to(trainer)
    assert closed_to(None) == ()


def test_every_action_has_its_right() -> None:
    from ui.permissions import matrix

    assert matrix().pages["knowledge"]["actions"].keys() == ACTIONS.keys()


# What strangers write


def test_hostile_text_stays_text_wherever_it_is_shown(copilot: Copilot) -> None:
    library = copilot.library
    rows = {"name": HOSTILE, "label": HOSTILE, "hint": HOSTILE, "source": "operator"}
    values = {
        "title": HOSTILE, "intent": HOSTILE, "failure": "no", "steps": [HOSTILE],
        "trigger_examples": [HOSTILE], "slots": [rows], "reply": {"answer": [HOSTILE]},
        "body": HOSTILE, "owner": HOSTILE, "brand": HOSTILE, "tags": [HOSTILE],
        "valid_to": "2027-01-01",
    }  # fmt: skip
    sheet = library.editor.create("script", "ru", values, name="bad", note=HOSTILE)
    library.editor.save(sheet.id, 1, {**values, "title": f"{HOSTILE}!"}, note=HOSTILE)
    at = datetime(2026, 11, 20, 9, tzinfo=UTC)
    number = library.gaps.note(HOSTILE, "ru", HOSTILE, strength="none", at=at)
    desk = Desk(copilot, "ru")

    def asked(do: str, fields: dict[str, str] | None = None, **args: Any) -> str:
        given = {name: str(value) for name, value in args.items()}
        request = {"do": do, "args": given, "fields": list((fields or {}).items())}
        return "".join(desk.listen(json.dumps(request)).parts.values())

    hostile_form = dict.fromkeys(flat(parts_of("script"), values), HOSTILE)
    html = [
        asked("documents", q=HOSTILE, brand=HOSTILE),
        asked("list"),
        asked("list", {"q": HOSTILE, "how": "meaning"}),
        *(asked("document", id=sheet.id, view=view) for view in ("read", "try", "edit", "history")),
        asked("version", id=sheet.id, version=1),
        asked("try", {"k-message": HOSTILE}, id=sheet.id),
        asked("save", {**hostile_form, "k-note": HOSTILE}, id=sheet.id, version=2),
        asked("create", {**hostile_form, "k-name": HOSTILE}, form="script", locale="ru"),
        asked("gaps"),
        asked("gap", id=number),
        asked("gap-draft", {"answer": "", "question": HOSTILE}, id=number),
        asked("gap-ignore", id=number),
        asked("terms"),
        asked("lint", {"q": HOSTILE}),
        asked("delete", id=sheet.id, version=2),
        asked("bin"),
    ]
    for one in html:
        assert one
        assert "<img" not in one
        assert "<script" not in one
    assert "{{7*7}}{0}" in unescape(html[3])


ODD = (
    "{", "[]", '{"do": "fly"}', '{"do": "document", "args": {"id": "ru:none"}}',
    '{"do": "gap", "args": {"id": "x"}}', '{"do": "job", "args": {"id": "9"}}',
    '{"do": "status", "args": {"id": "ru:S1", "version": "1", "status": "odd"}}',
    '{"do": "validity", "args": {"id": "ru:S1", "version": "1"}, "fields": [["k-to", "soon"]]}',
    '{"do": "revert", "args": {"id": "ru:S1", "version": "1", "to": "9"}}',
    " " * 1_000_000,
)  # fmt: skip


def test_odd_requests_get_a_notice_and_change_nothing(copilot: Copilot) -> None:
    desk = Desk(copilot, "en")
    for raw in ODD:
        told = desk.listen(raw)
        assert told.notice is not None, raw
        assert told.notice.grave
        assert told.notice.text not in ("", words("en", "library")["errors"]["Bug"])
    assert copilot.library.editor.sheet("ru:S1").version == 1


def test_every_action_is_asked_for_somewhere() -> None:
    from importlib.resources import files

    own = files("ui.knowledge")
    shown_ = "".join(one.read_text("utf-8") for one in (own / "templates").iterdir())
    pressed = set(re.findall(r'data-(?:do|live)="([a-z-]+)"', shown_))
    asked = pressed | set(TABS) | {"list", "revert", "restore", "gap"}
    assert pressed <= ACTIONS.keys()
    assert ACTIONS.keys() <= asked
