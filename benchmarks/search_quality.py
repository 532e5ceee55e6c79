"""Known items: is the paper that somebody has in mind among the first ten, and how near to the top?

The papers are the recorded ones. The queries: a committed list (data/known_items.tsv, written before any answer was
looked at), and as many again drawn by a seed. Beside it in the same run: plain FTS5 with its tokenizers unicode61 and
porter, and RapidFuzz over the titles. What counts for a mistyped query is the list that the person is shown.
"""

from __future__ import annotations

import random
import re
import sqlite3
import tempfile
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeAlias

from rapidfuzz import fuzz, process

from benchmarks.corpus import papers as recorded
from benchmarks.known_items import TYPO, Item, committed, drawn
from bot import results
from bot.query.parser import parse
from storage import database, papers
from storage.records import Paper

FIRST = 10
SEED = 20260703
GOAL_RECALL, GOAL_RANK, GOAL_TYPOS = 0.98, 0.95, 0.95
_WORD = re.compile(r"\w+")

Way: TypeAlias = Callable[[str], Sequence[str]]


def run(seed: int = SEED) -> None:
    """Print for each kind of query the recall among the first ten and the mean reciprocal rank, ours and others'."""
    every = recorded()
    with tempfile.TemporaryDirectory() as folder, closing(database.connect(Path(folder) / "quality.db")) as db:
        with db.conn:
            for paper in every:
                papers.save(db, paper, (), datetime(2026, 7, 3, tzinfo=UTC))
        ways: dict[str, Way] = {
            "Paperwire": lambda query: [paper.id for paper in results.find(db, parse(query), limit=FIRST).papers],
            "FTS5 unicode61": _full_text(every, "unicode61"),
            "FTS5 porter": _full_text(every, "porter unicode61"),
            "RapidFuzz, titles": _fuzzy(every),
        }
        compare("written by hand", committed(), ways)
        compare(f"drawn by seed {seed}", drawn(every, random.Random(seed)), ways)


def compare(label: str, items: Sequence[Item], ways: Mapping[str, Way]) -> None:
    """Print how each way does on each kind."""
    print(f"\n{len(items)} queries {label}: recall@{FIRST} and MRR")
    kinds = list(dict.fromkeys(item.kind for item in items))
    ranks = {name: [_rank(way, item) for item in items] for name, way in ways.items()}
    print(f"  {'':12}" + "".join(f"{name:>20}" for name in ways))
    for kind in kinds:
        figures = [_figures(items, ranked, {kind}) for ranked in ranks.values()]
        print(f"  {kind:12}" + "".join(f"{recall:13.3f} {mean:6.3f}" for recall, mean in figures))
    recall, mean = _figures(items, ranks["Paperwire"], {*kinds} - {TYPO})
    typos, _ = _figures(items, ranks["Paperwire"], {TYPO})
    print(f"  without typos: recall {recall:.3f}   goal {GOAL_RECALL}; MRR {mean:.3f}   goal {GOAL_RANK}")
    print(f"  typos: recall {typos:.3f}   goal {GOAL_TYPOS}", flush=True)


def _rank(way: Way, item: Item) -> int:
    """The place of the paper among the first ten, 0 for none."""
    found = way(item.query)
    return found.index(item.paper) + 1 if item.paper in found else 0


def _figures(items: Sequence[Item], ranks: Sequence[int], kinds: Collection[str]) -> tuple[float, float]:
    here = [rank for item, rank in zip(items, ranks, strict=True) if item.kind in kinds]
    return sum(rank > 0 for rank in here) / len(here), sum(1 / rank for rank in here if rank) / len(here)


def _full_text(every: Sequence[Paper], tokenizer: str) -> Way:
    """All words of the query in an FTS5 table, as its own ranking has them."""
    db = sqlite3.connect(":memory:")
    db.execute(f"CREATE VIRTUAL TABLE plain USING fts5(title, abstract, authors, tokenize='{tokenizer}')")
    texts = [(paper.title, paper.abstract, ", ".join(paper.authors)) for paper in every]
    db.executemany("INSERT INTO plain VALUES (?, ?, ?)", texts)

    def ask(query: str) -> list[str]:
        match = " ".join(f'"{word}"' for word in _bare(query))
        found = db.execute("SELECT rowid FROM plain WHERE plain MATCH ? ORDER BY rank LIMIT ?", [match, FIRST])
        return [every[number - 1].id for (number,) in found]

    return ask


def _fuzzy(every: Sequence[Paper]) -> Way:
    titles = [paper.title.lower() for paper in every]

    def ask(query: str) -> list[str]:
        found = process.extract(" ".join(_bare(query)), titles, scorer=fuzz.token_set_ratio, limit=FIRST)
        return [every[place].id for _, _, place in found]

    return ask


def _bare(query: str) -> list[str]:
    """The words of a query without its language."""
    return _WORD.findall(re.sub(r"\b[a-z]+:|\bOR\b", " ", query).lower())
