"""The matcher: which subscriptions a paper is for, whatever was added and removed before."""

from __future__ import annotations

import gc
from dataclasses import replace

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule

from bot.errors import QueryError
from bot.index.features import Feature, Query
from bot.matching import Matcher, conditional, newly
from bot.query import canonical, verdict
from bot.query.parser import parse
from bot.query.tree import Field, Node
from storage.records import CodeLink, Origin, Paper
from tests import factories

CODE = (CodeLink("https://github.com/okafor-lab/routers", Origin.REPOSITORY, 12),)
PAPER = factories.paper(
    title="High-Cardinality Flow Matching for Agents",
    abstract="We fine-tune sparse routers; state-of-the-art retrieval-augmented generation without surveys.",
    authors=("Mira K. Okafor", "Jun Sato", "Jan de Vries"),
    categories=("cs.LG", "stat.ML"),
    upvotes=20,
    stars=None,
)


def matcher_of(*queries: str) -> Matcher:
    """A matcher whose subscriptions, numbered from 1, have these queries."""
    matcher = Matcher()
    for number, query in enumerate(queries, 1):
        tree = parse(query)
        matcher.add(number, canonical.text(tree), tree)
    return matcher


def subscribers(matcher: Matcher, paper: Paper) -> set[int]:
    """The subscriptions that get a paper; none of them twice."""
    ids = [id for match in matcher.match(paper) for id in match.subscriptions]
    assert sorted(matcher.followers(paper)) == sorted(ids)
    assert len(ids) == len(set(ids))
    return set(ids)


@pytest.mark.parametrize(
    ("query", "met"),
    [
        ("cardinality", True),
        ("cardinalities", True),
        ("high cardinality", True),
        ("highcardinality", True),
        ("routing", False),
        ("router", True),
        ("finetuning", True),
        ("fine tuned", True),
        ('"tune fine"', False),
        ('"sparse routers"', True),
        ('"routers state"', True),
        ('"sparse retrieval"', False),
        ('"the art retrieval augmented"', True),
        ('"of the art retrieval augmented generations"', True),
        ('"the art of retrieval augmented"', False),
        ("state-of-the-art", True),
        ("stateoftheart", True),
        ("rag", False),
        ("agents -survey", False),
        ("agents -diffusion", True),
        ("agents -(diffusion OR survey)", False),
        ("diffusion OR agents", True),
        ("(diffusion OR agents) (flow OR rectified) -video", True),
        ("card*", True),
        ("cards*", False),
        ("title:card*", True),
        ("abstract:card*", False),
        ('"flow mat*"', True),
        ('"matching flow*"', False),
        ("title:routers", False),
        ("abstract:routers", True),
        ("author:okafor", True),
        ('author:"Mira Okafor"', True),
        ('author:"Okafor Mira"', False),
        ("author:routers", False),
        ('author:"Jan Vries"', False),
        ('author:"Jan de Vries"', True),
        ("okafor", True),
        ("okafors", False),
        ("cat:cs.LG", True),
        ("cat:cs.CV", False),
        ("cat:cs.*", True),
        ("cat:stat.* agents", True),
        ("source:hf", True),
        ("source:arxiv", False),
        ("code:yes", False),
        ("code:no", True),
        ("upvotes:>=20", True),
        ("upvotes:>20", False),
        ("stars:>=0", False),
        ("stars:>=0 OR flow", True),
    ],
)
def test_a_query_alone(query: str, met: bool) -> None:
    assert subscribers(matcher_of(query), PAPER) == ({1} if met else set())
    assert subscribers(matcher_of("unrelated words", query, f"{query} -nothing"), PAPER) == ({2, 3} if met else set())


def test_equal_queries_are_one_match() -> None:
    matcher = matcher_of("Agents flow", "agents FLOW", "agents")
    assert sorted((match.query, match.subscriptions) for match in matcher.match(PAPER)) == [
        ("agents", (3,)),
        ("agents flow", (1, 2)),
    ]


def test_a_match_says_what_was_found_where() -> None:
    [match] = matcher_of("agents okafor -survey OR upvotes:>=20").match(PAPER)
    found = {canonical.leaf(hit.leaf): hit.places for hit in match.found}
    assert found["upvotes:>=20"] == ()
    [place] = found["agents"]
    assert (place.field, PAPER.title[place.start : place.end]) == (Field.TITLE, "Agents")
    assert [place.field for place in found["okafor"]] == [Field.AUTHOR]
    assert "survey" not in found


def test_another_query_takes_the_place_of_the_first() -> None:
    matcher = matcher_of("agents", "agents")
    matcher.add(1, "diffusion", parse("diffusion"))
    assert subscribers(matcher, PAPER) == {2}
    assert subscribers(matcher, replace(PAPER, title="Diffusion")) == {1}


def test_what_is_removed_is_forgotten_and_the_rest_stays() -> None:
    matcher = matcher_of("agents", "agents", "flow agents", "title:flow*", "cat:cs.LG", "upvotes:>=5")
    for gone in (1, 3, 4, 6, 99):
        matcher.remove(gone)
    assert subscribers(matcher, PAPER) == {2, 5}


