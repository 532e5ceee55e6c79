"""One paper of several statements: ids, versions, the best of each value, and twins without a common id."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import permutations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.papers import canonical_id, is_arxiv_id, merge, revised, same_work
from storage.records import Paper, Statement
from tests.factories import MORNING, statement


@pytest.mark.parametrize(
    ("text", "id"),
    [
        ("2607.26627", "2607.26627"),
        (" 2607.26627v2 ", "2607.26627"),
        ("0704.0001", "0704.0001"),
        ("hep-th/9901001v3", "hep-th/9901001"),
        ("math.GT/0309136", "math.GT/0309136"),
        ("arXiv:2607.26627v12", "2607.26627"),
        ("arXiv: 2607.26627v2 [cs.CL]", "2607.26627"),
        ("oai:arXiv.org:2607.26627v1", "2607.26627"),
        ("http://arxiv.org/abs/2607.26627v1", "2607.26627"),
        ("https://www.arxiv.org/pdf/2607.26627v1.pdf", "2607.26627"),
        ("arxiv.org/html/2607.26627v1#S1", "2607.26627"),
        ("https://export.arxiv.org/abs/hep-th/9901001?context=x", "hep-th/9901001"),
        ("https://huggingface.co/papers/2607.26627", "2607.26627"),
        ("https://hf.co/papers/2607.26627/", "2607.26627"),
        ("https://doi.org/10.48550/arXiv.2607.26627", "2607.26627"),
        ("2607.266270", None),
        ("x2607.26627", None),
        ("2607.26627 and more", None),
        ("https://evil.example.org/abs/2607.26627", None),
        ("https://arxiv.org/abs/", None),
        ("sparse routers", None),
        ("", None),
    ],
)
def test_canonical_ids(text: str, id: str | None) -> None:
    assert canonical_id(text) == id


@given(st.text())
def test_what_is_an_id_is_canonical(text: str) -> None:
    id = canonical_id(text)
    assert id is None or (is_arxiv_id(id) and canonical_id(id) == id)


def hugging_face(**given: Any) -> Statement:
    return statement(source="huggingface", **given)


def arxiv(**given: Any) -> Statement:
    unknown = {"upvotes": None, "url": "https://arxiv.org/abs/2607.00001"}
    return statement(source="arxiv", **unknown | given)


def test_the_best_value_of_each_source() -> None:
    paper = merge([
        hugging_face(title="Sparse Routers^2", abstract="short", authors=("Mira Okafor",), published=date(2026, 7, 2),
                     listed_at=MORNING, upvotes=42, comments=3, stars=310, repository="https://github.com/okafor/routers",
                     summary="A router.", keywords=("routing",), thumbnail="https://cdn.example.org/t.png",
                     organisation="Okafor Lab"),
        arxiv(title="Sparse Routers$^2$", abstract="rather long", authors=("Mira Okafor", "Jun Sato"),
              published=date(2026, 7, 1), listed_at=MORNING - timedelta(days=2), categories=("cs.LG", "cs.CL"),
              comment="Code: https://codeberg.org/okafor/extra"),
    ])  # fmt: skip
    assert paper == Paper(
        id="2607.00001",
        title="Sparse Routers$^2$",
        abstract="rather long",
        authors=("Mira Okafor", "Jun Sato"),
        published=date(2026, 7, 1),
        listed_at=MORNING,
        url="https://huggingface.co/papers/2607.00001",
        upvotes=42,
        comments=3,
        stars=310,
        summary="A router.",
        keywords=("routing",),
        thumbnail="https://cdn.example.org/t.png",
        organisation="Okafor Lab",
        categories=("cs.LG", "cs.CL"),
        comment="Code: https://codeberg.org/okafor/extra",
        code=paper.code,
        sources=("arxiv", "huggingface"),
    )
    assert [link.url for link in paper.code] == [
        "https://github.com/okafor/routers",
        "https://codeberg.org/okafor/extra",
    ]


def test_arxiv_alone() -> None:
    paper = merge([arxiv(listed_at=MORNING - timedelta(days=2))])
    assert (paper.url, paper.listed_at, paper.upvotes) == (
        "https://arxiv.org/abs/2607.00001", MORNING - timedelta(days=2), None,
    )  # fmt: skip


def test_an_arxiv_id_goes_first() -> None:
    assert merge([hugging_face(paper_id="routers"), arxiv()]).id == "2607.00001"


texts = st.sampled_from(["", "a", "b", "https://github.com/okafor/a", "https://okafor.dev"])
statements = st.builds(
    Statement,
    source=st.sampled_from(["huggingface", "arxiv"]),
    paper_id=st.sampled_from(["2607.00001", "routers"]),
    title=st.sampled_from(["T", "Title"]),
    abstract=texts,
    authors=st.lists(st.sampled_from(["A", "B"]), max_size=2, unique=True).map(tuple),
    published=st.none() | st.dates(),
    listed_at=st.none() | st.datetimes(timezones=st.just(UTC)),
    url=texts,
    upvotes=st.none() | st.integers(0, 9),
    repository=texts,
    stars=st.none() | st.integers(0, 9),
    project_page=texts,
    keywords=st.lists(texts, max_size=2).map(tuple),
    comment=texts,
)


@given(st.lists(statements, min_size=1, max_size=3))
def test_merging_minds_neither_order_nor_repetition(said: list[Statement]) -> None:
    paper = merge(said)
    assert all(merge(order) == paper for order in permutations(said))
    assert merge(said + said) == paper


@given(st.lists(statements, min_size=1, max_size=3))
def test_merging_loses_nothing(said: list[Statement]) -> None:
    paper = merge(said)
    for one in said:
        assert one.source in paper.sources
        assert set(one.keywords) <= set(paper.keywords)
        assert bool(paper.abstract) >= bool(one.abstract) and bool(paper.code) >= bool(one.repository)
        assert one.upvotes is None or (paper.upvotes or 0) >= one.upvotes


def test_a_source_that_speaks_again_is_heard_but_takes_nothing_back() -> None:
    first = arxiv(comment="Code: https://github.com/okafor/routers", stars=5, listed_at=MORNING)
    again = arxiv(
        title="Sparse Routers, Revised", comment="", stars=7, listed_at=MORNING + timedelta(days=9), replacement=True
    )
    [other, revision] = revised([hugging_face(), first], again)
    assert other == hugging_face()
    assert revision == arxiv(
        title="Sparse Routers, Revised", comment="Code: https://github.com/okafor/routers", stars=7, listed_at=MORNING
    )


def test_a_further_source_is_added() -> None:
    assert revised([arxiv()], hugging_face()) == (arxiv(), hugging_face())
    assert revised([], arxiv()) == (arxiv(),)


@given(statements, statements)
def test_saying_the_same_again_changes_nothing(one: Statement, other: Statement) -> None:
    known = revised(revised([], one), other)
    assert revised(known, known[-1]) == known


@pytest.mark.parametrize(
    ("id", "title", "author", "same"),
    [
        ("routers", "sparse routers are enough for long context agents.", "Mira Okafor", True),
        ("routers", "Sparse Routers Are Enough for Long-Context Agent", "Okafor, M.", True),
        ("routers", "Sparse Routers Are Enough for Long-Context Agents", "Jun Sato", False),
        ("routers", "Sparse Routers Are Not Enough for Long-Context Agents", "Mira Okafor", False),
        ("routers", "Sparse Routers Are Enough for Long-Context Agents 2", "Mira Okafor", False),
        ("2607.00002", "Sparse Routers Are Enough for Long-Context Agents", "Mira Okafor", False),
        ("2607.00001", "Something Else", "Nobody", True),
    ],
)
def test_twins(id: str, title: str, author: str, same: bool) -> None:
    one, other = arxiv(), hugging_face(paper_id=id, title=title, authors=(author,))
    assert same_work(one, other) is same
    assert same_work(other, one) is same
    assert same_work(merge([one]), other) is same


def test_papers_without_authors_are_nobodys_twins() -> None:
    assert not same_work(arxiv(authors=()), hugging_face(paper_id="routers", authors=()))


def test_the_age_counts_from_the_listing_that_brings_votes() -> None:
    late = datetime(2026, 7, 9, tzinfo=UTC)
    assert merge([arxiv(listed_at=MORNING), hugging_face(listed_at=late)]).listed_at == late
