"""What is offered for a query that finds nothing, and what is nearly another query."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import suggestions
from bot.errors import QueryError
from bot.query.parser import parse

VOCABULARY = {
    "quantization": 46,
    "quantizations": 2,
    "graph": 100,
    "graphs": 60,
    "neural": 200,
    "network": 300,
    "diffusion": 80,
    "cardinality": 1,
    "form": 9,
    "from": 900,
}


@pytest.mark.parametrize(
    ("query", "offered"),
    [
        ("quantisaton", ["quantization"]),
        ("graph neurl network", ["graph neural network"]),
        ('"graph neural netwrk"', ['"graph neural network"']),
        ("cardinalty -survey", ["cardinality -survey"]),
        ("difusoin code:yes", ["diffusion code:yes"]),
        ("title:grahp", ["title:graph"]),
        ("title:graphes", ["title:graphs", "title:graph"]),
        ("diffusion", []),
        ("author:lecum", []),
        ("gpt-5x", []),
        ("zzzz", []),
        ("difus*", []),
    ],
)
def test_unknown_words_are_spelled_as_the_archive_spells_them(query: str, offered: list[str]) -> None:
    assert suggestions.spellings(parse(query), VOCABULARY) == offered


def test_fewer_slips_come_first_then_what_more_papers_have() -> None:
    assert suggestions.neighbours("fomr", VOCABULARY) == ["form"]
    assert suggestions.neighbours("grapph", VOCABULARY) == ["graph", "graphs"]
    assert suggestions.neighbours("quantizatons", VOCABULARY) == ["quantizations", "quantization"]


@pytest.mark.parametrize(
    ("query", "offered"),
    [
        ("quantization", ["quantiz*"]),
        ('"flow matching"', ["flow matching"]),
        ("title:diffusion", ["title:diffus*", "diffusion"]),
        ("graph flow code:yes", ["graph flow", "flow code:yes", "graph code:yes"]),
        ("graph -survey", ["graph"]),
        ("rag", []),
        ("graph OR flow", []),
    ],
)
def test_broader_forms_change_as_little_as_they_can(query: str, offered: list[str]) -> None:
    assert suggestions.broader(parse(query)) == offered


@pytest.mark.parametrize(
    ("query", "other", "same"),
    [
        ("diffusions", "diffusion", True),
        ("neural graph", "graph neural", True),
        ("speculatve decoding", "speculative decoding", True),
        ("quantisation", "quantization", True),
        ("diffusion -survey", "diffusion survey", False),
        ("gpt-4", "gpt-3", False),
        ("diffusion", "title:diffusion", False),
        ("upvotes:>=20", "upvotes:>=30", False),
        ("cat:cs.LG", "cat:cs.AI", False),
        ("graph", "graph neural", False),
        ("agents", "agency", False),
    ],
)
def test_nearly_the_same(query: str, other: str, same: bool) -> None:
    assert suggestions.nearly(query, ["robotics", other]) == (other if same else "")


def test_a_query_is_not_nearly_itself() -> None:
    assert suggestions.nearly("diffusion", ["diffusion"]) == ""


@given(st.text(alphabet='abgrph neural-*"():OR19', max_size=40))
def test_all_that_is_offered_can_be_asked(text: str) -> None:
    try:
        tree = parse(text)
    except QueryError:
        return
    for offered in (*suggestions.spellings(tree, VOCABULARY), *suggestions.broader(tree)):
        parse(offered)
        assert offered != text
