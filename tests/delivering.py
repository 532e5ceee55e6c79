"""A bot that only delivers, through the real library, a Bot API server and a database file."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, time
from typing import Any

import sqlite_utils
from telegram.ext import ExtBot
from telegram.request import HTTPXRequest

from bot import planning
from bot.delivery import Delivery
from bot.demo.chats import Person
from bot.demo.telegram_server import TelegramServer
from bot.pace import Pace
from bot.sender import Sender
from bot.urgency import Urgency
from storage import chats, outbox, papers
from storage.database import Database
from storage.outbox import NewDelivery
from storage.records import Chat, Mode
from tests.factories import paper

NOON = datetime(2026, 7, 3, 12, 0, tzinfo=UTC)


class Bot:
    """A bot that only delivers; its wall clock stands still until the test moves it."""

    per_second = 500.0

    def __init__(self, telegram: TelegramServer, database: Database) -> None:
        self.telegram, self.database = telegram, database
        self.now = NOON
        self.running: asyncio.Task[None] | None = None
        self._bots: list[ExtBot[Urgency]] = []

    def clock(self) -> datetime:
        """The wall clock."""
        return self.now

    async def start(self) -> None:
        """Begin to deliver, as a process does that has just been started."""
        self.pace = Pace(self.per_second)
        request = HTTPXRequest(httpx_kwargs={"verify": False})
        bot = ExtBot[Urgency](
            self.telegram.token, base_url=f"{self.telegram.url}/bot", request=request, rate_limiter=self.pace
        )
        await bot.initialize()
        self.telegram_bot = bot
        self._bots.append(bot)
        self.delivery = Delivery(self.database, Sender(bot), self.pace, self.clock, lambda: 0.0)
        self.running = asyncio.create_task(self.delivery.run())

    async def stop(self) -> None:
        """A clean stop."""
        assert self.running
        self.delivery.stop()
        await self.running
        self.running = None

    async def kill(self) -> None:
        """As SIGKILL: nothing more is recorded."""
        assert self.running
        self.running.cancel()
        await asyncio.gather(self.running, return_exceptions=True)
        self.running = None

    async def close(self) -> None:
        """Let go of everything."""
        if self.running:
            await self.kill()
        for bot in self._bots:
            await bot.shutdown()

    async def move(self, moment: datetime) -> None:
        """Set the wall clock."""
        self.now = moment
        self.delivery.wake()

    async def chat(self, id: int = 1001, **given: Any) -> Chat:
        """A chat that is stored; by default an instant one."""
        if id > 0:
            self.telegram.private(Person(id))
        kind = "private" if id > 0 else "supergroup"
        chat = replace(Chat(id, 0, kind, Mode.INSTANT, time(9), "UTC", created_at=NOON), **given)
        return await self.database.write(chats.ensure, planning.replanned(chat, self.now))

    async def queue(self, chat: Chat, *numbers: int, queries: tuple[str, ...] = ("routers",)) -> None:
        """Papers match for the chat, now."""
        await self.database.write(_queue, chat, numbers, queries, self.now)
        if self.running:
            self.delivery.wake()

    async def states(self) -> dict[str, int]:
        """How many papers are waiting, claimed, sent, rejected."""
        return await self.database.read(_states)

    async def settled(self, **expected: int) -> None:
        """Return when the outbox is in this state."""
        for _ in range(400):
            if await self.states() == expected:
                return
            await asyncio.sleep(0.01)
        raise TimeoutError(f"the outbox is {await self.states()}")

    async def stored(self, id: int) -> Chat:
        """The chat as it is now."""
        found = await self.database.read(chats.get, id, 0)
        assert found
        return found


def _queue(
    db: sqlite_utils.Database, chat: Chat, numbers: Iterable[int], queries: tuple[str, ...], now: datetime
) -> None:
    listed = [add(db, number, now) for number in numbers]
    due = planning.due(chat, now)
    outbox.enqueue(db, [NewDelivery(chat.id, chat.thread, id, queries, due) for id in listed], now)


def add(db: sqlite_utils.Database, number: int, now: datetime, **given: Any) -> str:
    """Store Paper NUMBER, whose votes are its number; gives its id."""
    known = paper(f"2607.{number:05}", title=f"Paper {number}", upvotes=number, listed_at=now)
    return papers.save(db, replace(known, **given), [], now).id


def _states(db: sqlite_utils.Database) -> dict[str, int]:
    return dict(db.execute("SELECT state, count(*) FROM outbox GROUP BY state").fetchall())
