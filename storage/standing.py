"""How delivery to a chat stands: what came and was queued since a moment, and what the sources brought since then."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlite_utils

from storage.instants import moment


@dataclass(frozen=True, slots=True)
class Standing:
    """Papers of one chat (or topic): waiting now; sent, and matched by what it follows, since a moment.

    apart: those of the waiting that go in a later digest of their own, the first of them at apart_at.
    """

    waiting: int
    sent: int
    matched: int
    apart: int
    apart_at: datetime | None


def of_chat(db: sqlite_utils.Database, chat_id: int, thread: int, since: datetime) -> Standing:
    """How it stands with a chat (or topic)."""
    waiting, sent, matched, apart, apart_at = db.execute(
        """SELECT coalesce(sum(state IN ('waiting', 'claimed') AND queries != '[]'), 0),
                  coalesce(sum(state = 'sent' AND sent_at >= :since), 0),
                  coalesce(sum(queued_at >= :since AND queries != '[]'), 0),
                  coalesce(sum(state = 'waiting' AND together), 0),
                  min(CASE WHEN state = 'waiting' AND together THEN due_at END)
           FROM outbox WHERE chat_id = :chat AND thread = :thread""",
        {"since": since.timestamp(), "chat": chat_id, "thread": thread},
    ).fetchone()
    return Standing(waiting, sent, matched, apart, moment(apart_at))


def news(db: sqlite_utils.Database, since: datetime) -> dict[str, int]:
    """For each source: how many papers that a poll first brought since then it has told of."""
    rows = db.execute(
        """SELECT told.value, count(*) FROM papers, json_each(papers.sources) AS told
           WHERE polled_at >= ? GROUP BY told.value""",
        [since.timestamp()],
    )
    return dict(rows.fetchall())
