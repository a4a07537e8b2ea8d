"""Role-plays as they are kept: the scenario, the seed and the trainee's turns; all else is replayed."""

import secrets
from datetime import UTC, datetime
from typing import Any

from pydantic import Field
from sqlalchemy import Engine, delete, select, update
from sqlalchemy.orm import Session

from copilot.conversation import Frozen
from copilot.errors import NoSuchRecord
from copilot.records.tables import SittingRow, TurnRow
from copilot.records.times import aware
from copilot.roleplay.scenario import Scenario
from copilot.roleplay.session import Play, Said, replay


class Sitting(Frozen):
    """One kept role-play in a list: whose, of what, how far, and how it ended."""

    id: str
    owner: str
    scenario_id: str
    title: str
    language: str
    seed: int
    started: datetime
    ending: str = ""
    shared: bool = False
    again_of: str = ""
    diagnosis: dict[str, Any] = Field(default_factory=dict)
    notes: tuple[dict[str, Any], ...] = ()


class RolePlays:
    """Keeps role-plays; every turn is stored before it is answered."""

    def __init__(self, engine: Engine) -> None:
        """Work on this database."""
        self._engine = engine

    def begin(
        self,
        scenario: Scenario,
        *,
        seed: int,
        started: datetime,
        owner: str = "",
        again_of: str = "",
    ) -> str:
        """Keep a new role-play and return its id."""
        name = secrets.token_urlsafe(12)
        row = SittingRow(
            id=name,
            owner=owner,
            scenario_id=scenario.id,
            scenario=scenario.model_dump(mode="json"),
            seed=seed,
            started=started.astimezone(UTC),
            ending="",
            shared=False,
            again_of=again_of,
            diagnosis={},
            notes=[],
        )
        with Session(self._engine) as session, session.begin():
            session.add(row)
        return name

    def add(self, name: str, n: int, said: Said, *, ending: str = "") -> None:
        """Keep turn `n` (from 0) of a role-play, and how it ended if it did.

        Raises:
            NoSuchRecord: there is no such role-play.
        """
        with Session(self._engine) as session, session.begin():
            row = _row(session, name)
            session.merge(TurnRow(sitting_id=name, n=n, **said.model_dump()))
            row.ending = ending or row.ending

    def load(self, name: str) -> Play:
        """Play a kept role-play again, to where it stood.

        Raises:
            NoSuchRecord: there is no such role-play.
        """
        with Session(self._engine) as session:
            row = _row(session, name)
            turns = session.scalars(
                select(TurnRow).where(TurnRow.sitting_id == name).order_by(TurnRow.n)
            )
            said = [
                Said.model_validate(
                    {key: getattr(turn, key) for key in ("text", "seconds", "hinted", "action")}
                )
                for turn in turns
            ]
            scenario = Scenario.model_validate(row.scenario)
            return replay(scenario, said, seed=row.seed, started=aware(row.started))

    def sitting(self, name: str) -> Sitting:
        """Return what is kept beside the turns.

        Raises:
            NoSuchRecord: there is no such role-play.
        """
        with Session(self._engine) as session:
            return _sitting(_row(session, name))

    def of(self, owner: str, *, shared: bool = False) -> tuple[Sitting, ...]:
        """Return the role-plays of a trainee, newest first; `shared` returns what all share instead."""
        chosen = SittingRow.shared.is_(True) if shared else SittingRow.owner == owner
        query = select(SittingRow).where(chosen).order_by(SittingRow.started.desc(), SittingRow.id)
        with Session(self._engine) as session:
            return tuple(_sitting(row) for row in session.scalars(query))

    def note(self, name: str, note: dict[str, Any]) -> None:
        """Add a comment or a dispute of a finding.

        Raises:
            NoSuchRecord: there is no such role-play.
        """
        with Session(self._engine) as session, session.begin():
            row = _row(session, name)
            row.notes = [*row.notes, note]

    def diagnose(self, name: str, diagnosis: dict[str, Any]) -> None:
        """Keep what the trainee thinks the customer felt and needed.

        Raises:
            NoSuchRecord: there is no such role-play.
        """
        with Session(self._engine) as session, session.begin():
            _row(session, name).diagnosis = diagnosis

    def share(self, name: str, *, shared: bool) -> None:
        """Let the trainer see a role-play, or take it back."""
        with Session(self._engine) as session, session.begin():
            session.execute(update(SittingRow).where(SittingRow.id == name).values(shared=shared))

    def forget(self, name: str) -> None:
        """Erase a role-play with its turns."""
        with Session(self._engine) as session, session.begin():
            session.execute(delete(TurnRow).where(TurnRow.sitting_id == name))
            session.execute(delete(SittingRow).where(SittingRow.id == name))


def _row(session: Session, name: str) -> SittingRow:
    row = session.get(SittingRow, name)
    if row is None:
        raise NoSuchRecord(f"There is no role-play {name!r}.")
    return row


def _sitting(row: SittingRow) -> Sitting:
    return Sitting(
        id=row.id,
        owner=row.owner,
        scenario_id=row.scenario_id,
        title=str(row.scenario.get("title", row.scenario_id)),
        language=str(row.scenario.get("language", "ru")),
        seed=row.seed,
        started=aware(row.started),
        ending=row.ending,
        shared=row.shared,
        again_of=row.again_of,
        diagnosis=row.diagnosis,
        notes=tuple(row.notes),
    )
