"""New papers against many subscriptions: Paperwire's matcher, and what others do, in the same run.

The unit is analysing the same papers once (their titles, abstracts and authors to words), which the matcher's time
includes. Both are measured in turns, a few papers at a time, after other papers, so that the analyser remembers what
it would in a running bot; the least of three rounds counts, without garbage collection, as timeit does it.
"""

from __future__ import annotations

import gc
import random
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from benchmarks import competitors, corpus
from benchmarks.workload import Wanted, Workload
from bot.errors import QueryError
from bot.index.text import text_of
from bot.matching import Matcher
from bot.query import canonical
from bot.query.parser import parse
from storage.records import Paper

GOALS = {1_000: 3.0, 10_000: 4.0, 100_000: 8.0, 1_000_000: 20.0}
GROWTH_GOAL = 4.0
PAPERS = 1_000
_ROUNDS, _TURN, _BETWEEN = 3, 50, 250


def run(largest: int = 1_000_000) -> None:
    """Print for each number of subscriptions up to the largest what matching costs, in units."""
    papers = corpus.papers()
    random.Random(1).shuffle(papers)
    fresh, others = papers[:PAPERS], papers[PAPERS:]
    print(f"{len(fresh)} papers; queries from the titles of {len(others)} others; 1.0 is analysing the papers once")
    units: dict[int, float] = {}
    for size, goal in GOALS.items():
        if size > largest:
            break
        subscriptions = Workload(others).subscriptions(size)
        matcher, distinct = filled(subscriptions)
        unit, seconds, matches = measured(matcher, fresh, others)
        units[size] = seconds / unit
        print(f"\n{size:,} subscriptions, {len(distinct):,} different queries, {matches:,} matches")
        print(f"  {'Paperwire':38} {units[size]:12,.1f}   goal {goal:.0f}: {_verdict(units[size], goal)}", flush=True)
        del matcher
        compare(fresh, subscriptions, distinct, unit)
    if {10_000, 100_000} <= units.keys():
        growth = units[100_000] / units[10_000]
        print(
            f"\nten times the subscriptions (100,000 for 10,000) take {growth:.1f} × the time"
            f"   goal {GROWTH_GOAL:.0f}: {_verdict(growth, GROWTH_GOAL)}"
        )


def filled(subscriptions: Sequence[Wanted]) -> tuple[Matcher, list[Wanted]]:
    """A matcher with all subscriptions whose query can be read, and the different ones of these queries."""
    trees = {}
    for query in competitors.unique(subscriptions):
        try:
            tree = parse(query.text)
        except QueryError:  # one word excludes the other
            continue
        trees[query.text] = canonical.text(tree), tree
    matcher = Matcher()
    kept = [query for query in subscriptions if query.text in trees]
    for number, query in enumerate(kept):
        matcher.add(number, *trees[query.text])
    return matcher, competitors.unique(kept)


def measured(matcher: Matcher, papers: list[Paper], others: list[Paper]) -> tuple[float, float, int]:
    """Seconds that analysing all papers takes, and matching them; and how many (subscription, paper) pairs match."""
    chance = random.Random(2)
    analysing: list[float] = []
    matching: list[float] = []
    with _collected():
        for start in range(0, len(papers), _TURN):
            turn = papers[start : start + _TURN]
            rounds = [
                (
                    _after(chance.sample(others, _BETWEEN), text_of, turn),
                    _after(chance.sample(others, _BETWEEN), lambda paper: len(matcher.match(paper)), turn),
                )
                for _ in range(_ROUNDS)
            ]
            analysing.append(min(first for first, _ in rounds))
            matching.append(min(second for _, second in rounds))
    matches = sum(len(match.subscriptions) for paper in papers for match in matcher.match(paper))
    return sum(analysing), sum(matching), matches


def compare(papers: list[Paper], subscriptions: list[Wanted], distinct: list[Wanted], unit: float) -> None:
    """Print what others take for the same."""
    texts = [f"{paper.title}\n{paper.abstract}\n{', '.join(paper.authors)}".lower() for paper in papers]
    ways: list[tuple[str, Callable[[], float | None]]] = [
        ("FTS5, queries over all papers at once", lambda: competitors.full_text_queries(texts, distinct)),
        ("Aho-Corasick (no whole words)", lambda: competitors.aho_corasick(texts, distinct)),
        ("`in`, per subscription", lambda: competitors.containment(texts, subscriptions)),
        ("a regular expression per subscription", lambda: competitors.regular_expressions(texts, subscriptions)),
        ("RapidFuzz partial_ratio", lambda: competitors.partial_ratios(texts, subscriptions)),
    ]
    for name, measure in ways:
        seconds = measure()
        figure = "not installed" if seconds is None else f"{seconds / unit:12,.1f}"
        print(f"  {name:38} {figure}", flush=True)


def _after(others: list[Paper], work: Callable[[Paper], object], papers: list[Paper]) -> float:
    for other in others:
        text_of(other)
    started = time.process_time()
    for paper in papers:
        work(paper)
    return time.process_time() - started


@contextmanager
def _collected() -> Iterator[None]:
    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def _verdict(figure: float, goal: float) -> str:
    return "reached" if figure <= goal else "missed"
