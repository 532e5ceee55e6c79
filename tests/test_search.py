"""The archive's search: what comes first, what is counted, and that no text breaks it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any  # keyword arguments of find, passed on

import pytest
import sqlite_utils

from bot import results
from bot.query.fulltext import compiled
from bot.query.parser import parse
from storage import beginnings, database, papers, search
from storage.records import CodeLink, Origin, Paper
from storage.vocabulary import Vocabulary

NOW = datetime(2026, 7, 3, tzinfo=UTC)
CODE = (CodeLink("https://github.com/okafor-lab/routers", Origin.REPOSITORY),)


@pytest.fixture
def db(tmp_path: Path) -> Iterator[sqlite_utils.Database]:
    """An archive without papers."""
    connection = database.connect(tmp_path / "papers.db")
    yield connection
    connection.close()


def store(db: sqlite_utils.Database, *found: Paper) -> None:
    with db.conn:
        db.conn.execute("BEGIN")
        for paper in found:
            papers.save(db, paper, (), NOW)


def find(db: sqlite_utils.Database, query: str, **given: Any) -> list[str]:
    return [paper.id for paper in search.find(db, compiled(parse(query)), limit=given.pop("limit", 20), **given)]


def count(db: sqlite_utils.Database, query: str, **given: Any) -> int:
    return search.count(db, compiled(parse(query)), **given)


def test_very_words_come_before_their_inflections(db: sqlite_utils.Database) -> None:
    store(
        db,
        Paper("stem", "Cardinals, Cardinals", "cardinals", upvotes=500),
        Paper("hyphen", "Sets", "Models for high-cardinality data", upvotes=0),
        Paper("word", "More Sets", "The cardinality of sets"),
    )
    assert find(db, "cardinality")[2:] == ["stem"]


def test_title_goes_above_abstract_above_authors(db: sqlite_utils.Database) -> None:
    store(
        db,
        Paper("author", "Sets", "Of things and others", ("Mira Router", "Jo Sato")),
        Paper("abstract", "Sets", "Of router and others", ("Mira Okafor", "Jo Sato")),
        Paper("title", "Router", "Of things and others", ("Mira Okafor", "Jo Sato")),
    )
    assert find(db, "router") == ["title", "abstract", "author"]


def test_a_paper_of_that_title_is_first(db: sqlite_utils.Database) -> None:
    store(
        db,
        Paper("long", "Sparse Routers: Sparse Routers for Sparse Routers", "sparse routers", upvotes=900),
        Paper("exact", "Sparse routers", "Something else, said at length, so that it would rank below."),
    )
    store(
        db, Paper("again", "Learning to Learn to Route (and to Learn)"), Paper("more", "Learning to learn and route to")
    )
    assert find(db, "Learning to Learn to Route (and to Learn)")[0] == "again"
    assert find(db, "Sparse Routers")[0] == find(db, '"sparse routers"')[0] == "exact"


def test_votes_and_youth_lift_among_equals(db: sqlite_utils.Database) -> None:
    old = NOW - timedelta(days=400)
    store(
        db,
        Paper("old", "Router", listed_at=old),
        Paper("new", "Router", listed_at=NOW),
        Paper("voted", "Router", listed_at=NOW, upvotes=300),
    )
    assert find(db, "router -survey") == ["voted", "new", "old"]


def test_orders(db: sqlite_utils.Database) -> None:
    for number, votes in enumerate((5, None, 40)):
        store(db, Paper(str(number), "Router", listed_at=NOW + timedelta(days=number), upvotes=votes))
    assert find(db, "router", order="newest") == ["2", "1", "0"]
    assert find(db, "router", order="votes") == ["2", "0", "1"]
    assert find(db, "upvotes:>=1", order="votes", limit=1, offset=1) == ["0"]


def test_since_counts_from_the_listing_or_else_from_the_first_sight(db: sqlite_utils.Database) -> None:
    store(db, Paper("listed", "Router", listed_at=NOW - timedelta(days=40)), Paper("seen", "Router"))
    since = NOW - timedelta(days=30)
    assert find(db, "router", since=since) == ["seen"]
    assert (count(db, "router", since=since), count(db, "router")) == (1, 2)


def test_with_code_only(db: sqlite_utils.Database) -> None:
    store(db, Paper("with", "Router", code=CODE), Paper("without", "Router"))
    assert find(db, "router", code_only=True) == ["with"]
    assert count(db, "router", code_only=True) == 1
    assert find(db, "code:no") == ["without"]


def test_code_that_is_left_out_makes_nothing_of_a_query_a_mistake(db: sqlite_utils.Database) -> None:
    store(db, Paper("1", "Router of the North", "routers"), Paper("2", "Routes", "route", code=CODE))
    asked = results.find(db, parse("north"), code_only=True, limit=5)
    assert (asked.total, asked.respelled, asked.instead) == (0, "", False)
    near = results.find(db, parse("north route zebra"), limit=5)
    assert ([paper.id for paper in near.papers], near.instead) == ([], False)
    near = results.find(db, parse("north router zebra"), limit=5)
    assert ([paper.id for paper in near.papers], near.nearest) == (["1"], True)


def test_beginnings_of_words_that_many_papers_have_match_the_same_papers(
    db: sqlite_utils.Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    texts = ("Models", "A model router", "Moderate models", "Language modelling", "Modems", "A router", "Languages")
    store(db, *(Paper(f"{number}", texts[number % 7], "Of language models" * (number % 2)) for number in range(140)))
    store(db, Paper("rare", "A router of modesty"))
    queries = ("mode*", "title:mode*", "router mode*", '"language mode*"', "mode* -router", "router -mode*")
    before = {query: set(find(db, query, limit=150)) for query in queries}
    monkeypatch.setattr(search, "RANKED", 9)
    monkeypatch.setattr(search, "CANDIDATES", 9)
    for query in queries:
        pages = [paper for offset in range(0, 150, 30) for paper in find(db, query, limit=30, offset=offset)]
        assert len(pages) == len(set(pages)) == count(db, query)
        assert set(pages) == before[query]
    spelled = beginnings.spelled_out(db, 'title : "mode" *')
    assert spelled == 'title : ("models" OR "modems" OR "modelling" OR "moderate" OR "model")'


def test_pages_reach_every_paper_once(db: sqlite_utils.Database) -> None:
    store(db, *(Paper(f"{number}", "Router" if number % 3 else "Routers") for number in range(search.RANKED + 30)))
    pages = [find(db, "router", limit=50, offset=offset) for offset in range(0, 300, 50)]
    shown = [id for page in pages for id in page]
    assert len(shown) == len(set(shown)) == count(db, "router") == search.RANKED + 30
    exact = sum(1 for number in range(search.RANKED + 30) if number % 3)
    assert all(int(id) % 3 for id in shown[:exact])


def test_a_changed_paper_is_found_by_its_new_words_only(db: sqlite_utils.Database) -> None:
    paper = Paper("1", "Sparse Router", "Old words", ("Mira Okafor",), upvotes=1)
    store(db, paper, replace(paper, upvotes=2), replace(paper, title="Dense Gate", abstract="New words"))
    assert find(db, "gate new okafor") == ["1"]
    assert find(db, "router") == find(db, "old") == []
    db.execute("INSERT INTO search (search) VALUES ('integrity-check')")


def test_conditions_and_words_in_any_mixture(db: sqlite_utils.Database) -> None:
    store(
        db,
        Paper("1", "Router", categories=("cs.LG",), upvotes=30, sources=("huggingface",)),
        Paper("2", "Gate", categories=("cs.LG", "stat.ML"), stars=7, sources=("arxiv",)),
        Paper("3", "Router survey", categories=("math-ph",), sources=("arxiv",)),
    )
    assert sorted(find(db, "router OR cat:stat.ML")) == ["1", "2", "3"]
    assert sorted(find(db, "(router OR stars:>5) -survey")) == ["1", "2"]
    assert find(db, "cat:cs.* -gate") == ["1"]
    assert find(db, "source:arxiv -upvotes:>=1 -stars:>=1") == ["3"]
    assert sorted(find(db, "source:arxiv -(gate upvotes:>=1)")) == ["2", "3"]


@pytest.mark.parametrize(
    "query",
    [
        "NEAR near AND column",
        '"a" "b c" C++ C#',
        "rowid match bm25",
        "it's 3.5 ^start",
        "扩散 ß ½ İ",
        "x% _y ' ; DROP TABLE",
    ],
)
def test_no_text_breaks_the_search(db: sqlite_utils.Database, query: str) -> None:
    title = query.replace("AND", "and").replace('"', "")
    store(db, Paper("1", title))
    assert find(db, query) == ["1"]


def test_the_vocabulary_counts_abstracts_or_titles_if_more(db: sqlite_utils.Database) -> None:
    store(db, Paper("1", "Gate", "Routers, routers"), Paper("2", "Gate", "Routers and state-of-the-art gates"))
    vocabulary = Vocabulary(db)
    assert vocabulary.counts(["routers", "gates", "gate", "it's"]) == {"routers": 2, "gates": 1, "gate": 2}
    assert vocabulary.beginning("ga") == {"gate": 2, "gates": 1}
    assert vocabulary.beginning("state") == {"state": 1, "stateoftheart": 1}
    assert vocabulary.beginning("z") == {}
