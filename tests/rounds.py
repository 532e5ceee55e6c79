"""Rounds of reading a source into a real database, with a clock that stands still until it is moved."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import sqlite_utils

from bot.errors import SourceError
from bot.matching import Matcher
from bot.polling import Polling
from bot.query.parser import parse
from bot.sources import huggingface
from bot.sources.client import Client
from bot.sources.gate import Gate
from bot.sources.huggingface import HuggingFace
from bot.sources.source import Batch, Source
from storage import chats, outbox, papers, sources, subscriptions
from storage.database import Database
from storage.records import Chat, Delivery, Mode, Paper, SourceState, Statement, Subscription

NOON = (datetime.now(UTC) - timedelta(days=90)).replace(hour=12, minute=0, second=0, microsecond=0)
"""Long enough ago that what a test lets pass is no future to the servers on loopback."""

EVERY = timedelta(minutes=15)
DAY = timedelta(days=1)


class Told:
    """A source that gives one batch of what it is told to say: in a poll `news`, in a backfill `archive`.

    trouble: what a backfill meets instead.
    """

    def __init__(self, name: str = "arxiv") -> None:
        self._name = name
        self.news: tuple[Statement, ...] = ()
        self.archive: tuple[Statement, ...] = ()
        self.trouble: SourceError | None = None

    @property
    def name(self) -> str:
        return self._name

    async def poll(self, _: SourceState, now: datetime) -> AsyncIterator[Batch]:
        yield Batch(self.news, f'{{"polled": "{now.isoformat()}"}}')

    async def backfill(self, _: SourceState, days: int, now: datetime) -> AsyncIterator[Batch]:
        if self.trouble:
            raise self.trouble
        yield Batch(self.archive, f'{{"filled": "{now.isoformat()}", "days": {days}}}')


@dataclass
class Rounds:
    """What a process needs to read sources. woken: how often delivery was told that something is queued."""

    database: Database
    now: datetime = NOON
    woken: int = 0
    matcher: Matcher = field(default_factory=Matcher)

    def __post_init__(self) -> None:
        self.polling = Polling(self.database, self.matcher, lambda: self.now, self._wake)

    def _wake(self) -> None:
        self.woken += 1

    async def round(self, source: Source, every: timedelta = EVERY, days: int = 3) -> timedelta:
        """One round; gives how long until the next."""
        return await self.polling.round(source, every, days) - self.now

    async def follow(self, query: str, chat_id: int = 1, mode: Mode = Mode.INSTANT) -> Subscription:
        """Let a chat subscribe."""
        made = await self.database.write(_followed, query, chat_id, mode, self.now)
        self.matcher.add(made.id, query, parse(query))
        return made

    async def queued(self, chat_id: int = 1) -> list[Delivery]:
        """What waits for a chat."""
        return await self.database.read(outbox.waiting, chat_id, 0)

    async def ids(self, chat_id: int = 1) -> list[str]:
        """The papers that wait for a chat, by id."""
        return sorted(row.paper_id for row in await self.queued(chat_id))

    async def send(self, chat_id: int = 1) -> None:
        """Let everything that waits arrive."""
        rows = [row.id for row in await self.queued(chat_id)]
        await self.database.write(outbox.claim, rows)
        await self.database.write(outbox.sent, rows, 1, self.now)

    async def paper(self, id: str) -> Paper | None:
        return await self.database.read(papers.get, id)

    async def stored(self) -> list[str]:
        """The ids of all papers."""
        return [id for (id,) in await self.database.read(_ids)]

    async def state(self, name: str = "huggingface") -> SourceState:
        return await self.database.read(sources.state, name)

    async def has_archive(self, name: str = "huggingface") -> None:
        """Let the backfill of a source be over."""
        await self.database.write(sources.save, replace(await self.state(name), backfilled=True))


def hugging_face(client: Client, url: str) -> HuggingFace:
    """The source as the bot makes it."""
    gate = Gate(time.monotonic, asyncio.sleep, limit=huggingface.REQUESTS, window=huggingface.PER_SECONDS)
    return HuggingFace(client, url, gate)


def _followed(db: sqlite_utils.Database, query: str, chat_id: int, mode: Mode, now: datetime) -> Subscription:
    chats.ensure(db, Chat(chat_id, 0, "private", mode, now.time(), "UTC", created_at=now))
    return subscriptions.add(db, chat_id, 0, query, now)


def _ids(db: sqlite_utils.Database) -> list[tuple[str]]:
    return db.execute("SELECT id FROM papers ORDER BY id").fetchall()
