"""The whole bot in this process, against servers on loopback, from its start to its stop."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import time
from pathlib import Path
from typing import Any

from bot.app import now, serve
from bot.demo.telegram_server import TelegramServer
from bot.settings import Settings
from storage import chats, sources, subscriptions
from storage.database import Database
from storage.records import Chat, Mode, SourceState
from tests.servers.daily_papers import DailyPapers

POLL_SECONDS = 0.1


def settings(
    telegram: TelegramServer, source: DailyPapers, path: Path, **of_telegram: Any  # Any: whatever a key takes
) -> Settings:  # fmt: skip
    """A configuration of Hugging Face alone, which is read ten times a second."""
    huggingface = {"url": source.url, "poll_seconds": POLL_SECONDS, "backfill_days": 1}
    return Settings.model_validate(
        {
            "telegram": {"token": telegram.token, "api_url": telegram.url, **of_telegram},
            "storage": {"path": str(path)},
            "sources": {"huggingface": huggingface, "arxiv": {"enabled": False}},
            "delivery": {"messages_per_second": 500.0},
        }
    )


async def prepare(configured: Settings, *chat_ids: int, query: str = "routers") -> None:
    """Let these chats follow a query at once, and let the archive be filled."""
    database = await Database.open(Path(configured.storage.path))
    for chat_id in chat_ids:
        chat = Chat(chat_id, 0, "private", Mode.INSTANT, time(9), "UTC", created_at=now())
        await database.write(chats.ensure, chat)
        await database.write(subscriptions.add, chat_id, 0, query, now())
    await database.write(sources.save, SourceState("huggingface", backfilled=True))
    await database.close()


class Running:
    """A bot that serves; stop: its signal to end."""

    def __init__(self, configured: Settings) -> None:
        self.stop = asyncio.Event()
        self.task = asyncio.create_task(serve(configured, self.stop))

    async def ends(self, within: float = 5) -> None:
        """Wait until it has ended, raising what it raises."""
        async with asyncio.timeout(within):
            await self.task


@asynccontextmanager
async def running(configured: Settings) -> AsyncIterator[Running]:
    """A bot that is stopped at the end."""
    bot = Running(configured)
    try:
        yield bot
    finally:
        bot.stop.set()
        await bot.ends(15)


async def until(holds: Callable[[], object], within: float = 5) -> None:
    """Wait until something holds that makes no noise when it does."""
    async with asyncio.timeout(within):
        while not holds():  # noqa: ASYNC110  (what is waited for has no event: a line of a log, a call that came)
            await asyncio.sleep(0.005)
