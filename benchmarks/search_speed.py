"""Searching a large archive: all that a search in a chat does up to its first page, against the least that FTS5 does.

The floor is a plain FTS5 table of the same papers (its own tokenizer, titles, abstracts and authors) that is asked the
same queries for `ORDER BY rank LIMIT 10`. Paperwire reads the query, counts what matches, ranks in tiers and fetches
the papers of the page. Each query is asked of both in turn; times are of the processor. Fields alone, which FTS5
cannot answer, and mistyped words are measured too.
"""

from __future__ import annotations

import random
import re
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TypeVar

import sqlite_utils

from benchmarks import corpus, spelling
from bot.query.fulltext import compiled
from bot.query.parser import parse
from storage import database, paper_rows, search
from storage.records import Paper

T = TypeVar("T")

QUERIES = 140
PAGE = 5
GOAL_P95, GOAL_WORST, GOAL_SIZE = 1.5, 0.25, 1.25
_ROUNDS = 3
_MANY = 100_000  # papers, with which a round is long enough
_TRANSACTION = 20_000
_HASH = (
    1 << 26
)  # bytes of words that FTS5 gathers before it writes them; with its usual million all takes twice as long
_FIELDS = ("cat:cs.LG", "code:yes", "upvotes:>=20", "source:hf", "author:wang", "learning code:yes", "cat:cs.* -model")
_WORD = re.compile(r"[a-z]{2,}")


@dataclass(frozen=True, slots=True)
class Asked:
    """A query in Paperwire's language, and for plain FTS5 ('' where FTS5 alone cannot answer it)."""

    shape: str
    text: str
    plain: str


def run(papers: int = 1_000_000) -> None:
    """Print what the recorded papers take, and then that many resampled ones."""
    real = corpus.papers()
    for label, size, drawn in (
        ("recorded", len(real), corpus.numbered(real)),
        ("resampled", papers, corpus.resampled(real, papers)),
    ):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "search.db"
            begun = time.perf_counter()
            fill(path, real, drawn)
            print(f"{size:,} {label} papers, stored in {time.perf_counter() - begun:.0f} s", flush=True)
            measure(path, queries(real))


def fill(path: Path, real: Sequence[Paper], drawn: Iterator[corpus.Resampled]) -> None:
    """Make an archive of papers drawn from the real ones, and beside it a plain FTS5 table of the same (.plain)."""
    halves = [corpus.halves(paper) for paper in real]
    begins, ends = ([search.row(half[part]) for half in halves] for part in (0, 1))
    columns = paper_rows.COLUMNS
    paper_sql = f"INSERT INTO papers ({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))})"
    with closing(database.connect(path)) as db, closing(sqlite3.connect(plain(path), isolation_level=None)) as other:
        other.execute("CREATE VIRTUAL TABLE plain USING fts5(title, abstract, authors, content='')")
        db.conn.execute("PRAGMA synchronous = OFF")
        for connection, table in ((db.conn, "search"), (other, "plain")):
            connection.execute("PRAGMA cache_size = -200000")
            connection.execute(f"INSERT INTO {table} ({table}, rank) VALUES ('hashsize', {_HASH})")
        for portion in _portions(drawn):
            for connection in (db.conn, other):
                connection.execute("BEGIN")
            db.conn.executemany(paper_sql, [paper_rows.values(one.paper) for one in portion])
            db.conn.executemany(
                f"INSERT INTO search (rowid, {search.COLUMNS}) VALUES (?, ?, ?, ?, ?, ?)",
                [(one.paper.number, *_words(begins[one.begin], ends[one.end], one.name)) for one in portion],
            )
            texts = [(one.paper.number, one.paper.title, one.paper.abstract, one.paper.authors) for one in portion]
            other.executemany(
                "INSERT INTO plain (rowid, title, abstract, authors) VALUES (?, ?, ?, ?)",
                [(*text, ", ".join(authors)) for *text, authors in texts],
            )
            for connection in (db.conn, other):
                connection.execute("COMMIT")


def plain(path: Path) -> Path:
    """Where the plain table beside the archive lies."""
    return path.with_suffix(".plain")


