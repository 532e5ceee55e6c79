"""What Telegram's limits make a new run remember of the last one: the pauses asked for, and what was sent lately."""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlite_utils

from storage.instants import moment, seconds

EVERYTHING = 0
"""Stands for a chat's id where no call at all may be made."""

_LATELY = timedelta(minutes=1)  # for which a group's 20 messages count


def hold(db: sqlite_utils.Database, chat_id: int, until: datetime, now: datetime) -> None:
    """Keep that no call may be made to a chat before then."""
    db.execute("DELETE FROM holds WHERE until <= ?", [seconds(now)])
    db.execute(
        "INSERT INTO holds VALUES (?, ?) ON CONFLICT DO UPDATE SET until = max(until, excluded.until)",
        [chat_id, seconds(until)],
    )


def holds(db: sqlite_utils.Database, now: datetime) -> dict[int, datetime]:
    """The chats to which no call may be made, and until when."""
    rows = db.execute("SELECT chat_id, until FROM holds WHERE until > ?", [now.timestamp()])
    return {chat_id: moment(until) for chat_id, until in rows}


def lately(db: sqlite_utils.Database, now: datetime) -> list[tuple[int, datetime]]:
    """(chat, when) of each message of the last minute; what was in flight when the last run ended counts as now.

    Answers to people are not known.
    """
    rows = db.execute(
        """SELECT chat_id, max(sent_at) FROM outbox INDEXED BY outbox_sent WHERE state = 'sent' AND sent_at > :since
           GROUP BY chat_id, message_id
           UNION ALL SELECT DISTINCT chat_id, NULL FROM outbox INDEXED BY outbox_open
                     WHERE state IN ('waiting', 'claimed') AND state = 'claimed'
           UNION ALL SELECT DISTINCT chat_id, NULL FROM code_wishes WHERE state = 'claimed'""",
        {"since": (now - _LATELY).timestamp()},
    )
    return [(chat_id, min(moment(sent_at), now) if sent_at else now) for chat_id, sent_at in rows]
