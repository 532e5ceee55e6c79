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


def replan(
    db: sqlite_utils.Database, chat: Chat, now: datetime, *, before: Chat | None = None, owed: bool = False
) -> None:
    """Move all that the chat waits for to where its settings, and those of what it follows, want it now.

    before: the chat until now. owed: what waits for the chat's digest is due, and goes as soon as that may be.
    """
    due = planning.due(chat, now)
    rows = outbox.waiting(db, chat.id, chat.thread)
    outbox.replan(db, chat.id, chat.thread, due)
    following = _following(db, chat)
    for row in rows:
        # A digest of its own that is due already is not put off to the next time.
        late = row.due_at <= now and row.together if row.due_at else owed
        matched = [following[query] for query in row.queries if query in following]
        late = late or (before is not None and _is_promised(before, row, matched, now))
        wanted = _at_once(chat, now) if late else slot(chat, matched, now) if matched else Slot(due)
        if wanted != Slot(due):
            outbox.move(db, row.id, wanted.at, wanted.together)


def resume(db: sqlite_utils.Database, chat: Chat, now: datetime) -> int:
    """Let what piled up in a pause go as one digest; what is snoozed sleeps on. Gives how many papers go."""
    following = _following(db, chat)
    going = 0
    for row in outbox.waiting(db, chat.id, chat.thread):
        matched = [following[query] for query in row.queries if query in following]
        sleeps = matched and all(planning.asleep(one, now) for one in matched)
        wanted = slot(chat, matched, now) if sleeps else _at_once(chat, now)
        outbox.move(db, row.id, wanted.at, wanted.together)
        going += not sleeps
    return going


def _is_promised(chat: Chat, row: Delivery, matched: list[Subscription], now: datetime) -> bool:
    """Whether it would go now, as after /resume, were it not for the chat's quiet hours; its rhythm plays no part."""
    held = _at_once(chat, now)
    return held == Slot(row.due_at, row.together) and (not matched or slot(chat, matched, now) != held)


def _at_once(chat: Chat, now: datetime) -> Slot:
    return Slot(planning.released(chat, now), together=True)


def _following(db: sqlite_utils.Database, chat: Chat) -> dict[str, Subscription]:
    return {one.query: one for one in subscriptions.of_chat(db, chat.id, chat.thread)}
