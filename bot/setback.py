"""What a clock that was ahead and is set back leaves for a far future, planned anew. For use within a transaction."""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlite_utils

from bot import planning, queueing
from storage import chats, outbox, subscriptions

JITTER = timedelta(minutes=1)
"""Clocks are set back by seconds all the time, which changes nothing."""


def replan(db: sqlite_utils.Database, now: datetime) -> int:
    """Plan anew for the chats that wait for moments to which their settings do not lead; gives how many.

    A digest that is one ahead of the next one has been sent already, by a clock that was a little early.
    """
    astray = {
        (chat.id, chat.thread)
        for chat in chats.planned_after(db, now + planning.AHEAD)
        if planning.is_astray(chat, now)
    }
    places = astray.union(outbox.places_queued_after(db, now + JITTER))
    for place in places:
        chat = chats.get(db, *place)
        if chat is None:
            continue
        if place in astray:
            chat = planning.replanned(chat, now)
            chats.save(db, chat)
        queueing.replan(db, chat, now)
    subscriptions.date_back(db, now)
    return len(places)
