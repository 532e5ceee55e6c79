"""When the papers that a chat waits for are to go, by what it follows. For use within a transaction."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

import sqlite_utils

from bot import planning
from bot.planning import Slot
from storage import outbox, subscriptions
from storage.records import Chat, Delivery, Subscription


def slot(chat: Chat, matched: Iterable[Subscription], now: datetime) -> Slot:
    """When a paper goes that matches these subscriptions now: as soon as one of them wants it."""
    return planning.soonest(chat, [planning.slot(chat, one, now) for one in matched], now)


def replan(db: sqlite_utils.Database, chat: Chat, now: datetime) -> None:
    """Move all that the chat waits for to where its settings, and those of what it follows, want it now."""
    due = planning.due(chat, now)
    outbox_before = outbox.waiting(db, chat.id, chat.thread)
    outbox.replan(db, chat.id, chat.thread, due)
    following = {one.query: one for one in subscriptions.of_chat(db, chat.id, chat.thread)}
    if not any(one.mode or one.snoozed_until for one in following.values()):
        return
    for row in outbox_before:
        wanted = _slot(chat, row, following, now)
        if wanted != Slot(due):
            outbox.move(db, row.id, wanted.at, wanted.together)


def _slot(chat: Chat, row: Delivery, following: dict[str, Subscription], now: datetime) -> Slot:
    """A digest of its own that is due already is not put off to the next time."""
    if row.together and row.due_at and row.due_at <= now:
        return Slot(planning.released(chat, now), together=True)
    matched = [following[query] for query in row.queries if query in following]
    return slot(chat, matched, now) if matched else Slot(planning.due(chat, now))
