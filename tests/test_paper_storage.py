"""Papers in the database: what was said comes back as it was, and numbers and first days stay."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
import sqlite_utils
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.papers import merge
from storage import papers, sources
from storage.database import connect
from storage.records import CodeLink, Origin, Paper, SourceState, Statement
from tests.factories import MORNING, paper, statement

FULL = Statement(
    source="huggingface", paper_id="2607.00001", title="Sparse „Routers“", abstract="💥", authors=("A", "B"),
    published=date(2026, 7, 1), listed_at=MORNING, url="https://u", upvotes=0, comments=2, repository="https://r",
    stars=3, project_page="https://p", summary="s", keywords=("k",), thumbnail="https://t", organisation="o",
    categories=("cs.CL",), comment="c", linked=("https://m",), replacement=True,
)  # fmt: skip


@pytest.fixture
def db(tmp_path: Path) -> sqlite_utils.Database:
    opened = connect(tmp_path / "paperwire.db")
    opened.conn.execute("BEGIN")
    return opened


def save(db: sqlite_utils.Database, given: Paper, *said: Statement, now: datetime = MORNING) -> Paper:
    return papers.save(db, given, said or (statement(given.id),), now)


def test_a_paper_comes_back_as_it_was(db: sqlite_utils.Database) -> None:
    given = paper(
        code=(CodeLink("https://github.com/a/b", Origin.REPOSITORY, 7), CodeLink("https://a.dev", Origin.PROJECT)),
        comments=0, stars=7, summary="s", keywords=("k", "ö"), thumbnail="https://t", organisation="o",
        categories=("cs.CL",), comment="c",
    )  # fmt: skip
    stored = save(db, given)
    assert stored.number > 0
    assert papers.get(db, given.id) == papers.by_number(db, stored.number) == stored
    assert stored == paper(**{**{name: getattr(given, name) for name in given.__slots__}, "number": stored.number})


def test_a_paper_of_which_nothing_is_known(db: sqlite_utils.Database) -> None:
    stored = save(db, Paper("x", "T"), Statement("arxiv", "x", "T"))
    assert (
        papers.get(db, "x") == stored == Paper("x", "T", sources=("arxiv",), first_seen=MORNING, number=stored.number)
    )


def test_unknown_papers(db: sqlite_utils.Database) -> None:
    assert papers.get(db, "x") is None
    assert papers.by_number(db, 1) is None
    assert papers.many(db, ["x"]) == []
    assert papers.statements_of(db, ["x"]) == {}
    assert papers.newest_day(db) is None


def test_number_and_first_day_stay_what_they_were(db: sqlite_utils.Database) -> None:
    first = save(db, paper(first_seen=None))
    save(db, paper("2607.00002"))
    again = save(db, paper(title="New", first_seen=None), now=MORNING + timedelta(days=3))
    assert (again.number, again.first_seen, again.title) == (first.number, MORNING, "New")
    assert papers.get(db, again.id) == again


@pytest.mark.parametrize("said", [FULL, Statement("arxiv", "2607.00001", "T")])
def test_a_statement_comes_back_as_it_was(db: sqlite_utils.Database, said: Statement) -> None:
    save(db, paper(), said)
    assert papers.statements_of(db, [said.paper_id]) == {said.paper_id: (said,)}


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50)
@given(
    title=st.text(st.characters(blacklist_categories=["Cs"])),
    votes=st.none() | st.integers(0, 2**63 - 1),
    listed=st.none() | st.datetimes(min_value=datetime(1, 1, 2), max_value=datetime(9999, 12, 30)),
    published=st.none() | st.dates(),
    names=st.lists(st.text(st.characters(blacklist_categories=["Cs"]))).map(tuple),
)
def test_any_statement_comes_back(
    db: sqlite_utils.Database,
    title: str,
    votes: int | None,
    listed: datetime | None,
    published: date | None,
    names: tuple[str, ...],
) -> None:
    moment = listed.replace(tzinfo=UTC, microsecond=0) if listed else None
    said = Statement(
        "arxiv", "x", title, authors=names, upvotes=votes, listed_at=moment, published=published, keywords=names
    )
    stored = save(db, Paper("x", title, authors=names, upvotes=votes, listed_at=moment, published=published), said)
    assert papers.get(db, "x") == stored
    assert papers.statements_of(db, ["x"])["x"] == (said,)


_SAID = st.builds(
    Statement,
    paper_id=st.just("x"), title=st.sampled_from(["", "T", "U"]), abstract=st.sampled_from(["", "A", "B"]),
    source=st.just(""), authors=st.sampled_from([(), ("A",), ("B", "C")]), summary=st.sampled_from(["", "s", "t"]),
    comment=st.sampled_from(["", "c", "d"]),
)  # fmt: skip


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50)
@given(st.lists(st.tuples(_SAID, _SAID), min_size=1, max_size=3))
def test_statements_come_back_whatever_of_them_the_merged_paper_has(
    db: sqlite_utils.Database, turns: list[tuple[Statement, Statement]]
) -> None:
    for one, other in turns:
        said = replace(one, source="arxiv"), replace(other, source="huggingface")
        papers.save(db, merge(said), said, MORNING)
        assert papers.statements_of(db, ["x"]) == {"x": said}


def test_a_text_of_one_source_stands_in_the_file_once(db: sqlite_utils.Database) -> None:
    said = replace(FULL, abstract="Oak leaves fall early.")
    papers.save(db, merge([said]), [said], MORNING)
    assert [row for row in db.execute("SELECT * FROM statements") if said.abstract in str(row)] == []


def test_sources_stand_in_order_of_arrival(db: sqlite_utils.Database) -> None:
    save(db, paper(sources=()), statement(source="huggingface"))
    later = save(db, paper(sources=("arxiv", "huggingface")), statement(), statement(source="arxiv"))
    assert later.sources == ("huggingface", "arxiv")
    assert [said.source for said in papers.statements_of(db, [later.id])[later.id]] == ["huggingface", "arxiv"]
    revised = statement(upvotes=99)
    save(db, paper(), revised, statement(source="arxiv"))
    assert papers.statements_of(db, [later.id])[later.id] == (revised, statement(source="arxiv"))


def test_many_come_in_the_order_asked_for_each_once(db: sqlite_utils.Database) -> None:
    ids = [f"2607.{number:05}" for number in range(1200)]
    for id in ids:
        save(db, paper(id), statement(id))
    wanted = [ids[900], ids[3], "unknown", ids[900], *ids[1000:1100], *ids[:700]]
    assert [found.id for found in papers.many(db, wanted)] == [id for id in dict.fromkeys(wanted) if id != "unknown"]
    assert len(papers.statements_of(db, iter(wanted))) == 801


def test_papers_by_their_listing(db: sqlite_utils.Database) -> None:
    hours = {"a": 0, "b": 23, "c": 24, "d": -1}
    midnight = datetime(2026, 7, 3, tzinfo=UTC)
    for id, hour in hours.items():
        save(db, paper(id, listed_at=midnight + timedelta(hours=hour)))
    save(db, paper("e", listed_at=None))
    assert papers.newest_day(db) == date(2026, 7, 4)
    assert [one.id for one in papers.listed_on(db, date(2026, 7, 3))] == ["b", "a"]
    assert [one.id for one in papers.listed_since(db, midnight)] == ["c", "b", "a"]


def test_papers_by_their_first_author(db: sqlite_utils.Database) -> None:
    for id in ("2607.00001", "hep-th/9901001", "routers"):
        save(db, paper(id, authors=("Mira Okafor", "Jun Sato")))
    save(db, paper("other", authors=("Jun Sato",)))
    save(db, paper("nobody", authors=()))
    found = papers.by_first_author(db, "mira okafor", outside_arxiv=False)
    assert [one.id for one in found] == ["2607.00001", "hep-th/9901001", "routers"]
    assert [one.id for one in papers.by_first_author(db, "Mira Okafor", outside_arxiv=True)] == ["routers"]
    plan = db.execute(
        "EXPLAIN QUERY PLAN SELECT * FROM papers WHERE json_extract(authors, '$[0]') = 'x' COLLATE NOCASE"
    )
    assert "papers_first_author" in str(plan.fetchall())


def test_how_reading_a_source_has_gone(db: sqlite_utils.Database) -> None:
    assert sources.state(db, "arxiv") == SourceState("arxiv")
    assert sources.every(db) == []
    full = SourceState("huggingface", '{"a": 1}', MORNING, 3, MORNING, "down", MORNING + timedelta(hours=1), True)
    sources.save(db, full)
    sources.save(db, SourceState("arxiv"))
    assert sources.state(db, "huggingface") == full
    assert sources.every(db) == [SourceState("arxiv"), full]
    sources.save(db, SourceState("huggingface"))
    assert sources.state(db, "huggingface") == SourceState("huggingface")
