"""How votes, stars and comments stood over time: for each paper a row per slot of three hours in which they changed."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime, timedelta

import sqlite_utils

from storage.records import Counts, Paper

SLOT = timedelta(hours=3)
"""Rows of a paper are so far apart; the last counts told in that time stand in it."""

KEPT = timedelta(days=35)
"""How long rows are kept, and how long after its listing a paper gets any."""


def take(db: sqlite_utils.Database, paper: Paper, before: Paper | None, now: datetime) -> None:
    """Note the counts of a stored paper where they are not what they were before; None: it was not known."""
    counts = Counts.of(paper)
    if counts == (Counts.of(before) if before else Counts()):
        return
    if paper.listed_at is None or now - paper.listed_at > KEPT:
        return
    db.execute(
        "INSERT OR REPLACE INTO snapshots (paper, slot, upvotes, stars, comments) VALUES (?, ?, ?, ?, ?)",
        [paper.number, _slot(now), counts.upvotes, counts.stars, counts.comments],
    )


def at(db: sqlite_utils.Database, papers: Iterable[Paper], moment: datetime) -> dict[int, Counts]:
    """How the counts stood at a moment (to a slot), by the papers' numbers; without those that have no row by then."""
    rows = db.execute(
        """SELECT s.paper, s.upvotes, s.stars, s.comments FROM json_each(?1) AS wanted JOIN snapshots AS s
           ON s.paper = wanted.value AND s.slot = (
               SELECT max(slot) FROM snapshots WHERE paper = wanted.value AND slot <= ?2)""",
        [json.dumps([paper.number for paper in papers]), _slot(moment)],
    )
    return {number: Counts(*counts) for number, *counts in rows}


def thin(db: sqlite_utils.Database, now: datetime) -> None:
    """Forget what is older than is kept."""
    db.execute("DELETE FROM snapshots WHERE slot < ?", [_slot(now - KEPT)])


def _slot(moment: datetime) -> int:
    return int(moment.timestamp() // SLOT.total_seconds())
