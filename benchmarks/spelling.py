"""Mistyped words against the archive's vocabulary: how many are put right, in which part of the time of a scan.

Words of the recorded abstracts (of those that two papers or more have) with one slip that makes them unknown. Beside
it in the same run: the whole vocabulary compared with each of them by RapidFuzz, once as it is in memory, and once
read from the archive before.
"""

from __future__ import annotations

import random
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from string import ascii_lowercase
from typing import TypeVar

import sqlite_utils
from rapidfuzz import process
from rapidfuzz.distance import OSA

from benchmarks.corpus import papers as recorded
from benchmarks.known_items import mistyped
from bot.suggestions import neighbours
from storage import database, papers
from storage.vocabulary import Vocabulary

T = TypeVar("T")

WORDS = 1_000
SCANS = 50
GOAL_RIGHT, GOAL_TIME = 0.90, 0.05


def run() -> None:
    """Print the share that is put right, and the time of a word in scans of the vocabulary."""
    with tempfile.TemporaryDirectory() as folder:
        db = database.connect(Path(folder) / "spelling.db")
        with db.conn:
            for paper in recorded():
                papers.save(db, paper, (), datetime(2026, 7, 3, tzinfo=UTC))
        measure(db)
        db.close()


def measure(db: sqlite_utils.Database) -> None:
    """Print the same for the archive of a database."""
    vocabulary = Vocabulary(db)
    known = _everything(vocabulary)
    chance = random.Random(1)
    words = chance.sample([word for word, count in known.items() if count > 1 and len(word) > 3], WORDS)
    typos = [(word, mistyped(word, chance, known)) for word in words]
    seconds, near = _timed(lambda: [neighbours(typo, vocabulary) for _, typo in typos])
    right = [word in found[:1] for (word, _), found in zip(typos, near, strict=True)]
    among = [word in found[:3] for (word, _), found in zip(typos, near, strict=True)]
    some, every = [typo for _, typo in typos[:SCANS]], list(known)
    scan, _ = _timed(lambda: [process.extract(typo, every, scorer=OSA.distance, score_cutoff=2) for typo in some])
    reading, _ = _timed(lambda: _everything(vocabulary))
    print(f"{len(known):,} words, {len(typos):,} of them with one slip")
    print(f"put right: {sum(right) / WORDS:.3f}   goal {GOAL_RIGHT}; among the first three: {sum(among) / WORDS:.3f}")
    a_word = seconds / WORDS
    print(f"time: {a_word / (scan / SCANS + reading):.3f} of reading and scanning all words   goal {GOAL_TIME}")
    print(f"      {a_word / (scan / SCANS):.3f} of scanning them where memory holds them all")


def _everything(vocabulary: Vocabulary) -> dict[str, int]:
    return {word: n for letter in ascii_lowercase for word, n in vocabulary.beginning(letter).items() if word.isalpha()}


def _timed(work: Callable[[], T]) -> tuple[float, T]:
    started = time.process_time()
    found = work()
    return time.process_time() - started, found
