"""Messages that no longer show what is known: edited one after the other, when nobody waits for anything."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

import sqlite_utils

from bot import planning, settling, views
from bot.render import language
from bot.render import paper as rendered
from bot.sender import Gone, Muted, Outcome, RetryIn, Sender, Unreachable
from bot.views import Made
from storage import cards, chats, papers, taste
from storage import views as stored
from storage.cards import Card
from storage.database import Database
from storage.records import Chat
from storage.views import View

LOOK = timedelta(seconds=10)
AT_ONCE = 20
APART = 0.5
"""Seconds between two edits: they take no more than two of Telegram's 30 calls a second."""


@dataclass(frozen=True, slots=True)
class Refreshing:
    """What a round needs. sleep: as asyncio.sleep."""

    database: Database
    sender: Sender
    clock: Callable[[], datetime]
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep

    async def round(self) -> datetime:
        """Edit some messages; gives when to look for more. Raises TokenRefused and StorageError.

        One that cannot be edited (as it is deleted) is left as it is. Where Telegram asks for a pause or cannot be
        reached, it waits for a later round; editing a message twice does no harm.
        """
        done = 0
        for each in await self.database.read(_stale, self.clock()):
            found = await self.database.read(_anew, each, self.clock())  # now, or what was opened meanwhile would go
            if found is None:
                continue
            chat, make = found
            with language.speaking(chat.reads_in):
                message = make()
            if message:
                outcome = await self.sender.edit(each.chat_id, each.message_id, message)
                if isinstance(outcome, Unreachable):
                    break
                done += await self.database.write(_settled, each, outcome, self.clock())
                await self.sleep(APART)
            else:
                await self.database.write(_refreshed, each, self.clock())
        return self.clock() if done == AT_ONCE else self.clock() + LOOK


def _stale(db: sqlite_utils.Database, now: datetime) -> list[Card | View]:
    """Cards that were sent, then what people opened, and digests."""
    sent = cards.stale(db, now, AT_ONCE)
    return [*sent, *stored.stale(db, now, AT_ONCE - len(sent))]


def _anew(db: sqlite_utils.Database, each: Card | View, now: datetime) -> tuple[Chat, Made] | None:
    """The chat of a message, and what makes it; None where it shows something else already."""
    chat = chats.get(db, each.chat_id, each.thread)
    if chat is None:
        return None
    if isinstance(each, View):
        return (chat, views.anew(db, each, chat, now)) if stored.is_stale(db, each) else None
    paper = papers.get(db, each.paper_id)
    if paper is None or stored.is_kept(db, each.chat_id, each.message_id):
        return None
    marks = taste.marks(db, each.chat_id, each.thread, each.paper_id)
    return chat, partial(rendered.card, paper, today=planning.today(chat, now), queries=each.queries, marks=marks)


def _settled(db: sqlite_utils.Database, each: Card | View, outcome: Outcome, now: datetime) -> bool:
    """What came of an edit; whether it needs no other."""
    match outcome:
        case RetryIn():
            return False
        case Gone() | Muted():
            settling.leave_alone(db, each.chat_id, outcome, now)
            return False
    _refreshed(db, each, now)
    return True


def _refreshed(db: sqlite_utils.Database, each: Card | View, now: datetime) -> None:
    if isinstance(each, View):
        stored.refreshed(db, each)
    else:
        cards.refreshed(db, [each.id], now)
