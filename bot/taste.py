"""What a chat's likes tell of other papers: how near these are to its taste, and which liked paper they resemble.

The taste is Rocchio's: the mean of what is liked less a part of the mean of what is not, as tf-idf vectors.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot import likeness
from bot.likeness import Alike, Vector
from storage.ratings import Liking, Muted
from storage.records import Paper
from storage.text import terms

ENOUGH = 5
"""Likes from which on they order digests."""

MOST_STEMS = 100
"""Stems that a taste looks at: those that most of the papers say. More of them order no better, and each is counted."""

# Manning, Raghavan, Schütze: Introduction to Information Retrieval, 9.1.1.
_LIKED, _DISLIKED = 0.75, 0.15
_NOTABLE = 0.15  # nearness that is worth a word: of recorded papers one in four has it, of the wanted two in three
_WORDS = 8


@dataclass(frozen=True, slots=True)
class Taste:
    """liked: the papers with their vectors. shares: of all papers, of the stems that tell something.

    profile: of length 1; empty where nothing is known. muted: what comes last.
    """

    liked: Sequence[tuple[Paper, Vector]]
    shares: Mapping[str, float]
    profile: Vector
    muted: Sequence[Muted]


def stems(liking: Liking) -> list[str]:
    """The stems whose shares of all papers a taste needs."""
    said = Counter(stem for paper in (*liking.liked, *liking.disliked) for stem in likeness.telling(paper))
    return [stem for stem, _ in said.most_common(MOST_STEMS)]


def taste(liking: Liking, shares: Mapping[str, float]) -> Taste:
    """The taste of a chat. shares: of all papers, of `stems`; those that tell nothing are left out."""
    liked = [(paper, likeness.vector(paper, shares)) for paper in liking.liked]
    disliked = [likeness.vector(paper, shares) for paper in liking.disliked]
    profile: dict[str, float] = {}
    for vectors, weight in (([vector for _, vector in liked], _LIKED), (disliked, -_DISLIKED)):
        for vector in vectors:
            for stem, part in vector.items():
                profile[stem] = profile.get(stem, 0.0) + weight * part / len(vectors)
    length = math.sqrt(sum(part**2 for part in profile.values()))
    profile = {stem: part / length for stem, part in profile.items()} if length else {}
    return Taste(liked, shares, profile, liking.muted)


def nearness(vector: Vector, of: Taste) -> float:
    """How near a paper of that vector (likeness.vector, over of.shares) is to a taste: the cosine, without the
    rareness of words that only the paper has.

    0 is indifferent; a paper like those that are not liked is below 0.
    """
    return sum(part * of.profile.get(stem, 0.0) for stem, part in vector.items())


def reason(paper: Paper, of: Taste) -> Alike | None:
    """The liked paper that is most like one, and the words that both have; None where it is not to the taste."""
    if nearness(likeness.vector(paper, of.shares), of) < _NOTABLE:
        return None
    others = [(liked, vector) for liked, vector in of.liked if liked.id != paper.id]
    return next(iter(likeness.closest(paper, others, of.shares, 1)), None)


def words(liking: Liking, of: Taste) -> tuple[list[str], list[str]]:
    """The words that weigh most for a paper, and those that weigh most against one, as the papers write them."""
    parts = sorted(of.profile.items(), key=lambda item: (-item[1], item[0]))
    said: dict[str, str] = {}
    for paper in (*liking.liked, *liking.disliked):
        said = likeness.as_said(paper) | said
    best = [said[stem] for stem, part in parts[:_WORDS] if part > 0]
    worst = [said[stem] for stem, part in reversed(parts[-_WORDS:]) if part < 0]
    return best, worst


def comes_last(paper: Paper, muted: Sequence[Muted]) -> bool:
    """Whether it is by an author, or says a word, that the chat wants to see last."""
    if not muted:
        return False
    authors = {author.casefold() for author in paper.authors}
    said = {*terms(paper.title).stems, *terms(paper.abstract).stems}
    return any(
        one.value.casefold() in authors if one.kind == "author" else said.issuperset(terms(one.value).stems)
        for one in muted
    )
