"""`paperwire check`: is everything there that a running bot needs? One line each."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from pathlib import Path

from bot import config, reading, updates
from bot.app import now
from bot.config import Configuration
from bot.errors import PaperwireError
from bot.reading import Reading
from storage import overview
from storage.database import Database, prove_writable, refuse_missing_folder
from storage.errors import StorageError
from storage.records import SourceState

TIMEOUT = 10.0
"""Seconds that a source may take for each answer."""


async def check(configuration: Configuration) -> int:
    """Print one line for configuration, token, database and each source; gives 1 if any of them fails.

    Raises ConfigurationError where the token is missing.
    """
    config.require_token(configuration)
    settings = configuration.settings
    warned = f" ({'; '.join(configuration.warnings)})" if configuration.warnings else ""
    print(f"ok    configuration: {configuration.file or config.ENVIRONMENT}{warned}")
    async with reading.opened(settings.sources, now, TIMEOUT) as readings:
        lines = [
            ("telegram", updates.identify(settings.telegram)),
            ("database", _database(Path(settings.storage.path))),
            *((each.source.name, _source(each)) for each in readings),
        ]
        asked = [asyncio.create_task(_asked(work)) for _, work in lines]
        failed = 0
        for (name, _), answer in zip(lines, asked, strict=True):
            good, said = await answer
            print(f"{'ok  ' if good else 'FAIL'}  {name}: {said.removeprefix(f'{name}: ')}", flush=True)
            failed += not good
    return 1 if failed else 0


async def _asked(work: Awaitable[str]) -> tuple[bool, str]:
    try:
        return True, await work
    except (PaperwireError, StorageError) as error:
        return False, str(error)


async def _database(path: Path) -> str:
    if not await asyncio.to_thread(path.exists):
        refuse_missing_folder(path)
        return f"{path} does not exist yet and will be made"
    database = await Database.open(path)
    try:
        await database.write(prove_writable)
        counts = await database.read(overview.counts)
    finally:
        await database.close()
    size = f"{counts.size / 1e6:.1f} MB"
    return f"{path}, {counts.papers} papers, {counts.chats} chats, {counts.subscriptions} subscriptions, {size}"


async def _source(each: Reading) -> str:
    """What the first answer of a poll holds; nothing of it is kept."""
    async for batch in each.source.poll(SourceState(each.source.name), now()):
        return f"answers, {len(batch.statements)} papers on its first page"
    return "answers, with nothing new today"
