"""One truth: evaluator, matcher and both tiers of the search agree on invented papers and queries."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlite_utils
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from benchmarks.agreement import compare
from bot.errors import QueryError
from bot.query import canonical, parser
from storage import database, papers
from storage.records import CodeLink, Origin, Paper

NOW = datetime(2026, 7, 3, tzinfo=UTC)
_WORDS = (
    "high cardinality cardinalities highcardinality high-cardinality highs fine tuning fine-tuned finetuning finetune"
    " k means mean kmeans k-means the in stability instability in-stability state-of-the-art art C C++ GPT-4o gpt4o"
    " gpt 4o 4 α $\\alpha$-stable alpha 扩散 扩 naïve agents' Mira"
)
WORDS = _WORDS.split()
NAMES = ("Mira K. Means", "Mira Means", "High Tuning", "Jo Agents", "C. Gpt-Alpha")
_text = st.lists(st.sampled_from(WORDS), max_size=8).map(" ".join)
_numbers = st.one_of(st.none(), st.integers(0, 30))
_papers = st.builds(
    Paper,
    id=st.just(""),
    title=_text,
    abstract=_text,
    authors=st.lists(st.sampled_from(NAMES), max_size=2).map(tuple),
    upvotes=_numbers,
    stars=_numbers,
    categories=st.lists(st.sampled_from(("cs.LG", "cs.CV", "stat.ML", "hep-th")), max_size=2).map(tuple),
    code=st.sampled_from(((), (CodeLink("https://github.com/a/b", Origin.REPOSITORY),))),
    sources=st.sampled_from((("arxiv",), ("huggingface",), ("arxiv", "huggingface"))),
)
_phrase = st.lists(st.sampled_from(WORDS), min_size=1, max_size=3).map(lambda words: f'"{" ".join(words)}"')
_values = st.one_of(st.sampled_from(WORDS), _phrase, st.sampled_from(WORDS).map(lambda word: f"{word.strip()[:3]}*"))
_conditions = st.sampled_from(
    (
        "cat:cs.LG",
        "cat:cs.*",
        "cat:hep-th",
        "source:hf",
        "source:arxiv",
        "code:yes",
        "code:no",
        "upvotes:>=9",
        "stars:<9",
    )
)
_leaves = st.one_of(
    _values,
    _values,
    st.builds("{}:{}".format, st.sampled_from(("title", "abstract", "author")), _values),
    st.builds('author:"{}"'.format, st.sampled_from(NAMES)),
    _conditions,
)
_queries = st.recursive(
    _leaves,
    lambda inner: st.one_of(
        st.lists(inner, min_size=2, max_size=4).map(" ".join),
        st.lists(inner, min_size=2, max_size=3).map(" OR ".join),
        st.builds("({}) -({})".format, inner, inner),
        st.builds("({}) ({})".format, inner, inner),
    ),
    max_leaves=6,
)


@pytest.fixture
def db(tmp_path: Path) -> Iterator[sqlite_utils.Database]:
    """An archive."""
    connection = database.connect(tmp_path / "papers.db")
    yield connection
    connection.close()


@given(st.lists(_papers, min_size=1, max_size=6), st.lists(_queries, min_size=1, max_size=12))
@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_all_who_decide_agree(db: sqlite_utils.Database, drawn: list[Paper], texts: list[str]) -> None:
    trees = {}
    for text in texts:
        try:
            tree = parser.parse(text)
        except QueryError:
            continue
        trees[canonical.text(tree)] = tree
    with db.conn:
        db.conn.execute("BEGIN")
        db.execute("DELETE FROM papers")
        db.execute("INSERT INTO search (search) VALUES ('delete-all')")
        stored = [papers.save(db, replace(paper, id=str(number)), (), NOW) for number, paper in enumerate(drawn)]
    assert not compare(db, stored, trees)
