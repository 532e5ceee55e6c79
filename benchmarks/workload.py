"""Invented subscriptions over the words of real titles: Zipf-distributed, in the whole language.

Of the distinct queries 10 % have an exclusion, 5 % an OR, 5 % a prefix, 5 % a field or a condition; the rest are words
(20 %), two or three words that must all occur (30 %), and phrases (25 %). Query number r (of a million) is followed
with a probability proportional to 1/r, so that a few are followed by thousands of chats and most by one. Nobody follows
a word alone that stands in more than one title of fifty.
"""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

from storage.records import Paper

UNIVERSE = 1_000_000
BROADEST = 1 / 50
_WORD = re.compile(r"[^\W_]+(?:-[^\W_]+)*")
_FILLERS = frozenset(
    _WORD.findall(
        "a an and are as at be beyond by can do does for from how in into is it its of on or not than that the their "
        "this through to toward towards under using via we what when where which why with without your"
    )
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """A query, and for those who know no language of queries: any of `ways`, all texts of it, and none of `unwanted`.

    Fields and conditions are left out there, in favour of whoever does not check them.
    """

    text: str
    ways: tuple[tuple[str, ...], ...]
    unwanted: tuple[str, ...] = ()


class Workload:
    """Subscriptions drawn one after another, the same for the same papers and seed."""

    def __init__(self, papers: Sequence[Paper], seed: int = 1) -> None:
        self._random = random.Random(seed)
        self._titles = [words for words in (_WORD.findall(paper.title.lower()) for paper in papers) if len(words) > 2]
        titles_with = Counter(word for words in self._titles for word in set(words))
        self._broad = {word for word, count in titles_with.items() if count > BROADEST * len(self._titles)}
        self._authors = [author for paper in papers for author in paper.authors if '"' not in author]
        self._categories = [category for paper in papers for category in paper.categories]
        self._drawn: dict[int, Wanted] = {}
        self._weights = list(accumulate(1 / rank for rank in range(1, UNIVERSE + 1)))
        plain = {self._word: 20, self._two: 25, self._three: 5, self._phrase: 25}
        special = {self._excluding: 10, self._either: 5, self._beginning: 5, self._field: 5}
        self._shapes = [shape for shape, percent in (plain | special).items() for _ in range(percent)]

    def subscriptions(self, count: int) -> list[Wanted]:
        """The queries of `count` further subscriptions; equal ones are the same object."""
        ranks = self._random.choices(range(UNIVERSE), cum_weights=self._weights, k=count)
        return [self._ranked(rank) for rank in ranks]

    def _ranked(self, rank: int) -> Wanted:
        known = self._drawn.get(rank)
        if known is None:
            known = self._drawn[rank] = self._random.choice(self._shapes)()
        return known

    def _words(self, count: int) -> list[str]:
        title = self._random.choice(self._titles)
        words = list(dict.fromkeys(word for word in title if word not in _FILLERS and len(word) > 1)) or ["model"]
        return self._random.sample(words, min(count, len(words)))

    def _word(self) -> Wanted:
        while self._broad.issuperset(words := self._words(1)):
            pass
        return _all_of(words)

    def _two(self) -> Wanted:
        return _all_of(self._words(2))

    def _three(self) -> Wanted:
        return _all_of(self._words(3))

    def _phrase(self) -> Wanted:
        """Two or three words that follow each other in a title, neither end a filler."""
        while True:
            title = self._random.choice(self._titles)
            start = self._random.randrange(len(title) - 1)
            words = title[start : start + self._random.choice((2, 2, 3))]
            if _FILLERS.isdisjoint((words[0], words[-1])):
                phrase = " ".join(words)
                return Wanted(f'"{phrase}"', ((phrase,),))

    def _simple(self) -> Wanted:
        return self._random.choice((self._word, self._two, self._phrase))()

    def _excluding(self) -> Wanted:
        wanted, (unwanted,) = self._simple(), self._words(1)
        if unwanted in wanted.text:
            unwanted = "survey"
        return Wanted(f"{wanted.text} -{unwanted}", wanted.ways, (unwanted,))

    def _either(self) -> Wanted:
        one, other = self._simple(), self._simple()
        return Wanted(f"{one.text} OR {other.text}", one.ways + other.ways)

    def _beginning(self) -> Wanted:
        first, *more = self._words(self._random.choice((1, 2)))
        stump = first.split("-")[0]
        stump = stump[: max(4, len(stump) - 3)]
        return Wanted(" ".join([f"{stump}*", *more]), ((stump, *more),))

    def _field(self) -> Wanted:
        (word,) = self._words(1)
        author, category = self._random.choice(self._authors), self._random.choice(self._categories)
        text = self._random.choice(
            (
                f"title:{word}",
                f"abstract:{word}",
                f'author:"{author}"',
                f"{word} cat:{category}",
                f"{word} code:yes",
                f"{word} upvotes:>={self._random.choice((10, 20, 50))}",
                f"{word} source:{self._random.choice(('hf', 'arxiv'))}",
            )
        )
        return Wanted(text, ((author if author in text else word,),))


def _all_of(words: list[str]) -> Wanted:
    return Wanted(" ".join(words), (tuple(words),))
