"""A role-play from the first line to the last: the same seed and words give the same session."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Literal

from pydantic import AwareDatetime, Field

from copilot.conversation import Conversation, Frozen, Message
from copilot.roleplay.customer import Response, respond
from copilot.roleplay.hearing import Heard, hear
from copilot.roleplay.intents import last_words
from copilot.roleplay.phrases import stems_of
from copilot.roleplay.scenario import Scenario
from copilot.roleplay.state import Ending, State, satisfaction, start_of
from copilot.roleplay.voice import EmbeddedVoice, Voice
from copilot.rules import acts_of

_LONGEST = 5_000  # characters of one message that the customer reads
_SHARED = 2  # stems of the matter that a hand-over note needs to tell the next colleague
_PACE = timedelta(seconds=30)  # between two messages of the thread, where no time is known


class Said(Frozen):
    """What the trainee did in one turn. `hinted` says that a hint was shown before it."""

    text: str
    seconds: float = Field(default=0, ge=0, le=86_400)
    hinted: bool = False
    action: Literal["say", "hand_over", "stop", "give_up"] = "say"


class Recording(Frozen):
    """A session as a file: what the trainee did; all else follows from it."""

    v: Literal[1] = 1
    scenario: str
    seed: int = 1
    started: AwareDatetime
    turns: tuple[Said, ...] = ()


class Exchange(Frozen):
    """One turn: what was said and heard, what it did, and what the customer answered."""

    said: Said
    heard: Heard
    response: Response
    customer: str

    @property
    def state(self) -> State:
        """The customer after this turn."""
        return self.response.state


class Play(Frozen):
    """A role-play so far."""

    scenario: Scenario
    seed: int
    started: datetime
    start: State
    exchanges: tuple[Exchange, ...] = ()

    @property
    def state(self) -> State:
        """The customer now."""
        return self.exchanges[-1].state if self.exchanges else self.start

    @property
    def ending(self) -> Ending | None:
        """How it ended, or None while it goes on."""
        return self.state.ending

    @property
    def customer_lines(self) -> tuple[str, ...]:
        """Everything the customer said, oldest first."""
        answers = [e.customer for e in self.exchanges if e.customer]
        return (*self.scenario.opening, *answers)

    @property
    def operator_lines(self) -> tuple[str, ...]:
        """Everything the trainee said, oldest first."""
        return tuple(e.said.text for e in self.exchanges if e.said.action == "say")

    @property
    def satisfaction(self) -> float:
        """The modelled satisfaction, 0-1."""
        return satisfaction(self.scenario, self.state)

    def conversation(self) -> Conversation:
        """Return the thread so far, as the copilot beside the trainee sees it."""
        at = self.started
        messages = [Message(role="customer", text=text, at=at) for text in self.scenario.opening]
        for exchange in self.exchanges:
            at += _PACE + timedelta(seconds=exchange.said.seconds)
            if exchange.said.action == "say":
                messages.append(Message(role="operator", text=exchange.said.text, at=at))
            if exchange.customer:
                messages.append(Message(role="customer", text=exchange.customer, at=at))
        return Conversation(
            id=f"{self.scenario.id}-{self.seed}",
            channel=self.scenario.channel,
            now=at + _PACE,
            messages=tuple(messages),
            card=self.scenario.card,
        )


def begin(scenario: Scenario, *, seed: int, started: datetime) -> Play:
    """Open a session: the customer has written first.

    Args:
        scenario: the case.
        seed: picks among equally fitting lines; the same seed gives the same customer.
        started: aware time of the first message.
    """
    return Play(scenario=scenario, seed=seed, started=started, start=start_of(scenario))


def advance(play: Play, said: Said, *, voice: Voice | None = None) -> Play:
    """Take one turn of the trainee and answer it. A session that has ended stays as it is."""
    if play.ending is not None:
        return play
    if said.action != "say":
        return _ended(play, said, voice or EmbeddedVoice())
    heard = hear(
        play.scenario,
        said.text[:_LONGEST],
        customer=play.customer_lines,
        operator=play.operator_lines,
        conversation=play.conversation(),
    )
    return _answered(play, said, heard, voice or EmbeddedVoice())


def answer_heard(play: Play, said: Said, heard: Heard) -> Play:
    """Take a turn that was already heard, as simulations do that let acts go missing."""
    return _answered(play, said, heard, EmbeddedVoice())


def replay(scenario: Scenario, turns: Iterable[Said], *, seed: int, started: datetime) -> Play:
    """Play the same turns again; a stopped service resumes every session this way."""
    play = begin(scenario, seed=seed, started=started)
    for said in turns:
        play = advance(play, said)
    return play


def rewound(play: Play, turn: int) -> Play:
    """Return the session as it stood before turn `turn` (counted from 0), to try again."""
    return play.model_copy(update={"exchanges": play.exchanges[:turn]})


def _answered(play: Play, said: Said, heard: Heard, voice: Voice) -> Play:
    response = respond(play.scenario, play.state, heard, seconds=said.seconds)
    return _voiced(play, Exchange(said=said, heard=heard, response=response, customer=""), voice)


def _voiced(play: Play, silent: Exchange, voice: Voice) -> Play:
    """Let the voice answer an exchange in which the customer has not spoken yet."""
    open_ = play.model_copy(update={"exchanges": (*play.exchanges, silent)})
    line = voice.speak(open_, silent.state, silent.response.intents)
    spoken = silent.model_copy(update={"customer": line})
    return play.model_copy(update={"exchanges": (*play.exchanges, spoken)})


def _ended(play: Play, said: Said, voice: Voice) -> Play:
    ending: Ending = "given_up"
    if said.action == "hand_over":
        ending = "handed_over_well" if handed_over_well(play, said.text) else "handed_over_badly"
    elif said.action == "stop":
        ending = "stopped"
    state = play.state.model_copy(update={"ending": ending, "turn": play.state.turn + 1})
    intents = () if ending == "given_up" else (last_words(ending),)
    response = Response(state=state, intents=intents)
    heard = Heard(text=said.text)
    return _voiced(play, Exchange(said=said, heard=heard, response=response, customer=""), voice)


def handed_over_well(play: Play, note: str) -> bool:
    """Say whether a hand-over note tells the matter and when the customer hears next."""
    matter = stems_of(" ".join((*play.scenario.opening, *(n.text for n in play.scenario.needs))))
    names = {act.name for act in acts_of(note, play.scenario.language)}
    return len(stems_of(note) & matter) >= _SHARED and bool(names & {"deadline", "follow_up"})
