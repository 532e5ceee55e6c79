"""How far broadcasts are, told on the message that started each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.render import administration as said
from bot.sender import Sender
from storage import broadcasts
from storage.broadcasts import Broadcast
from storage.database import Database
from storage.numbers import Progress

LOOK = timedelta(seconds=5)


@dataclass(frozen=True, slots=True)
class Broadcasting:
    """What a round needs; shown: by broadcast, what its message says already."""

    database: Database
    sender: Sender
    clock: Callable[[], datetime]
    shown: dict[int, Progress] = field(default_factory=dict)

    async def round(self) -> datetime:
        """Edit the messages of those that run; gives when to look again. Raises TokenRefused and StorageError."""
        for one in await self.database.read(broadcasts.running):
            await self._tell(one)
        return self.clock() + LOOK

    async def _tell(self, one: Broadcast) -> None:
        assert one.started_at is not None
        if self.clock() >= one.started_at + broadcasts.ENDS_AFTER:
            await self.database.write(broadcasts.end, one.id, self.clock())
        told = await self.database.read(broadcasts.progress, one.id)
        over = not told.waiting
        if over:
            await self.database.write(broadcasts.end, one.id, self.clock())
        if over or (told.sent and self.shown.get(one.id) != told):  # that it goes out was said when it began
            self.shown[one.id] = told
            await self.sender.edit(one.chat_id, one.message_id, said.progress(told, over=over))