def queries(papers: Sequence[Paper], seed: int = 1) -> list[Asked]:
    """Queries from the words of titles, as they come: some stand in a paper, some in nearly all."""
    chance = random.Random(seed)
    titles = [words for paper in papers if len(words := _WORD.findall(paper.title.lower())) > 4]
    made = []
    for number in range(QUERIES):
        title = chance.choice(titles)
        one, two, three = chance.sample(title, 3)
        start = chance.randrange(len(title) - 2)
        pair = " ".join(title[start : start + 2])
        made.append(
            (
                Asked("word", one, f'"{one}"'),
                Asked("words", f"{one} {two}", f'"{one}" "{two}"'),
                Asked("words", f"{one} {two} {three}", f'"{one}" "{two}" "{three}"'),
                Asked("phrase", f'"{pair}"', f'"{pair}"'),
                Asked("beginning", f"{two[:4]}*", f'"{two[:4]}" *'),
                Asked("or", f"{one} OR {two}", f'"{one}" OR "{two}"'),
                Asked("not", f"{one} -{two}" if one != two else one, f'"{one}" NOT "{two}"'),
            )[number % 7]
        )
    return made


def measure(path: Path, asked: Sequence[Asked]) -> None:
    """Print times and sizes of the archive at path beside those of the plain table."""
    with closing(database.connect(path)) as db, closing(sqlite3.connect(plain(path))) as other:
        rounds = _ROUNDS if search.count(db, compiled(parse("code:yes OR code:no"))) < _MANY else 1
        ours, bare = [], []
        for query in asked:
            ours.append(min(_timed(page, db, query.text) for _ in range(rounds)))
            bare.append(min(_timed(_bare, other, query.plain) for _ in range(rounds)))
        for shape in dict.fromkeys(query.shape for query in asked):
            here = [place for place, query in enumerate(asked) if query.shape == shape]
            _compare(shape, [ours[place] for place in here], [bare[place] for place in here])
        p95, worst = _compare("all", ours, bare)
        print(f"  p95 {p95:.2f} × the floor's   goal {GOAL_P95}")
        print(f"  worst {worst:.2f} × the floor's   goal {GOAL_WORST} at a million")
        fields = [_timed(page, db, text) for text in _FIELDS]
        print(
            f"  fields: worst {max(fields) * 1e3:.0f} ms, {max(fields) / max(bare):.2f} × the floor's worst with words"
        )
        index, table = size(db, "search_%"), size(db, "papers")
        print(f"  index {index / table:.2f} × the table of papers   goal {GOAL_SIZE}", flush=True)
        spelling.measure(db)


def page(db: sqlite_utils.Database, text: str) -> tuple[int, list[Paper]]:
    """What a chat's search reads for its first page."""
    condition = compiled(parse(text))
    return search.count(db, condition), search.find(db, condition, limit=PAGE)


def size(db: sqlite_utils.Database, tables: str) -> int:
    """Bytes in the pages of the tables whose names are LIKE this."""
    return int(db.execute("SELECT sum(pgsize) FROM dbstat WHERE name LIKE ?", [tables]).fetchone()[0])


def _bare(other: sqlite3.Connection, match: str) -> list[tuple[int]]:
    return other.execute("SELECT rowid FROM plain WHERE plain MATCH ? ORDER BY rank LIMIT 10", [match]).fetchall()


def _compare(label: str, ours: list[float], bare: list[float]) -> tuple[float, float]:
    (our95, our_worst), (bare95, bare_worst) = ((_p95(times), max(times)) for times in (ours, bare))
    print(
        f"  {label:10} p50 {statistics.median(ours) * 1e3:7.1f} p95 {our95 * 1e3:7.1f} worst {our_worst * 1e3:7.1f} ms;"
        f" floor {statistics.median(bare) * 1e3:7.1f} {bare95 * 1e3:7.1f} {bare_worst * 1e3:7.1f}"
    )
    return our95 / bare95, our_worst / bare_worst


def _p95(times: list[float]) -> float:
    return sorted(times)[len(times) * 95 // 100]


def _words(begin: Sequence[str], end: Sequence[str], name: str) -> list[str]:
    return [f"{name} . {first} . {last}" for first, last in zip(begin, end, strict=True)]


def _portions(drawn: Iterator[corpus.Resampled]) -> Iterator[list[corpus.Resampled]]:
    while portion := list(islice(drawn, _TRANSACTION)):
        yield portion


def _timed(work: Callable[[T, str], object], connection: T, query: str) -> float:
    begun = time.process_time()
    work(connection, query)
    return time.process_time() - begun
