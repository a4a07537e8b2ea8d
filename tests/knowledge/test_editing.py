"""A document is edited by form: checked whole, saved as a new version, found as it now is."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from knowledge import (
    Exists,
    InvalidForm,
    Library,
    NotFound,
    Query,
    Script,
    Stale,
    open_library,
)


def found(library: Library, text: str) -> list[str]:
    return [hit.document for hit in library.search(Query(text=text, locale="ru"))]


def faults(error: pytest.ExceptionInfo[InvalidForm]) -> dict[tuple[str | int, ...], str]:
    return {fault.path: fault.key for fault in error.value.faults}


def test_a_script_is_read_as_a_form_and_saved_as_its_next_version(shop: Library) -> None:
    sheet = shop.editor.sheet("ru:S1")
    values = {**sheet.values, "title": "Возврат самовара", "body": "# Возврат самовара\nДа."}

    saved = shop.editor.save("ru:S1", sheet.version, values, note="самовар")

    assert (sheet.version, saved.version, saved.title) == (1, 2, "Возврат самовара")
    assert "ru:S1" in found(shop, "самовара")
    document = shop.document("ru:S1")
    assert isinstance(document and document.record, Script)
    assert saved.values["limits"]["refund_max"] == 3000


def test_only_the_new_words_are_embedded(shop: Library, words: Any) -> None:
    sheet = shop.editor.sheet("ru:S1")
    words.embedded.clear()

    shop.editor.save(
        "ru:S1", 1, {**sheet.values, "trigger_examples": ["хочу вернуть чайник", "чайник течёт"]}
    )

    assert "хочу вернуть чайник" not in words.embedded
    assert "чайник течёт" in words.embedded


def test_who_saves_over_somebody_else_is_told(shop: Library) -> None:
    sheet = shop.editor.sheet("ru:S1")
    shop.editor.save("ru:S1", 1, {**sheet.values, "title": "Первый"})

    with pytest.raises(Stale) as error:
        shop.editor.save("ru:S1", 1, {**sheet.values, "title": "Второй"})

    assert error.value.version == 2
    assert shop.editor.sheet("ru:S1").title == "Первый"


def test_every_fault_is_named_at_once_with_its_place(shop: Library) -> None:
    values = {
        **shop.editor.sheet("ru:S1").values,
        "title": " ",
        "colour": "red",
        "commitments": [{"id": "c", "type": "time", "text": "t", "min_value": "soon"}],
        "examples": ["", 5],
    }

    with pytest.raises(InvalidForm) as error:
        shop.editor.save("ru:S1", 1, values)

    assert faults(error) == {
        ("colour",): "extra_forbidden",
        ("commitments", 0, "min_value"): "float_parsing",
        ("examples", 0): "empty",
        ("examples", 1): "string_type",
    }


def test_what_types_do_not_say_is_checked_too(shop: Library) -> None:
    script = {
        **shop.editor.sheet("ru:S1").values,
        "title": " ",
        "valid_to": "2025-01-01",
        "commitments": [
            {"id": "c", "type": "time", "text": "t", "min_value": 5, "max_value": 3, "unit": "day"}
        ],
    }
    rule = {**shop.editor.sheet("ru:RU-OWN").values, "patterns": ["(", "да"]}

    with pytest.raises(InvalidForm) as of_script:
        shop.editor.save("ru:S1", 1, script)
    with pytest.raises(InvalidForm) as of_rule:
        shop.editor.save("ru:RU-OWN", 1, rule)

    assert faults(of_script) == {
        ("title",): "empty",
        ("valid_to",): "before_start",
        ("commitments", 0, "max_value"): "below_minimum",
    }
    assert faults(of_rule) == {("patterns", 0): "bad_pattern"}


def test_an_unpublished_document_is_not_found_until_it_is_published(shop: Library) -> None:
    assert "ru:S1" in found(shop, "вернуть чайник")

    draft = shop.editor.set_status("ru:S1", 1, "draft")
    assert "ru:S1" not in found(shop, "вернуть чайник")
    shop.editor.set_status("ru:S1", draft.version, "active")

    assert "ru:S1" in found(shop, "вернуть чайник")


def test_a_validity_is_set_and_holds_in_search(shop: Library) -> None:
    shop.editor.set_validity("ru:S1", 1, None, date(2026, 11, 1))

    hits = shop.search(Query(text="вернуть чайник", locale="ru", on=date(2026, 11, 22)))

    assert "ru:S1" not in {hit.document for hit in hits}
    with pytest.raises(InvalidForm):
        shop.editor.set_validity("ru:S1", 2, date(2026, 2, 1), date(2026, 1, 1))
    with pytest.raises(InvalidForm):
        shop.editor.set_validity("ru:RU-OWN", 1, None, date(2026, 1, 1))


def test_old_versions_are_kept_and_come_back(shop: Library) -> None:
    sheet = shop.editor.sheet("ru:S1")
    shop.editor.save("ru:S1", 1, {**sheet.values, "title": "Иначе"})

    back = shop.editor.revert("ru:S1", 2, 1)

    assert (back.version, back.values) == (3, sheet.values)
    history = shop.editor.history("ru:S1")
    assert [(line.version, line.action, line.title) for line in history] == [
        (3, "revert", "Возврат чайника"),
        (2, "edit", "Иначе"),
        (1, "ingest", "Возврат чайника"),
    ]
    assert shop.editor.sheet("ru:S1", 2).title == "Иначе"
    assert not shop.editor.sheet("ru:S1", 2).current


def test_a_deleted_document_lies_in_the_bin_and_comes_back(shop: Library) -> None:
    before = shop.document("ru:S1")
    shop.editor.delete("ru:S1", 1)
    assert shop.document("ru:S1") is None
    assert "ru:S1" not in found(shop, "вернуть чайник")
    assert [(line.document, line.action) for line in shop.editor.bin()] == [("ru:S1", "delete")]

    restored = shop.editor.restore("ru:S1")

    assert restored.version == 3
    assert shop.document("ru:S1") == before
    assert shop.editor.bin() == ()
    assert "ru:S1" in found(shop, "вернуть чайник")


def test_an_article_is_made_edited_and_keeps_what_stands_below_its_answer(shop: Library) -> None:
    made = shop.editor.create(
        "article", "ru", {"question": "Есть ли парковка?", "answer": "Да, во дворе."}
    )
    assert (made.origin, made.values["body"], made.title) == (
        "form", "Да, во дворе.", "Есть ли парковка?",
    )  # fmt: skip
    longer = shop.editor.save(
        made.id, 1, {**made.values, "body": "Да, во дворе.\nhttps://example.org"}
    )

    saved = shop.editor.save(made.id, 2, {**longer.values, "answer": "Нет."})

    assert saved.values["body"] == "Нет.\nhttps://example.org"
    with pytest.raises(Exists):
        shop.editor.create("article", "ru", made.values, name=made.name)
    other = shop.editor.create("article", "ru", made.values)
    assert other.name == f"{made.name}-2"


def test_an_edit_survives_an_ingest_of_the_same_file_and_yields_to_a_new_one(
    shop: Library, tmp_path: Path
) -> None:
    file = tmp_path / "shop" / "ru" / "s1.md"
    values = {**shop.editor.sheet("ru:S1").values, "title": "Наш заголовок"}
    shop.editor.save("ru:S1", 1, values)

    assert shop.ingest([tmp_path / "shop"]).unchanged == 6
    assert shop.editor.sheet("ru:S1").title == "Наш заголовок"

    file.write_text(file.read_text("utf-8").replace("14 дней", "30 дней"), "utf-8")
    assert shop.ingest([tmp_path / "shop"]).updated == 1
    assert "30 дней" in shop.editor.sheet("ru:S1").values["body"]
    assert [line.action for line in shop.editor.history("ru:S1")] == ["ingest", "edit", "ingest"]


def test_what_was_attached_stays_when_the_file_changes(shop: Library, tmp_path: Path) -> None:
    faq = tmp_path / "shop" / "faq.csv"
    shop.editor.attach("ru:faq-1", "почём привоз")
    assert found(shop, "почём привоз")[0] == "ru:faq-1"

    faq.write_text(faq.read_text("utf-8").replace("от 3000", "от 5000"), "utf-8")
    shop.ingest([tmp_path / "shop"])

    document = shop.document("ru:faq-1")
    assert document is not None
    assert ("5000" in document.answer, document.examples) == (True, ("почём привоз",))
    assert found(shop, "почём привоз")[0] == "ru:faq-1"


@pytest.mark.slow
def test_an_edited_sample_is_ours_and_no_longer_renewed(home: Path, words: Any) -> None:
    with open_library(home, embedder=words) as library:
        library.ingest_starter("ru", "tone")
        rule = library.tone_rules("ru")[0]
        library.editor.set_status(f"ru:{rule.id}", 1, "retired")

        library.ingest_starter("ru", "tone")

        assert library.editor.sheet(f"ru:{rule.id}").status == "retired"
        assert rule.id not in {one.id for one in library.tone_rules("ru")}


def test_what_is_not_there_is_named(shop: Library) -> None:
    with pytest.raises(NotFound, match="ru:S99"):
        shop.editor.sheet("ru:S99")
    with pytest.raises(NotFound, match="version 7"):
        shop.editor.sheet("ru:S1", 7)
    with pytest.raises(NotFound, match="bin"):
        shop.editor.restore("ru:S1")
