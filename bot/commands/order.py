"""The order of updates: of one chat one after the other, of different chats at once, none twice."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from contextvars import ContextVar
from typing import Any

from telegram import Update
from telegram.constants import ChatType
from telegram.error import TelegramError
from telegram.ext import BaseUpdateProcessor

AT_ONCE = 64
"""Chats served at the same time."""
_WAITING = 100_000
_REMEMBERED = 10_000
_ANSWERED_AT_ONCE = 4  # of somebody's presses that are only answered: hundreds would go before what others ask

Work = Callable[[], Awaitable[None]]
_Key = tuple[int, int]
_Press = tuple[int, int, int, str]

_left: ContextVar[list[Work]] = ContextVar("left")


def afterwards(work: Work) -> None:
    """Let the update at work do this at last, when the next one of its line may begin already."""
    _left.get().append(work)


class InOrder(BaseUpdateProcessor):
    """Serialises per chat (in groups, and where there is no chat, per person) and bounds how many are at work.

    An update waits for its line before it takes one of the places, so a flood slows only who makes it. Of a button
    that is pressed again before the first press is done, the others are only answered, a few at a time. What an update
    leaves to `afterwards` holds up nobody.
    """

    __slots__ = ("_lines", "_places", "_pressed", "_seen")

    def __init__(self, at_once: int = AT_ONCE) -> None:
        super().__init__(_WAITING)
        self._places = asyncio.Semaphore(at_once)
        self._lines: dict[_Key, tuple[asyncio.Lock, int]] = {}
        self._pressed: set[_Press] = set()
        self._seen: OrderedDict[int, None] = OrderedDict()

    async def initialize(self) -> None:
        """Nothing to begin."""

    async def shutdown(self) -> None:
        """Nothing to end."""

    async def do_process_update(self, update: object, coroutine: Awaitable[Any]) -> None:  # Any: as in the base class
        """Await the coroutine in its turn; a repeated update id is ignored."""
        if not isinstance(update, Update):
            await coroutine
        elif not self._is_new(update.update_id):
            _dismiss(coroutine)
        elif (press := _press(update)) in self._pressed and update.callback_query:
            _dismiss(coroutine)
            async with self._line((update.callback_query.from_user.id, -1 - update.update_id % _ANSWERED_AT_ONCE)):
                with suppress(TelegramError):  # a press too old for an answer is no one's fault
                    await update.callback_query.answer()
        else:
            self._pressed.add(press)
            left: list[Work] = []
            _left.set(left)
            try:
                async with AsyncExitStack() as turn:
                    for key in await self._turns(update):
                        await turn.enter_async_context(self._line(key))
                    async with self._places:
                        await coroutine
                for work in left:
                    await work()
            finally:
                self._pressed.discard(press)

    def _is_new(self, update_id: int) -> bool:
        if update_id in self._seen:
            return False
        self._seen[update_id] = None
        if len(self._seen) > _REMEMBERED:
            self._seen.popitem(last=False)
        return True

    async def _turns(self, update: Update) -> tuple[_Key, ...]:
        """The lines in which an update stands; one of a group waits here for news of the group that came before."""
        if changed := _changed(update):
            return changed
        own = _key(update)
        news = own[0], 0
        if own != news and news in self._lines:
            async with self._line(news):
                pass
        return (own,)

    @asynccontextmanager
    async def _line(self, key: _Key) -> AsyncIterator[None]:
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


def _changed(update: Update) -> tuple[_Key, ...]:
    """The chats that an update tells news of: one that migrates, under both ids; one that the bot is let into."""
    message = update.effective_message
    if update.my_chat_member:
        return ((update.my_chat_member.chat.id, 0),)
    if message is None or not (message.migrate_to_chat_id or message.migrate_from_chat_id):
        return ()
    ids = {message.chat.id, message.migrate_to_chat_id, message.migrate_from_chat_id}
    return tuple((id, 0) for id in sorted(id for id in ids if id))


def _key(update: Update) -> _Key:
    chat, user = update.effective_chat, update.effective_user
    who = user.id if user is not None else 0
    if chat is None:
        return who, 0
    return chat.id, who if chat.type in (ChatType.GROUP, ChatType.SUPERGROUP) else 0


def _press(update: Update) -> _Press:
    """Which button of which message was pressed by whom; of anything else, that it is that."""
    query = update.callback_query
    if query is None or query.message is None:
        return update.update_id, 0, 0, ""
    return query.message.chat.id, query.message.message_id, query.from_user.id, query.data or ""


def _dismiss(coroutine: Awaitable[Any]) -> None:  # Any: as in the base class
    if isinstance(coroutine, Coroutine):
        coroutine.close()
