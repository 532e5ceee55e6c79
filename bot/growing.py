"""What papers gained of late, by the snapshots of their counts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import sqlite_utils

from bot import trending
from bot.trending import Growth
from storage import snapshots
from storage.records import Counts, Paper


def grown(db: sqlite_utils.Database, papers: Sequence[Paper], moment: datetime) -> dict[str, Growth]:
    """What papers had gained at a moment in the day before, by their ids; without those that gained nothing."""
    then, before = snapshots.at(db, papers, moment), snapshots.at(db, papers, moment - trending.DAY)
    found = {
        paper.id: trending.growth(then.get(paper.number, Counts()), before.get(paper.number), paper.listed_at, moment)
        for paper in papers
    }
    return {id: growth for id, growth in found.items() if growth}
