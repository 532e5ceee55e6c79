"""Records of numbers about the bot as a whole; none is about somebody."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SourceGauge:
    """age: seconds since the source was last read, None where it never was; failures: in a row."""

    name: str
    age: float | None
    failures: int


@dataclass(frozen=True, slots=True)
class Gauges:
    """papers, chats, subscriptions, size (bytes): as in overview.Counts.

    waiting: papers in the outbox; due: those that could be sent now; overdue: seconds that the oldest of them is due.
    """

    papers: int
    chats: int
    subscriptions: int
    size: int
    waiting: int
    due: int
    overdue: float
    sources: tuple[SourceGauge, ...]


@dataclass(frozen=True, slots=True)
class Statistics:
    """people: private chats. away: chats that cannot be reached. wanted: queries and how many chats follow each.

    joined: chats that were new in each of the last weeks, oldest first.
    """

    people: int
    groups: int
    channels: int
    away: int
    subscriptions: int
    wanted: tuple[tuple[str, int], ...]
    joined: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Progress:
    """Chats of a broadcast: all, those that got it, those that still wait; the others could not be reached."""

    total: int
    sent: int
    waiting: int

    @property
    def lost(self) -> int:
        """Chats that could not be reached."""
        return self.total - self.sent - self.waiting
