"""More like this: how often the five nearest papers are about the same, and what finding them takes.

About the same are papers that Hugging Face gave one of the same key words, which nothing here has read. The
floor is plain FTS5: any word of the title, `ORDER BY rank`. Each paper is asked of both in turn, among the recorded
papers with key words; the times are then taken in a larger archive of resampled ones. Times are of the processor.
"""

from __future__ import annotations

import random
import re
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import sqlite_utils

from benchmarks import corpus, search_speed
from bot.commands.alike import nearest
from bot.commands.pages import PAGE
from storage import database, papers
from storage.records import Paper

ASKED = 150
GOAL_PRECISION = 1.1
_WORD = re.compile(r"\w{3,}")


def run(size: int = 20_000) -> None:
    """Print precision and times among the papers with key words, and the times among that many."""
    described = [paper for paper in corpus.papers() if paper.keywords]
    asked = random.Random(1).sample(described, min(ASKED, len(described)))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "likeness.db"
        ours, floor = _both(path, described)
        shares = []
        for find, name in ((ours, "nearest"), (floor, "plain FTS5")):
            hits = [_precision(paper, find(paper)) for paper in asked]
            shares.append(statistics.fmean(hits))
            print(f"  {name}: {shares[-1]:.2f} of the first {PAGE} about the same", flush=True)
        print(f"  {shares[0] / shares[1]:.2f} × the floor's   goal {GOAL_PRECISION}")
        _compare(f"{len(described):,} papers", asked, ours, floor)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "likeness.db"
        search_speed.fill(path, described, corpus.resampled(described, size))
        with closing(database.connect(path)) as db:
            some = papers.by_numbers(db, random.Random(1).sample(range(1, size + 1), ASKED))
        _compare(f"{size:,} papers", some, *_both(path, ()))


Find = Callable[[Paper], Sequence[Paper]]


def _both(path: Path, kept: Sequence[Paper]) -> tuple[Find, Find]:
    """What finds papers like one in the archive at path: ours, and the floor; kept: to be stored there first."""
    db, plain = database.connect(path), sqlite3.connect(search_speed.plain(path))
    if kept:
        _store(db, plain, kept)

    def ours(paper: Paper) -> list[Paper]:
        return [each.paper for each in nearest(db, paper)]

    def floor(paper: Paper) -> list[Paper]:
        words = " OR ".join(f'"{word}"' for word in _WORD.findall(paper.title.lower()))
        rows = plain.execute("SELECT rowid FROM plain WHERE plain MATCH ? ORDER BY rank LIMIT ?", [words, PAGE + 1])
        found = papers.by_numbers(db, [number for (number,) in rows])
        return [other for other in found if other.id != paper.id][:PAGE]

    return ours, floor


def _store(db: sqlite_utils.Database, plain: sqlite3.Connection, kept: Sequence[Paper]) -> None:
    plain.execute("CREATE VIRTUAL TABLE plain USING fts5(title, abstract, authors, content='')")
    db.conn.execute("BEGIN")
    for paper in kept:
        stored = papers.save(db, paper, [], datetime(2026, 7, 1, tzinfo=UTC))
        text = stored.number, stored.title, stored.abstract, ", ".join(stored.authors)
        plain.execute("INSERT INTO plain (rowid, title, abstract, authors) VALUES (?, ?, ?, ?)", text)
    db.conn.execute("COMMIT")
    plain.commit()


def _precision(paper: Paper, found: Sequence[Paper]) -> float:
    mine = {word.casefold() for word in paper.keywords}
    return sum(not mine.isdisjoint(word.casefold() for word in other.keywords) for other in found) / PAGE


def _compare(what: str, asked: Sequence[Paper], ours: Find, floor: Find) -> None:
    times: list[tuple[float, float]] = [(_timed(ours, paper), _timed(floor, paper)) for paper in asked]
    mine, bare = (sorted(column) for column in zip(*times, strict=True))
    p95 = int(len(asked) * 0.95)
    print(
        f"  {what}: p95 {mine[p95] / bare[p95]:.2f} × the floor's, worst {mine[-1] / bare[-1]:.2f} × "
        f"(here p95 {mine[p95] * 1000:.0f} ms, worst {mine[-1] * 1000:.0f} ms)",
        flush=True,
    )


def _timed(find: Find, paper: Paper) -> float:
    begun = time.process_time()
    find(paper)
    return time.process_time() - begun
