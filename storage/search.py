"""Full-text search over the papers. SQLite's FTS5 holds their words already analysed, so it need not understand them.

A paper has its exact words (title, abstract, authors) and their stems (title_stems, abstract_stems). A lone "." parts
what must not be read on: compounds from the text that they stand in, the names of two authors.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from itertools import islice
from typing import Literal, TypeAlias

import sqlite_utils

from storage import beginnings, paper_rows
from storage.conditions import Condition as Condition  # for who asks storage.search
from storage.conditions import Tier, Value
from storage.instants import seconds
from storage.records import Paper
from storage.text import names, terms

Change: TypeAlias = tuple[str, tuple[Value, ...]]  # SQL and its values
Order: TypeAlias = Literal["best", "newest", "votes"]
COLUMNS = "title, abstract, authors, title_stems, abstract_stems"
_PARTED = " . "
_BM25 = "bm25(search, 6.0, 2.0, 1.0, 6.0, 2.0)"  # title above abstract above authors
_FACTS = "papers INDEXED BY papers_facts"  # a tenth of the table: all but the texts
_LISTED = "coalesce(papers.listed_at, papers.first_seen)"
_ORDERS = {
    "newest": f"coalesce(papers.published, date({_LISTED}, 'unixepoch')) DESC, {_LISTED} DESC, papers.number DESC",
    "votes": f"papers.upvotes DESC NULLS LAST, {_LISTED} DESC, papers.number DESC",
}
CANDIDATES = 20_000
"""Hits of a tier that are scored, the newest: a word that stands everywhere would take seconds."""
RANKED = 200
"""Of them the best are ranked; what is behind comes newest first."""
_SAME_TITLES = 50
_MERGED = 100  # pages of the index in a transaction, some 15 ms
_WEEK = 7 * 86_400
_HALF_LIFE = 180 * 86_400
_LIFT = 0.1  # of bm25, that the newest gains over an old one, and the most voted over one without votes


def changes(paper: Paper, before: Paper | None) -> list[Change]:
    """What makes a stored paper findable. before: the same paper as it was indexed last, None for a new one."""
    if before is None:
        return [_entry(paper)]
    if (before.title, before.abstract, before.authors) == (paper.title, paper.abstract, paper.authors):
        return []
    return [_exit(before), _entry(paper)]


def change(db: sqlite_utils.Database, changes: Iterable[Change]) -> None:
    """Make changes, in their order; many together, as FTS5 writes out its part whenever another table has its turn."""
    for sql, values in changes:
        db.execute(sql, values)


def forget(db: sqlite_utils.Database, paper: Paper) -> None:
    """Find a paper no longer, given as it was indexed last."""
    change(db, [_exit(paper)])


def merge(db: sqlite_utils.Database, *, begin: bool) -> bool:
    """Write a part of the index anew, without what was forgotten, which else takes several times the room for months.

    begin: with the first part; gives whether more is to do. https://www.sqlite.org/fts5.html#the_merge_command
    """
    before = db.conn.total_changes
    db.execute("INSERT INTO search (search, rank) VALUES ('merge', ?)", [-_MERGED if begin else _MERGED])
    return db.conn.total_changes - before > 1


def find(
    db: sqlite_utils.Database,
    condition: Condition,
    *,
    since: datetime | None = None,
    code_only: bool = False,
    order: Order = "best",
    limit: int,
    offset: int = 0,
) -> list[Paper]:
    """The papers that match, from offset on; since: listed then or later (first seen, where no source said when).

    Best: a paper of that title, then those with the very words, then inflections; each by bm25, lifted a little by
    votes and youth.
    """
    narrowed = _narrowed(since, code_only)
    if order == "best":
        return _papers(db, islice(_best(db, condition, narrowed), offset, offset + limit))
    number, matching, values = _matching(condition.inflected, narrowed)
    sql = f"""SELECT papers.number FROM {_FACTS} WHERE papers.number IN (SELECT {number} {matching})
              ORDER BY {_ORDERS[order]} LIMIT ? OFFSET ?"""
    return _papers(db, (number for (number,) in db.execute(sql, [*values, limit, offset])))


def count(
    db: sqlite_utils.Database, condition: Condition, *, since: datetime | None = None, code_only: bool = False
) -> int:
    """How many papers match."""
    _, matching, values = _matching(condition.inflected, _narrowed(since, code_only))
    return int(db.execute(f"SELECT count(*) {matching}", values).fetchone()[0])


def by_week(db: sqlite_utils.Database, condition: Condition, first: datetime, weeks: int) -> list[int]:
    """How many papers match in each of so many weeks from `first` on, by when they were listed."""
    number, matching, values = _matching(condition.inflected)
    begin = int(first.timestamp())
    lowest = f"SELECT min(number) FROM papers INDEXED BY papers_age WHERE {_LISTED} >= ?"  # spares FTS5 older ones
    sql = f"""SELECT ({_LISTED} - ?) / {_WEEK}, count(*) FROM {_FACTS}
              WHERE papers.number IN (SELECT {number} {matching} AND {number} >= ({lowest})) AND {_LISTED} >= ?
              GROUP BY 1"""
    found = dict(db.execute(sql, [begin, *values, begin, begin]).fetchall())
    return [found.get(week, 0) for week in range(weeks)]


def exists(db: sqlite_utils.Database, condition: Condition) -> bool:
    """Whether a paper matches."""
    number, matching, values = _matching(condition.inflected)
    return db.execute(f"SELECT {number} {matching} LIMIT 1", values).fetchone() is not None


def numbers(db: sqlite_utils.Database, tier: Tier) -> Iterator[int]:
    """The numbers of all papers of a tier, newest first."""
    return _numbers(db, tier, Tier())


def row(paper: Paper) -> tuple[str, ...]:
    """COLUMNS of a paper: its analysed words."""
    title, abstract = terms(paper.title), terms(paper.abstract)
    people = [" ".join(part.words) for name in paper.authors for part in names(name)]
    return (
        _PARTED.join((" ".join(title.words), *title.compounds)),
        _PARTED.join((" ".join(abstract.words), *abstract.compounds)),
        _PARTED.join(people),
        _PARTED.join((" ".join(title.stems), *title.compound_stems)),
        _PARTED.join((" ".join(abstract.stems), *abstract.compound_stems)),
    )


def _entry(paper: Paper) -> Change:
    return f"INSERT INTO search (rowid, {COLUMNS}) VALUES (?, ?, ?, ?, ?, ?)", (paper.number, *row(paper))


def _exit(paper: Paper) -> Change:
    sql = f"INSERT INTO search (search, rowid, {COLUMNS}) VALUES ('delete', ?, ?, ?, ?, ?, ?)"
    return sql, (paper.number, *row(paper))


def _narrowed(since: datetime | None, code_only: bool) -> Tier:
    parts, values = [], []
    if since is not None:
        parts.append(
            "papers.number IN (SELECT number FROM papers WHERE listed_at >= ?"
            " UNION ALL SELECT number FROM papers WHERE listed_at IS NULL AND first_seen >= ?)"
        )
        values += [seconds(since)] * 2
    if code_only:
        parts.append("papers.code != '[]'")
    return Tier("", " AND ".join(parts), tuple(values))


def _matching(*tiers: Tier) -> tuple[str, str, list[Value]]:
    """SQL for a paper's number and from where it comes, for what is common to the tiers; and the values in it.

    At most one tier has an FTS5 expression. `papers` is left out where it is not asked; else its index is read.
    """
    matches = [tier.match for tier in tiers if tier.match]
    wheres = [f"({tier.where})" for tier in tiers if tier.where]
    values: list[Value] = [*matches, *(value for tier in tiers for value in tier.values)]
    if not matches:
        return "papers.number", f"FROM {_FACTS} WHERE {' AND '.join(wheres) or '1'}", values
    joined = f" JOIN {_FACTS} ON papers.number = search.rowid" if wheres else ""
    return "search.rowid", f"FROM search{joined} WHERE {' AND '.join(['search MATCH ?', *wheres])}", values


def _best(db: sqlite_utils.Database, condition: Condition, narrowed: Tier) -> Iterator[int]:
    """The numbers of all papers that match, best first; read only as far as they are asked for."""
    seen: set[int] = set()
    tiers = dict.fromkeys((condition.exact, condition.inflected))  # the same for fields, names and beginnings
    for part in (_titled(db, condition, narrowed), *(_ranked(db, tier, narrowed) for tier in tiers)):
        for number in part:
            if number not in seen:
                seen.add(number)
                yield number


def _titled(db: sqlite_utils.Database, condition: Condition, narrowed: Tier) -> Iterator[int]:
    if not condition.title:
        return
    first, *others = (f'"{word}"' for word in condition.title)
    start = Tier(f"title : ({' AND '.join((f'^{first}', *others))})")
    number, matching, values = _matching(start, narrowed)
    sql = f"""SELECT papers.number, papers.title FROM papers
              WHERE papers.number IN (SELECT {number} {matching} ORDER BY {number} DESC LIMIT {_SAME_TITLES})"""
    for found, title in db.execute(sql, values):
        if tuple(dict.fromkeys(terms(title).words)) == condition.title:
            yield found


def _ranked(db: sqlite_utils.Database, tier: Tier, narrowed: Tier) -> Iterator[int]:
    """The numbers of a tier's papers: the best by bm25, lifted; then the others, newest first."""
    number, matching, values = _matching(_spelled_out(db, tier, narrowed), narrowed)
    score, order, most = (_BM25, number, CANDIDATES) if tier.match else ("-1.0", _LISTED, RANKED)
    sql = f"""
        SELECT hits.number, hits.score, papers.upvotes, {_LISTED} FROM (
            SELECT * FROM (SELECT {number} AS number, {score} AS score {matching} ORDER BY {order} DESC LIMIT {most})
            ORDER BY score LIMIT {RANKED}) AS hits JOIN papers ON papers.number = hits.number"""
    rows = db.execute(sql, values).fetchall()
    newest = max((listed for *_, listed in rows), default=0)
    for row in sorted(rows, key=lambda row: (row[1] * _lift(row[2], newest - row[3]), -row[0])):
        yield row[0]
    if len(rows) == RANKED:
        yield from _numbers(db, tier, narrowed)


