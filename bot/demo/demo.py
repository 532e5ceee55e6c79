"""`paperwire demo`: the whole bot in a terminal, between a Bot API server and a source in the same process."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta
from io import TextIOWrapper
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TextIO

from bot import logs
from bot.app import serve
from bot.demo.chats import Person
from bot.demo.keyboard import Keyboard
from bot.demo.samples import Library, load
from bot.demo.screen import Screen
from bot.demo.source_server import SourceServer
from bot.demo.telegram_server import TelegramServer
from bot.demo.terminal import HINTS, Terminal
from bot.settings import (
    ArxivSettings,
    HuggingFaceSettings,
    Settings,
    SourcesSettings,
    StorageSettings,
    TelegramSettings,
)

POLL_SECONDS = 2.0
ARCHIVE_DAYS = 60
READY_SECONDS = 20.0


def demo() -> int:
    """Talk with the bot here until the lines end; gives the exit code."""
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")  # for consoles that know fewer signs
    os.environ["no_proxy"] = "*"  # all of it is on loopback
    with Path(os.devnull).open("r+") as nothing, suppress(KeyboardInterrupt):
        asyncio.run(run_demo(sys.stdin or nothing, sys.stdout or nothing))
    return 0


async def run_demo(stdin: TextIO, stdout: TextIO) -> None:
    """Serve one person, who types on stdin and reads on stdout; everything stored is gone in the end."""
    logs.set_up("ERROR", "text", logs.Redaction(()), sys.stderr)
    keyboard = Keyboard(stdin, interactive=stdin.isatty() and stdout.isatty())
    screen = Screen(stdout, so_far=keyboard.so_far if keyboard.interactive else None)
    library = Library(load(), datetime.now(UTC))
    telegram = TelegramServer()
    source = SourceServer(lambda day: library.listing(day, datetime.now(UTC)))

    for name in ("SIGTERM", "SIGHUP"):
        with suppress(NotImplementedError, AttributeError):  # Windows has neither; there Ctrl-C alone ends the demo
            asyncio.get_running_loop().add_signal_handler(getattr(signal, name), keyboard.end)
    try:
        with TemporaryDirectory(prefix="paperwire-demo-", ignore_cleanup_errors=True) as folder:
            async with served(telegram, source, Path(folder)):
                screen.note(*HINTS)
                await ready(telegram, source, library)
                await Terminal(telegram, telegram.private(Person(1, "You")), screen, keyboard).talk()
    finally:
        keyboard.close()
        screen.end()


@asynccontextmanager
async def served(telegram: TelegramServer, source: SourceServer, folder: Path) -> AsyncIterator[None]:
    """The application between its servers. What makes it end too early is raised."""
    stop = asyncio.Event()
    await telegram.start()
    await source.start()
    bot = asyncio.create_task(serve(_settings(telegram, source, folder), stop))
    this = asyncio.current_task()
    assert this is not None
    bot.add_done_callback(lambda _: stop.is_set() or this.cancel())
    try:
        yield
    finally:
        logging.disable()  # a poll that breaks off now is no news
        stop.set()
        try:
            await asyncio.shield(bot)
        finally:
            await source.stop()
            await telegram.stop()


def _settings(telegram: TelegramServer, source: SourceServer, folder: Path) -> Settings:
    papers = HuggingFaceSettings(url=source.url, poll_seconds=POLL_SECONDS, backfill_days=ARCHIVE_DAYS)
    return Settings(
        telegram=TelegramSettings(token=telegram.token, api_url=telegram.url),
        storage=StorageSettings(path=str(folder / "paperwire.db")),
        sources=SourcesSettings(huggingface=papers, arxiv=ArxivSettings(enabled=False)),
    )


async def ready(telegram: TelegramServer, source: SourceServer, library: Library) -> None:
    """Until the archive is filled and the bot listens: what is read after the oldest day is the first poll.

    A machine that is too slow for it has its papers a little later.
    """
    oldest = (library.started.date() - timedelta(days=ARCHIVE_DAYS)).isoformat()
    end = asyncio.get_running_loop().time() + READY_SECONDS
    while asyncio.get_running_loop().time() < end:
        days = [request.query.get("date") for request in source.requests]
        listens = any(call.method == "getUpdates" for call in telegram.calls)
        if listens and oldest in days and days[-1] != oldest:
            return
        await asyncio.sleep(0.05)
