"""What is kept for a while only: papers beyond a number of days, with all that was noted of them.

Their ids stay, so that one that a source lists again is no news.
"""

from __future__ import annotations

import json
from datetime import datetime

import sqlite_utils

from storage import papers, search
from storage.instants import seconds

AT_ONCE = 200
"""Papers that one transaction removes; people wait behind it."""


def remove(db: sqlite_utils.Database, before: datetime) -> int:
    """Remove some papers, oldest first, that were listed (or first seen) before a moment; gives how many.

    Those that a chat saved, likes or not, waits for, or wants to hear of stay.
    """
    rows = db.execute(
        """SELECT id FROM papers WHERE coalesce(listed_at, first_seen) < ?
             AND NOT EXISTS (SELECT 1 FROM saved WHERE paper_id = papers.id)
             AND NOT EXISTS (SELECT 1 FROM likes WHERE paper_id = papers.id)
             AND NOT EXISTS (SELECT 1 FROM outbox WHERE paper_id = papers.id AND state IN ('waiting', 'claimed'))
             AND NOT EXISTS (SELECT 1 FROM code_wishes
                             WHERE paper_id = papers.id AND state IN ('open', 'waiting', 'claimed'))
           ORDER BY coalesce(listed_at, first_seen) LIMIT ?""",
        [seconds(before), AT_ONCE],
    )
    ids = [id for (id,) in rows.fetchall()]
    for paper in papers.many(db, ids):
        search.forget(db, paper)
    listed = [json.dumps(ids)]
    db.execute("INSERT OR IGNORE INTO retired (id) SELECT value FROM json_each(?)", listed)
    for table in ("outbox", "code_wishes"):
        db.execute(f"DELETE FROM {table} WHERE paper_id IN (SELECT value FROM json_each(?))", listed)
    db.execute("DELETE FROM papers WHERE id IN (SELECT value FROM json_each(?))", listed)
    db.execute("DELETE FROM digests WHERE sent_at < ?", [seconds(before)])
    return len(ids)


def is_worn(db: sqlite_utils.Database, removed: int) -> bool:
    """Whether the last so many removals made it a tenth of the archive (again) that went; then the index is merged."""
    papers, gone = db.execute("SELECT (SELECT count(*) FROM papers), (SELECT count(*) FROM retired)").fetchone()
    tenth = max(papers // 10, 1)
    return bool(gone // tenth > (gone - removed) // tenth)


def is_retired(db: sqlite_utils.Database, id: str) -> bool:
    """Whether a paper of this id was here and removed."""
    return db.execute("SELECT 1 FROM retired WHERE id = ?", [id]).fetchone() is not None
