"""What chats (in forums: topics) follow. A number names a subscription within its chat for good."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import sqlite_utils

from storage.errors import DuplicateSubscription, TooManySubscriptions
from storage.folding import query_key
from storage.instants import moment, seconds
from storage.records import Mode, Subscription

COMES_BACK_WITHIN = timedelta(days=30)
"""For so long papers are kept for a chat that cannot be reached; they wait until it can."""

LIMIT = 100
"""Subscriptions of one chat, all its topics together."""

_COLUMNS = "s.id, s.chat_id, s.thread, s.number, s.query, s.created_at, s.paused, s.mode, s.snoozed_until, s.silent"


def add(
    db: sqlite_utils.Database, chat_id: int, thread: int, query: str, now: datetime, limit: int = LIMIT
) -> Subscription:
    """The new subscription of a stored chat; one that follows again what it once ended gets its old number.

    Raises DuplicateSubscription and TooManySubscriptions.
    """
    _refuse_duplicate(db, chat_id, thread, query)
    _refuse_too_many(db, chat_id, limit)
    number = _next_number(db, chat_id, thread)
    ended = following(db, chat_id, thread, query, ended=True)
    if ended is not None:
        number = ended.number
        db.execute("DELETE FROM subscriptions WHERE id = ?", [ended.id])
    made = now.replace(microsecond=0)  # rounded up, it would miss a paper that is polled within this second
    row = db.execute(
        "INSERT INTO subscriptions (chat_id, thread, number, query, created_at) VALUES (?, ?, ?, ?, ?) RETURNING id",
        [chat_id, thread, number, query, seconds(made)],
    ).fetchone()
    return Subscription(row[0], chat_id, thread, number, query, made)


def of_chat(db: sqlite_utils.Database, chat_id: int, thread: int) -> list[Subscription]:
    """Those of a chat (or topic) that were not ended, by number; paused ones too."""
    where = "s.chat_id = ? AND s.thread = ? AND s.ended_at IS NULL ORDER BY s.number"
    return _some(db, f"SELECT {_COLUMNS} FROM subscriptions s WHERE {where}", chat_id, thread)


def count(db: sqlite_utils.Database, chat_id: int) -> int:
    """How many a chat has that were not ended, all its topics together."""
    had = "SELECT count(*) FROM subscriptions WHERE chat_id = ? AND ended_at IS NULL"
    return int(db.execute(had, [chat_id]).fetchone()[0])


def numbered(
    db: sqlite_utils.Database, chat_id: int, thread: int, number: int, *, ended: bool = False
) -> Subscription | None:
    """The one of that number in the chat (or topic); with ended, the one that was ended."""
    state = "IS NOT NULL" if ended else "IS NULL"
    return _one(db, f"chat_id = ? AND thread = ? AND number = ? AND ended_at {state}", chat_id, thread, number)


def following(
    db: sqlite_utils.Database, chat_id: int, thread: int, query: str, *, ended: bool = False
) -> Subscription | None:
    """The one of that query in the chat (or topic), in whatever letters; with ended, the one that was ended."""
    state = "IS NOT NULL" if ended else "IS NULL"
    where = f"s.chat_id = ? AND s.thread = ? AND s.ended_at {state} ORDER BY s.number"
    had = _some(db, f"SELECT {_COLUMNS} FROM subscriptions s WHERE {where}", chat_id, thread)
    return next((one for one in had if query_key(one.query) == query_key(query)), None)


def active(db: sqlite_utils.Database, *, after: int, limit: int) -> list[Subscription]:
    """Those of every chat that were not ended, by id, from the next after the given one on: what a matcher is built of.

    Who may get a paper, by_ids decides.
    """
    where = "s.id > ? AND s.ended_at IS NULL ORDER BY s.id LIMIT ?"
    return _some(db, f"SELECT {_COLUMNS} FROM subscriptions s WHERE {where}", after, limit)


def by_ids(db: sqlite_utils.Database, ids: Iterable[int], now: datetime) -> list[Subscription]:
    """Those of the ids that may get papers now: neither ended nor paused, in a chat that is there or may come back."""
    return _some(
        db,
        f"""SELECT {_COLUMNS} FROM subscriptions s JOIN chats c ON c.id = s.chat_id AND c.thread = s.thread
            WHERE s.id IN (SELECT value FROM json_each(?)) AND s.ended_at IS NULL AND NOT s.paused
              AND coalesce(c.gone_at, ?) >= ? ORDER BY s.id""",
        json.dumps(list(ids)),
        seconds(now),
        seconds(now - COMES_BACK_WITHIN),
    )


def silent(db: sqlite_utils.Database, chat_id: int, thread: int) -> set[str]:
    """The queries of a chat (or topic) whose papers come without sound."""
    rows = db.execute("SELECT query FROM subscriptions WHERE chat_id = ? AND thread = ? AND silent", [chat_id, thread])
    return {query for (query,) in rows}


def change(db: sqlite_utils.Database, id: int, query: str) -> Subscription:
    """Let an unended subscription follow another query under its number. Raises DuplicateSubscription, LookupError."""
    subscription = _one(db, "id = ? AND ended_at IS NULL", id)
    if subscription is None:
        raise LookupError(id)
    if subscription.query != query:
        _refuse_duplicate(db, subscription.chat_id, subscription.thread, query, but=id)
        db.execute("UPDATE subscriptions SET query = ? WHERE id = ?", [query, id])
    return replace(subscription, query=query)


def pause(db: sqlite_utils.Database, id: int, paused: bool) -> None:
    """Hold a subscription: what comes meanwhile is not pushed for it. False lets it go on."""
    db.execute("UPDATE subscriptions SET paused = ? WHERE id = ?", [int(paused), id])


def arrange(db: sqlite_utils.Database, subscription: Subscription) -> None:
    """Keep its mode, snooze and sound as given."""
    db.execute(
        "UPDATE subscriptions SET mode = ?, snoozed_until = ?, silent = ? WHERE id = ?",
        [subscription.mode, seconds(subscription.snoozed_until), int(subscription.silent), subscription.id],
    )


def end(db: sqlite_utils.Database, id: int, now: datetime) -> None:
    """End a subscription; revive undoes it."""
    db.execute("UPDATE subscriptions SET ended_at = ? WHERE id = ? AND ended_at IS NULL", [seconds(now), id])


def revive(db: sqlite_utils.Database, id: int, limit: int = LIMIT) -> Subscription:
    """Undo end. Raises DuplicateSubscription, TooManySubscriptions, and LookupError for one that was not ended."""
    ended = _one(db, "id = ? AND ended_at IS NOT NULL", id)
    if ended is None:
        raise LookupError(id)
    _refuse_duplicate(db, ended.chat_id, ended.thread, ended.query)
    _refuse_too_many(db, ended.chat_id, limit)
    db.execute("UPDATE subscriptions SET ended_at = NULL WHERE id = ?", [id])
    return ended


def date_back(db: sqlite_utils.Database, now: datetime) -> None:
    """Let those count as made now that were made later, by a clock that was ahead: what comes is news for them."""
    db.execute("UPDATE subscriptions SET created_at = ? WHERE created_at > ?", [seconds(now)] * 2)


def _refuse_duplicate(db: sqlite_utils.Database, chat_id: int, thread: int, query: str, but: int = 0) -> None:
    same = following(db, chat_id, thread, query)
    if same is not None and same.id != but:
        raise DuplicateSubscription(same.number, same.query)


def _refuse_too_many(db: sqlite_utils.Database, chat_id: int, limit: int) -> None:
    if count(db, chat_id) >= limit:
        raise TooManySubscriptions(limit)


def _next_number(db: sqlite_utils.Database, chat_id: int, thread: int) -> int:
    highest = "SELECT coalesce(max(number), 0) FROM subscriptions WHERE chat_id = ? AND thread = ?"
    return int(db.execute(highest, [chat_id, thread]).fetchone()[0]) + 1


def _one(db: sqlite_utils.Database, where: str, *values: int | str) -> Subscription | None:
    found = _some(db, f"SELECT {_COLUMNS} FROM subscriptions s WHERE {where} ORDER BY s.number LIMIT 1", *values)
    return found[0] if found else None


def _some(db: sqlite_utils.Database, sql: str, *values: int | str) -> list[Subscription]:
    return [_subscription(row) for row in db.execute(sql, values)]


def _subscription(row: Sequence[Any]) -> Subscription:  # Any: sqlite3 gives its columns no type
    id, chat_id, thread, number, query, created_at, paused, mode, snoozed_until, silent = row
    return Subscription(
        id=id,
        chat_id=chat_id,
        thread=thread,
        number=number,
        query=query,
        created_at=moment(created_at),
        paused=bool(paused),
        mode=Mode(mode) if mode else None,
        snoozed_until=moment(snoozed_until),
        silent=bool(silent),
    )
