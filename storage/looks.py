"""Papers that are looked at again because no code is known of them, and when each source was last asked."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta

import sqlite_utils

from storage import paper_rows, papers
from storage.instants import seconds
from storage.records import Paper

AFTER_DAYS = (1, 3, 7, 14)
"""Days after a paper was first seen at which it is looked at again."""

MADE_UP_FOR = timedelta(days=30)
"""How long after it was first seen a look that was missed is still made."""

WAITED_FOR = timedelta(days=7)
"""A paper that somebody waits for is looked at as often as this, too, however old it is."""

_DAY = 86_400
_MARKS = " ".join(f"WHEN :now - first_seen >= {days * _DAY} THEN {days * _DAY}" for days in reversed(AFTER_DAYS))
_SELECT = """SELECT papers.id, papers.code FROM papers
             LEFT JOIN looks ON looks.paper_id = papers.id AND looks.source = :source"""
_WAITED_FOR = f"""
    {_SELECT} WHERE papers.id IN (SELECT paper_id FROM code_wishes WHERE state = 'open')
    AND coalesce(looked_at, 0) <= :lately ORDER BY coalesce(looked_at, 0), papers.number"""
_YOUNG = f"""
    {_SELECT} WHERE first_seen BETWEEN :oldest AND :now - {AFTER_DAYS[0] * _DAY}
    AND coalesce(looked_at, 0) < first_seen + CASE {_MARKS} END ORDER BY first_seen, papers.number"""


def due(db: sqlite_utils.Database, source: str, now: datetime, most: int) -> list[Paper]:
    """Papers without code that a source is to be asked about now: first those that somebody waits for."""
    values = {
        "source": source,
        "now": seconds(now),
        "lately": seconds(now - WAITED_FOR),
        "oldest": seconds(now - MADE_UP_FOR),
    }
    found: dict[str, None] = {}
    for id in (id for query in (_WAITED_FOR, _YOUNG) for id in _without_code(db.execute(query, values))):
        if len(found) == most:
            break
        found[id] = None
    return papers.many(db, found)


def note(db: sqlite_utils.Database, source: str, ids: Iterable[str], now: datetime) -> None:
    """A source was asked about these papers."""
    for id in ids:
        values = [id, source, seconds(now)]
        db.execute("INSERT OR REPLACE INTO looks (paper_id, source, looked_at) VALUES (?, ?, ?)", values)


def _without_code(rows: Iterable[Sequence[str]]) -> Iterator[str]:
    return (id for id, code in rows if not any(link.is_code for link in paper_rows.links(json.loads(code))))
