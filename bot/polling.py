"""One round of a source: fetch, ingest, remember how it went; a source's failure is its own."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

import sqlite_utils

from bot.errors import SourceError
from bot.ingest import Ingested, News, answered, ingest
from bot.matching import Matcher
from bot.metrics import Metrics
from bot.sources.source import Batch, Source
from storage import sources
from storage.database import Database
from storage.errors import StorageError
from storage.records import Statement

log = logging.getLogger(__name__)

LONGEST_PAUSE = timedelta(hours=1)

MOST_TEXT = 500_000
"""Characters of abstracts that are stored at once, in about 0.1 s; what chats write waits for no more."""


def _ignore(_: Batch) -> None:
    return None


@dataclass(frozen=True, slots=True)
class _Trouble:
    """A row of failures of a source; told: the kinds of them that the log has a line about."""

    since: datetime
    told: set[type[Exception]] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class Polling:
    """What a round needs; queued is called when deliveries were queued. metrics: what counts how it went."""

    database: Database
    matcher: Matcher
    clock: Callable[[], datetime]
    queued: Callable[[], None]
    metrics: Metrics = field(default_factory=Metrics)
    _troubles: dict[str, _Trouble] = field(default_factory=dict)
    _skipped: dict[tuple[str, date], int] = field(default_factory=dict)

    async def round(self, source: Source, poll_every: timedelta, backfill_days: int) -> datetime:
        """Read the source once, and its backfill where that is not complete; gives when to read it next."""
        began = self.clock()
        state = await self.database.read(sources.state, source.name)
        set_back = state.failed_at is not None and state.failed_at > began  # the clock, which was ahead
        if state.retry_at and state.retry_at > began and not set_back:
            return state.retry_at
        try:
            total = await self._read(source, backfill_days, began)
        except (SourceError, StorageError) as error:
            return await self._failed(source, poll_every, error)
        await self.database.write(_succeeded, source.name, self.clock())
        self.metrics.read(source.name)
        self._recovered(source, began)
        log.info(
            "source=%s new=%d changed=%d queued=%d skipped=%d seconds=%.1f",
            source.name,
            total.new,
            total.changed,
            total.queued,
            total.skipped,
            (self.clock() - began).total_seconds(),
        )
        return began + poll_every

    async def poll(self, source: Source) -> Ingested:
        """What the source has that is new. Raises SourceError and StorageError; what came before them is kept."""
        state = await self.database.read(sources.state, source.name)
        return await self._take(source, source.poll(state, self.clock()), _any)

    async def backfill(self, source: Source, days: int, taken: Callable[[Batch], None] = _ignore) -> Ingested:
        """Fill the archive with the last days, pushing nothing; taken: told of each batch. Raises as poll does."""
        state = await self.database.read(sources.state, source.name)
        total = await self._take(source, source.backfill(state, days, self.clock()), _none, taken, filling=True)
        await self.database.write(_backfilled, source.name)
        return total

    async def _read(self, source: Source, backfill_days: int, began: datetime) -> Ingested:
        state = await self.database.read(sources.state, source.name)
        if state.backfilled:
            return await self.poll(source)
        if not state.failures:
            return await self.backfill(source, backfill_days) + await self.poll(source)
        # The archive can wait, today's papers cannot; what was listed before the failure is no news but the backfill's.
        is_news = _listed_since(state.read_at or state.failed_at or began)
        today = await self._take(source, source.poll(state, began), is_news)
        return today + await self.backfill(source, backfill_days)

    async def _take(
        self,
        source: Source,
        batches: AsyncIterator[Batch],
        is_news: News,
        taken: Callable[[Batch], None] = _ignore,
        *,
        filling: bool = False,
    ) -> Ingested:
        total = Ingested()
        stands = (await self.database.read(sources.state, source.name)).cursor
        async for batch in batches:
            for portion in _portions(batch, stands):
                done = await self.database.write(
                    ingest,
                    portion,
                    source=source.name,
                    is_news=is_news,
                    matcher=self.matcher,
                    now=self.clock(),
                    filling=filling,
                )
                self.metrics.took(source.name, done)
                if done.queued:
                    self.queued()
                total += done
            stands = batch.cursor
            self._tell_skipped(source, batch)
            taken(batch)
        return total

    async def _failed(self, source: Source, poll_every: timedelta, error: SourceError | StorageError) -> datetime:
        now = self.clock()
        try:
            failures = await self.database.write(failed, source.name, error, now)
        except StorageError:
            failures = 1
        wait = pause(poll_every, failures, _asked_for(error))
        self.metrics.failed(source.name)
        trouble = self._troubles.setdefault(source.name, _Trouble(now))
        level = logging.DEBUG if type(error) in trouble.told else logging.WARNING
        trouble.told.add(type(error))
        log.log(level, "source=%s failures=%d next_in=%.0fs: %s", source.name, failures, wait.total_seconds(), error)
        return now + wait

    def _recovered(self, source: Source, now: datetime) -> None:
        if trouble := self._troubles.pop(source.name, None):
            log.info("source=%s in order again after=%.0fs", source.name, (now - trouble.since).total_seconds())

    def _tell_skipped(self, source: Source, batch: Batch) -> None:
        """A list is read again and again; a bad record on it is worth one line."""
        listed = source.name, batch.day or self.clock().date()
        if batch.skipped > self._skipped.get(listed, 0):
            log.warning("source=%s skipped=%d records without a usable id and title", source.name, batch.skipped)
            self._skipped[listed] = batch.skipped


def _portions(batch: Batch, stands: str) -> Iterator[Batch]:
    """A batch whose texts are long in several; the cursor moves from where it stands with the last of them."""
    begun = length = 0
    for number, statement in enumerate(batch.statements):
        length += len(statement.abstract)
        if length > MOST_TEXT and number > begun:
            yield Batch(batch.statements[begun:number], stands)
            begun, length = number, len(statement.abstract)
    yield replace(batch, statements=batch.statements[begun:])


def pause(every: timedelta, failures: int, asked_for: timedelta) -> timedelta:
    """How long a source is left alone after so many failures in a row, if it asked for so long."""
    return max(every, asked_for, min(every * (1 << min(failures - 1, 20)), LONGEST_PAUSE))


def _any(_: Statement) -> bool:
    return True


def _none(_: Statement) -> bool:
    return False


def _listed_since(moment: datetime) -> News:
    midnight = moment.replace(hour=0, minute=0, second=0, microsecond=0)
    return lambda statement: statement.listed_at is not None and statement.listed_at >= midnight


def _succeeded(db: sqlite_utils.Database, name: str, now: datetime) -> None:
    sources.save(db, answered(sources.state(db, name), now))


def _backfilled(db: sqlite_utils.Database, name: str) -> None:
    sources.save(db, replace(sources.state(db, name), backfilled=True))


def _asked_for(error: SourceError | StorageError) -> timedelta:
    return timedelta(seconds=error.retry_after if isinstance(error, SourceError) else 0)


def failed(db: sqlite_utils.Database, name: str, error: SourceError | StorageError, now: datetime) -> int:
    """Note a failure; gives how many came in a row. failed_at keeps the moment of the first."""
    state, asked_for = sources.state(db, name), _asked_for(error)
    noted = replace(
        state,
        failures=state.failures + 1,
        error=str(error),
        failed_at=state.failed_at or now,
        retry_at=now + asked_for if asked_for else None,
    )
    sources.save(db, noted)
    return noted.failures
