"""What Telegram's limits make the next run remember: the pauses that it asks for, and the sends of the last minute."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from bot.holds import ChatKey
from bot.pace import Pace
from storage import limits
from storage.database import Database
from storage.errors import StorageError

log = logging.getLogger(__name__)


async def restore(database: Database, pace: Pace, now: datetime) -> None:
    """Let the pace obey and count what the runs before left. Raises StorageError."""
    for chat_id, until in (await database.read(limits.holds, now)).items():
        pace.hold(None if chat_id == limits.EVERYTHING else chat_id, (until - now).total_seconds())
    ago: dict[int, list[float]] = {}
    for chat_id, at in await database.write(limits.recover, now):
        ago.setdefault(chat_id, []).append((now - at).total_seconds())
    for chat_id, seconds in ago.items():
        pace.remember(chat_id, seconds)


async def keep(database: Database, chat: ChatKey, seconds: float, now: datetime) -> None:
    """Let the next run obey a pause of a chat (None: of all), too; nothing is delivered to an @name."""
    if isinstance(chat, str):
        return
    try:
        await database.write(limits.hold, chat or limits.EVERYTHING, now + timedelta(seconds=seconds), now)
    except StorageError as error:
        log.warning("a pause that Telegram asks for cannot be kept: %s", error)
