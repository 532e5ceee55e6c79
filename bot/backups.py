"""Backups by themselves: a copy of the database a day beside it, the last few of which are kept."""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from storage.backup import backup
from storage.errors import StorageError

log = logging.getLogger(__name__)

EVERY = timedelta(days=1)
FIRST = timedelta(hours=1)
"""After the start of a bot that has no backup yet: a short run makes none."""

_AGAIN = timedelta(hours=1)
_STAMP = "%Y%m%dT%H%M%SZ"


@dataclass(slots=True)
class Backups:
    """path: the database. keep: how many copies stay. clock: aware, UTC."""

    path: Path
    keep: int
    clock: Callable[[], datetime]
    began: datetime | None = None

    async def round(self) -> datetime:
        """Make a copy if it is time for one; gives when to look again. A failure is logged and tried again."""
        now = self.clock()
        self.began = self.began or now
        made = [at for at, _ in await asyncio.to_thread(self._made, now) if at <= now]
        due = made[-1] + EVERY if made else self.began + FIRST
        if due > now:
            return due
        try:
            target = self.path.with_name(f"{self.path.name}.backup-{now:{_STAMP}}")
            size = await asyncio.to_thread(backup, self.path, target)
        except StorageError as error:
            log.error("no backup was made: %s", error)
            return now + _AGAIN
        log.info("backup=%s size=%d", target, size)
        await asyncio.to_thread(self._thin, now)
        return now + EVERY

    def _thin(self, now: datetime) -> None:
        """Delete all but the newest copies; none but those made here."""
        for _, old in self._made(now)[: -self.keep]:
            old.unlink(missing_ok=True)

    def _made(self, now: datetime) -> list[tuple[datetime, Path]]:
        """The copies made here, oldest first; before all others those of a clock that was ahead then."""
        name = re.compile(re.escape(self.path.name) + r"\.backup-(\d{8}T\d{6}Z)")
        matches = [(match, file) for file in self.path.parent.iterdir() if (match := name.fullmatch(file.name))]
        made = [(datetime.strptime(match[1], _STAMP).replace(tzinfo=UTC), file) for match, file in matches]
        return sorted(made, key=lambda one: (one[0] <= now, *one))
