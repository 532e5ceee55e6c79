"""The papers that a chat (or topic) keeps."""

from __future__ import annotations

from datetime import datetime

import sqlite_utils

from storage import papers
from storage.conditions import Condition, Tier, Value
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


def count(db: sqlite_utils.Database, chat_id: int, thread: int, condition: Condition | None = None) -> int:
    """How many papers a chat keeps, of those that match where there is a condition."""
    kept, values = _kept(chat_id, thread, condition)
    return int(db.execute(f"SELECT count(*) {kept}", values).fetchone()[0])


def of_chat(
    db: sqlite_utils.Database,
    chat_id: int,
    thread: int,
    condition: Condition | None = None,
    *,
    limit: int = -1,
    offset: int = 0,
) -> list[Paper]:
    """The same papers, last kept first; limit: at most so many, from `offset` on."""
    kept, values = _kept(chat_id, thread, condition)
    sql = f"SELECT saved.paper_id {kept} ORDER BY saved_at DESC, saved.rowid DESC LIMIT ? OFFSET ?"
    return papers.many(db, [row[0] for row in db.execute(sql, [*values, limit, offset]).fetchall()])


def _kept(chat_id: int, thread: int, condition: Condition | None) -> tuple[str, list[Value]]:
    """SQL for a chat's rows, of papers that match where there is a condition; and the values in it."""
    tier = condition.inflected if condition else Tier()
    parts, values = [_WHERE], [chat_id, thread, *tier.values]
    if tier.where:
        parts.append(f"({tier.where})")
    if tier.match:
        parts.append("papers.number IN (SELECT rowid FROM search WHERE search MATCH ?)")
        values.append(tier.match)
    return f"FROM saved JOIN papers ON papers.id = saved.paper_id WHERE {' AND '.join(parts)}", values
