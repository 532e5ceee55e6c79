"""`paperwire check`: is everything there that a running bot needs? One line each, with what to do."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Awaitable
from datetime import timedelta
from importlib.metadata import version
from pathlib import Path

from bot import config, reading, updates
from bot.app import now
from bot.config import Configuration
from bot.errors import PaperwireError, SourceError, SourceUnreachable
from bot.reading import Reading
from bot.sources.client import Client
from storage import overview, schema
from storage.database import Database, prove_writable, refuse_missing_folder
from storage.errors import DiskFull, StorageError
from storage.records import SourceState

TIMEOUT = 10.0
"""Seconds that a source may take for each answer."""

LEAST_FREE = 50_000_000
"""Bytes on the disk; with less the next backup or backfill would fill it."""

_CLOCK = timedelta(minutes=1)


async def check(configuration: Configuration) -> int:
    """Print one line for configuration, token, database, each source and the clock; gives 1 if any of them fails.

    Raises ConfigurationError where the token is missing.
    """
    config.require_token(configuration)
    settings = configuration.settings
    warned = f" ({'; '.join(configuration.warnings)})" if configuration.warnings else ""
    print(f"ok    configuration: {configuration.file or config.ENVIRONMENT}{warned}")
    async with reading.client(now, TIMEOUT) as client:
        lines = [
            ("telegram", _telegram(configuration)),
            ("database", _database(Path(settings.storage.path))),
            *((each.source.name, _source(each)) for each in reading.behind(client, settings.sources)),
        ]
        asked = [asyncio.create_task(_asked(work)) for _, work in lines]
        failed = 0
        for (name, _), answer in zip(lines, asked, strict=True):
            failed += _told(name, *await answer)
        failed += _told("clock", *await _asked(_clock(client)))
    return 1 if failed else 0


def _told(name: str, good: bool, said: str) -> bool:
    """Print a line; whether it tells of a failure."""
    print(f"{'ok  ' if good else 'FAIL'}  {name}: {said.removeprefix(f'{name}: ')}", flush=True)
    return not good


async def _asked(work: Awaitable[str]) -> tuple[bool, str]:
    try:
        return True, await work
    except (PaperwireError, StorageError) as error:
        return False, str(error)


async def _telegram(configuration: Configuration) -> str:
    return await updates.identify(configuration.settings.telegram)


async def _database(path: Path) -> str:
    if not await asyncio.to_thread(path.exists):
        refuse_missing_folder(path)
        return f"{path} does not exist yet and will be made"
    database = await Database.open(path)
    try:
        await database.write(prove_writable)
        counts = await database.read(overview.counts)
        steps = await database.read(schema.version)
        await database.examine()
    finally:
        await database.close()
    free = (await asyncio.to_thread(shutil.disk_usage, path.parent)).free
    if free < LEAST_FREE:
        raise DiskFull(path, f"only {free / 1e6:.0f} MB of the disk are free; make room")
    held = (
        f"{_many(counts.papers, 'paper')}, {_many(counts.chats, 'chat')}, {_many(counts.subscriptions, 'subscription')}"
    )
    return f"{path}, {held}, {counts.size / 1e6:.1f} MB, whole, schema {steps}, {free / 1e9:.1f} GB free"


def _many(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


async def _source(each: Reading) -> str:
    """What the first answer of a poll holds; nothing of it is kept. Raises PaperwireError with what to do."""
    try:
        async for batch in each.source.poll(SourceState(each.source.name), now()):
            return f"answers, {_many(len(batch.statements), 'paper')} on its first page"
    except SourceError as error:
        mine = f"check the network and sources.{each.source.name}; " * isinstance(error, SourceUnreachable)
        raise PaperwireError(f"{error}; {mine}a running bot asks again by itself") from error
    return "answers, with nothing new today"


async def _clock(client: Client) -> str:
    """How far the clock is from the sources' and how old the time zones are. Raises PaperwireError."""
    zones = f"time zones of {version('tzdata')}"
    if client.ahead is None:
        return f"no source told the time; {zones}"
    if abs(client.ahead) > _CLOCK:
        way = "ahead of" if client.ahead > timedelta() else "behind"
        seconds = abs(client.ahead).total_seconds()
        raise PaperwireError(f"is {seconds:.0f} s {way} the sources'; set it by NTP, or digests come at the wrong time")
    return f"agrees with the sources'; {zones}"
