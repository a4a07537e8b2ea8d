"""What the page of incidents does, without Gradio: forms in, incidents and HTML out."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from pydantic import ValidationError

from copilot.errors import NoSuchRecord
from copilot.incidents import MAX_FACTS, Incident, Told
from knowledge import Locale
from ui.api_incidents import Keeper
from ui.incidents import painting
from ui.locales import words

MINUTES = (5, 10_080)
_LINE = 300


@dataclass(frozen=True)
class Form:
    """What stands in the form, as it was typed; `incident` is the one that is changed."""

    incident: str = ""
    title: str = ""
    about: str = ""
    facts_ru: str = ""
    workaround_ru: str = ""
    facts_en: str = ""
    workaround_en: str = ""
    allowance: str = ""
    minutes: float | None = 60

    @property
    def told(self) -> dict[Locale, Told]:
        """What is told, by language; a language without facts is left out."""
        typed: dict[Locale, tuple[str, str]] = {
            "ru": (self.facts_ru, self.workaround_ru),
            "en": (self.facts_en, self.workaround_en),
        }
        return {
            language: Told(
                facts=_lines(facts), workaround=around.strip(), allowance=self.allowance.strip()
            )
            for language, (facts, around) in typed.items()
            if _lines(facts)
        }


class Board:
    """The incidents as the page shows and changes them."""

    def __init__(self, copilot: Keeper, language: Locale) -> None:
        """Work on the records of this installation, in one language of the screen."""
        self._copilot = copilot
        self.language = language
        self.words = words(language, "incidents")

    def html(self, *, now: datetime | None = None) -> tuple[str, str]:
        """Return what is on and what surges, and what was before."""
        kept = self._copilot.records.incidents
        moment = now or datetime.now(UTC)
        everything = kept.of_all_time()
        tell = {one.id: kept.to_tell(one.id) for one in everything[: painting.MOST]}
        present = painting.present(everything, kept.surges(moment), tell, moment, self.words)
        return present, painting.past(everything, tell, self.words)

    def choices(self) -> list[tuple[str, str]]:
        """Return (title, id) of the incidents that are on."""
        return [(one.title, one.id) for one in self._copilot.records.incidents.on()]

    def form(self, incident: str) -> Form:
        """Return the form of an incident that is on; an empty one when it is not."""
        found = next((o for o in self._copilot.records.incidents.on() if o.id == incident), None)
        return Form() if found is None else _form(found)

    def submit(self, form: Form, *, now: datetime | None = None) -> tuple[str, bool]:
        """Switch on or change what the form says; return what to tell, and whether it was done."""
        if fault := self._fault(form):
            return fault, False
        moment = now or datetime.now(UTC)
        given: dict[str, Any] = {
            "title": form.title.strip(),
            "about": _lines(form.about),
            "told": form.told,
            "next_update": moment + timedelta(minutes=float(form.minutes or 0)),
        }
        kept = self._copilot.records.incidents
        try:
            if form.incident:
                kept.update(form.incident, now=moment, **given)
                return str(self.words["done_saved"]), True
            kept.start(**given, now=moment)
        except NoSuchRecord:
            return str(self.words["faults"]["gone"]), False
        return str(self.words["done_started"]), True

    def end(self, incident: str, *, now: datetime | None = None) -> tuple[str, bool]:
        """Switch an incident off."""
        try:
            self._copilot.records.incidents.end(incident, now=now or datetime.now(UTC))
        except NoSuchRecord:
            return str(self.words["faults"]["gone"]), False
        return str(self.words["done_ended"]), True

    def _fault(self, form: Form) -> str:
        faults: dict[str, str] = self.words["faults"]
        typed = (form.facts_ru, form.facts_en)
        lines = [one for text in (*typed, form.about) for one in _lines(text)]
        singles = (form.title, form.workaround_ru, form.workaround_en, form.allowance)
        if not form.title.strip():
            return faults["title"]
        if any(len(one.strip()) > _LINE for one in (*lines, *singles)):
            return faults["long"]
        if any(len(_lines(text)) > MAX_FACTS for text in typed):
            return faults["many"]
        try:
            told = form.told
        except ValidationError:
            return faults["long"]
        if not told:
            return faults["facts"]
        low, high = MINUTES
        return "" if low <= float(form.minutes or 0) <= high else faults["minutes"]


def _lines(text: str) -> tuple[str, ...]:
    return tuple(line.strip() for line in text.splitlines() if line.strip())


def _form(incident: Incident) -> Form:
    russian, english = incident.told.get("ru"), incident.told.get("en")
    return Form(
        incident=incident.id,
        title=incident.title,
        about="\n".join(incident.about),
        facts_ru="\n".join(russian.facts) if russian else "",
        workaround_ru=russian.workaround if russian else "",
        facts_en="\n".join(english.facts) if english else "",
        workaround_en=english.workaround if english else "",
        allowance=next((told.allowance for told in incident.told.values() if told.allowance), ""),
    )
