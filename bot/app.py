"""The bot as a process: everything is made here, started, watched, and stopped in order."""

from __future__ import annotations

import asyncio
import gc
import logging
import signal
from collections.abc import Coroutine
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import sqlite_utils
from telegram import Bot
from telegram.error import InvalidToken, TelegramError
from telegram.ext import Application, ApplicationBuilder, ContextTypes, ExtBot
from telegram.request import HTTPXRequest

from bot import health, monitoring, reading, updates
from bot.backups import Backups
from bot.beyond import Beyond
from bot.broadcasting import Broadcasting
from bot.commands import registry
from bot.commands.install import handlers
from bot.commands.order import InOrder
from bot.commands.request import Services
from bot.config import Configuration
from bot.delivery import Delivery
from bot.errors import PaperwireError, QueryError, TokenRefused
from bot.looking import Looking
from bot.matching import Matcher
from bot.metrics import Metrics
from bot.pace import Pace
from bot.polling import Polling
from bot.query.parser import parse
from bot.refreshing import Refreshing
from bot.render import language
from bot.retention import Retention
from bot.schedule import Schedule
from bot.sender import Sender
from bot.settings import Settings
from storage import chats, subscriptions
from storage.database import Database
from storage.errors import StorageError

log = logging.getLogger(__name__)

# Any: python-telegram-bot's own parameters for contexts and stores of data, which stay its defaults.
_Application = Application[Any, Any, Any, Any, Any, Any]

_AT_ONCE = 100  # subscriptions, about 10 ms: between them others may write

_HEAD_START = 0.25  # seconds in which Telegram is called before the processor is busy with subscriptions

_EXAMINED_EVERY = timedelta(days=1)

STOP_SECONDS = 8.0
"""A stop is given up after this long, so that ten seconds suffice for it."""


async def run(configuration: Configuration) -> int:
    """Serve until SIGTERM or SIGINT; gives the exit code. Raises PaperwireError and StorageError."""
    for warning in configuration.warnings:
        log.warning("%s: %s", configuration.file or "environment", warning)
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    await serve(configuration.settings, stop)
    return 0


async def serve(settings: Settings, stop: asyncio.Event) -> None:
    """The whole bot, until stop is set. Raises TokenRefused, or what keeps the database from being opened."""
    database = await Database.open(Path(settings.storage.path), exclusive=True)
    metrics = Metrics()
    beating = asyncio.create_task(health.keep_beating(database), name="signs of life")
    try:
        await database.write(chats.admit, settings.access.admitted(settings.telegram.admins), now())
        async with monitoring.watched(settings.monitoring, database, metrics, now):
            await _Bot(settings, database, stop, metrics).serve()
    finally:
        beating.cancel()
        await database.close()
    log.info("stopped")


async def fill(database: Database, matcher: Matcher) -> None:
    """Let the matcher know every subscription that is stored and not paused, some at a time.

    Meanwhile chats may change theirs: each step reads in the thread of all writes, so that it takes what they wrote or
    comes before it.
    """
    last: int | None = 0
    while last is not None:
        last = await database.write(_fill_some, matcher, last)


def _fill_some(db: sqlite_utils.Database, matcher: Matcher, last: int) -> int | None:
    """The next subscriptions; gives the last one's id, None where there are no more."""
    some = subscriptions.active(db, after=last, limit=_AT_ONCE)
    for subscription in some:
        if subscription.paused:
            continue
        try:
            matcher.add(subscription.id, subscription.query, parse(subscription.query))
        except QueryError as error:
            log.error("subscription=%d cannot be read any more and matches nothing: %s", subscription.id, error)
    return some[-1].id if some else None


