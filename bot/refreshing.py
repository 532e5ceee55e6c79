"""Cards that were sent and no longer show what is known: edited one after the other, when nobody waits for anything."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlite_utils

from bot import planning
from bot.render import language
from bot.render import paper as rendered
from bot.sender import RetryIn, Sender, Unreachable
from storage import cards, chats, papers, taste
from storage.cards import Card
from storage.database import Database
from storage.ratings import Marks
from storage.records import Chat, Paper

LOOK = timedelta(seconds=30)
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
        """Edit some cards; gives when to look for more. Raises TokenRefused and StorageError.

        A card that cannot be edited (deleted, of a chat that is gone) is left as it is. Where Telegram asks for a
        pause or cannot be reached, it waits for a later round; editing a card twice does no harm.
        """
        now = self.clock()
        done = 0
        for card, paper, chat, marks in await self.database.read(_stale, now):
            with language.speaking(chat.reads_in):
                today = planning.today(chat, now)
                message = rendered.card(paper, today=today, queries=card.queries, marks=marks)
            outcome = await self.sender.edit(card.chat_id, card.message_id, message)
            if isinstance(outcome, Unreachable):
                break
            if not isinstance(outcome, RetryIn):
                await self.database.write(cards.refreshed, [card.id], self.clock())
                done += 1
            await self.sleep(APART)
        return self.clock() if done == AT_ONCE else self.clock() + LOOK


def _stale(db: sqlite_utils.Database, now: datetime) -> list[tuple[Card, Paper, Chat, Marks]]:
    """Cards with their papers and chats, and what these did with them."""
    found = []
    for card in cards.stale(db, now, AT_ONCE):
        paper, chat = papers.get(db, card.paper_id), chats.get(db, card.chat_id, card.thread)
        if paper and chat:
            marks = taste.marks(db, card.chat_id, card.thread, card.paper_id)
            found.append((card, paper, chat, marks))
    return found
