"""Topics of forums: their names, and those that are closed or deleted, whose papers wait.

topic_lost_at of a chat's row is when a message to the topic was last refused. topic_told_at is when that was told in
General: NULL is to be told, 0 could not be. General itself (thread 0) is never told of.
"""

from __future__ import annotations

from datetime import datetime

import sqlite_utils

from storage import chats
from storage.chats import Place
from storage.instants import seconds
from storage.records import LostTopic, Topic

NAMES_KEPT = 100
"""Names of one forum's topics; the oldest topics make room."""


def rename(db: sqlite_utils.Database, chat_id: int, thread: int, name: str) -> None:
    """Remember what a topic is called."""
    db.execute("INSERT OR REPLACE INTO topics (chat_id, thread, name) VALUES (?, ?, ?)", [chat_id, thread, name])
    newest = "SELECT thread FROM topics WHERE chat_id = ?1 ORDER BY thread DESC LIMIT ?2"
    db.execute(f"DELETE FROM topics WHERE chat_id = ?1 AND thread NOT IN ({newest})", [chat_id, NAMES_KEPT])


def named(db: sqlite_utils.Database, chat_id: int, thread: int) -> str:
    """The name of a topic, '' where it is not known."""
    row = db.execute("SELECT name FROM topics WHERE chat_id = ? AND thread = ?", [chat_id, thread]).fetchone()
    return str(row[0]) if row else ""


def lose(db: sqlite_utils.Database, chat_id: int, thread: int, now: datetime) -> None:
    """A message to the topic was refused: its papers wait, and that is to be told once."""
    told = "CASE WHEN thread THEN nullif(topic_told_at, 0) ELSE ?1 END"
    db.execute(
        f"UPDATE chats SET topic_lost_at = ?1, topic_told_at = {told} WHERE id = ?2 AND thread = ?3",
        [seconds(now), chat_id, thread],
    )


def find(db: sqlite_utils.Database, chat_id: int, thread: int) -> bool:
    """The topic is there and open; whether it was thought lost. Found General can be told of the others' losses."""
    if not thread:
        untold = "id = ? AND topic_lost_at IS NOT NULL AND topic_told_at = 0"
        db.execute(f"UPDATE chats SET topic_told_at = NULL WHERE {untold}", [chat_id])
    lost = "id = ? AND thread = ? AND topic_lost_at IS NOT NULL"
    found = db.execute(f"UPDATE chats SET topic_lost_at = NULL, topic_told_at = NULL WHERE {lost}", [chat_id, thread])
    return bool(found.rowcount)


def tell(db: sqlite_utils.Database, chat_id: int, thread: int, now: datetime | None) -> None:
    """The loss of the topic was told now, or (None) cannot be told."""
    lost = "id = ? AND thread = ? AND topic_lost_at IS NOT NULL"
    db.execute(f"UPDATE chats SET topic_told_at = ? WHERE {lost}", [seconds(now) or 0, chat_id, thread])


def untold(db: sqlite_utils.Database, chat_id: int, thread: int) -> LostTopic | None:
    """The lost topic where that is still to be told."""
    return _lost(db, chat_id, thread, "topic_told_at IS NULL")


def lost(db: sqlite_utils.Database, chat_id: int, thread: int) -> LostTopic | None:
    """The topic where it is lost."""
    return _lost(db, chat_id, thread, "thread")


def others(db: sqlite_utils.Database, chat_id: int, thread: int) -> list[Topic]:
    """The other topics that are known and not lost, newest first, without General."""
    rows = db.execute(
        """SELECT thread, max(name) FROM (
               SELECT thread, name FROM topics WHERE chat_id = ?1 UNION SELECT thread, '' FROM chats WHERE id = ?1)
           WHERE thread NOT IN (0, ?2) AND thread NOT IN
               (SELECT thread FROM chats WHERE id = ?1 AND topic_lost_at IS NOT NULL)
           GROUP BY thread ORDER BY thread DESC""",
        [chat_id, thread],
    )
    return [Topic(thread, name) for thread, name in rows.fetchall()]


def move(db: sqlite_utils.Database, chat_id: int, thread: int, to: int) -> None:
    """Let another topic have all of a lost one: what it follows, got and waits for; settings that it has stay."""
    source, target = (chat_id, thread), (chat_id, to)
    if chats.get(db, *target):
        chats.join(db, source, target)
    else:
        clean = "topic_lost_at = NULL, topic_told_at = NULL"
        db.execute(f"UPDATE chats SET thread = ?, {clean} WHERE id = ? AND thread = ?", [to, *source])


def end(db: sqlite_utils.Database, chat_id: int, thread: int, now: datetime) -> list[int]:
    """Send nothing more to a topic; gives the ids of the subscriptions that this ended. What it saved stays."""
    place: Place = (chat_id, thread)
    ended = db.execute(
        """UPDATE subscriptions SET ended_at = ? WHERE chat_id = ? AND thread = ? AND ended_at IS NULL RETURNING id""",
        [seconds(now), *place],
    ).fetchall()
    for table in ("outbox", "code_wishes"):
        db.execute(f"DELETE FROM {table} WHERE chat_id = ? AND thread = ? AND state IN ('open', 'waiting')", [*place])
    clean = "trending = 'off', tell_empty = 0, topic_lost_at = NULL, topic_told_at = NULL"
    db.execute(f"UPDATE chats SET {clean} WHERE id = ? AND thread = ?", [*place])
    return [id for (id,) in ended]


def _lost(db: sqlite_utils.Database, chat_id: int, thread: int, condition: str) -> LostTopic | None:
    row = db.execute(
        f"""SELECT (SELECT count(*) FROM subscriptions s
                    WHERE s.chat_id = id AND s.thread = chats.thread AND ended_at IS NULL),
                   (SELECT count(*) FROM outbox o
                    WHERE o.chat_id = chats.id AND o.thread = chats.thread AND state = 'waiting')
            FROM chats WHERE id = ? AND thread = ? AND topic_lost_at IS NOT NULL AND {condition}""",
        [chat_id, thread],
    ).fetchone()
    return LostTopic(Topic(thread, named(db, chat_id, thread)), row[0], row[1]) if row else None
