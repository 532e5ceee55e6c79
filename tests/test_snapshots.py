"""How counts stood: taken as polls change them, a few hours apart, and forgotten in time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import sqlite_utils

from storage import database, papers, snapshots
from storage.records import Counts, Paper
from storage.snapshots import KEPT, SLOT
from tests.factories import MORNING, paper

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def db(tmp_path: Path) -> Iterator[sqlite_utils.Database]:
    opened = database.connect(tmp_path / "paperwire.db")
    yield opened
    opened.close()


def told(db: sqlite_utils.Database, moment: datetime, upvotes: int | None, **given: object) -> Paper:
    return papers.save(db, replace(paper(upvotes=upvotes), **given), [], moment)  # type: ignore[arg-type]  # any field


def rows(db: sqlite_utils.Database) -> int:
    return int(db.execute("SELECT count(*) FROM snapshots").fetchone()[0])


def test_counts_are_those_last_told_by_the_end_of_the_slot(db: sqlite_utils.Database) -> None:
    told(db, MORNING, 3, comments=1)
    known = told(db, MORNING + HOUR, 5, stars=7, comments=1)
    assert rows(db) == 1
    told(db, MORNING + SLOT, 9)
    assert rows(db) == 2
    assert snapshots.at(db, [known], MORNING + 2 * HOUR) == {known.number: Counts(5, 7, 1)}
    assert snapshots.at(db, [known], MORNING + DAY) == {known.number: Counts(9)}
    assert snapshots.at(db, [known], MORNING - SLOT) == {}
    assert snapshots.at(db, [], MORNING) == {}


def test_what_did_not_change_or_was_never_counted_takes_no_room(db: sqlite_utils.Database) -> None:
    told(db, MORNING, None)
    assert rows(db) == 0
    told(db, MORNING + DAY, 4)
    told(db, MORNING + 2 * DAY, 4, title="Renamed")
    assert rows(db) == 1


def test_old_papers_get_none_and_old_rows_go(db: sqlite_utils.Database) -> None:
    known = told(db, MORNING, 3)
    told(db, MORNING + KEPT + HOUR, 30)
    assert rows(db) == 1
    snapshots.thin(db, MORNING + KEPT)
    assert snapshots.at(db, [known], MORNING + KEPT) == {known.number: Counts(3)}
    snapshots.thin(db, MORNING + KEPT + SLOT)
    assert rows(db) == 0
