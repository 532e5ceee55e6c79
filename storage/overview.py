"""How much is stored."""

from __future__ import annotations

from dataclasses import dataclass

import sqlite_utils


@dataclass(frozen=True, slots=True)
class Counts:
    """Papers; chats that can be reached (topics of a forum together are one); subscriptions that were not ended.

    size: of the file, in bytes.
    """

    papers: int
    chats: int
    subscriptions: int
    size: int


def counts(db: sqlite_utils.Database) -> Counts:
    """The numbers now."""
    row = db.execute(
        """SELECT (SELECT count(*) FROM papers),
                  (SELECT count(DISTINCT id) FROM chats WHERE gone_at IS NULL),
                  (SELECT count(*) FROM subscriptions WHERE ended_at IS NULL),
                  (SELECT page_count * page_size FROM pragma_page_count, pragma_page_size)"""
    ).fetchone()
    return Counts(*row)
