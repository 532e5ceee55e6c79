"""Removes what is older than it is to be kept, a little at a time."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from storage import retention, search
from storage.database import Database
from storage.errors import StorageError

log = logging.getLogger(__name__)

EVERY = timedelta(hours=6)
_BREATH = 0.5  # seconds between two transactions
_AGAIN = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Retention:
    """keep: how long papers stay. sleep: as asyncio.sleep."""

    database: Database
    keep: timedelta
    clock: Callable[[], datetime]
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep

    async def round(self) -> datetime:
        """Remove all that is too old; gives when to look again."""
        removed = 0
        try:
            while some := await self.database.write(retention.remove, self.clock() - self.keep):
                removed += some
                await self.sleep(_BREATH)
            if removed and await self.database.read(retention.is_worn, removed):
                await self._merge()
        except StorageError as error:
            log.warning("old papers stay for now: %s", error)
            return self.clock() + _AGAIN
        if removed:
            log.info("papers=%d older than %d days removed", removed, self.keep.days)
        return self.clock() + EVERY

    async def _merge(self) -> None:
        """Give back the room that the removed papers' words take in the index."""
        begin = True
        while await self.database.write(search.merge, begin=begin):
            begin = False
            await self.sleep(_BREATH)
