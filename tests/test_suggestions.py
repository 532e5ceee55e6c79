"""What is offered for a query that finds nothing, and what is nearly another query."""

from __future__ import annotations

from collections.abc import Collection

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import suggestions
from bot.errors import QueryError
from bot.query import canonical
from bot.query.parser import parse
from storage.text import FUNCTION_WORDS


class Archive:
    """An archive with these words, each in so many papers."""

    def __init__(self, papers: dict[str, int]) -> None:
        self._papers = papers

    def counts(self, words: Collection[str]) -> dict[str, int]:
        return {word: self._papers[word] for word in words if word in self._papers}

    def beginning(self, letters: str) -> dict[str, int]:
        return {word: count for word, count in self._papers.items() if word.startswith(letters)}


_PAPERS = {
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
VOCABULARY = Archive(_PAPERS)


@pytest.mark.parametrize(
    ("query", "offered"),
    [
        ("quantisaton", ["quantization"]),
        ("graph neurl network", ["graph neural network"]),
        ("grahp neurl netwrok", ["graph neural network"]),
        ('"graph neural netwrk"', ['"graph neural network"']),
        ("cardinalty -survey", ["cardinality -survey"]),
        ("difusoin code:yes", ["diffusion code:yes"]),
        ("title:grahp", ["title:graph"]),
        ("title:graphes", ["title:graphs", "title:graph"]),
        ("high-cardinalty flow", ["high-cardinality flow"]),
        ("nueral", ["neural"]),
        ("newtork", ["network"]),
        ("diffusion", []),
        ("form", []),
        ("author:lecum", []),
        ("gpt-5x", []),
        ("zzzz", []),
        ("difus*", []),
    ],
)
def test_unknown_words_are_spelled_as_the_archive_spells_them(query: str, offered: list[str]) -> None:
    assert list(suggestions.spellings(parse(query), VOCABULARY)) == offered


def test_a_word_that_hardly_any_paper_has_may_be_a_slip_itself() -> None:
    archive = Archive({"difusion": 1, "diffusion": 80, "fusion": 3, "infusion": 140, "form": 4, "from": 900})
    assert list(suggestions.spellings(parse("difusion"), archive)) == ["diffusion"]
    assert list(suggestions.spellings(parse("fusion form"), archive)) == []


def test_fewer_slips_come_first_then_what_more_papers_have() -> None:
    assert suggestions.neighbours("fomr", VOCABULARY) == ["form"]
    assert suggestions.neighbours("grapph", VOCABULARY) == ["graph", "graphs"]
    assert suggestions.neighbours("quantizatons", VOCABULARY) == ["quantizations", "quantization"]


def test_a_known_word_may_be_a_slip_beside_others_for_one_that_more_papers_have() -> None:
    archive = Archive({"modes": 9, "model": 900, "neural": 200})
    assert list(suggestions.spellings(parse("modes neural"), archive)) == ["model neural"]
    assert list(suggestions.spellings(parse("modes"), archive)) == []


def test_a_lost_letter_is_likelier_than_a_wrong_one() -> None:
    assert suggestions.neighbours("fuzing", Archive({"fuzzing": 2, "fusing": 12})) == ["fuzzing", "fusing"]


@pytest.mark.parametrize(
    ("query", "nearest"),
    [
        ("graph neural flow", "neural flow OR graph flow OR graph neural"),
        ("graph flow code:yes", "flow code:yes OR graph code:yes"),
        ("graph", None),
        ("graph -flow", None),
    ],
)
def test_nearest_is_what_has_all_words_but_one(query: str, nearest: str | None) -> None:
    found = suggestions.nearest(parse(query))
    assert (found and canonical.text(found)) == nearest


@pytest.mark.parametrize(
    ("query", "offered"),
    [
        ("quantization", ["quantiz*"]),
        ('"flow matching"', ["flow matching"]),
        ("title:diffusion", ["title:diffus*", "diffusion"]),
        ("graph flow code:yes", ["graph flow", "flow code:yes", "graph code:yes", "(graph OR flow) code:yes"]),
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
        ('"graph neural"', "graph neural", True),
        ('"flow matching" code:yes', "code:yes flow-matching", True),
        ("small language models", "large language models", False),
        ("speech agents", "speed agents", False),
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


@given(st.sampled_from(sorted(_PAPERS)), st.integers(0, 20), st.sampled_from("aeiz"), st.sampled_from("+-~<"))
def test_the_right_word_is_among_the_neighbours_wherever_the_slip(
    word: str, place: int, letter: str, kind: str
) -> None:
    place %= len(word)
    before, after = word[:place], word[place:]
    slip = {"+": letter + after, "-": after[1:], "~": letter + after[1:], "<": after[1:2] + after[0] + after[2:]}[kind]
    typo = before + slip
    if len(typo) >= 4 and typo not in _PAPERS and word not in FUNCTION_WORDS:
        assert word in suggestions.neighbours(typo, VOCABULARY)


def test_what_holds_sentences_together_is_no_topic() -> None:
    assert "from" not in suggestions.neighbours("fromm", VOCABULARY)


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
