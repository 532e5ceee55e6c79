"""The words of all abstracts, as the search has them."""

from __future__ import annotations

import json
from collections.abc import Collection

import sqlite_utils

_SELECT = "SELECT term, doc FROM vocabulary WHERE col = 'abstract' AND"
_LAST = "\U0010ffff"


class Vocabulary:
    """In how many papers words stand, asked of the archive: nothing is kept, and it is never out of date."""

    def __init__(self, db: sqlite_utils.Database) -> None:
        self._db = db

    def counts(self, words: Collection[str]) -> dict[str, int]:
        """Those of the words that are known."""
        return dict(self._db.execute(f"{_SELECT} term IN (SELECT value FROM json_each(?))", [json.dumps([*words])]))

    def beginning(self, letters: str) -> dict[str, int]:
        """All words that begin with these letters."""
        return dict(self._db.execute(f"{_SELECT} term >= ? AND term < ?", [letters, letters + _LAST]))
