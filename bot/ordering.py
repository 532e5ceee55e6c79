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


def taste_of(db: sqlite_utils.Database, chat: Chat) -> Taste:
    """The taste that orders a chat's digests, without a profile where the chat likes too little or does not want it."""
    liking = stored.liking(db, chat.id, chat.thread)
    if not chat.taste or len(liking.liked) < taste.ENOUGH:
        return taste.taste(Liking(muted=liking.muted), {})
    return taste.taste(liking, archive.shares(db, taste.stems(liking)))


def matched(db: sqlite_utils.Database, rows: Sequence[Delivery], now: datetime, known: Taste) -> list[Paper]:
    """The papers of a chat's rows as its digest has them, best first."""
    found = papers.many(db, [row.paper_id for row in rows])
    queries = {row.paper_id: len(row.queries) for row in rows}
    near = {paper.id: taste.nearness(likeness.vector(paper, known.shares), known) for paper in found if known.profile}
    last = {paper.id for paper in found if taste.comes_last(paper, known.muted)}
    return best_first(found, queries, now, near, last)


def reasons(found: Sequence[Paper], known: Taste) -> Reasons:
    """For those of the papers that are to the taste: which liked paper they are like, and by which words."""
    told = {paper.id: taste.reason(paper, known) for paper in found if known.profile}
    return {id: reason for id, reason in told.items() if reason}


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
