"""What finds papers about the same: how many papers have a word, and the papers that have some of them.

The vocabulary table would read all places of a word, seconds for a common one at a million papers; here what is read
is bounded, whatever the archive holds.
"""

from __future__ import annotations

from collections.abc import Collection

import sqlite_utils

from storage import papers, search
from storage.records import Paper

WINDOW = 20_000
"""The newest papers, in which is counted how many have a word."""

_COMMON = 0.1  # of them; more frequent words tell nothing
_SCORE = "bm25(search, 0.0, 0.0, 0.0, 3.0, 1.0)"
_IN_TEXT = "{title_stems abstract_stems} :"


def shares(db: sqlite_utils.Database, stems: Collection[str]) -> dict[str, float]:
    """Which share of the newest papers has each of these stems; none of common ones and of those nobody else has."""
    newest = papers.newest_number(db)
    window, after = min(newest, WINDOW), max(newest - WINDOW, 0)
    most = max(int(window * _COMMON), 2)
    counting = "SELECT count(*) FROM (SELECT 1 FROM search WHERE search MATCH ? AND rowid > ? LIMIT ?)"
    found = {stem: db.execute(counting, [f'{_IN_TEXT} "{stem}"', after, most + 1]).fetchone()[0] for stem in stems}
    return {stem: max(count, 1) / window for stem, count in found.items() if count <= most}


def having(db: sqlite_utils.Database, stems: Collection[str], most: int) -> list[Paper]:
    """The papers that have the most, or the rarest, of these stems."""
    if not stems:
        return []
    either = " OR ".join(f'"{stem}"' for stem in stems)
    newest = f"""SELECT rowid, {_SCORE} AS score FROM search WHERE search MATCH ?
                 ORDER BY rowid DESC LIMIT {search.CANDIDATES}"""
    rows = db.execute(f"SELECT rowid FROM ({newest}) ORDER BY score LIMIT ?", [f"{_IN_TEXT} ({either})", most])
    return papers.by_numbers(db, [number for (number,) in rows])
