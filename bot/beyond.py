"""Beyond the archive: the sources are asked for what somebody looks for and the archive lacks, while nobody waits.

Each source answers one such question after the other, through the gate of its polls, so that neither holds up the
other by more than a request. What is found stays in the archive as if a backfill had brought it.
"""

from __future__ import annotations

import asyncio
import logging
from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial

import sqlite_utils

from bot.errors import SourceError
from bot.ingest import Ingested, take
from bot.matching import Matcher
from bot.sources.source import Searchable
from storage import papers, sources
from storage.database import Database
from storage.errors import StorageError
from storage.records import SourceState, Statement

log = logging.getLogger(__name__)

PATIENCE = 60.0
"""Seconds after which a question is over, whoever has not answered."""

MOST_OPEN, MOST_OF_ONE = 60, 5
"""Questions of all people, and of one of them, that wait or are being asked."""

REST = timedelta(minutes=2)
"""How long a source that failed is not asked again."""

Ask = Callable[[Searchable, SourceState, datetime], Awaitable[tuple[Statement, ...]]]


@dataclass(frozen=True, slots=True)
class Heard:
    """How a question stands. found: papers that a source has just told of, by id; over: nothing more will come.

    silent: sources that could not be asked so far.
    """

    found: tuple[str, ...] = ()
    over: bool = False
    silent: tuple[str, ...] = ()


Told = Callable[[Heard], Coroutine[object, object, None]]


class Beyond:
    """Asks in the background. queued is called when deliveries were queued.

    sources: who can be asked; nobody before the process has made them.
    """

    def __init__(self, database: Database, matcher: Matcher, clock: Callable[[], datetime], queued: Callable[[], None]):
        self.sources: Sequence[Searchable] = ()
        self._database, self._matcher, self._clock, self._queued = database, matcher, clock, queued
        self._open: set[asyncio.Task[None]] = set()
        self._of_one: Counter[int] = Counter()
        self._turns: defaultdict[int, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._lines: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._rests: dict[str, datetime] = {}

    def ask(self, who: int, ask: Ask, told: Told) -> None:
        """Let every source be asked for somebody, and tell of each answer.

        The questions of one person are asked one after the other; where too many are open, the sources stay silent.
        """
        asked = self._asked(who, ask, told)
        if len(self._open) >= MOST_OPEN or self._of_one[who] >= MOST_OF_ONE:
            asked.close()
            asked = told(Heard((), True, tuple(source.name for source in self.sources)))
        self._of_one[who] += 1
        task = asyncio.create_task(asked, name="a question to the sources")
        self._open.add(task)
        task.add_done_callback(partial(self._ended, who))

    async def close(self) -> None:
        """Give up what is still being asked, and ask nobody any more."""
        self.sources = ()
        open_ones = list(self._open)
        for task in open_ones:
            task.cancel()
        await asyncio.gather(*open_ones, return_exceptions=True)

    def _ended(self, who: int, task: asyncio.Task[None]) -> None:
        self._open.discard(task)
        self._of_one[who] -= 1
        if not self._of_one[who]:
            del self._of_one[who]
            self._turns.pop(who, None)
        if not task.cancelled() and (error := task.exception()):
            log.error("a question to the sources came to nothing", exc_info=error)

    async def _asked(self, who: int, ask: Ask, told: Told) -> None:
        async with self._turns[who]:
            if not self.sources:
                await told(Heard(over=True))
            asked = {asyncio.create_task(self._answer(source, ask)): source.name for source in self.sources}
            silent: list[str] = []
            try:
                async with asyncio.timeout(PATIENCE):
                    left = set(asked)
                    while left:
                        done, left = await asyncio.wait(left, return_when=asyncio.FIRST_COMPLETED)
                        answers = [task.result() for task in done]
                        silent += [asked[task] for task in done if task.result() is None]
                        found = tuple(id for answer in answers if answer for id in answer)
                        await told(Heard(found, not left, tuple(silent)))
            except TimeoutError:
                silent += [name for task, name in asked.items() if not task.done()]
                await told(Heard((), True, tuple(silent)))
            finally:
                for task in asked:
                    task.cancel()

    async def _answer(self, source: Searchable, ask: Ask) -> tuple[str, ...] | None:
        """The papers that a source told of, now in the archive; None where it could not be asked."""
        async with self._lines[source.name]:
            now = self._clock()
            try:
                state = await self._database.read(sources.state, source.name)
                if state.failures or self._rests.get(source.name, now) > now:
                    return None
                said = await ask(source, state, now)
                kept, done = await self._database.write(_keep, said, self._matcher, self._clock())
            except (SourceError, StorageError) as error:
                pause = error.retry_after if isinstance(error, SourceError) else 0
                level = logging.DEBUG if source.name in self._rests else logging.WARNING
                log.log(level, "source=%s asked for somebody: %s", source.name, error)
                self._rests[source.name] = self._clock() + max(REST, timedelta(seconds=pause))
                return None
        self._rests.pop(source.name, None)
        if done.queued:
            self._queued()
        log.info("source=%s asked for somebody: new=%d changed=%d", source.name, done.new, done.changed)
        return kept


def _keep(
    db: sqlite_utils.Database, said: Sequence[Statement], matcher: Matcher, now: datetime
) -> tuple[tuple[str, ...], Ingested]:
    """Store what a source said, pushing nothing; gives the papers' ids.

    A source that did not tell of a paper by itself is noted by another name, so that its telling later is news. An old
    paper counts as met when it was listed, so that nothing that becomes known of it is news either.
    """
    known = {paper.id: paper for paper in papers.many(db, [one.paper_id for one in said])}
    kept = [
        one if one.paper_id in known and one.source in known[one.paper_id].sources else _as_asked(one) for one in said
    ]
    done = take(db, kept, is_news=_never, matcher=matcher, now=now)
    ids = tuple(one.paper_id for one in said)
    papers.date_back(db, [id for id in ids if id not in known])
    return ids, done


def _as_asked(said: Statement) -> Statement:
    return replace(said, source=f"asked:{said.source}")


def _never(_: Statement) -> bool:
    return False
