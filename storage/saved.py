"""The papers that a chat (or topic) keeps."""

from __future__ import annotations

from datetime import datetime

import sqlite_utils

from storage import papers
from storage.instants import seconds
from storage.records import Paper

_WHERE = "chat_id = ? AND thread = ?"


def add(db: sqlite_utils.Database, chat_id: int, thread: int, paper_id: str, now: datetime) -> None:
    """Keep a stored paper for a stored chat; one that is kept already stays where it is in the list."""
    values = [chat_id, thread, paper_id, seconds(now)]
    db.execute("INSERT OR IGNORE INTO saved (chat_id, thread, paper_id, saved_at) VALUES (?, ?, ?, ?)", values)


def remove(db: sqlite_utils.Database, chat_id: int, thread: int, paper_id: str) -> bool:
    """Keep a paper no longer; whether it was kept."""
    return bool(db.execute(f"DELETE FROM saved WHERE {_WHERE} AND paper_id = ?", [chat_id, thread, paper_id]).rowcount)


def has(db: sqlite_utils.Database, chat_id: int, thread: int, paper_id: str) -> bool:
    """Whether a chat keeps a paper."""
    query = f"SELECT 1 FROM saved WHERE {_WHERE} AND paper_id = ?"
    return db.execute(query, [chat_id, thread, paper_id]).fetchone() is not None


def count(db: sqlite_utils.Database, chat_id: int, thread: int) -> int:
    """How many papers a chat keeps."""
    return int(db.execute(f"SELECT count(*) FROM saved WHERE {_WHERE}", [chat_id, thread]).fetchone()[0])


def of_chat(db: sqlite_utils.Database, chat_id: int, thread: int, *, limit: int = -1, offset: int = 0) -> list[Paper]:
    """What a chat keeps, last kept first; limit: at most so many, from `offset` on."""
    query = f"SELECT paper_id FROM saved WHERE {_WHERE} ORDER BY saved_at DESC, rowid DESC LIMIT ? OFFSET ?"
    ids = [row[0] for row in db.execute(query, [chat_id, thread, limit, offset]).fetchall()]
    return papers.many(db, ids)