def test_nothing_is_kept_of_what_is_gone() -> None:
    matcher = Matcher()
    queries = (
        "agents",
        '"flow matching works" OR agents -survey',
        "title:card* flow",
        "agents sparse routers upvotes:>3",
        "(agents OR flow) agents",
        "flow cat:cs.LG code:yes",
        'author:"Jun Sato" source:hf',
    )
    before = kept()
    for number, query in enumerate(queries * 2):
        matcher.add(number, query, parse(query))
    assert kept() > before
    for number in range(len(queries) * 2):
        matcher.remove(number)
    assert kept() == before
    assert matcher.match(PAPER) == []


def kept() -> int:
    """How many features and queries there are in this process."""
    gc.collect()
    return sum(isinstance(thing, Feature | Query) for thing in gc.get_objects())


def test_a_condition_fires_when_it_becomes_true() -> None:
    matcher = matcher_of("agents code:yes", "agents upvotes:>=50", "agents", "source:arxiv", "diffusion code:yes")
    after = replace(PAPER, code=CODE, sources=("huggingface", "arxiv"), upvotes=30)
    assert {match.query for match in newly(matcher, PAPER, after)} == {"agents code:yes", "source:arxiv"}
    assert newly(matcher, after, replace(after, upvotes=31)) == []
    assert {match.query for match in newly(matcher, after, replace(after, upvotes=50))} == {"agents upvotes:>=50"}
    assert len(newly(matcher, None, PAPER)) == 1


@pytest.mark.parametrize(
    ("query", "depends"),
    [
        ("agents", False),
        ("title:agents -survey cat:cs.LG", False),
        ("agents code:yes", True),
        ("agents -code:no", True),
        ("agents OR (flow upvotes:>=3)", True),
        ("stars:>=100", True),
        ("agents source:hf", True),
    ],
)
def test_which_queries_can_become_true_later(query: str, depends: bool) -> None:
    assert conditional(query) is depends


_VOCABULARY = (
    "agents agent high cardinality highcardinality high-cardinality fine tuning fine-tuned finetuning k means k-means"
    " kmeans the in stability instability state-of-the-art C C++ GPT-4o gpt 4o α 扩散 naïve Mira means sato jun-sato"
)
_WORDS = _VOCABULARY.split()
_NAMES = ("Mira K. Means", "Mira Means", "High Tuning", "Jun-Sato Agents", "C. Gpt-Alpha")
_places = st.integers(0, len(_WORDS) - 1)
_run = st.builds(lambda start, length: " ".join(_WORDS[start : start + length]), _places, st.integers(1, 7))
_text = st.one_of(_run, st.lists(st.sampled_from(_WORDS), max_size=7).map(" ".join))
_papers = st.builds(
    Paper,
    id=st.just("2607.00001"),
    title=_text,
    abstract=_text,
    authors=st.lists(st.sampled_from(_NAMES), max_size=2).map(tuple),
    upvotes=st.sampled_from((None, 0, 5, 9)),
    categories=st.lists(st.sampled_from(("cs.LG", "cs.CV", "hep-th")), max_size=2).map(tuple),
    code=st.sampled_from(((), CODE)),
    sources=st.sampled_from((("arxiv",), ("huggingface", "arxiv"))),
)
_phrase = st.one_of(_run, st.lists(st.sampled_from(_WORDS), min_size=1, max_size=4).map(" ".join)).map('"{}"'.format)
_beginning = st.sampled_from(_WORDS).map(lambda word: f"{word[:3].strip('-')}*")
_words = st.one_of(st.sampled_from(_WORDS), _phrase, _beginning)
_leaf = st.one_of(
    _words,
    st.builds("{}:{}".format, st.sampled_from(("title", "abstract", "author")), _words),
    st.sampled_from(("cat:cs.LG", "cat:cs.*", "cat:hep-th", "source:hf", "code:yes", "code:no", "upvotes:>=5")),
)
_queries = st.recursive(
    _leaf,
    lambda inner: st.one_of(
        st.lists(inner, min_size=2, max_size=4).map(" ".join),
        st.lists(inner, min_size=2, max_size=4).map(" OR ".join),
        st.builds("({}) -({})".format, inner, inner),
        st.builds("({}) ({})".format, inner, inner),
    ),
    max_leaves=7,
)


class Subscribing(RuleBasedStateMachine):
    """Subscriptions come, change and go; each paper reaches those whose tree it holds for."""

    def __init__(self) -> None:
        super().__init__()
        self.matcher = Matcher()
        self.trees: dict[int, Node] = {}

    @rule(id=st.integers(1, 12), queries=st.lists(_queries, min_size=1, max_size=6))
    def follow(self, id: int, queries: list[str]) -> None:
        for number, query in enumerate(queries, id):
            try:
                tree = parse(query)
            except QueryError:
                continue
            self.trees[number] = tree
            self.matcher.add(number, canonical.text(tree), tree)

    @rule(id=st.integers(1, 18))
    def leave(self, id: int) -> None:
        self.trees.pop(id, None)
        self.matcher.remove(id)

    @rule(papers=st.lists(_papers, min_size=1, max_size=8))
    def publish(self, papers: list[Paper]) -> None:
        for paper in papers:
            wanted = {id for id, tree in self.trees.items() if verdict.holds(tree, paper)}
            assert subscribers(self.matcher, paper) == wanted


TestSubscribing = Subscribing.TestCase
TestSubscribing.settings = settings(max_examples=60, stateful_step_count=25, deadline=None)
