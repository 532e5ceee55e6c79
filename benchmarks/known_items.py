"""Queries by somebody who has a certain paper in mind: a committed list of them, and others drawn at random."""

from __future__ import annotations

import csv
import random
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from string import ascii_lowercase

from storage.records import Paper

COMMITTED = Path(__file__).with_name("data") / "known_items.tsv"
DRAWN = 60  # of each kind
TYPO = "typo"
_WORD = re.compile(r"\w+(?:-\w+)*")


@dataclass(frozen=True, slots=True)
class Item:
    """A query of a kind, and the id of the paper that is meant."""

    kind: str
    paper: str
    query: str


def committed() -> list[Item]:
    """The list that was written before any of its answers was looked at."""
    with COMMITTED.open(encoding="utf-8", newline="") as file:
        return [Item(**row) for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)]


def drawn(papers: Sequence[Paper], chance: random.Random) -> list[Item]:
    """Queries of each kind about papers taken at random."""
    return _Drawing(papers, chance).items()


def mistyped(word: str, chance: random.Random, known: Collection[str]) -> str:
    """The word with one slip (a letter lost, added, replaced or swapped with the next) that makes no known word."""
    while True:
        place, letter = chance.randrange(len(word)), chance.choice(ascii_lowercase)
        before, here, after = word[:place], word[place], word[place + 1 :]
        slips = (after, letter + after, letter + here + after, after[:1] + here + after[1:])
        typo = before + chance.choice(slips)
        if typo not in known and len(typo) > 3:
            return typo


class _Drawing:
    def __init__(self, papers: Sequence[Paper], chance: random.Random) -> None:
        self._papers, self._chance = papers, chance
        self._words = {paper.id: list(dict.fromkeys(_text(f"{paper.title} {paper.abstract}"))) for paper in papers}
        self._papers_with = Counter(word for words in self._words.values() for word in words)

    def items(self) -> list[Item]:
        hyphens = [paper for paper in self._papers if "-" in paper.title]
        accents = [paper for paper in self._papers if any(map(_is_accented, paper.authors))]
        return [
            *self._made("title", lambda paper: self._title(paper)[:6]),
            *self._made("title words", lambda paper: self._some(self._title(paper), 4)),
            *self._made("keywords", lambda paper: self._rarest(paper, self._chance.choice((3, 4)))),
            *self._made("inflection", lambda paper: map(_inflected, self._rarest(paper, 4, papers=3))),
            *self._made("hyphen", lambda paper: map(self._respaced, self._title(paper)[:6]), hyphens),
            *self._made("accent", lambda paper: [self._name(paper), *self._rarest(paper, 2)], accents),
            *self._made(TYPO, lambda paper: self._slipped(self._rarest(paper, 3, papers=3))),
            *self._made(TYPO, lambda paper: self._slipped(self._title(paper)[:6])),
        ]

    def _made(
        self, kind: str, words: Callable[[Paper], Iterable[str]], papers: Sequence[Paper] | None = None
    ) -> list[Item]:
        chosen = self._chance.sample(papers or self._papers, DRAWN)
        return [Item(kind, paper.id, " ".join(words(paper))) for paper in chosen]

    def _title(self, paper: Paper) -> list[str]:
        return list(dict.fromkeys(_text(paper.title)))

    def _rarest(self, paper: Paper, count: int, papers: int = 1) -> list[str]:
        """The words of a paper that fewest papers have, but no fewer than so many."""
        usable = [word for word in self._words[paper.id] if len(word) > 4 and self._papers_with[word] >= papers]
        return sorted(usable, key=lambda word: self._papers_with[word])[:count]

    def _some(self, words: Sequence[str], count: int) -> list[str]:
        return self._chance.sample(words, min(count, len(words)))

    def _slipped(self, words: list[str]) -> list[str]:
        places = [place for place, word in enumerate(words) if len(word) > 4 and word.isascii() and word.isalpha()]
        if places:
            place = self._chance.choice(places)
            words[place] = mistyped(words[place], self._chance, self._papers_with)
        return words

    def _respaced(self, word: str) -> str:
        return self._chance.choice((word, word.replace("-", " "), word.replace("-", "")))

    def _name(self, paper: Paper) -> str:
        """An accented surname without its accents."""
        name = self._chance.choice([author for author in paper.authors if _is_accented(author)])
        return "".join(letter for letter in unicodedata.normalize("NFD", name.split()[-1]) if letter.isalnum())


def _text(text: str) -> list[str]:
    return _WORD.findall(text.lower())


def _is_accented(name: str) -> bool:
    return any(unicodedata.decomposition(letter) for letter in name)


def _inflected(word: str) -> str:
    """Its plural, or the singular of a plural."""
    if word.endswith(("ss", "us", "is")) or not (word.isascii() and word.isalpha()):
        return word
    return word.removesuffix("s") if word.endswith("s") else f"{word}s"
