"""One truth: the matcher, both tiers of the search and the plain evaluator give the same papers for the same queries.

Queries are made of the papers' own words, in the whole language; every query is asked of every paper.
"""

from __future__ import annotations

import random
import re
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

import sqlite_utils

from benchmarks.corpus import papers as recorded
from bot.errors import QueryError
from bot.matching import Matcher
from bot.query import canonical, fulltext, parser, verdict
from bot.query.tree import Node
from storage import database, search
from storage import papers as archive
from storage.records import Paper

PAPERS = 1_500
QUERIES = 320
SEED = 20260703
_NOW = datetime(2026, 7, 3, tzinfo=UTC)
_WORD = re.compile(r"[^\s()|\"&:*]*\w[^\s()|\"&:*]*")


def run() -> None:
    """Print how many pairs were compared and how they came out; exit with 1 where any two disagree."""
    chosen = random.Random(SEED)
    everything = recorded()
    papers = chosen.sample(everything, min(PAPERS, len(everything)))
    queries = Queries(papers, chosen).many(QUERIES)
    begin = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        db = database.connect(Path(folder) / "agreement.db")
        papers = [archive.save(db, paper, (), _NOW) for paper in papers]
        differences = compare(db, papers, queries)
        db.close()
    print(f"{len(queries) * len(papers):,} pairs, {time.perf_counter() - begin:.0f} s; differences: {differences or 0}")
    if differences:
        sys.exit(1)


def compare(db: sqlite_utils.Database, papers: Sequence[Paper], queries: dict[str, Node]) -> Counter[str]:
    """How often each differs from the plain evaluator; the first time is printed. papers: all that the archive has."""
    matcher = Matcher()
    for number, (query, tree) in enumerate(queries.items()):
        matcher.add(number, query, tree)
    matched = {paper.number: {match.query for match in matcher.match(paper)} for paper in papers}
    texts = {paper.number: verdict.text_of(paper) for paper in papers}
    differences: Counter[str] = Counter()
    hits = 0
    for query, tree in queries.items():
        condition = fulltext.compiled(tree)
        right = {paper.number for paper in papers if verdict.holds(tree, paper, texts[paper.number])}
        exact = {paper.number for paper in papers if verdict.holds(tree, paper, texts[paper.number], exactly=True)}
        hits += len(right)
        for who, given, wanted in (
            ("matcher", {number for number, found in matched.items() if query in found}, right),
            ("inflected tier", set(search.numbers(db, condition.inflected)), right),
            ("exact tier", set(search.numbers(db, condition.exact)), exact),
        ):
            if given != wanted:
                if not differences[who]:
                    print(f"{who}: {query}: {len(given - wanted)} too many, {len(wanted - given)} missing")
                differences[who] += len(given ^ wanted)
    print(f"{len(queries):,} queries, {hits:,} hits")
    return differences


class Queries:
    """Queries over the words of these papers, drawn at random."""

    def __init__(self, papers: Sequence[Paper], chosen: random.Random) -> None:
        self._papers = papers
        self._random = chosen
        self._leaves: tuple[Callable[[], str], ...] = (
            *[self._word] * 5,
            *[self._phrase] * 3,
            self._glued,
            self._cut,
            self._inflection,
            self._beginning,
            self._field,
            self._author,
            self._condition,
        )

    def many(self, count: int) -> dict[str, Node]:
        """As many different queries (canonical text and tree); those that make no sense are drawn again."""
        found: dict[str, Node] = {}
        while len(found) < count:
            try:
                tree = parser.parse(self._query(self._random.choice((1, 1, 2, 2, 3, 4))))
            except QueryError:
                continue
            found[canonical.text(tree)] = tree
        return found

    def _query(self, parts: int, depth: int = 0) -> str:
        if parts == 1 or depth == 3:
            return self._random.choice(self._leaves)()
        left = self._random.randint(1, parts - 1)
        one, other = self._query(left, depth + 1), self._query(parts - left, depth + 1)
        return self._random.choice(
            (f"{one} {other}", f"{one} {other}", f"{one} OR {other}", f"({one}) -({other})", f"({one} OR {other})")
        )

    def _words(self) -> list[str]:
        paper = self._random.choice(self._papers)
        return _WORD.findall(self._random.choice((paper.title, paper.abstract))) or ["model"]

    def _word(self) -> str:
        return self._random.choice(self._words())

    def _run(self, count: int) -> list[str]:
        words = self._words()
        start = self._random.randrange(max(len(words) - count, 0) + 1)
        return words[start : start + count]

    def _phrase(self) -> str:
        return f'"{" ".join(self._run(self._random.choice((2, 2, 3, 4))))}"'

    def _glued(self) -> str:
        run = self._run(self._random.choice((2, 2, 3)))
        words = [re.sub(r"\W", "", word) for word in run]
        return (
            self._random.choice(("", "-")).join(words)
            if self._random.random() < 0.7
            else f'"{run[0]}{"".join(words[1:])}"'
        )

    def _cut(self) -> str:
        word = self._word()
        place = self._random.randrange(len(word)) + 1
        return self._random.choice((f"{word[:place]} {word[place:]}", f"{word[:place]}-{word[place:]}"))

    def _inflection(self) -> str:
        return re.sub(r"(?:s|ing|ed|ation)?\W*$", self._random.choice(("s", "ing", "ed", "")), self._word())

    def _beginning(self) -> str:
        word = self._word()
        word = word[: max(2, self._random.randrange(len(word)) + 1)]
        return self._random.choice((f"{word}*", f'"{self._word()} {word}*"', f"title:{word}*"))

    def _field(self) -> str:
        field = self._random.choice(("title", "abstract"))
        return f"{field}:{self._random.choice((self._word, self._phrase))()}"

    def _author(self) -> str:
        names = self._random.choice([paper.authors for paper in self._papers if paper.authors])
        name = self._random.choice(names).replace('"', "")
        return self._random.choice((f'author:"{name}"', f"author:{name.split()[-1]}", name.split()[-1], f'"{name}"'))

    def _condition(self) -> str:
        paper = self._random.choice(self._papers)
        category = self._random.choice(paper.categories or ("cs.LG",))
        comparison = f"{self._random.choice(('>=', '<', '>', '<=', '='))}{self._random.choice((1, 5, 20, 100))}"
        return self._random.choice(
            (
                f"cat:{category}",
                f"cat:{category.split('.')[0]}.*",
                f"source:{self._random.choice(('hf', 'arxiv'))}",
                f"code:{self._random.choice(('yes', 'no'))}",
                f"{self._random.choice(('upvotes', 'stars'))}:{comparison}",
            )
        )
