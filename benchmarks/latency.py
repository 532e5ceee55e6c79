"""From a paper's appearance on today's list to sendMessage, beside 10,000 other subscriptions.

A poll may have just passed when a paper appears, so that one poll interval is nobody's fault; promised is one second
more at most.
"""

from __future__ import annotations

import asyncio
import random
import signal
import sys
import tempfile
import time
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from statistics import mean

from benchmarks.corpus import papers as recorded
from benchmarks.daily_list import entry
from benchmarks.footprint import SUBSCRIPTIONS, environment, filled
from bot.demo.chats import Chat, Json, Person
from bot.demo.source_server import SourceServer
from bot.demo.telegram_server import TelegramServer
from storage.records import Paper

APPEARANCES = 12
POLL_SECONDS = 2.0
PATIENCE = 20.0
WORD = "xenolith"  # what the person follows, and none of the recorded papers is about


def run() -> None:
    """Print how long it took, in poll intervals and beyond the one that is nobody's fault."""
    taken = asyncio.run(_taken())
    print(f"appearance to sendMessage, {len(taken)} papers, {SUBSCRIPTIONS:,} other subscriptions:")
    print(
        f"{mean(taken) / POLL_SECONDS:.2f} × the poll interval on average, {max(taken) / POLL_SECONDS:.2f} × at most;"
    )
    print(
        f"{max(taken) - POLL_SECONDS:+.2f} s of the 1.00 s that are promised beyond one interval of {POLL_SECONDS:g} s"
    )


class Today:
    """Today's list, which grows."""

    def __init__(self) -> None:
        self._entries: list[Json] = []

    def listing(self, day: date) -> list[Json]:
        """What stands on the list of a day."""
        return self._entries if day == datetime.now(UTC).date() else []

    def appear(self, paper: Paper) -> float:
        """Let a paper appear; gives the moment (monotonic)."""
        self._entries = [entry(paper, datetime.now(UTC)), *self._entries]
        return time.monotonic()


async def _taken() -> list[float]:
    """Seconds for each paper."""
    papers, today = recorded(), Today()
    telegram, source = TelegramServer(), SourceServer(today.listing)
    person = telegram.private(Person(1))
    await telegram.start()
    await source.start()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "paperwire.db"
        await filled(path, papers)
        changes = {
            "PAPERWIRE_SOURCES__HUGGINGFACE__POLL_SECONDS": str(POLL_SECONDS),
            "PAPERWIRE_SOURCES__HUGGINGFACE__BACKFILL_DAYS": "0",
            "PAPERWIRE_LOGGING__LEVEL": "ERROR",
        }
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot", "run", env=environment(telegram, source, path) | changes
        )
        try:
            await _said(telegram, person, "/delivery instant")
            await _said(telegram, person, f"/subscribe {WORD}")
            return [await _one(telegram, today, paper) for paper in _renamed(papers[:APPEARANCES])]
        finally:
            process.send_signal(signal.SIGTERM)
            await process.wait()
            await source.stop()
            await telegram.stop()


def _renamed(papers: list[Paper]) -> list[Paper]:
    return [replace(paper, title=f"{WORD} {number}: {paper.title}") for number, paper in enumerate(papers)]


async def _said(telegram: TelegramServer, person: Chat, text: str) -> None:
    """Write to the bot, and wait for its answer."""
    told = telegram.watch()
    telegram.say(person, text)
    await asyncio.wait_for(told.get(), PATIENCE)


async def _one(telegram: TelegramServer, today: Today, paper: Paper) -> float:
    """Seconds from the paper's appearance, at any moment between two polls, to its sendMessage."""
    told = telegram.watch()
    await asyncio.sleep(random.uniform(0, POLL_SECONDS))
    appeared = today.appear(paper)
    event = await asyncio.wait_for(told.get(), PATIENCE)
    if paper.title not in event.content.text:
        raise RuntimeError(f"instead of {paper.title!r} came {event.content.text!r}")
    return next(call.at for call in reversed(telegram.calls) if call.method == "sendMessage") - appeared
