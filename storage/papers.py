"""Papers as merged, and what each source said of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import TypeAlias

import sqlite_utils

from storage import addresses, paper_rows, search, snapshots
from storage.conditions import TOLD
from storage.instants import moment, seconds
from storage.records import Paper, Statement

Save: TypeAlias = Callable[[Paper, Paper | None, Iterable[Statement]], Paper]
"""As the function of that name; given the paper as it was stored last, too, None for a new one."""

CHUNK = 500
"""Values in one `IN (…)`; SQLite takes 999 or more everywhere."""

_SELECT = f"SELECT {', '.join(paper_rows.COLUMNS)} FROM papers"
_CHANGES = ", ".join(f"{name} = excluded.{name}" for name in paper_rows.COLUMNS if name not in ("number", "first_seen"))
_SAVE_PAPER = f"""
    INSERT INTO papers ({", ".join(paper_rows.COLUMNS)}) VALUES ({", ".join("?" * len(paper_rows.COLUMNS))})
    ON CONFLICT (id) DO UPDATE SET {_CHANGES} RETURNING number, first_seen"""
_SAVE_STATEMENT = """
    INSERT INTO statements (paper_id, source, data, seen_at) VALUES (?, ?, ?, ?)
    ON CONFLICT (paper_id, source) DO UPDATE SET data = excluded.data, seen_at = excluded.seen_at
    WHERE data != excluded.data"""


def statements_of(db: sqlite_utils.Database, ids: Iterable[str]) -> dict[str, tuple[Statement, ...]]:
    """What the sources said of these papers, in the order in which they first spoke; unknown papers are left out."""
    found: dict[str, tuple[Statement, ...]] = {}
    for part in _chunks(ids):
        query = f"""SELECT paper_id, data, {", ".join(f"papers.{name}" for name in paper_rows.MERGED)}
                    FROM statements JOIN papers ON papers.id = paper_id
                    WHERE paper_id IN ({_marks(part)}) ORDER BY statements.rowid"""
        for paper_id, data, *merged in db.execute(query, part):
            found[paper_id] = (*found.get(paper_id, ()), paper_rows.statement(data, merged))
    return found


@contextmanager
def saving(db: sqlite_utils.Database, now: datetime) -> Iterator[Save]:
    """Gives what stores many papers of one transaction; they can be searched for when it ends."""
    changes: list[search.Change] = []

    def save(paper: Paper, before: Paper | None, statements: Iterable[Statement]) -> Paper:
        paper = _stored(db, paper, tuple(statements), now)
        changes.extend(search.changes(paper, before))
        addresses.index(db, paper, before)
        snapshots.take(db, paper, before, now)
        return paper

    yield save
    search.change(db, changes)


def save(db: sqlite_utils.Database, paper: Paper, statements: Iterable[Statement], now: datetime) -> Paper:
    """Store a paper and what the sources said of it, in place of what was stored; gives it as stored, with its number.

    statements: all that there are, as they are stored without what the paper has too, in order of arrival, which
    becomes the order of the paper's sources. A known paper keeps its number and first_seen; a new one without
    first_seen was first seen now.
    """
    with saving(db, now) as save_one:
        return save_one(paper, get(db, paper.id), statements)


def _stored(db: sqlite_utils.Database, paper: Paper, said: Sequence[Statement], now: datetime) -> Paper:
    sources = tuple(dict.fromkeys([*(statement.source for statement in said), *paper.sources]))
    if sources != paper.sources or not paper.first_seen:
        paper = replace(paper, sources=sources, first_seen=paper.first_seen or now)
    number, first_seen = db.execute(_SAVE_PAPER, paper_rows.values(paper)).fetchone()
    for statement in said:
        db.execute(_SAVE_STATEMENT, [paper.id, statement.source, paper_rows.data(statement, paper), seconds(now)])
    return replace(paper, number=number, first_seen=moment(first_seen))


def date_back(db: sqlite_utils.Database, ids: Iterable[str]) -> None:
    """Let these papers count as met when a source listed them, where that was before."""
    for part in _chunks(ids):
        where = f"id IN ({_marks(part)}) AND listed_at < first_seen"
        db.execute(f"UPDATE papers SET first_seen = listed_at WHERE {where}", part)


def get(db: sqlite_utils.Database, id: str) -> Paper | None:
    """The paper of an id."""
    return next(_papers(db, "WHERE id = ?", [id]), None)


def by_number(db: sqlite_utils.Database, number: int) -> Paper | None:
    """The paper of a number."""
    return next(_papers(db, "WHERE number = ?", [number]), None)


def by_numbers(db: sqlite_utils.Database, numbers: Sequence[int]) -> list[Paper]:
    """The papers of at most CHUNK numbers, in any order."""
    return list(_papers(db, f"WHERE number IN ({', '.join('?' * len(numbers))})", numbers))


def many(db: sqlite_utils.Database, ids: Iterable[str]) -> list[Paper]:
    """The papers of these ids, each once, in the order of the ids; unknown ones are left out."""
    wanted = list(dict.fromkeys(ids))
    found = {
        paper.id: paper for part in _chunks(wanted) for paper in _papers(db, f"WHERE id IN ({_marks(part)})", part)
    }
    return [found[id] for id in wanted if id in found]


def listed_since(db: sqlite_utils.Database, moment: datetime) -> list[Paper]:
    """Papers that a source listed at or after a moment, newest first."""
    return list(_papers(db, "WHERE listed_at >= ? ORDER BY listed_at DESC, number DESC", [seconds(moment)]))


def newest_number(db: sqlite_utils.Database) -> int:
    """The number of the paper that this archive met last; 0 while there is none."""
    return int(db.execute("SELECT coalesce(max(number), 0) FROM papers").fetchone()[0])


def met_after(db: sqlite_utils.Database, number: int) -> list[Paper]:
    """Papers that this archive met after the one of this number, in that order."""
    return list(_papers(db, "WHERE number > ? ORDER BY number", [number]))


def noticed_since(db: sqlite_utils.Database, moment: datetime, most: int) -> list[Paper]:
    """Papers listed at or after a moment that have votes or stars: the `most` with most votes, and as many by stars.

    Without any of those, the newest.
    """
    since = [seconds(moment), most]
    tops = [
        _papers(db, f"WHERE listed_at >= ? AND {what} > 0 ORDER BY {what} DESC, number DESC LIMIT ?", since)
        for what in ("upvotes", "stars")
    ]
    found = {paper.id: paper for top in tops for paper in top}
    newest = "WHERE listed_at >= ? ORDER BY listed_at DESC, number DESC LIMIT ?"
    return list(found.values() if found else _papers(db, newest, since))


def listed_on(db: sqlite_utils.Database, day: date) -> list[Paper]:
    """Papers that a source listed on a day (UTC), newest first."""
    begin = datetime(day.year, day.month, day.day, tzinfo=UTC)
    where = "WHERE listed_at >= ? AND listed_at < ? ORDER BY listed_at DESC, number DESC"
    return list(_papers(db, where, [seconds(begin), seconds(begin + timedelta(days=1))]))


def oldest(db: sqlite_utils.Database, since: datetime) -> datetime | None:
    """When the first paper was listed, then or later, that a source told of by itself; None where there is none."""
    sql = f"SELECT listed_at FROM papers WHERE listed_at >= ? AND {TOLD} ORDER BY listed_at LIMIT 1"
    row = db.execute(sql, [seconds(since)]).fetchone()
    return moment(row[0]) if row else None


def newest_day(db: sqlite_utils.Database) -> date | None:
    """The last day (UTC) on which a source listed a paper; None while there is none."""
    newest = moment(db.execute("SELECT max(listed_at) FROM papers").fetchone()[0])
    return newest.date() if newest else None


def by_first_author(db: sqlite_utils.Database, author: str, *, outside_arxiv: bool) -> list[Paper]:
    """Papers whose first author has this name, letter case aside; outside_arxiv: only those without an arXiv id."""
    where = "WHERE json_extract(authors, '$[0]') = ? COLLATE NOCASE"
    if outside_arxiv:
        where += " AND id NOT GLOB '[0-9][0-9][0-9][0-9].[0-9]*' AND id NOT GLOB '[a-z]*/[0-9]*'"
    return list(_papers(db, f"{where} ORDER BY number", [author]))


def _papers(db: sqlite_utils.Database, where: str, values: Sequence[str | int]) -> Iterator[Paper]:
    return map(paper_rows.paper, db.execute(f"{_SELECT} {where}", values))


def _chunks(ids: Iterable[str]) -> Iterator[list[str]]:
    unique = list(dict.fromkeys(ids))
    return (unique[start : start + CHUNK] for start in range(0, len(unique), CHUNK))


def _marks(values: Sequence[str]) -> str:
    return ", ".join("?" * len(values))
