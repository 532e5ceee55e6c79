"""A bot that serves its commands over the Bot API server, with an archive of invented papers and a clock to set."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest
import sqlite_utils
from telegram.ext import ApplicationBuilder

from bot.beyond import Beyond
from bot.commands.install import handlers
from bot.commands.order import InOrder
from bot.commands.request import Services
from bot.demo.telegram_server import TelegramServer
from bot.matching import Matcher
from bot.settings import AccessSettings, DeliverySettings
from storage import papers
from storage.database import Database
from storage.records import CodeLink, Origin, Paper
from tests import factories

NOW = datetime(2026, 7, 3, 12, tzinfo=UTC)
ADMINS = frozenset({9})
"""Who administrates the bot."""

CODE = (CodeLink("https://github.com/okafor-lab/routers", Origin.REPOSITORY, 310),)


@dataclass
class Clock:
    """The time of the bot."""

    now: datetime = NOW

    def __call__(self) -> datetime:
        return self.now


@dataclass
class Serving:
    """The bot under test. woken: how often delivery was told to look. access: who may use it."""

    database: Database
    matcher: Matcher
    clock: Clock
    woken: int = 0
    access: AccessSettings = field(default_factory=AccessSettings)

    def __post_init__(self) -> None:
        self.beyond = Beyond(self.database, self.matcher, self.clock, self.wake)

    def wake(self) -> None:
        """Delivery is told to look."""
        self.woken += 1

    async def keep(self, *found: Paper) -> None:
        """Put papers into the archive."""
        await self.database.write(_save, found, self.clock.now)

    def follows(self, *, abstract: str) -> list[str]:
        """The queries by which the matcher would push a paper of that abstract."""
        return sorted(match.query for match in self.matcher.match(factories.paper(abstract=abstract)))


@pytest.fixture
async def serving(telegram: TelegramServer, database: Database) -> AsyncIterator[Serving]:
    bot = Serving(database, Matcher(), Clock())
    async with running(bot, telegram):
        yield bot


@asynccontextmanager
async def running(bot: Serving, telegram: TelegramServer) -> AsyncIterator[None]:
    """The process of the bot: what it keeps beyond this is in the database."""
    builder = ApplicationBuilder().token(telegram.token).base_url(f"{telegram.url}/bot").job_queue(None)
    builder = builder.base_file_url(f"{telegram.url}/file/bot")
    application = builder.concurrent_updates(InOrder()).build()
    me = application.bot
    defaults = DeliverySettings(timezone="Europe/Berlin")
    services = Services(
        bot.database, bot.matcher, defaults, bot.clock, bot.wake, lambda: me.bot, bot.beyond, ADMINS, bot.access
    )
    application.add_handlers(handlers(services))
    assert application.updater is not None
    async with application:
        await application.updater.start_polling(timeout=10)
        await application.start()
        yield
        await bot.beyond.close()
        await application.updater.stop()
        await application.stop()


def _save(db: sqlite_utils.Database, found: tuple[Paper, ...], now: datetime) -> None:
    for paper in found:
        papers.save(db, paper, [], now)


def a_paper(number: int, title: str, abstract: str = "Nothing to see.", **given: object) -> Paper:
    """An archived paper, listed `number` days ago."""
    listed = NOW - timedelta(days=number)
    facts = {"title": title, "abstract": abstract, "listed_at": listed, "first_seen": listed, "upvotes": 40 - number}
    return factories.paper(f"2607.{number:05}", **(facts | given))


@pytest.fixture
async def archive(serving: Serving) -> Serving:
    """Twelve papers of the last days about diffusion, one about graphs."""
    about = [a_paper(n, f"Diffusion Number {n}", "We study diffusion models for pictures.") for n in range(1, 13)]
    await serving.keep(*about, a_paper(20, "Graphs That Grow", "Graph neural networks grow.", code=CODE, stars=310))
    return serving
