"""How the bot stands at a moment, for who watches it."""

from __future__ import annotations

from datetime import datetime

import sqlite_utils

from storage import overview
from storage.numbers import Gauges, SourceGauge


def read(db: sqlite_utils.Database, now: datetime) -> Gauges:
    """The numbers now; what waits for chats (or topics) that cannot be written to is not counted."""
    stamp = int(now.timestamp())
    counts = overview.counts(db)
    waiting, due, oldest = db.execute(
        """SELECT count(*), coalesce(sum(due_at <= ?1), 0), min(CASE WHEN due_at <= ?1 THEN due_at END)
           FROM outbox JOIN chats ON chats.id = chat_id AND chats.thread = outbox.thread
           WHERE state IN ('waiting', 'claimed') AND gone_at IS NULL AND muted_at IS NULL AND topic_lost_at IS NULL""",
        [stamp],
    ).fetchone()
    told = db.execute("SELECT name, max(? - read_at, 0), failures FROM sources ORDER BY name", [stamp]).fetchall()
    return Gauges(
        papers=counts.papers,
        chats=counts.chats,
        subscriptions=counts.subscriptions,
        size=counts.size,
        waiting=waiting,
        due=due,
        overdue=stamp - oldest if oldest else 0.0,
        sources=tuple(SourceGauge(*row) for row in told),
    )
