"""Which papers are about the same: they share words that few papers have, and why: those words (tf-idf)."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from storage.records import Paper
from storage.text import FUNCTION_WORDS, analyse, terms

Vector = Mapping[str, float]
"""Weights by stem."""

TELLING = 60
"""Stems of a paper that are looked at, those first that it says most."""

SOUGHT = 8
"""Of them the ones by which candidates are sought."""

_RAREST = 0.001  # of all papers; still rarer words are names and slips as often as topics
_LEAST_LETTERS = 3
_LEAST_SHARED = 2
_REASONS = 4


@dataclass(frozen=True, slots=True)
class Alike:
    """A paper that is like another. words: what both say, most telling first, as the other says it."""

    paper: Paper
    words: tuple[str, ...]


def telling(paper: Paper) -> list[str]:
    """The stems that say most about a paper before it is known how rare they are."""
    counts = _counts(paper)
    return sorted(counts, key=lambda stem: (-counts[stem], -len(stem), stem))[:TELLING]


def sought(paper: Paper, shares: Mapping[str, float]) -> list[str]:
    """Of the stems with known shares of all papers (above 0), those that other papers like it should have."""
    weights = _weights(_counts(paper), shares)
    return sorted(weights, key=lambda stem: (-weights[stem], stem))[:SOUGHT]


def nearest(paper: Paper, others: Sequence[Paper], shares: Mapping[str, float], most: int) -> list[Alike]:
    """The most similar of the others, best first; those with a single word in common are left out.

    Similarity is the product of tf-idf weights over the stems with known shares, by the length of the other's text:
    the cosine, without the rareness of words that only the other has.
    """
    return closest(paper, [(other, vector(other, shares)) for other in others], shares, most)


def closest(
    paper: Paper, others: Iterable[tuple[Paper, Vector]], shares: Mapping[str, float], most: int
) -> list[Alike]:
    """As nearest, of papers with their vectors."""
    mine = _weights(_counts(paper), shares)
    scored: list[tuple[float, Paper, list[str]]] = []
    for other, theirs in others:
        parts = {stem: mine[stem] * theirs[stem] for stem in mine if stem in theirs}
        if other.id == paper.id or len(parts) < _LEAST_SHARED:
            continue
        scored.append((sum(parts.values()), other, sorted(parts, key=lambda stem: -parts[stem])[:_REASONS]))
    scored.sort(key=lambda hit: (-hit[0], -hit[1].number))
    words = as_said(paper)
    return [Alike(other, tuple(words[stem] for stem in stems)) for _, other, stems in scored[:most]]


def vector(paper: Paper, shares: Mapping[str, float]) -> Vector:
    """The tf-idf weights of the stems with known shares, by the length of the whole text, rare words or not."""
    counts = _counts(paper)
    length = math.sqrt(sum(_frequency(count) ** 2 for count in counts.values()))
    return {stem: weight / length for stem, weight in _weights(counts, shares).items()}


def _counts(paper: Paper) -> dict[str, int]:
    counts = Counter(terms(paper.title).stems + terms(paper.abstract).stems)
    return {stem: count for stem, count in counts.items() if says_something(stem)}


def says_something(stem: str) -> bool:
    """Whether a stem can be what a paper is about: no number, no word that holds sentences together."""
    return len(stem) >= _LEAST_LETTERS and stem[0].isalpha() and stem not in FUNCTION_WORDS


def _weights(counts: Mapping[str, int], shares: Mapping[str, float]) -> dict[str, float]:
    return {stem: _frequency(counts[stem]) * _rareness(share) for stem, share in shares.items() if stem in counts}


def _frequency(count: int) -> float:
    return 1 + math.log(count)


def _rareness(share: float) -> float:
    return -math.log(max(share, _RAREST))


def as_said(paper: Paper) -> dict[str, str]:
    """How a paper writes each stem: as it stands there first, in small letters unless it is an abbreviation."""
    said: dict[str, str] = {}
    for text in (paper.title, paper.abstract):
        for token in analyse(text):
            written = text[token.start : token.end]
            said.setdefault(token.stem, written if written[1:] != written[1:].lower() else written.lower())
    return said
