"""What a chat (or topic) likes and does not like, and whose papers and which words it wants to see last."""

from __future__ import annotations

from datetime import datetime

import sqlite_utils

from storage import papers
from storage.instants import seconds
from storage.ratings import Liking, Marks, Muted, Rating
from storage.records import Paper

COUNTED = 50
"""The latest likes and dislikes that form a taste, and of what is muted."""

_WHERE = "chat_id = ? AND thread = ?"


def rate(db: sqlite_utils.Database, chat_id: int, thread: int, paper_id: str, rating: Rating, now: datetime) -> None:
    """Note what a stored chat thinks of a stored paper; NONE takes it back."""
    db.execute(f"DELETE FROM likes WHERE {_WHERE} AND paper_id = ?", [chat_id, thread, paper_id])
    if rating:
        values = [chat_id, thread, paper_id, rating, seconds(now)]
        db.execute("INSERT INTO likes (chat_id, thread, paper_id, liked, at) VALUES (?, ?, ?, ?, ?)", values)


def marks(db: sqlite_utils.Database, chat_id: int, thread: int, paper_id: str) -> Marks:
    """What a chat, known or not, did with a paper."""
    of_paper = f"{_WHERE} AND paper_id = ?"
    query = f"""SELECT EXISTS (SELECT 1 FROM saved WHERE {of_paper}),
                       (SELECT liked FROM likes WHERE {of_paper}),
                       (SELECT thumbs FROM chats WHERE id = ? AND thread = ?)"""
    where = [chat_id, thread, paper_id]
    saved, liked, thumbs = db.execute(query, [*where, *where, chat_id, thread]).fetchone()
    return Marks(bool(saved), Rating(liked or 0), bool(thumbs))


def liking(db: sqlite_utils.Database, chat_id: int, thread: int) -> Liking:
    """What forms a chat's taste, the latest first."""
    query = f"SELECT paper_id, liked FROM likes WHERE {_WHERE} ORDER BY at DESC, rowid DESC LIMIT ?"
    ratings = dict(db.execute(query, [chat_id, thread, COUNTED]).fetchall())
    found = papers.many(db, list(ratings))
    query = f"SELECT kind, value, number FROM muted WHERE {_WHERE} ORDER BY number DESC LIMIT ?"
    muted = tuple(Muted(*row) for row in db.execute(query, [chat_id, thread, COUNTED]).fetchall())
    return Liking(_rated(found, ratings, Rating.LIKED), _rated(found, ratings, Rating.DISLIKED), muted)


def count(db: sqlite_utils.Database, chat_id: int, thread: int, rating: Rating) -> int:
    """How many papers a chat rated so."""
    query = f"SELECT count(*) FROM likes WHERE {_WHERE} AND liked = ?"
    return int(db.execute(query, [chat_id, thread, rating]).fetchone()[0])


def mute(db: sqlite_utils.Database, chat_id: int, thread: int, kind: str, value: str) -> bool:
    """See an author or a word last in a stored chat, or where that is so already no longer; whether it is so now."""
    where = [chat_id, thread, kind, value]
    if db.execute(f"DELETE FROM muted WHERE {_WHERE} AND kind = ? AND value = ?", where).rowcount:
        return False
    db.execute("INSERT INTO muted (chat_id, thread, kind, value) VALUES (?, ?, ?, ?)", where)
    return True


def unmute(db: sqlite_utils.Database, chat_id: int, thread: int, number: int) -> None:
    """Undo mute."""
    db.execute(f"DELETE FROM muted WHERE {_WHERE} AND number = ?", [chat_id, thread, number])


def forget(db: sqlite_utils.Database, chat_id: int, thread: int) -> None:
    """Delete all likes, dislikes, and what is muted."""
    for table in ("likes", "muted"):
        db.execute(f"DELETE FROM {table} WHERE {_WHERE}", [chat_id, thread])


def _rated(found: list[Paper], ratings: dict[str, int], rating: Rating) -> tuple[Paper, ...]:
    return tuple(paper for paper in found if ratings[paper.id] == rating)
