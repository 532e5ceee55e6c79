"""Queries as the sources' own searches take them."""

from __future__ import annotations

import pytest

from bot.query.asking import LONGEST, for_arxiv, for_hugging_face
from bot.query.parser import parse


@pytest.mark.parametrize(
    ("query", "hugging_face", "arxiv"),
    [
        ("graph", "graph", "all:graph"),
        ("graph neural", "graph neural", "(all:graph AND all:neural)"),
        ('"graph neural" -survey', "graph neural", '(all:"graph neural" ANDNOT all:survey)'),
        ('diffusion OR "flow matching"', "diffusion flow matching", '(all:diffusion OR all:"flow matching")'),
        ("(graph OR flow) cat:cs.LG", "graph flow", "((all:graph OR all:flow) AND cat:cs.LG)"),
        ('author:"Yann LeCun" code:yes', "yann lecun", 'au:"yann lecun"'),
        ("title:high-cardinality quantiz*", "high-cardinality quantiz", '(ti:"high cardinality" AND all:quantiz*)'),
        ("abstract:C++ cat:cs.*", "c++", '(abs:"c++" AND cat:cs.*)'),
        ("a -(b c) -(d OR e)", "a", "(all:a ANDNOT (all:b AND all:c) ANDNOT (all:d OR all:e))"),
        ("attention is all you need", "attention is all you need", "(all:attention AND all:all AND all:need)"),
        ("(graph OR code:yes) -upvotes:>3", "graph", "all:graph"),
        ("cat:cs.LG", "", "cat:cs.LG"),
        ("code:yes stars:>=100 source:hf", "", ""),
    ],
)
def test_what_is_asked(query: str, hugging_face: str, arxiv: str) -> None:
    tree = parse(query)
    assert (for_hugging_face(tree), for_arxiv(tree)) == (hugging_face, arxiv)


def test_a_long_query_is_cut_at_a_word() -> None:
    words = for_hugging_face(parse(" ".join(f"word{number:05}" for number in range(25)) + " ends"))
    assert len(words) <= LONGEST and words.endswith("word00024")
