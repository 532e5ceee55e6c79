"""Which of the papers that matched come first in a chat's digest, and what its likes have to do with it.

What knows the database is for use within a transaction.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

import sqlite_utils

from bot import likeness, taste, trending
from bot.likeness import Alike
from bot.taste import Taste
from storage import likeness as archive
from storage import papers
from storage import taste as stored
from storage.ratings import Liking
from storage.records import Chat, Delivery, Paper

LIFT = 8.0
"""What nearness to the taste weighs against the logarithm of the trending score.

By benchmarks/taste.py: three quarters of what taste can add to precision, for a sixth of the votes of the ten first.
"""

Reasons = Mapping[str, Alike]
"""Why papers were lifted, by id."""


def matched(db: sqlite_utils.Database, chat: Chat, rows: Sequence[Delivery], now: datetime) -> list[Paper]:
    """The papers of a chat's rows as its digest has them, best first."""
    found = papers.many(db, [row.paper_id for row in rows])
    liking = stored.liking(db, chat.id, chat.thread)
    known = taste_of(db, chat, liking)
    near = {paper.id: taste.nearness(likeness.vector(paper, known.shares), known) for paper in found} if known else {}
    last = {paper.id for paper in found if taste.comes_last(paper, liking.muted)} if liking.muted else set()
    return best_first(found, {row.paper_id: len(row.queries) for row in rows}, now, near, last)


def reasons(db: sqlite_utils.Database, chat: Chat, found: Sequence[Paper]) -> Reasons:
    """For those of the papers that are to the chat's taste: which liked paper they are like, and by which words."""
    known = taste_of(db, chat, stored.liking(db, chat.id, chat.thread))
    told = {paper.id: taste.reason(paper, known) for paper in found} if known else {}
    return {id: reason for id, reason in told.items() if reason}


def taste_of(db: sqlite_utils.Database, chat: Chat, liking: Liking) -> Taste | None:
    """The taste that orders a chat's digests; None where it likes too little yet, or does not want that."""
    if not chat.taste or len(liking.liked) < taste.ENOUGH:
        return None
    return taste.taste(liking, archive.shares(db, taste.stems(liking)))


def best_first(
    found: Sequence[Paper],
    queries: Mapping[str, int],
    now: datetime,
    near: Mapping[str, float],
    last: Collection[str] = (),
    lift: float = LIFT,
) -> list[Paper]:
    """By trending score, lifted by how near a paper is to the taste, then by how many queries matched.

    queries, near: by id of a paper; without near the score alone decides. last: ids that come after all others.
    """

    def place(paper: Paper) -> tuple[bool, float, int]:
        score = math.log1p(trending.score(paper, now)) + lift * near.get(paper.id, 0.0)
        return paper.id in last, -score, -queries[paper.id]

    return sorted(found, key=place)
