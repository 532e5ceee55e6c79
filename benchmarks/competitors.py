"""What others do to match texts against many queries, each reduced to its matching loop.

Each gives seconds for all subscriptions over all papers; what would take minutes is measured on a sample drawn from
both and multiplied. All of them read the texts as they are and find other papers than the language means: none has
fields, conditions or joined forms, only FTS5 has inflections, and Aho-Corasick and `in` find rag in storage.
"""

from __future__ import annotations

import importlib
import random
import re
import sqlite3
import time
from collections.abc import Callable, Sequence
from typing import TypeVar

from rapidfuzz.fuzz import partial_ratio

from benchmarks.workload import Wanted

T = TypeVar("T")
PAIRS = 300_000  # (subscription, paper) pairs that a sample holds


def _timed(work: Callable[[], object]) -> float:
    started = time.process_time()
    work()
    return time.process_time() - started


def _sampled(texts: list[str], queries: list[Wanted], pairs: int) -> tuple[list[str], list[Wanted], float]:
    chance = random.Random(0)
    some_texts = chance.sample(texts, min(len(texts), 50))
    some_queries = chance.sample(queries, min(len(queries), pairs // len(some_texts)))
    return some_texts, some_queries, len(texts) * len(queries) / (len(some_texts) * len(some_queries))


def containment(texts: list[str], queries: list[Wanted]) -> float:
    """`needle in text` for every needle of every subscription."""
    texts, queries, factor = _sampled(texts, queries, PAIRS)

    def loop() -> int:
        return sum(
            any(all(needle in text for needle in way) for way in query.ways)
            and not any(needle in text for needle in query.unwanted)
            for text in texts
            for query in queries
        )

    return factor * _timed(loop)


def regular_expressions(texts: list[str], queries: list[Wanted]) -> float:
    """One compiled expression per subscription: whole words, alternatives, lookaheads for AND and NOT."""
    texts, queries, factor = _sampled(texts, queries, PAIRS // 10)
    searches = [re.compile(_pattern(query), re.DOTALL).match for query in queries]
    return factor * _timed(lambda: sum(search(text) is not None for text in texts for search in searches))


def _pattern(query: Wanted) -> str:
    ways = "|".join("".join(rf"(?=.*\b{re.escape(needle)}\b)" for needle in way) for way in query.ways)
    return "".join(rf"(?!.*\b{re.escape(needle)}\b)" for needle in query.unwanted) + f"(?:{ways})"


def partial_ratios(texts: list[str], queries: list[Wanted]) -> float:
    """RapidFuzz's partial_ratio of every needle of every subscription, 90 or more being a match."""
    texts, queries, factor = _sampled(texts, queries, PAIRS // 30)
    needles = [way for query in queries for way in query.ways]

    def loop() -> int:
        return sum(all(partial_ratio(needle, text) >= 90 for needle in way) for text in texts for way in needles)

    return factor * _timed(loop)


def full_text_queries(texts: list[str], distinct: list[Wanted]) -> float:
    """An FTS5 table (porter) of the papers in memory, and one query for each distinct text; filling it included."""
    db = sqlite3.connect(":memory:")
    db.execute("CREATE VIRTUAL TABLE papers USING fts5 (text, tokenize = 'porter unicode61')")
    filling = _timed(lambda: db.executemany("INSERT INTO papers VALUES (?)", [(text,) for text in texts]))
    some = random.Random(0).sample(distinct, min(len(distinct), 5_000))
    expressions = [_expression(query) for query in some]

    def loop() -> int:
        asking = "SELECT rowid FROM papers WHERE papers MATCH ?"
        return sum(len(db.execute(asking, (expression,)).fetchall()) for expression in expressions)

    seconds = filling + _timed(loop) * len(distinct) / len(some)
    db.close()
    return seconds


def _expression(query: Wanted) -> str:
    ways = " OR ".join("(" + " AND ".join(f'"{needle}"' for needle in way) + ")" for way in query.ways)
    return " NOT ".join([f"({ways})", *(f'"{needle}"' for needle in query.unwanted)])


def aho_corasick(texts: list[str], distinct: list[Wanted]) -> float | None:
    """pyahocorasick over all needles, then the distinct queries that one of the found needles begins.

    None where the package is not installed. Building the automaton, needed again after every change, is not counted.
    """
    try:
        # Optional, and untyped.
        automaton = importlib.import_module("ahocorasick").Automaton()
    except ModuleNotFoundError:
        return None
    begins: dict[str, list[tuple[frozenset[str], frozenset[str]]]] = {}
    for query in distinct:
        for way in query.ways:
            begins.setdefault(max(way, key=len), []).append((frozenset(way), frozenset(query.unwanted)))
    for needle in {needle for query in distinct for way in (*query.ways, query.unwanted) for needle in way}:
        automaton.add_word(needle, needle)
    automaton.make_automaton()

    def loop() -> int:
        matches = 0
        for text in texts:
            found = {needle for _, needle in automaton.iter(text)}
            for needle in found:
                matches += sum(
                    wanted <= found and unwanted.isdisjoint(found) for wanted, unwanted in begins.get(needle, ())
                )
        return matches

    return _timed(loop)


def unique(queries: Sequence[Wanted]) -> list[Wanted]:
    """One of each text, in order of appearance."""
    return list({query.text: query for query in queries}.values())
