"""Taste as a model: what is near to it, what it says of itself, and how it orders."""

from __future__ import annotations

import math

from hypothesis import given
from hypothesis import strategies as st

from bot import likeness, ordering, taste
from storage.ratings import Liking, Muted
from storage.records import Paper
from tests import factories, strategies
from tests.factories import MORNING

SHARES = {"router": 0.002, "spars": 0.01, "expert": 0.005, "protein": 0.003, "fold": 0.02, "energi": 0.03}


def about(number: int, abstract: str, **given: object) -> Paper:
    return factories.paper(f"2607.{number:05}", number=number, title=f"Paper {number}", abstract=abstract, **given)


ROUTERS = about(1, "Sparse routers choose experts.")
PROTEINS = about(2, "Proteins fold by energy.")
LIKING = Liking(liked=(ROUTERS,), disliked=(PROTEINS,))


def near(paper: Paper, known: taste.Taste) -> float:
    return taste.nearness(likeness.vector(paper, known.shares), known)


def test_what_is_like_the_liked_is_near_and_what_is_like_the_disliked_is_far() -> None:
    known = taste.taste(LIKING, SHARES)
    alike, other, away = about(3, "A router of experts."), about(4, "Graphs grow."), about(5, "Energy of a protein.")
    assert near(alike, known) > near(other, known) == 0 > near(away, known)
    assert math.isclose(sum(part**2 for part in known.profile.values()), 1)
    assert near(ROUTERS, taste.taste(Liking(), SHARES)) == 0


def test_a_reason_is_a_liked_paper_and_the_words_of_both() -> None:
    known = taste.taste(LIKING, SHARES)
    told = taste.reason(about(3, "Routers and their experts."), known)
    assert told and told.paper == ROUTERS and told.words == ("routers", "experts")
    assert taste.reason(about(4, "Graphs grow."), known) is None
    assert taste.reason(PROTEINS, known) is None, "nobody liked that"
    assert taste.reason(ROUTERS, known) is None, "it is itself no reason"
    assert taste.words(LIKING, known) == (["routers", "experts", "sparse"], ["proteins", "fold", "energy"])


def test_only_what_most_liked_papers_say_is_counted_in_the_archive() -> None:
    long = [about(n, " ".join(f"w{n}x{k}" for k in range(60)) + " quantization") for n in range(20)]
    stems = taste.stems(Liking(tuple(long)))
    assert len(stems) == taste.MOST_STEMS and stems[0] == "quantiz"


def test_muted_words_are_whole_words_and_authors_whole_names() -> None:
    paper = about(1, "Low-rank adaptation of routers.", authors=("Mira Okafor", "Jun Sato"))
    for kind, value, last in (
        ("word", "Router", True), ("word", "route", False), ("word", "rank", True),
        ("author", "jun sato", True), ("author", "Sato", False), ("author", "routers", False),
    ):  # fmt: skip
        assert taste.comes_last(paper, [Muted(kind, value)]) is last, value


def test_taste_lifts_votes_still_count_and_nothing_is_lost() -> None:
    few, many, muted = (about(n, "", upvotes=votes, listed_at=MORNING) for n, votes in ((1, 2), (2, 40), (3, 90)))
    queries = {paper.id: 1 for paper in (few, many, muted)}

    def order(near: dict[str, float], last: tuple[str, ...] = ()) -> list[int]:
        return [paper.number for paper in ordering.best_first([few, many, muted], queries, MORNING, near, last)]

    assert order({}) == [3, 2, 1]
    assert order({few.id: 0.6}, (muted.id,)) == [1, 2, 3]
    assert order({few.id: 0.05}) == [3, 2, 1]


@strategies.bounded(20)
@given(st.lists(strategies.papers, max_size=6), st.lists(strategies.papers, max_size=3), strategies.papers)
def test_any_papers_give_a_taste(liked: list[Paper], disliked: list[Paper], paper: Paper) -> None:
    liking = Liking(tuple(liked), tuple(disliked))
    known = taste.taste(liking, dict.fromkeys(taste.stems(liking), 0.01))
    assert math.isfinite(near(paper, known))
    told = taste.reason(paper, known)
    assert told is None or told.paper in liked
    best, worst = taste.words(liking, known)
    assert len(best) <= 8 and len(worst) <= 8
