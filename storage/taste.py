"""What a chat (or topic) likes and does not like, and whose papers and which words it wants to see last."""

from __future__ import annotations

from datetime import datetime

import sqlite_utils

from storage import papers
from storage.instants import seconds
from storage.records import Liking, Muted, Paper, Rating

COUNTED = 100
"""The latest likes and dislikes; older ones are kept and form the taste no longer."""

_WHERE = "chat_id = ? AND thread = ?"


def rate(db: sqlite_utils.Database, chat_id: int, thread: int, paper_id: str, rating: Rating, now: datetime) -> None:
    """Note what a stored chat thinks of a stored paper; NONE takes it back."""
    db.execute(f"DELETE FROM likes WHERE {_WHERE} AND paper_id = ?", [chat_id, thread, paper_id])
    if rating:
        values = [chat_id, thread, paper_id, rating, seconds(now)]
        db.execute("INSERT INTO likes (chat_id, thread, paper_id, liked, at) VALUES (?, ?, ?, ?, ?)", values)


def rating(db: sqlite_utils.Database, chat_id: int, thread: int, paper_id: str) -> Rating:
    """What a chat thinks of a paper."""
    query = f"SELECT liked FROM likes WHERE {_WHERE} AND paper_id = ?"
    row = db.execute(query, [chat_id, thread, paper_id]).fetchone()
    return Rating(row[0]) if row else Rating.NONE


def liking(db: sqlite_utils.Database, chat_id: int, thread: int) -> Liking:
    """All of it, the latest first."""
    query = f"SELECT paper_id, liked FROM likes WHERE {_WHERE} ORDER BY at DESC, rowid DESC LIMIT ?"
    ratings = dict(db.execute(query, [chat_id, thread, COUNTED]).fetchall())
    found = papers.many(db, list(ratings))
    return Liking(
        _rated(found, ratings, Rating.LIKED), _rated(found, ratings, Rating.DISLIKED), muted(db, chat_id, thread)
    )


def muted(db: sqlite_utils.Database, chat_id: int, thread: int) -> tuple[Muted, ...]:
    """Whose papers and which words come last, authors first, by name."""
    query = f"SELECT kind, value FROM muted WHERE {_WHERE} ORDER BY kind, value"
    return tuple(Muted(*row) for row in db.execute(query, [chat_id, thread]).fetchall())


def mute(db: sqlite_utils.Database, chat_id: int, thread: int, one: Muted) -> None:
    """See an author or a word last in a stored chat."""
    values = [chat_id, thread, one.kind, one.value]
    db.execute("INSERT OR IGNORE INTO muted (chat_id, thread, kind, value) VALUES (?, ?, ?, ?)", values)


def unmute(db: sqlite_utils.Database, chat_id: int, thread: int, one: Muted) -> None:
    """Undo mute."""
    db.execute(f"DELETE FROM muted WHERE {_WHERE} AND kind = ? AND value = ?", [chat_id, thread, one.kind, one.value])


def forget(db: sqlite_utils.Database, chat_id: int, thread: int) -> None:
    """Delete all likes, dislikes, and what is muted."""
    for table in ("likes", "muted"):
        db.execute(f"DELETE FROM {table} WHERE {_WHERE}", [chat_id, thread])


def _rated(found: list[Paper], ratings: dict[str, int], rating: Rating) -> tuple[Paper, ...]:
    return tuple(paper for paper in found if ratings[paper.id] == rating)
