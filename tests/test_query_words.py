"""What a query means and what is wrong with one, in words; each sentence whole."""

from __future__ import annotations

import pytest

from bot.errors import QueryError
from bot.query import words
from bot.query.parser import parse
from bot.query.verdict import holds
from tests.factories import paper


@pytest.mark.parametrize(
    ("query", "meaning"),
    [
        ("-(a OR b) c", "papers that mention c, not a or b"),
        ("-(a b) c", "papers that mention c, not those that mention a and b"),
        ("NOT (a OR (b c)) d", "papers that mention d, not those that mention a, or that mention b and c"),
        ("(a b) OR (c OR d) e", "papers that mention a and b, or that mention either c or d and e"),
        ("title:(a OR b)", "papers with a in the title, or with b in the title"),
        ("abstract:x OR title:y", "papers with x in the abstract, or with y in the title"),
    ],
)
def test_a_query_is_said_in_words(query: str, meaning: str) -> None:
    assert words.explain(parse(query), lambda word: word) == meaning


@pytest.mark.parametrize(
    ("query", "reason", "mended"),
    [
        ("upvotes:abc", "upvotes: needs a number, as in upvotes:>=20", ""),
        ("cat:cs.XX", "arXiv has no category cs.XX, the nearest is cs.AI", "cat:cs.AI"),
        ("cat:zz.LG", "arXiv has no category zz.LG, the nearest is cs.LG", "cat:cs.LG"),
        ("source:foo", "the sources are hf and arxiv", "source:hf"),
        ("code:maybe", "code: is yes or no", "code:yes"),
        ("titel:x", "there is no field titel:, the nearest is title:", "title:x"),
        ("(a b", "this parenthesis is never closed", "(a b)"),
        ('x "open', "this quotation mark is never closed", 'x "open"'),
        ("a OR", "OR needs something on both sides", "a"),
        ("upvotes:>20 upvotes:<=20", "with this nothing can match", "upvotes:>20"),
    ],
)
def test_a_mistake_is_said_and_mended(query: str, reason: str, mended: str) -> None:
    with pytest.raises(QueryError) as caught:
        parse(query)
    assert (caught.value.reason, caught.value.mended) == (reason, mended)


@pytest.mark.parametrize(
    ("query", "met"), [("upvotes:>41", True), ("upvotes:>42", False), ("upvotes:<43", True), ("upvotes:42", True)]
)
def test_counts_are_compared(query: str, met: bool) -> None:
    assert holds(parse(query), paper(upvotes=42)) is met
