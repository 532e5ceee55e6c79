"""Looking again: papers without code are asked about at their sources, 1, 3, 7 and 14 days after they were first seen.

What is due, and what was missed, is asked of the database (storage.looks).
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import sqlite_utils

from bot import code_links
from bot.errors import SourceError
from bot.ingest import Ingested, take
from bot.matching import Matcher
from bot.polling import pause
from bot.sources.source import Askable, Look
from storage import looks, sources
from storage.database import Database
from storage.errors import StorageError
from storage.records import Paper, SourceState, Statement

log = logging.getLogger(__name__)

EVERY = timedelta(minutes=15)

MOST = 100
"""Papers that a source is asked about in a round: a third of a request a second at Hugging Face, one at arXiv."""

SEEN_IN_A_LOOK = "look"
"""The source of what is known only because this bot asked: such a paper is on no list of the source that told it."""


@dataclass(frozen=True, slots=True)
class Looking:
    """What a round needs; queued is called when messages were queued."""

    database: Database
    matcher: Matcher
    clock: Callable[[], datetime]
    queued: Callable[[], None]
    _failures: dict[str, int] = field(default_factory=dict)

    async def round(self, source: Askable) -> datetime:
        """Ask a source about the papers that are due; gives when to do so next. One that is in trouble is not asked."""
        began = self.clock()
        state, due = await self.database.read(_due, source.name, began)
        if state.failures or not due:
            return began + EVERY
        try:
            await self._ask(source, state, due, began)
        except (SourceError, StorageError) as error:
            return self._failed(source, error)
        self._failures.pop(source.name, None)
        return began + EVERY

    async def _ask(self, source: Askable, state: SourceState, due: Sequence[Paper], now: datetime) -> None:
        known = {paper.id: paper for paper in due}
        asked, total = 0, Ingested()
        async for look in source.look(list(known), state, now):
            said = [one for statement in look.statements if (one := _told(statement, known[statement.paper_id]))]
            done = await self.database.write(_keep, source.name, look, said, self.matcher, self.clock())
            if done.queued:
                self.queued()
            asked, total = asked + len(look.ids), total + done
        log.info("source=%s looked_again=%d changed=%d queued=%d", source.name, asked, total.changed, total.queued)

    def _failed(self, source: Askable, error: SourceError | StorageError) -> datetime:
        failures = self._failures[source.name] = self._failures.get(source.name, 0) + 1
        asked_for = timedelta(seconds=error.retry_after if isinstance(error, SourceError) else 0)
        wait = pause(EVERY, failures, asked_for)
        level = logging.WARNING if failures == 1 else logging.DEBUG
        seconds = wait.total_seconds()
        log.log(level, "source=%s looking again, failures=%d next_in=%.0fs: %s", source.name, failures, seconds, error)
        return self.clock() + wait


def _due(db: sqlite_utils.Database, source: str, now: datetime) -> tuple[SourceState, list[Paper]]:
    return sources.state(db, source), looks.due(db, source, now, MOST)


def _keep(
    db: sqlite_utils.Database, source: str, look: Look, said: Sequence[Statement], matcher: Matcher, now: datetime
) -> Ingested:
    looks.note(db, source, look.ids, now)
    return take(db, said, is_news=_none, matcher=matcher, now=now)


def _told(said: Statement, paper: Paper) -> Statement | None:
    """A statement as it is kept: whole where its source told of the paper before, else only where code is found.

    What this bot asked for is no sign that the source lists the paper, and must not keep a later listing from being
    news.
    """
    if said.source in paper.sources:
        return said
    found = Statement(
        SEEN_IN_A_LOOK,
        paper.id,
        paper.title,
        repository=said.repository,
        stars=said.stars,
        project_page=said.project_page,
        comment=said.comment,
        linked=said.linked,
    )
    return found if code_links.links([found]) else None


def _none(_: Statement) -> bool:
    return False
