"""The order of updates: of one chat one after the other, of different chats at once, none twice."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import AsyncIterator, Awaitable, Coroutine
from contextlib import asynccontextmanager
from typing import Any

from telegram import Update
from telegram.ext import BaseUpdateProcessor

AT_ONCE = 64
"""Chats served at the same time."""
_WAITING = 100_000
_REMEMBERED = 10_000


class InOrder(BaseUpdateProcessor):
    """Serialises per chat (per person where there is no chat) and bounds the chats at work.

    An update waits for its chat before it takes one of the places, so a flood in one chat slows only that chat.
    """

    __slots__ = ("_lines", "_places", "_seen")

    def __init__(self, at_once: int = AT_ONCE) -> None:
        super().__init__(_WAITING)
        self._places = asyncio.Semaphore(at_once)
        self._lines: dict[int, tuple[asyncio.Lock, int]] = {}
        self._seen: OrderedDict[int, None] = OrderedDict()

    async def initialize(self) -> None:
        """Nothing to begin."""

    async def shutdown(self) -> None:
        """Nothing to end."""

    async def do_process_update(self, update: object, coroutine: Awaitable[Any]) -> None:  # Any: as in the base class
        """Await the coroutine in its turn; a repeated update id is ignored."""
        if not isinstance(update, Update):
            await coroutine
        elif self._is_new(update.update_id):
            async with self._line(_key(update)), self._places:
                await coroutine
        elif isinstance(coroutine, Coroutine):
            coroutine.close()

    def _is_new(self, update_id: int) -> bool:
        if update_id in self._seen:
            return False
        self._seen[update_id] = None
        if len(self._seen) > _REMEMBERED:
            self._seen.popitem(last=False)
        return True

    @asynccontextmanager
    async def _line(self, key: int) -> AsyncIterator[None]:
        lock, waiting = self._lines.get(key, (asyncio.Lock(), 0))
        self._lines[key] = (lock, waiting + 1)
        try:
            async with lock:
                yield
        finally:
            waiting = self._lines[key][1] - 1
            if waiting:
                self._lines[key] = (lock, waiting)
            else:
                del self._lines[key]


def _key(update: Update) -> int:
    if update.effective_chat is not None:
        return update.effective_chat.id
    return update.effective_user.id if update.effective_user is not None else 0