def _spelled_out(db: sqlite_utils.Database, tier: Tier, narrowed: Tier) -> Tier:
    """The tier with usual words for its beginnings, where these alone give all the candidates."""
    (newest,) = db.execute("SELECT coalesce(max(number), 0) FROM papers").fetchone()
    match = beginnings.spelled_out(db, tier.match) if newest >= CANDIDATES else ""
    if not match:
        return tier
    spelled = replace(tier, match=match)
    _, matching, values = _matching(spelled, narrowed)
    enough = db.execute(f"SELECT 1 {matching} LIMIT 1 OFFSET {CANDIDATES - 1}", values).fetchone()
    return spelled if enough else tier


def _numbers(db: sqlite_utils.Database, *tiers: Tier) -> Iterator[int]:
    number, matching, values = _matching(*tiers)
    return (found for (found,) in db.execute(f"SELECT {number} {matching} ORDER BY {number} DESC", values))


def _lift(upvotes: int | None, age: int) -> float:
    """age: in seconds, against the newest beside it."""
    votes = min((upvotes or 0).bit_length() / 8, 1)
    youth = math.exp2(-age / _HALF_LIFE)
    return 1 + _LIFT * (votes + youth)


def _papers(db: sqlite_utils.Database, numbers: Iterable[int]) -> list[Paper]:
    wanted = list(numbers)
    sql = f"SELECT {', '.join(paper_rows.COLUMNS)} FROM papers WHERE number IN ({', '.join('?' * len(wanted))})"
    found = {paper.number: paper for paper in map(paper_rows.paper, db.execute(sql, wanted))}
    return [found[number] for number in wanted]
