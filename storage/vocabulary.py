"""The words of all titles and abstracts, as the search has them."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable

import sqlite_utils

_SELECT = "SELECT term, doc FROM vocabulary WHERE col IN ('title', 'abstract') AND"
_LAST = "\U0010ffff"


class Vocabulary:
    """In how many abstracts (or titles, if more) words stand, asked of the archive: nothing is ever out of date."""

    def __init__(self, db: sqlite_utils.Database) -> None:
        self._db = db

    def counts(self, words: Collection[str]) -> dict[str, int]:
        """Those of the words that are known."""
        return _most(self._db.execute(f"{_SELECT} term IN (SELECT value FROM json_each(?))", [json.dumps([*words])]))

    def beginning(self, letters: str) -> dict[str, int]:
        """All words that begin with these letters."""
        return _most(self._db.execute(f"{_SELECT} term >= ? AND term < ?", [letters, letters + _LAST]))


def _most(rows: Iterable[tuple[str, int]]) -> dict[str, int]:
    found: dict[str, int] = {}
    for word, papers in rows:
        found[word] = max(papers, found.get(word, 0))
    return found
