"""The phrase bank: every piece can be said, and none sounds like an office."""

import pytest
import regex

from copilot.brief import Brief, Fact, Frame, Perception, Signal, Voice
from copilot.conversation import Card, Conversation, Message
from copilot.suggesters.phrases import choose
from copilot.suggesters.protocols import every
from copilot.suggesters.scene import Scene
from knowledge import Locale
from prompts import Phrase, load_bank

SLOTS = {"order", "date", "sum", "item", "nth", "name", "crisis_line", "title", "deadline", "tried"}
THEMES = {
    "ru": {
        "child": "ребёнок ждёт", "gift": "это подарок", "event": "завтра свадьба", "moving": "у нас переезд",
        "home_wait": "весь день ждала", "work": "не могу работать", "business": "касса стоит",
        "trip": "скоро отпуск", "money_tight": "до зарплаты ничего", "comfort": "сидим без воды",
        "offline": "нет связи", "study": "завтра экзамен", "health": "нужны лекарства",
        "far": "зря ездил", "phone_queue": "не дозвониться", "guests": "придут гости", "consumed": "съела салат",
    },
    "en": {
        "child": "my daughter waits", "gift": "it was a gift", "event": "the wedding is on Friday",
        "moving": "we are moving house", "home_wait": "stayed home all day", "work": "I missed work",
        "business": "our staff", "trip": "my flight", "money_tight": "rent is due",
        "comfort": "no heating", "offline": "no internet", "study": "my exam", "health": "my medicine",
        "far": "a wasted trip", "phone_queue": "on hold", "guests": "guests tonight", "consumed": "I ate the salad",
    },
}  # fmt: skip
BANNED = {
    "ru": [
        r"\bк сожалению\b", r"ближайшее время", r"понима(?:ю|ем) ваш", r"прино(?:шу|сим)", r"неудобств",
        r"обращени(?:е|я) (?:принят|зарегистр)", r"\bданн(?:ый|ого|ая|ой) (?:вопрос|случай|ситуац)",
        r"осуществ", r"успоко", r"не (?:переживай|волнуй|нервнич)", r"\bдолжны\b", r"!", r"\bВы\b(?<!^Вы)(?<!\. Вы)",
        r"чем (?:могу|я могу) (?:помочь|быть)", r"в рамках", r"в соответствии", r"гарантиру", r"\bточно\b вер",
    ],
    "en": [
        r"\bunfortunately\b", r"any inconvenience", r"understand your (?:frustration|feelings)", r"!",
        r"please be advised", r"calm down", r"as soon as possible", r"\bshortly\b", r"\bkindly\b",
        r"valued customer", r"\bmust\b", r"policy", r"rest assured", r"\bguarantee",
    ],
}  # fmt: skip
MALE_OR_FEMALE = (
    r"\bя (?:\w+ )?\w{3,}(?:ла?|лся|лась)\b|\bсама?\b(?! вопрос)|\bрад(?:а)?\b|\bготов(?:а)?\b"
)
EMOJI = regex.compile(r"\p{Extended_Pictographic}")
LANGUAGES: tuple[Locale, ...] = ("ru", "en")


def wordings(language: Locale) -> list[str]:
    """Every wording of the bank."""
    return [text for p in load_bank(language) for text in (p.text, p.ty) if text]


