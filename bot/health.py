"""Signs of life, and `python -m bot.health`, which asks for them: the health check of a container.

A running bot touches its lock file, and the check reads when that was. It asks neither Telegram nor a source and
writes nothing, so that it may come as often as one likes.
"""

from __future__ import annotations

import asyncio
import os
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

import sqlite_utils

from bot import config
from bot.errors import ConfigurationError
from storage.database import Database, lock_file
from storage.errors import StorageError

EVERY = 30.0
"""Seconds between two signs."""

SILENCE = 4 * EVERY
"""Seconds after which a bot counts as dead: a large transaction may hold up a sign."""


async def keep_beating(database: Database) -> None:
    """Give signs of life until it is cancelled; none while the database cannot be used."""
    while True:
        with suppress(StorageError):
            await beat(database)
        await asyncio.sleep(EVERY)


async def beat(database: Database) -> None:
    """Give a sign, once the event loop, the file and the threads of the database have answered. Raises StorageError."""
    await database.read(_ask)
    await database.write(_ask)
    with suppress(OSError):
        await asyncio.to_thread(os.utime, lock_file(database.path))


def complaint(environment: Mapping[str, str], now: float) -> str:
    """What is wrong with the bot that is configured here, '' if it lives. now: seconds since 1970."""
    try:
        path = Path(config.load(None, environment).settings.storage.path)
        silent = now - lock_file(path).stat().st_mtime
    except ConfigurationError as error:
        return "; ".join(error.problems)
    except OSError as error:
        return f"{path}: no bot has run here: {error.strerror}"
    return f"{path}: no sign of life for {silent:.0f} s" if silent > SILENCE else ""


def main() -> int:
    """Say what is wrong; gives the exit code."""
    wrong = complaint(os.environ, time.time())
    if wrong:
        print(wrong, file=sys.stderr)
    return 1 if wrong else 0


def _ask(db: sqlite_utils.Database) -> None:
    db.execute("SELECT 1 FROM chats LIMIT 1")


if __name__ == "__main__":
    sys.exit(main())
