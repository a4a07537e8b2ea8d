"""The tables of the records."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, DateTime, ForeignKey, Integer, String, Text, UniqueConstraint
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


class ConversationRow(Base):
    """One conversation; `preview`, `waiting_since` and the counts follow from its messages."""

    __tablename__ = "conversations"
    __table_args__ = (UniqueConstraint("source", "account", "outer_id"),)

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    source: Mapped[str] = mapped_column(String(16))
    account: Mapped[str] = mapped_column(String(40))
    outer_id: Mapped[str] = mapped_column(String(120))
    channel: Mapped[str] = mapped_column(String(16))
    topic: Mapped[str] = mapped_column(String(120), index=True)
    assignee: Mapped[str] = mapped_column(String(200), index=True)
    open: Mapped[bool]
    card: Mapped[dict[str, Any]] = mapped_column(JSON)
    opened: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    changed: Mapped[datetime] = mapped_column(DateTime(timezone=True), index=True)
    waiting_since: Mapped[datetime | None] = mapped_column(DateTime(timezone=True), index=True)
    messages: Mapped[int]
    preview: Mapped[str] = mapped_column(String(200))
    asked: Mapped[int]  # number of the customer's last message; 0: none
    drafted: Mapped[int]  # up to which message the newest draft answers; 0: no draft


class IdentityRow(Base):
    """Under which keys (address, phone, number in another system) a customer is found and erased."""

    __tablename__ = "conversation_customers"

    conversation_id: Mapped[str] = mapped_column(
        ForeignKey("conversations.id", ondelete="CASCADE"), primary_key=True
    )
    key: Mapped[str] = mapped_column(String(200), primary_key=True, index=True)


class MessageRow(Base):
    """Message `n` (from 1) of a conversation; `folded` is what search compares with."""

    __tablename__ = "conversation_messages"
    __table_args__ = (UniqueConstraint("conversation_id", "outer_id"),)

    conversation_id: Mapped[str] = mapped_column(
        ForeignKey("conversations.id", ondelete="CASCADE"), primary_key=True
    )
    n: Mapped[int] = mapped_column(Integer, primary_key=True)
    outer_id: Mapped[str] = mapped_column(String(120))
    role: Mapped[str] = mapped_column(String(16))
    text: Mapped[str] = mapped_column(Text)
    folded: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class DraftRow(Base):
    """What was offered and what became of it. No column says who decided: nobody is counted."""

    __tablename__ = "conversation_drafts"

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    conversation_id: Mapped[str] = mapped_column(
        ForeignKey("conversations.id", ondelete="CASCADE"), index=True
    )
    made: Mapped[datetime] = mapped_column(DateTime(timezone=True), index=True)
    through: Mapped[int]
    framework: Mapped[str] = mapped_column(String(16))
    scripts: Mapped[list[str]] = mapped_column(JSON)
    options: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    result: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    shown: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    copied: Mapped[int | None]
    edits: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    outcome: Mapped[str] = mapped_column(String(16))
    reason: Mapped[str] = mapped_column(String(32))
    option: Mapped[int | None]
    distance: Mapped[float | None]
    measured: Mapped[bool]
    answer: Mapped[int | None]
    decided: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class DeliveryRow(Base):
    """A call of a webhook: which conversation to read again. Texts are read, never taken from it."""

    __tablename__ = "webhook_deliveries"

    id: Mapped[str] = mapped_column(String(80), primary_key=True)
    event: Mapped[str] = mapped_column(String(40))
    account: Mapped[str] = mapped_column(String(40))
    outer_id: Mapped[str] = mapped_column(String(120))
    received: Mapped[datetime] = mapped_column(DateTime(timezone=True), index=True)
    state: Mapped[str] = mapped_column(String(16), index=True)
    attempts: Mapped[int]
    trouble: Mapped[str] = mapped_column(String(200))


class SendingRow(Base):
    """One wish to send, known by the key that its sender gave it, so that it is sent only once."""

    __tablename__ = "sendings"

    key: Mapped[str] = mapped_column(String(120), primary_key=True)
    conversation_id: Mapped[str] = mapped_column(
        ForeignKey("conversations.id", ondelete="CASCADE"), index=True
    )
    digest: Mapped[str] = mapped_column(String(64))
    private: Mapped[bool]
    state: Mapped[str] = mapped_column(String(16))
    outer_id: Mapped[str] = mapped_column(String(120))
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
