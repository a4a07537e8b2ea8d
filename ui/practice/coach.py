"""The practice page's other end: a request in, the parts of the page to show out."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from markupsafe import Markup

from copilot.conversation import Conversation
from copilot.errors import BadConversation, TeploError
from copilot.roleplay import Said, shipped
from copilot.roleplay.diagnosis import Guess
from copilot.roleplay.hints import hint_for
from copilot.roleplay.progress import progress
from copilot.suggestion import Result
from knowledge import Locale
from ui.locales import name_of, words
from ui.practice.gym import Desk, Gym, Person, person_key
from ui.practice.render import PAGE, render
from ui.practice.report import report_html
from ui.practice.wire import Asked, Told, as_note, file_told, read_asked
from ui.view.practice import bubbles, day, heavy, mood_bars, scenario_cards, signed, sitting_row
from ui.view.practice_charts import skill_rows
from ui.view.practice_report import findings, table

LOG = logging.getLogger("teplo.practice")
_OPEN = 6  # unfinished sessions on the first screen
_VIEW, _THREAD, _MOOD, _COACH = "pr-view", "pr-thread", "pr-mood", "pr-coach"


class Adviser(Protocol):
    """The part of `Copilot` that stands beside the trainee."""

    def suggest(self, conversation: Conversation) -> Result:
        """Draft replies."""
        ...


@dataclass(frozen=True)
class Coach:
    """Answers what the page asks, in one language, for whoever asks."""

    gym: Gym
    adviser: Adviser
    language: Locale

    def answer(self, raw: str, me: Person) -> str:
        """Answer a request as JSON; our own errors are told in their words, bugs go to the log."""
        asked = Asked()
        try:
            asked = read_asked(raw)
            told = self._doing(asked.do)(asked, me)
        except TeploError as error:
            told = Told(problem=str(error))
        except Exception:
            LOG.exception("A request of the practice page failed.")
            told = Told(problem=str(words(self.language, PAGE)["bug"]))
        return told.model_copy(update={"serial": asked.serial}).model_dump_json()

    def _doing(self, what: str) -> Callable[[Asked, Person], Told]:
        found: Callable[[Asked, Person], Told] = getattr(self, f"_{what}")
        return found

    def _show(self, template: str, address: str, /, said: str = "", **values: Any) -> Told:
        html = render(template, self.language, **values)
        return Told(parts={_VIEW: html}, address=address, said=said)

    def _say_of(self, section: str, key: str, **values: Any) -> str:
        return str(words(self.language, PAGE)[section][key]).format(**values)

    def _home(self, _: Asked, me: Person) -> Told:
        mine = self.gym.mine(me)
        scenarios = shipped()
        waiting = [s for s in mine if not s.ending or not s.diagnosis][:_OPEN]
        own = [s for s in scenarios if s.language == self.language]
        return self._show(
            "home",
            "",
            trains=me.trains,
            open=[sitting_row(s, self.language, self.gym.own(me, s.id).play) for s in waiting],
            cards=scenario_cards(scenarios, mine, self.language),
            skills=sorted({skill for s in own for skill in s.skills}),
            frameworks=sorted({s.framework for s in scenarios}),
        )

    def _mine(self, _: Asked, me: Person) -> Told:
        mine = self.gym.mine(me)
        rows = [sitting_row(s, self.language) for s in mine]
        return self._show("mine", "?v=mine", trains=me.trains, rows=rows, **self._skills(mine))

    def _trainer(self, asked: Asked, me: Person) -> Told:
        if not me.trains:
            return self._mine(asked, me)
        shared = [s for s in self.gym.shared() if s.ending]
        people = {person_key(s.owner): signed(s) for s in reversed(shared)}
        chosen = [s for s in shared if asked.who in ("", person_key(s.owner))]
        rows = [sitting_row(s, self.language) for s in chosen]
        return self._show(
            "trainer", "?v=trainer", trains=True, rows=rows, people=list(people.items()), who=asked.who,
            **self._skills(chosen),
        )  # fmt: skip

    def _skills(self, sittings: Any) -> dict[str, Any]:
        played = self.gym.plays(sittings)
        sessions = [
            self._say_of("mine", "session", n=n, title=s.title, date=day(s.started, self.language))
            for n, (s, _) in enumerate(played, start=1)
        ]
        rows = progress(play for _, play in played)
        return {"skills": skill_rows(rows, self.language), "sessions": sessions}

    def _setup(self, asked: Asked, me: Person) -> Told:
        scenario = self.gym.scenario(asked.id)
        if first := self._debrief_first(me):
            return first
        return self._show("setup", f"?c={scenario.id}", s=scenario, heavy=heavy(scenario))

    def _debrief_first(self, me: Person) -> Told | None:
        """Show the debrief that still waits, if one does: there is no session without one."""
        waiting = self.gym.pending(me)
        if waiting is None:
            return None
        why = self._say_of("setup", "first")
        told = self._sitting(me, waiting.id)
        html = Markup('<p class="pr-warn">{}</p>').format(why) + Markup(told.parts[_VIEW])  # noqa: S704  # rendered
        return told.model_copy(update={"said": why, "parts": {_VIEW: str(html)}})

    def _start(self, asked: Asked, me: Person) -> Told:
        scenario = self.gym.scenario(asked.id)
        if first := self._debrief_first(me):
            return first
        return self._sitting(me, self.gym.start(me, scenario, asked.setting))

    def _open(self, asked: Asked, me: Person) -> Told:
        return self._sitting(me, asked.id)

    def _again(self, asked: Asked, me: Person) -> Told:
        desk = self.gym.own(me, asked.id)
        return self._sitting(me, self.gym.again(me, desk, asked.turn))

    def _sitting(self, me: Person, name: str) -> Told:
        """Show a session as it stands: the conversation, then the guess, then the debrief."""
        desk = self.gym.seen(me, name)
        if desk.play.ending is None:
            return self._show("play", f"?s={name}", coach=self._offered(desk), **_live(desk, self))
        if desk.own and desk.guess is None:
            return self._asks(desk)
        earlier = self.gym.earlier(me, desk)
        values = findings(desk.play, desk.sitting, desk.guess, earlier, self.language)
        return self._show("debrief", f"?s={name}", own=desk.own, **values)

    def _over(self, me: Person, name: str) -> Desk:
        """Open a session that has ended.

        Raises:
            BadConversation: it is still going on.
        """
        desk = self.gym.seen(me, name)
        if desk.play.ending is None:
            raise BadConversation(self._say_of("play", "still"))
        return desk

    def _asks(self, desk: Desk) -> Told:
        ending = name_of("endings", str(desk.play.ending), self.language)
        over = self._say_of("play", "over", ending=ending)
        lines = desk.play.customer_lines
        return self._show(
            "diagnose", f"?s={desk.sitting.id}", over, id=desk.sitting.id, ended=over,
            s=desk.play.scenario, last=lines[-1] if lines else "",
        )  # fmt: skip

    def _say(self, asked: Asked, me: Person) -> Told:
        desk = self.gym.own(me, asked.id)
        if not asked.text.strip() and asked.action != "give_up":
            return Told(problem=self._say_of("play", "empty"))
        hinted = asked.hinted or desk.setting.hints == "each"
        said = Said(
            text=asked.text.strip()[:5000],
            seconds=asked.seconds if desk.setting.timer == "on" else 0,
            hinted=hinted and asked.action == "say",
            action=asked.action,
        )
        play = self.gym.say(desk, asked.turn, said)
        taken = [e.said.text for e in play.exchanges[asked.turn : asked.turn + 1]] == [said.text]
        if play.ending is not None:
            return self._sitting(me, asked.id).model_copy(update={"sent": taken})
        desk = Desk(sitting=desk.sitting, play=play, own=True)
        values = _live(desk, self)
        parts = {
            _THREAD: render("thread", self.language, **values),
            _MOOD: render("mood", self.language, **values),
            _COACH: str(self._offered(desk)),
        }
        name = play.scenario.persona.name
        heard = self._say_of("play", "answered", name=name, text=play.exchanges[-1].customer)
        return Told(parts=parts, said=heard, sent=taken)

    def _offered(self, desk: Desk) -> Markup:
        """Return the hint that comes by itself, where the trainee asked for one a turn."""
        return self._hinting(desk) if desk.setting.hints == "each" else Markup()

    def _hinting(self, desk: Desk) -> Markup:
        hint = hint_for(desk.play)
        source = self._say_of("debrief", "from_reference")  # naming the need would give it away
        html = render(
            "coach", self.language, kind="hint", hint=hint, source=source, s=desk.play.scenario
        )
        return Markup(html)  # noqa: S704  # rendered with every value escaped

    def _hint(self, asked: Asked, me: Person) -> Told:
        desk = self.gym.own(me, asked.id)
        return Told(parts={_COACH: str(self._hinting(desk))}, hinted=True)

    def _suggest(self, asked: Asked, me: Person) -> Told:
        desk = self.gym.own(me, asked.id)
        found = self.adviser.suggest(desk.play.conversation()).suggestions
        text = found[0].text if found else ""
        html = render("coach", self.language, kind="suggest", text=text, s=desk.play.scenario)
        return Told(parts={_COACH: html}, hinted=True)

    def _diagnose(self, asked: Asked, me: Person) -> Told:
        desk = self.gym.own(me, asked.id)
        blank = asked.skipped or not (asked.feeling or asked.need.strip())
        guess = Guess(
            feeling="" if blank else asked.feeling,
            need="" if blank else asked.need.strip(),
            skipped=blank,
        )
        if desk.play.ending is not None and desk.guess is None:
            self.gym.kept.diagnose(asked.id, guess.model_dump())
        return self._sitting(me, asked.id)

    def _dispute(self, asked: Asked, me: Person) -> Told:
        return self._noted(self.gym.own(me, asked.id), "dispute", asked, me)

    def _comment(self, asked: Asked, me: Person) -> Told:
        return self._noted(self.gym.seen(me, asked.id), "comment", asked, me)

    def _noted(self, desk: Desk, kind: str, asked: Asked, me: Person) -> Told:
        if text := asked.text.strip()[:2000]:
            self.gym.kept.note(desk.sitting.id, as_note(kind, turn=asked.turn, text=text))
        kept = self._say_of("debrief", "kept")
        return self._sitting(me, asked.id).model_copy(update={"said": kept})

    def _share(self, asked: Asked, me: Person) -> Told:
        self.gym.own(me, asked.id)
        desk = self._over(me, asked.id)
        self.gym.kept.note(desk.sitting.id, as_note("name", name=asked.name.strip()))
        self.gym.kept.share(desk.sitting.id, shared=True)
        return self._sitting(me, asked.id)

    def _unshare(self, asked: Asked, me: Person) -> Told:
        self.gym.kept.share(self.gym.own(me, asked.id).sitting.id, shared=False)
        return self._sitting(me, asked.id)

    def _forget(self, asked: Asked, me: Person) -> Told:
        self.gym.kept.forget(self.gym.own(me, asked.id).sitting.id)
        gone = self._say_of("mine", "forgotten")
        return self._mine(asked, me).model_copy(update={"said": gone})

    def _report(self, asked: Asked, me: Person) -> Told:
        desk = self._over(me, asked.id)
        text = report_html(
            desk.play,
            self.language,
            sitting=desk.sitting,
            guess=desk.guess,
            earlier=self.gym.earlier(me, desk),
        )
        return Told(file=file_told(desk.sitting, "html", "text/html", text))

    def _table(self, asked: Asked, me: Person) -> Told:
        desk = self._over(me, asked.id)
        return Told(
            file=file_told(desk.sitting, "csv", "text/csv", table(desk.play, self.language))
        )


def _live(desk: Desk, coach: Coach) -> dict[str, Any]:
    return {
        "id": desk.sitting.id,
        "s": desk.play.scenario,
        "play": desk.play,
        "setting": desk.setting,
        "bubbles": bubbles(desk.play),
        "moods": mood_bars(desk.play, coach.language),
    }
