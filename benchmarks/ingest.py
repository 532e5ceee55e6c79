"""From a source's answer to the stored and matched paper, against the least that anyone could do with it.

The floor reads the same answers (as JSON and XML, without looking at a field) and puts each record as it is into a
table with an id, in the same transactions. Paperwire parses, merges, stores, indexes and matches with 10,000
subscriptions, each paper as news; nobody is there to get it. Then comes what polls mostly bring: the same again, and
with other votes. Seconds are of processor time, so that other programs do not count.
"""

from __future__ import annotations

import gc
import gzip
import json
import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from xml.etree import ElementTree
from xml.sax.saxutils import escape

import sqlite_utils

from benchmarks import corpus
from benchmarks.matching import filled
from benchmarks.workload import Workload
from bot.ingest import ingest
from bot.matching import Matcher
from bot.sources import arxiv_records, huggingface_records
from bot.sources.source import Batch
from storage import database
from storage.records import Statement

SUBSCRIPTIONS = 10_000
GOAL = 1_000
"""Papers a second."""
_HF_PAGE, _ARXIV_PAGE = 100, 500
_NOW = datetime(2026, 7, 8, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a source answered, and how it is read. day: of Hugging Face's list; None for arXiv."""

    source: str
    body: bytes
    day: date | None = None

    def statements(self) -> tuple[Statement, ...]:
        """As the bot reads it."""
        if self.day:
            return huggingface_records.parse(self.body, self.day, _NOW).statements
        return arxiv_records.parse_found(self.body, _NOW).statements

    def records(self) -> Iterator[tuple[str, str]]:
        """An id and the whole record, of each."""
        if self.day:
            for entry in json.loads(self.body):
                yield entry["paper"]["id"], json.dumps(entry)
        else:
            for element in ElementTree.fromstring(self.body).findall("{*}entry"):
                yield element.findtext("{*}id", ""), ElementTree.tostring(element, "unicode")


def run() -> None:
    """Print how many papers a second are taken in, and how many times the floor that costs."""
    if not corpus.RECORDED.is_dir():
        raise corpus.NoPapers(f"{corpus.RECORDED} does not exist: this needs answers as they were recorded")
    answers = [*arxiv_answers(corpus.RECORDED / "arxiv"), *hugging_face_answers(corpus.RECORDED / "huggingface")]
    matcher, _ = filled(Workload(corpus.papers()).subscriptions(SUBSCRIPTIONS))
    gc.freeze()  # as the bot does
    with tempfile.TemporaryDirectory() as folder:
        floor = _timed(lambda: _floor(Path(folder) / "floor.db", answers))
        with closing(database.connect(Path(folder) / "paperwire.db")) as db:
            papers = sum(len(answer.statements()) for answer in answers)
            print(f"{papers:,} records in {len(answers)} answers, {SUBSCRIPTIONS:,} subscriptions")
            print(f"  {'read and inserted as they are (floor)':42} {papers / floor:8,.0f} a second")
            every = [
                ("parsed, merged, stored, matched", lambda: _taken(db, answers, matcher), GOAL),
                ("the same again, unchanged", lambda: _taken(db, answers, matcher), None),
                ("other votes", lambda: _taken(db, answers, matcher, votes=1), None),
            ]
            for label, work, goal in every:
                seconds = _timed(work)
                verdict = f"   goal {goal:,}: {'met' if papers / seconds >= goal else 'missed'}" if goal else ""
                print(f"  {label:42} {papers / seconds:8,.0f} a second, {seconds / floor:4.1f} × the floor{verdict}")


def _timed(work: Callable[[], object]) -> float:
    begun = time.process_time()
    work()
    return time.process_time() - begun


def _taken(db: sqlite_utils.Database, answers: list[Answer], matcher: Matcher, votes: int = 0) -> None:
    for answer in answers:
        said = answer.statements()
        if votes:
            said = tuple(replace(one, upvotes=(one.upvotes or 0) + votes) for one in said)
        db.conn.execute("BEGIN IMMEDIATE")
        ingest(db, Batch(said, "{}"), source=answer.source, is_news=lambda _: True, matcher=matcher, now=_NOW)
        db.conn.execute("COMMIT")


def _floor(path: Path, answers: list[Answer]) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as plain:
        plain.execute("PRAGMA journal_mode = WAL")
        plain.execute("CREATE TABLE records (id TEXT PRIMARY KEY, record TEXT NOT NULL)")
        for answer in answers:
            plain.execute("BEGIN IMMEDIATE")
            for record in answer.records():
                plain.execute("INSERT OR REPLACE INTO records VALUES (?, ?)", record)
            plain.execute("COMMIT")


def hugging_face_answers(folder: Path) -> Iterator[Answer]:
    """The recorded daily lists, in their order."""
    for file in sorted(folder.glob("*.json.gz")):
        entries = json.loads(gzip.decompress(file.read_bytes()))
        for start in range(0, len(entries), _HF_PAGE):
            body = json.dumps(entries[start : start + _HF_PAGE]).encode()
            yield Answer("huggingface", body, date.fromisoformat(file.name[:10]))


def arxiv_answers(folder: Path) -> Iterator[Answer]:
    """The recorded days of arXiv, in their order, as its API would answer them; published the day before."""
    for file in sorted(folder.glob("*.jsonl.gz")):
        published = datetime.combine(date.fromisoformat(file.name[:10]), datetime.min.time(), UTC) - timedelta(days=1)
        entries = [_entry(json.loads(line), published) for line in gzip.decompress(file.read_bytes()).splitlines()]
        for start in range(0, len(entries), _ARXIV_PAGE):
            page = "".join(entries[start : start + _ARXIV_PAGE])
            atom = 'xmlns="http://www.w3.org/2005/Atom" xmlns:arxiv="http://arxiv.org/schemas/atom"'
            yield Answer("arxiv", f"<feed {atom}>{page}</feed>".encode())


# The recorded JSON has the shape that is read from it here, hence Any.
def _entry(paper: dict[str, Any], published: datetime) -> str:
    """A recorded paper as arXiv's API answers it."""
    names = "".join(f"<author><name>{escape(name)}</name></author>" for name in paper["authors"])
    categories = "".join(f'<category term="{term}"/>' for term in paper["categories"])
    comment = f"<arxiv:comment>{escape(paper['comment'])}</arxiv:comment>" if paper["comment"] else ""
    return (
        f"<entry><id>http://arxiv.org/abs/{paper['id']}v1</id><title>{escape(paper['title'])}</title>"
        f"<published>{published:%Y-%m-%dT%H:%M:%SZ}</published><summary>{escape(paper['summary'])}</summary>"
        f"{names}{categories}{comment}</entry>"
    )