def scene_for(phrase: Phrase, language: Locale, conversation_id: str) -> Scene:
    """A conversation in which this phrase has its place."""
    named = {"ru": "заказ", "en": "order"}[language] if "order" in phrase.needs else ""
    text = " ".join([*(THEMES[language][theme] for theme in phrase.themes[:1]), named]).strip()
    facts = tuple(
        Fact(kind=name, value="2026-05-03" if name == "date" else "7", message=0)
        for name in phrase.needs
        if name not in ("nth", "crisis_line", "title")
    )
    spans = {"ru": "третий раз", "en": "third time"}
    signals = [Signal(name=name, span=spans[language], message=0) for name in phrase.signals[:1]]
    if "nth" in phrase.needs:
        signals.append(Signal(name="repeat_contact", span=spans[language], message=0))
    return Scene(
        Brief(
            conversation=Conversation(
                id=conversation_id, messages=(Message(role="customer", text=text or "…"),), card=Card()
            ),
            perception=Perception(
                language=language, signals=tuple(signals), facts=facts, distress=phrase.distress[0],
                hostility=phrase.hostility[0],
            ),
            frame=Frame(framework="LEAD"),
            voice=Voice(crisis_line="7" if "crisis_line" in phrase.needs else ""),
        )
    )  # fmt: skip


def reached(phrase: Phrase, language: Locale) -> bool:
    """Whether some conversation gets this phrase."""
    for n in range(60):
        scene = scene_for(phrase, language, f"c{n}")
        said = choose(
            scene,
            phrase.act,
            written_for=phrase.step,
            place=phrase.scene,
            topics=phrase.signals or (),
        )
        all_said = every(scene, phrase.act, phrase.step, phrase.scene, extra={"title": "7"})
        wanted = {s.text for s in (said, *all_said) if s is not None}
        plain = phrase.text
        for name in phrase.slots:
            plain = plain.replace(f"{{{name}}}", scene.known.get(name, "7"))
        if plain[:1].upper() + plain[1:] in wanted:
            return True
    return False


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_bank_is_large_and_its_ids_are_unique(language: Locale) -> None:
    ids = [phrase.id for phrase in load_bank(language)]

    assert len(ids) >= 250
    assert len(set(ids)) == len(ids)


def test_the_languages_are_twins() -> None:
    def shape(language: Locale) -> list[tuple[object, ...]]:
        return [
            (p.id, p.act, p.step, p.scene, p.signals, p.not_signals, p.themes, p.needs, p.register_)
            for p in load_bank(language)
        ]

    assert shape("ru") == shape("en")


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_two_pieces_say_the_same_words(language: Locale) -> None:
    same: dict[tuple[str, str], list[str]] = {}
    for phrase in load_bank(language):
        same.setdefault((phrase.scene, phrase.text), []).append(phrase.id)

    assert [ids for ids in same.values() if len(ids) > 1] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_sounds_like_an_office(language: Locale) -> None:
    found = [
        (pattern, text)
        for text in wordings(language)
        for pattern in BANNED[language]
        if regex.search(pattern, text, regex.IGNORECASE if pattern.islower() else 0)
    ]

    assert found == []


def test_nothing_guesses_who_is_a_man_or_a_woman() -> None:
    assert [t for t in wordings("ru") if regex.search(MALE_OR_FEMALE, t, regex.IGNORECASE)] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_there_are_no_emoji(language: Locale) -> None:
    assert [text for text in wordings(language) if EMOJI.search(text)] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_placeholder_is_known_and_asked_for(language: Locale) -> None:
    for phrase in load_bank(language):
        assert set(phrase.needs) <= SLOTS
        assert set(phrase.slots) <= set(phrase.needs)


@pytest.mark.parametrize("language", LANGUAGES)
def test_numbers_stand_only_where_an_emergency_call_does(language: Locale) -> None:
    numbered = {p.id for p in load_bank(language) if regex.search(r"\d", p.text)}

    assert numbered <= {"harm.112", "health.112", "safety.112"}


def test_first_name_terms_hold_no_polite_forms() -> None:
    polite = regex.compile(r"\b(?:вы|вас|вам|вами|ваш\w*)\b|\w+(?:йте|ите сь?)\b", regex.IGNORECASE)
    informal = [p.said_to("ty") for p in load_bank("ru")]

    assert [text for text in informal if polite.search(text)] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_piece_is_reached(language: Locale) -> None:
    assert [p.id for p in load_bank(language) if not reached(p, language)] == []
