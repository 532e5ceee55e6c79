"""Who uses the bot, in numbers that are about nobody in particular."""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlite_utils

from storage.instants import seconds
from storage.numbers import Statistics

WANTED = 10
"""Queries that are listed."""

SHARED_BY = 2
"""Chats that must follow a query before it is shown: one alone could be known by it."""

WEEKS = 26
WEEK = timedelta(days=7)


def read(db: sqlite_utils.Database, now: datetime) -> Statistics:
    """The numbers now."""
    people, groups, channels, away = db.execute(
        """SELECT count(DISTINCT CASE WHEN gone_at IS NULL AND kind = 'private' THEN id END),
                  count(DISTINCT CASE WHEN gone_at IS NULL AND kind IN ('group', 'supergroup') THEN id END),
                  count(DISTINCT CASE WHEN gone_at IS NULL AND kind = 'channel' THEN id END),
                  count(DISTINCT CASE WHEN gone_at IS NOT NULL THEN id END) FROM chats"""
    ).fetchone()
    subscriptions = db.execute("SELECT count(*) FROM subscriptions WHERE ended_at IS NULL").fetchone()[0]
    wanted = db.execute(
        """SELECT max(query) AS written, count(DISTINCT chat_id) AS chats FROM subscriptions WHERE ended_at IS NULL
           GROUP BY lower(query) HAVING chats >= ? ORDER BY chats DESC, written LIMIT ?""",
        [SHARED_BY, WANTED],
    ).fetchall()
    begin = now - WEEKS * WEEK
    rows = db.execute(
        """SELECT (first - ?1) / ?2, count(*) FROM (SELECT min(created_at) AS first FROM chats GROUP BY id)
           WHERE first >= ?1 GROUP BY 1""",
        [seconds(begin), int(WEEK.total_seconds())],
    )
    joined = dict(rows.fetchall())
    weeks = tuple(joined.get(week, 0) for week in range(WEEKS))
    return Statistics(people, groups, channels, away, subscriptions, tuple(wanted), weeks)
