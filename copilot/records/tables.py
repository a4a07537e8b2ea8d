"""The tables of the records."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, DateTime, ForeignKey, Integer, String, Text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    """The metadata of the record tables."""


class SittingRow(Base):
    """One role-play of one trainee: the whole scenario as it was, so that later edits change nothing."""

    __tablename__ = "roleplays"

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    owner: Mapped[str] = mapped_column(String(200), index=True)
    scenario_id: Mapped[str] = mapped_column(String(80), index=True)
    scenario: Mapped[dict[str, Any]] = mapped_column(JSON)
    seed: Mapped[int]
    started: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    ending: Mapped[str] = mapped_column(String(32))
    shared: Mapped[bool]
    again_of: Mapped[str] = mapped_column(String(40))
    diagnosis: Mapped[dict[str, Any]] = mapped_column(JSON)
    notes: Mapped[list[dict[str, Any]]] = mapped_column(JSON)


class TurnRow(Base):
    """What the trainee did in turn `n`; the rest follows from it."""

    __tablename__ = "roleplay_turns"

    sitting_id: Mapped[str] = mapped_column(
        ForeignKey("roleplays.id", ondelete="CASCADE"), primary_key=True
    )
    n: Mapped[int] = mapped_column(Integer, primary_key=True)
    text: Mapped[str] = mapped_column(Text)
    seconds: Mapped[float]
    hinted: Mapped[bool]
    action: Mapped[str] = mapped_column(String(16))
