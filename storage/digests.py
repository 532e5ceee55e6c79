"""Digests as they were sent, for their buttons."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime, timedelta

import sqlite_utils

from storage.instants import moment, seconds
from storage.records import Digest

PREVIEW_KEPT = timedelta(days=30)
"""So long the buttons of a digest work that was only looked at."""


def record(
    db: sqlite_utils.Database,
    chat_id: int,
    thread: int,
    paper_ids: Sequence[str],
    shown: int,
    now: datetime,
    *,
    preview: bool = False,
) -> Digest:
    """Keep a digest's papers, the first `shown` of which are in its message; gives it with its id.

    preview: it is only looked at; those of the chat that are older than PREVIEW_KEPT make room.
    """
    row = db.execute(
        """INSERT INTO digests (chat_id, thread, paper_ids, shown, sent_at, preview) VALUES (?, ?, ?, ?, ?, ?)
           RETURNING id""",
        [chat_id, thread, json.dumps(list(paper_ids)), shown, seconds(now), int(preview)],
    ).fetchone()
    if preview:
        db.execute(
            "DELETE FROM digests WHERE preview AND chat_id = ? AND sent_at < ?", [chat_id, seconds(now - PREVIEW_KEPT)]
        )
    return Digest(row[0], chat_id, thread, tuple(paper_ids), shown, moment(seconds(now)), preview)


def get(db: sqlite_utils.Database, chat_id: int, id: int) -> Digest | None:
    """A digest of this chat (any of its topics); None where there is none of that id."""
    row = db.execute(
        "SELECT id, chat_id, thread, paper_ids, shown, sent_at, preview FROM digests WHERE id = ? AND chat_id = ?",
        [id, chat_id],
    ).fetchone()
    if row is None:
        return None
    return Digest(row[0], row[1], row[2], tuple(json.loads(row[3])), row[4], moment(row[5]), bool(row[6]))


def discard(db: sqlite_utils.Database, id: int) -> None:
    """Drop a digest that did not arrive."""
    db.execute("DELETE FROM digests WHERE id = ?", [id])
