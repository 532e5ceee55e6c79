"""Sequences of words that are looked for in texts, found by the words of a text instead of one after another."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import Generic, TypeVar

T = TypeVar("T")
Sequence = tuple[str, ...]
FIRST_LETTERS = 4
_LANE = 24
_LANE_FULL = (1 << _LANE) - 1


class SequenceTable(Generic[T]):
    """What stands under sequences of words, in a trie whose first two levels are looked up at once.

    A sequence is one string, its words parted by spaces, as that takes a third of the memory of nested dictionaries.
    """

    __slots__ = ("_longer", "_values")

    def __init__(self) -> None:
        self._values: dict[str, T | list[T]] = {}
        # By the first two words of longer sequences how many of each length there are, one lane of bits per length.
        self._longer: dict[str, int] = {}

    def add(self, sequence: Sequence, value: T) -> None:
        """Put a value under a sequence, beside those that are there."""
        key = " ".join(sequence)
        known = self._values.get(key)
        if known is None:
            self._values[key] = value
            if len(sequence) > 2:
                self._count(sequence, 1)
        elif isinstance(known, list):
            known.append(value)
        else:
            self._values[key] = [known, value]

    def discard(self, sequence: Sequence, value: T) -> None:
        """Take a value away that add put there."""
        key = " ".join(sequence)
        known = self._values[key]
        if isinstance(known, list):
            known.remove(value)
            if len(known) == 1:
                self._values[key] = known[0]
            return
        del self._values[key]
        if len(sequence) > 2:
            self._count(sequence, -1)

    def _count(self, sequence: Sequence, more: int) -> None:
        start = " ".join(sequence[:2])
        counts = self._longer.pop(start, 0) + (more << _LANE * (len(sequence) - 3))
        if counts:
            self._longer[start] = counts

    def found(self, words: list[str], apart: Iterable[str] = ()) -> set[T]:
        """The values of all sequences that stand in these words, or are one of those apart."""
        doubles = [f"{first} {second}" for first, second in pairwise(words)]
        values = self._values
        hits = values.keys() & {*words, *apart, *doubles}
        hits.update(self._longer_hits(words, doubles))
        found: set[T] = set()
        for hit in hits:
            value = values[hit]
            if isinstance(value, list):
                found.update(value)
            else:
                found.add(value)
        return found

    def _longer_hits(self, words: list[str], doubles: list[str]) -> Iterator[str]:
        longer = self._longer
        for start in [place for place, double in enumerate(doubles) if double in longer]:
            counts, length = longer[doubles[start]], 3
            while counts:
                if counts & _LANE_FULL and (key := " ".join(words[start : start + length])) in self._values:
                    yield key
                counts, length = counts >> _LANE, length + 1


class BeginningTable(Generic[T]):
    """What stands under the beginnings of words: short ones as they are, longer ones under their first letters."""

    __slots__ = ("_buckets",)

    def __init__(self) -> None:
        self._buckets: dict[int, dict[str, list[tuple[str, T]]]] = {}

    def __bool__(self) -> bool:
        return bool(self._buckets)

    def add(self, beginning: str, value: T) -> None:
        """Put a value under a beginning, beside those that are there."""
        first = beginning[:FIRST_LETTERS]
        self._buckets.setdefault(len(first), {}).setdefault(first, []).append((beginning, value))

    def discard(self, beginning: str, value: T) -> None:
        """Take a value away that add put there."""
        first = beginning[:FIRST_LETTERS]
        buckets = self._buckets[len(first)]
        buckets[first].remove((beginning, value))
        if not buckets[first]:
            del buckets[first]
        if not buckets:
            del self._buckets[len(first)]

    def found(self, words: set[str]) -> set[T]:
        """The values of all beginnings of these words."""
        found = set()
        firsts = words
        for length in sorted(self._buckets, reverse=True):
            buckets = self._buckets[length]
            firsts = {first[:length] for first in firsts}
            there = buckets.keys() & firsts
            if length < FIRST_LETTERS:
                found.update([value for first in there for _, value in buckets[first]])
                continue
            for word in [word for word in words if word[:length] in there]:
                for beginning, value in buckets[word[:length]]:
                    if word.startswith(beginning):
                        found.add(value)
        return found
