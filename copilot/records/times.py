"""Moments as they are kept: in UTC, which SQLite gives back without saying so."""

from datetime import UTC, datetime


def utc(moment: datetime) -> datetime:
    """Return a moment as it is kept."""
    return moment.astimezone(UTC)


def aware(moment: datetime) -> datetime:
    """Return a kept moment with its time zone."""
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
