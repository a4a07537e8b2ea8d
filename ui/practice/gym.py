"""Sessions of practice: begun, played turn by turn, looked at, shared, erased. No wording here."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b

from pydantic import ValidationError

from copilot.errors import BadScenario, NoSuchRecord
from copilot.records.roleplays import RolePlays, Sitting
from copilot.roleplay import Play, Said, Scenario, advance, shipped
from copilot.roleplay.diagnosis import Guess
from ui.practice.wire import Setting, as_note

COMPARED = 12  # newest sessions that the picture of skills looks at


def _wall_clock() -> datetime:
    return datetime.now().astimezone().replace(microsecond=0)


@dataclass(frozen=True)
class Person:
    """Who asks: under which id their sessions are kept, and whether they see what others share."""

    id: str
    trains: bool = True


@dataclass(frozen=True)
class Desk:
    """A session with everything kept about it, as one person may see it."""

    sitting: Sitting
    play: Play
    own: bool

    @property
    def setting(self) -> Setting:
        """How it is played."""
        kept = [note for note in self.sitting.notes if note.get("kind") == "setting"]
        return Setting.model_validate(kept[-1]) if kept else Setting()

    @property
    def guess(self) -> Guess | None:
        """What the trainee thought of the customer, once they said so or skipped it."""
        try:
            return Guess.model_validate(self.sitting.diagnosis) if self.sitting.diagnosis else None
        except ValidationError:
            return Guess(skipped=True)  # kept by another version: the debrief opens all the same


@dataclass(frozen=True)
class Gym:
    """The sessions of one installation. Private until shared: every look-up names who looks."""

    kept: RolePlays
    clock: Callable[[], datetime] = _wall_clock

    def mine(self, me: Person) -> tuple[Sitting, ...]:
        """Return a person's sessions, newest first."""
        return self.kept.of(me.id)

    def shared(self) -> tuple[Sitting, ...]:
        """Return what people chose to show, newest first."""
        return self.kept.of("", shared=True)

    def scenario(self, name: str) -> Scenario:
        """Return a scenario that comes with Teplo.

        Raises:
            BadScenario: there is none of that id.
        """
        found = next((s for s in shipped() if s.id == name), None)
        if found is None:
            raise BadScenario(f"There is no scenario {name!r}.")
        return found

    def start(self, me: Person, scenario: Scenario, setting: Setting) -> str:
        """Begin a session; each new one of the same scenario meets the next customer of it."""
        before = [s for s in self.mine(me) if s.scenario_id == scenario.id and not s.again_of]
        name = self.kept.begin(scenario, seed=1 + len(before), started=self.clock(), owner=me.id)
        self.kept.note(name, as_note("setting", **setting.model_dump()))
        return name

    def seen(self, me: Person, name: str) -> Desk:
        """Open a session that is one's own, or, as a trainer, one that has ended and is shared.

        Raises:
            NoSuchRecord: there is none, or it is somebody else's and not shared.
        """
        sitting = self.kept.sitting(name)
        own = sitting.owner == me.id
        if not own and not (me.trains and sitting.shared and sitting.ending):
            raise NoSuchRecord(f"There is no role-play {name!r}.")
        return Desk(sitting=sitting, play=self._loaded(sitting), own=own)

    def own(self, me: Person, name: str) -> Desk:
        """Open a session of one's own.

        Raises:
            NoSuchRecord: there is none, or it is somebody else's.
        """
        if self.kept.sitting(name).owner != me.id:
            raise NoSuchRecord(f"There is no role-play {name!r}.")
        return self.seen(me, name)

    def say(self, desk: Desk, turn: int, said: Said) -> Play:
        """Take one turn: it is stored before it is answered. A turn already taken stays as it was."""
        if turn != len(desk.play.exchanges) or desk.play.ending is not None:
            return desk.play
        self.kept.add(desk.sitting.id, turn, said)
        play = advance(desk.play, said)
        if play.ending is not None:
            self.kept.add(desk.sitting.id, turn, said, ending=play.ending)
        return play

    def again(self, me: Person, desk: Desk, turn: int) -> str:
        """Begin anew from before a turn, with the same customer; the earlier course is remembered."""
        name = self.kept.begin(
            desk.play.scenario,
            seed=desk.sitting.seed,
            started=self.clock(),
            owner=me.id,
            again_of=desk.sitting.id,
        )
        self.kept.note(name, as_note("setting", **desk.setting.model_dump()))
        self.kept.note(name, as_note("rewound", turn=turn))
        for n, exchange in enumerate(desk.play.exchanges[:turn]):
            self.kept.add(name, n, exchange.said)
        return name

    def earlier(self, me: Person, desk: Desk) -> Play | None:
        """Return the course that a session tries again, if it is still there."""
        if not desk.sitting.again_of:
            return None
        try:
            return self.seen(me, desk.sitting.again_of).play
        except NoSuchRecord:
            return None

    def pending(self, me: Person) -> Sitting | None:
        """Return a session that has ended and whose debrief was never opened."""
        return next((s for s in self.mine(me) if s.ending and not s.diagnosis), None)

    def plays(self, sittings: Sequence[Sitting]) -> list[tuple[Sitting, Play]]:
        """Return the newest sessions that have ended, oldest first, for the picture of skills."""
        ended = [sitting for sitting in sittings if sitting.ending][:COMPARED]
        return [(sitting, self.kept.load(sitting.id)) for sitting in reversed(ended)]

    def _loaded(self, sitting: Sitting) -> Play:
        """Play a session again; an ending that a kill left unwritten is written now."""
        play = self.kept.load(sitting.id)
        if play.ending is not None and not sitting.ending:
            last = len(play.exchanges) - 1
            self.kept.add(sitting.id, last, play.exchanges[-1].said, ending=play.ending)
        return play


def person_key(owner: str) -> str:
    """Return a key by which sessions of one person are grouped; it tells nothing and opens nothing."""
    return blake2b(owner.encode(), digest_size=6, person=b"trainee").hexdigest()
