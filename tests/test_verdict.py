"""What of a query a paper meets, and where."""

from __future__ import annotations

import pytest

from bot.query.parser import parse
from bot.query.tree import Words
from bot.query.verdict import found, holds
from storage.records import CodeLink, Origin, Paper

PAPER = Paper(
    "1",
    "High-Cardinality Data for Naïve Agents",
    "We cluster with k-means, then fine tune $\\alpha$-stable agents.",
    ("Mira K. Okafor", "Jean-Luc O’Brien"),
    categories=("cs.LG", "hep-th"),
    sources=("arxiv",),
    upvotes=20,
)


def marked(query: str) -> list[tuple[str, str, list[str]]]:
    """Leaf, field and marked texts, of every leaf that is met."""
    hits = []
    for hit in found(parse(query), PAPER):
        texts = {"title": PAPER.title, "abstract": PAPER.abstract}
        for field in dict.fromkeys(place.field for place in hit.places):
            here = [place for place in hit.places if place.field is field]
            marks = [texts.get(field, PAPER.authors[place.author])[place.start : place.end] for place in here]
            hits.append((hit.leaf.text if isinstance(hit.leaf, Words) else "", str(field), marks))
    return hits


@pytest.mark.parametrize(
    ("query", "marks"),
    [
        ("agent", [("agent", "title", ["Agents"]), ("agent", "abstract", ["agents"])]),
        ("highcardinality", [("highcardinality", "title", ["High-Cardinality"])]),
        ("high cardinality", [("high", "title", ["High"]), ("cardinality", "title", ["Cardinality"])]),
        ("finetuning", [("finetuning", "abstract", ["fine tune"])]),
        ("abstract:kmeans -survey", [("kmeans", "abstract", ["k-means"])]),
        ("missing OR naive*", [("naive", "title", ["Naïve"])]),
        ("α-stable", [("alpha-stable", "abstract", ["\\alpha$-stable"])]),
        ('author:"mira okafor"', [("mira okafor", "author", ["Mira K. Okafor"])]),
        ("author:obrien", [("obrien", "author", ["O’Brien"])]),
        ("x -(y -data)", [("data", "title", ["Data"])]),
        ("cat:cs.LG", []),
    ],
)
def test_hits_are_marked_in_the_text_as_it_stands(query: str, marks: list[tuple[str, str, list[str]]]) -> None:
    assert marked(query) == marks


@pytest.mark.parametrize(
    "query",
    [
        "cat:cs.LG",
        "cat:cs.*",
        "cat:hep-th",
        "source:arxiv",
        "code:no",
        "upvotes:>=20",
        "upvotes:<=20",
        "data -stars:>=0",
    ],
)
def test_conditions_that_it_meets(query: str) -> None:
    assert holds(parse(query), PAPER)


@pytest.mark.parametrize(
    "query", ["cat:cs.AI", "cat:hep-ex", "source:hf", "code:yes", "upvotes:>20", "stars:<5", 'author:"okafor jean"']
)
def test_conditions_that_it_does_not_meet(query: str) -> None:
    assert not holds(parse(query), PAPER)


def test_the_very_words() -> None:
    assert holds(parse("agents -survey"), PAPER, exactly=True)
    assert not holds(parse("agent"), PAPER, exactly=True)
    assert not holds(parse("agents -clustered"), PAPER, exactly=True)


def test_code_is_a_known_link() -> None:
    with_code = Paper("2", "Data", code=(CodeLink("https://github.com/a/b", Origin.ABSTRACT),))
    assert holds(parse("code:yes"), with_code) and not holds(parse("code:no"), with_code)
