"""Beginnings (`mode*`) in a large archive: FTS5 merges all places of all words begun so before it gives one row."""

from __future__ import annotations

import re
from collections import Counter

import sqlite_utils

from storage.text import terms

_BEGINNING = re.compile(r'"((?:[^"]* )?)([^" ]+)" \*')
_NEWEST = 100  # papers, among which a usual word stands in two or more; reading them takes some milliseconds
_MOST = 16  # words of a beginning


def spelled_out(db: sqlite_utils.Database, match: str) -> str:
    """The FTS5 expression with the usual words that begin so instead of its beginnings; '' where that is no use.

    It matches a part of what the given one does, and FTS5 reads that row by row.
    """
    if not _BEGINNING.search(match) or " NOT " in match:  # a part of what is excluded would match more, not less
        return ""
    newest = db.execute("SELECT title || ' . ' || abstract FROM papers ORDER BY number DESC LIMIT ?", [_NEWEST])
    papers = Counter(word for (text,) in newest for word in set(terms(text).words))
    usual = [word for word, having in papers.most_common() if having > 1]

    def either(beginning: re.Match[str]) -> str:
        before, letters = beginning.groups()
        words = [f'"{before}{word}"' for word in usual if word.startswith(letters)][:_MOST]
        return f"({' OR '.join(words)})" if words else beginning.group()

    spelled = _BEGINNING.sub(either, match)
    return spelled if spelled != match else ""
