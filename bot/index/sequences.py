"""Sequences of words that are looked for in texts, found by the words of a text instead of one after another."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise
from typing import Generic, TypeVar

T = TypeVar("T")
K = TypeVar("K")
Sequence = tuple[str, ...]
FIRST_LETTERS = 4
MOST_REMEMBERED = 1 << 14  # words
_LANE = 24
_LANE_FULL = (1 << _LANE) - 1


class SequenceTable(Generic[T]):
    """What stands under sequences of words: a trie whose first two levels are looked up at once, deeper ones by length.

    It is flat, as a dictionary per node would take several times the memory.
    """

    __slots__ = ("_phrases", "_starts", "_words")

    def __init__(self) -> None:
        self._words: dict[str, T | list[T]] = {}
        self._phrases: dict[Sequence, T | list[T]] = {}
        # By the first two words of phrases how many of each length there are, one lane of bits per length.
        self._starts: dict[Sequence, int] = {}

    def add(self, sequence: Sequence, value: T) -> None:
        """Put a value under a sequence, beside those that are there."""
        if len(sequence) == 1:
            _put(self._words, sequence[0], value)
        elif _put(self._phrases, sequence, value):
            self._count(sequence, 1)

    def discard(self, sequence: Sequence, value: T) -> None:
        """Take a value away that add put there."""
        if len(sequence) == 1:
            _take(self._words, sequence[0], value)
        elif _take(self._phrases, sequence, value):
            self._count(sequence, -1)

    def _count(self, sequence: Sequence, more: int) -> None:
        start = sequence[:2]
        counts = self._starts.pop(start, 0) + (more << _LANE * (len(sequence) - 2))
        if counts:
            self._starts[start] = counts

    def found(self, words: list[str], apart: Iterable[str] = ()) -> set[T]:
        """The values of all sequences that stand in these words, or are one of those apart."""
        singles, phrases, starts = self._words, self._phrases, self._starts
        hits = [singles[word] for word in singles.keys() & {*words, *apart}]
        for start in [place for place, pair in enumerate(pairwise(words)) if pair in starts]:
            counts, length = starts[words[start], words[start + 1]], 2
            while counts:
                if counts & _LANE_FULL and (sequence := tuple(words[start : start + length])) in phrases:
                    hits.append(phrases[sequence])
                counts, length = counts >> _LANE, length + 1
        found: set[T] = set()
        for hit in hits:
            if isinstance(hit, list):
                found.update(hit)
            else:
                found.add(hit)
        return found


def _put(table: dict[K, T | list[T]], key: K, value: T) -> bool:
    """Whether it is the first under its key."""
    known = table.get(key)
    if known is None:
        table[key] = value
    elif isinstance(known, list):
        known.append(value)
    else:
        table[key] = [known, value]
    return known is None


def _take(table: dict[K, T | list[T]], key: K, value: T) -> bool:
    """Whether it was the last under its key."""
    known = table[key]
    if not isinstance(known, list):
        del table[key]
        return True
    known.remove(value)
    if len(known) == 1:
        table[key] = known[0]
    return False


class BeginningTable(Generic[T]):
    """What stands under the beginnings of words; remembered by word, as most words come again."""

    __slots__ = ("_begun", "_buckets", "_seen")

    def __init__(self) -> None:
        self._buckets: dict[int, dict[str, list[tuple[str, T]]]] = {}
        self._seen: set[str] = set()
        self._begun: dict[str, list[T]] = {}

    def __bool__(self) -> bool:
        return bool(self._buckets)

    def add(self, beginning: str, value: T) -> None:
        """Put a value under a beginning, beside those that are there."""
        first = beginning[:FIRST_LETTERS]
        self._buckets.setdefault(len(first), {}).setdefault(first, []).append((beginning, value))
        self._forget()

    def discard(self, beginning: str, value: T) -> None:
        """Take a value away that add put there."""
        first = beginning[:FIRST_LETTERS]
        buckets = self._buckets[len(first)]
        buckets[first].remove((beginning, value))
        if not buckets[first]:
            del buckets[first]
        if not buckets:
            del self._buckets[len(first)]
        self._forget()

    def found(self, words: set[str]) -> set[T]:
        """The values of all beginnings of these words."""
        if len(self._seen) > MOST_REMEMBERED:
            self._forget()
        self._remember(words - self._seen)
        self._seen |= words
        return set().union(*[self._begun[word] for word in self._begun.keys() & words])

    def _remember(self, words: set[str]) -> None:
        for length, buckets in self._buckets.items():
            for word in [word for word in words if word[:length] in buckets]:
                if values := [value for beginning, value in buckets[word[:length]] if word.startswith(beginning)]:
                    self._begun.setdefault(word, []).extend(values)

    def _forget(self) -> None:
        self._seen.clear()
        self._begun.clear()
