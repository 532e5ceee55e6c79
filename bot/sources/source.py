"""What a source of papers is: something that gives batches of statements, each with a note of where it stands."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from bot.query.tree import Node
from storage.records import SourceState, Statement


@dataclass(frozen=True, slots=True)
class Batch:
    """A page of statements, to be stored in one transaction with its cursor; whoever starts there misses nothing.

    statements: one per paper. cursor: JSON. skipped: records without a usable id and title. day: the day that
    was read, where the source has days; a backfill goes from today backwards.
    """

    statements: tuple[Statement, ...]
    cursor: str
    skipped: int = 0
    day: date | None = None


@dataclass(frozen=True, slots=True)
class Look:
    """What a source said when it was asked about papers by their ids; of some of them perhaps nothing."""

    ids: tuple[str, ...]
    statements: tuple[Statement, ...] = ()


class Source(Protocol):
    """A source of papers. Both readings go on where state.cursor stands; only one of them may be under way at a time.

    Both raise SourceError; the batches that came before it are good.
    """

    @property
    def name(self) -> str:
        """As in Statement.source and SourceState.name."""

    def poll(self, state: SourceState, now: datetime) -> AsyncIterator[Batch]:
        """What is new or changed since the last poll, however long ago that was."""

    def backfill(self, state: SourceState, days: int, now: datetime) -> AsyncIterator[Batch]:
        """Today and the days before it, newest first; one that was cut off goes on where it stopped."""


class Askable(Source, Protocol):
    """A source that can be asked about single papers, while it is read or not."""

    def look(self, ids: Sequence[str], state: SourceState, now: datetime, /) -> AsyncIterator[Look]:
        """What it says of papers today, whoever told of them; those that no Look names were not asked about.

        Raises SourceError; the looks that came before it are good.
        """


class Searchable(Askable, Protocol):
    """A source that somebody who waits may be helped by; both raise SourceError."""

    def paper(self, id: str, state: SourceState, now: datetime, /) -> Awaitable[tuple[Statement, ...]]:
        """What it says of a paper; nothing where it does not know it."""

    def search(self, tree: Node, state: SourceState, now: datetime, /) -> Awaitable[tuple[Statement, ...]]:
        """What its own search finds for a query, which may be more than what matches."""