class _Bot:
    """The parts of a running bot."""

    def __init__(self, settings: Settings, database: Database, stop: asyncio.Event, metrics: Metrics) -> None:
        self._settings, self._database, self._stop, self._metrics = settings, database, stop, metrics
        self._failure: PaperwireError | StorageError | None = None
        database.damaged = self._fail
        self._matcher = Matcher()
        self._application = self._made_application()
        sender = Sender(self._application.bot)
        self._delivery = Delivery(database, sender, self._pace, now, metrics=self._metrics)
        self._refreshing = Refreshing(database, sender, now)
        self._broadcasting = Broadcasting(database, sender, now)
        self._polling = Polling(database, self._matcher, now, self._delivery.wake, self._metrics)
        self._looking = Looking(database, self._matcher, now, self._delivery.wake)
        bot, wake = self._application.bot, self._delivery.wake
        self._beyond = Beyond(database, self._matcher, now, wake)
        services = Services(
            database,
            self._matcher,
            settings.delivery,
            now,
            wake,
            lambda: bot.bot,
            self._beyond,
            frozenset(settings.telegram.admins),
            settings.access,
        )
        self._application.add_handlers(handlers(services, self._metrics))
        self._application.add_error_handler(self._update_failed)

    def _made_application(self) -> _Application:
        telegram = self._settings.telegram
        self._pace = Pace(self._settings.delivery.messages_per_second)
        bot = ExtBot(
            telegram.token,
            base_url=f"{telegram.api_url}/bot",
            base_file_url=f"{telegram.api_url}/file/bot",
            request=HTTPXRequest(connection_pool_size=64, read_timeout=10, pool_timeout=10),
            get_updates_request=updates.Line(self._token_refused),
            rate_limiter=self._pace,
        )
        return ApplicationBuilder().bot(bot).job_queue(None).concurrent_updates(InOrder()).build()

    async def _update_failed(self, _: object, context: ContextTypes.DEFAULT_TYPE) -> None:
        if isinstance(context.error, InvalidToken | TokenRefused):
            self._token_refused()
        else:
            log.error("an update was not answered", exc_info=context.error)

    def _token_refused(self) -> None:
        self._fail(TokenRefused("Telegram does not accept telegram.token any more; get a new one from @BotFather"))

    def _fail(self, failure: PaperwireError | StorageError) -> None:
        self._failure = self._failure or failure
        self._stop.set()

    async def serve(self) -> None:
        """Read the sources and serve chats until the stop; neither waits for the other."""
        reading_sources = asyncio.create_task(self._read_sources(), name="reading sources")
        reading_sources.add_done_callback(self._ended)
        try:
            if await self._until_stop(updates.connect(self._application)):
                await self._serve_chats()
        finally:
            reading_sources.cancel()
            await asyncio.gather(reading_sources, return_exceptions=True)
            await self._application.bot.shutdown()  # after a start or a stop that was given up, it is still connected
        if self._failure:
            raise self._failure

    async def _read_sources(self) -> None:
        """What is new must meet every subscription, so nothing is read before all are known."""
        await asyncio.sleep(_HEAD_START)
        await fill(self._database, self._matcher)
        gc.freeze()  # or every collection of garbage would look through all subscriptions, a tenth of the intake
        schedule = Schedule(now)
        async with reading.opened(self._settings.sources, now) as readings:
            for each in readings:
                job = partial(self._polling.round, each.source, each.every, each.backfill_days)
                schedule.repeat(f"poll {each.source.name}", job)
                schedule.repeat(f"look again {each.source.name}", partial(self._looking.round, each.source))
            self._beyond.sources = [each.source for each in readings]
            schedule.start()
            try:
                await self._stop.wait()
            finally:
                await schedule.stop()
                await self._beyond.close()

    async def _serve_chats(self) -> None:
        application, delivery = self._application, self._delivery
        coming_in = updates.Updates(application, self._settings.telegram.webhook)
        await application.start()
        delivering = asyncio.create_task(delivery.run(), name="delivery")
        delivering.add_done_callback(self._ended)
        upkeep = Schedule(now)
        upkeep.repeat("refresh cards", self._refreshing.round)
        upkeep.repeat("tell of broadcasts", self._broadcasting.round)
        upkeep.repeat("examine the database", self._examine)
        if kept := self._settings.storage.backups:
            upkeep.repeat("back up", Backups(self._database.path, kept, now).round)
        if days := self._settings.storage.keep_days:
            upkeep.repeat("remove old papers", Retention(self._database, timedelta(days=days), now).round)
        try:
            if not await self._until_stop(delivery.ready.wait()):
                return
            upkeep.start()
            if await self._until_stop(coming_in.start()):
                log.info("@%s serves chats", application.bot.username)
                await self._until_stop(_introduce(application.bot))
                await self._stop.wait()
        finally:
            try:
                await asyncio.wait_for(self._stop_chats(coming_in, delivering, upkeep), STOP_SECONDS)
            except TimeoutError:
                log.warning("stopping took longer than %.0f s and was given up", STOP_SECONDS)

    async def _examine(self) -> datetime:
        """Find damage before a paper does; a file that is damaged ends the bot, which would only make it worse."""
        await self._database.examine()
        return now() + _EXAMINED_EVERY

    async def _until_stop(self, work: Coroutine[object, object, object]) -> bool:
        """Do the work, unless the stop comes first; whether it was done."""
        task, stopped = asyncio.create_task(work), asyncio.create_task(self._stop.wait())
        await asyncio.wait((task, stopped), return_when=asyncio.FIRST_COMPLETED)
        stopped.cancel()
        if task.done():
            task.result()
            return True
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
        return False

    async def _stop_chats(self, coming_in: updates.Updates, delivering: asyncio.Task[None], upkeep: Schedule) -> None:
        """No update is taken on any more, what was begun is finished, then the connections are closed."""
        self._delivery.stop()
        await upkeep.stop()
        await coming_in.stop()
        await self._application.stop()
        await asyncio.wait({delivering})
        await self._application.shutdown()

    def _ended(self, task: asyncio.Task[None]) -> None:
        """A part that fails ends the bot, which cannot do without it."""
        if task.cancelled() or task.exception() is None:
            return
        error = task.exception()
        if isinstance(error, PaperwireError | StorageError):
            self._fail(error)
        else:
            log.critical("%s ended", task.get_name(), exc_info=error)
            self._fail(PaperwireError(f"{task.get_name()} ended unexpectedly; the log says why"))


async def _introduce(bot: Bot) -> None:
    """Tell Telegram the menu in every language; a bot without one works as well."""
    try:
        for code in language.LANGUAGES:
            with language.speaking(code):
                menu = registry.menu()
            await bot.set_my_commands(menu, language_code=None if code == language.ENGLISH else code)
    except TelegramError as error:
        log.warning("the menu could not be set: %s", error)


def now() -> datetime:
    """The clock of the process."""
    return datetime.now(UTC)
