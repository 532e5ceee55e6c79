"""What the bot's messages show at present, where that is kept true: papers that people opened in them, and digests.

A row per (chat, message, paper), paper '' for what is no card. At most one row of a message is `current`: a button
with its `data` would show the same anew. The others remember where a paper was shown.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlite_utils

from storage.cards import KEPT_FRESH, REACHABLE, retried
from storage.instants import seconds


@dataclass(frozen=True, slots=True)
class View:
    """What a message of a stored chat (or topic) shows; data: of the button that would show the same."""

    chat_id: int
    thread: int
    message_id: int
    data: str


def show(
    db: sqlite_utils.Database,
    chat_id: int,
    thread: int,
    message_id: int,
    data: str,
    now: datetime,
    *,
    paper_id: str = "",
    stale: bool = False,
) -> None:
    """A message shows this from now on. What is older than KEPT_FRESH is forgotten."""
    leave(db, chat_id, message_id)
    db.execute(
        """INSERT OR REPLACE INTO views (chat_id, thread, message_id, paper_id, data, shown_at, current, stale)
           VALUES (?, ?, ?, ?, ?, ?, 1, ?)""",
        [chat_id, thread, message_id, paper_id, data, seconds(now), int(stale)],
    )
    db.execute("DELETE FROM views WHERE shown_at < ?", [seconds(now - KEPT_FRESH)])


def is_kept(db: sqlite_utils.Database, chat_id: int, message_id: int) -> bool:
    """Whether what a message shows is kept true."""
    where = "chat_id = ? AND message_id = ? AND current"
    return db.execute(f"SELECT 1 FROM views WHERE {where}", [chat_id, message_id]).fetchone() is not None


def leave(db: sqlite_utils.Database, chat_id: int, message_id: int) -> None:
    """A message shows something else."""
    db.execute("UPDATE views SET current = 0 WHERE chat_id = ? AND message_id = ?", [chat_id, message_id])


def spoil(db: sqlite_utils.Database, paper_id: str) -> None:
    """More code is known of a paper than is shown where it was opened, and in digests that were sent.

    Of a digest that is its message (`db:ID:N`) for the papers that are shown, else a page of the others: Telegram
    refuses an edit that changes nothing.
    """
    db.execute("UPDATE views SET stale = 1 WHERE paper_id = ? AND current", [paper_id])
    db.execute(
        """UPDATE views SET stale = 1 WHERE current AND (chat_id, message_id) IN (
               SELECT chat_id, message_id FROM outbox
               WHERE paper_id = :paper AND state = 'sent' AND NOT is_card AND message_id IS NOT NULL)
           AND paper_id = '' AND EXISTS (
               SELECT 1 FROM digests JOIN json_each(digests.paper_ids) AS listed
               WHERE digests.id = CAST(substr(data, 4) AS INTEGER) AND listed.value = :paper
               AND (listed.key < digests.shown) = (data LIKE 'db:%'))""",
        {"paper": paper_id},
    )


def stale(db: sqlite_utils.Database, now: datetime, most: int) -> list[View]:
    """What no longer shows what is known, newest first, in chats that can be reached."""
    rows = db.execute(
        f"""SELECT chat_id, views.thread, message_id, data FROM views
            JOIN chats ON chats.id = chat_id AND chats.thread = views.thread
            WHERE stale AND current AND shown_at >= ? AND {REACHABLE} ORDER BY shown_at DESC LIMIT ?""",
        [seconds(now - KEPT_FRESH), retried(now), most],
    )
    return [View(*row) for row in rows]


def is_stale(db: sqlite_utils.Database, view: View) -> bool:
    """Whether a message still shows this, and not what is known."""
    where = "chat_id = ? AND message_id = ? AND data = ? AND current AND stale"
    values = [view.chat_id, view.message_id, view.data]
    return db.execute(f"SELECT 1 FROM views WHERE {where}", values).fetchone() is not None


def refreshed(db: sqlite_utils.Database, view: View) -> None:
    """A message shows what is known, or cannot be edited."""
    where = "chat_id = ? AND message_id = ? AND data = ?"
    db.execute(f"UPDATE views SET stale = 0 WHERE {where}", [view.chat_id, view.message_id, view.data])


def first_with(db: sqlite_utils.Database, chat_id: int, thread: int, paper_id: str) -> int | None:
    """The first message in which a paper was opened in a chat (or topic); None where it was not, or long ago."""
    where = "chat_id = ? AND thread = ? AND paper_id = ?"
    row = db.execute(f"SELECT min(message_id) FROM views WHERE {where}", [chat_id, thread, paper_id]).fetchone()
    return None if row[0] is None else int(row[0])
