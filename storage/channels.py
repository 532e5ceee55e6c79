"""Who speaks in private for which channel: whoever let the bot in there, or changed its rights.

Whether that person is still an administrator, Telegram is asked at each use.
"""

from __future__ import annotations

import sqlite_utils

from storage.records import Channel


def let_in(db: sqlite_utils.Database, chat_id: int, user_id: int, title: str) -> Channel:
    """This person let the bot into a channel, and can speak for it; its title is kept for all who did."""
    db.execute("INSERT OR IGNORE INTO channels (chat_id, user_id, title) VALUES (?, ?, '')", [chat_id, user_id])
    db.execute("UPDATE channels SET title = ? WHERE chat_id = ?", [title, chat_id])
    return _some(db, "chat_id = ? AND user_id = ?", chat_id, user_id)[0]


def left(db: sqlite_utils.Database, chat_id: int) -> None:
    """The bot is in the channel no more."""
    db.execute("DELETE FROM channels WHERE chat_id = ?", [chat_id])


def drop(db: sqlite_utils.Database, number: int) -> None:
    """Somebody may not speak for a channel any more."""
    db.execute("DELETE FROM channels WHERE number = ?", [number])


def of_person(db: sqlite_utils.Database, user_id: int) -> list[Channel]:
    """The channels that somebody can speak for, by title."""
    return _some(db, "user_id = ? ORDER BY title COLLATE NOCASE, number", user_id)


def picked(db: sqlite_utils.Database, user_id: int) -> Channel | None:
    """The channel that somebody speaks for now."""
    return next(iter(_some(db, "user_id = ? AND picked", user_id)), None)


def numbered(db: sqlite_utils.Database, user_id: int, number: int) -> Channel | None:
    """The channel of that number, if this person can speak for it."""
    return next(iter(_some(db, "user_id = ? AND number = ?", user_id, number)), None)


def pick(db: sqlite_utils.Database, user_id: int, number: int) -> None:
    """From now on this person speaks for that channel in private; 0: for none."""
    db.execute("UPDATE channels SET picked = (number = ?) WHERE user_id = ?", [number, user_id])


def _some(db: sqlite_utils.Database, where: str, *values: int) -> list[Channel]:
    rows = db.execute(f"SELECT number, chat_id, title, picked FROM channels WHERE {where}", list(values))
    return [Channel(number, id, title, bool(chosen)) for number, id, title, chosen in rows.fetchall()]
