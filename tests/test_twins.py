"""A paper that reaches the archive under an id that is none of arXiv's, and under arXiv's, is one."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest

from bot.ingest import ingest
from bot.matching import Matcher
from bot.sources.source import Batch
from storage import digests, papers, saved, views, wishes
from storage.database import Database
from storage.records import Paper, Statement
from tests.factories import MORNING, statement
from tests.rounds import Rounds, Told

ON_ARXIV = statement("2607.00001", "arxiv", url="https://arxiv.org/abs/2607.00001")
ELSEWHERE = statement("okafor-routers", "huggingface", title="Sparse routers are enough for long-context agents")


async def stored(database: Database, *said: Statement, now: datetime = MORNING) -> list[Paper]:
    for one in said:
        await database.write(
            ingest, Batch((one,), "{}"), source=one.source, is_news=lambda _: True, matcher=Matcher(), now=now
        )
    found = await database.read(papers.many, ["2607.00001", "2607.00002", "okafor-routers"])
    return found


async def test_arxiv_first(database: Database) -> None:
    [paper] = await stored(database, ON_ARXIV, ELSEWHERE)
    assert (paper.id, paper.sources) == ("2607.00001", ("arxiv", "huggingface"))


async def test_arxiv_later(database: Database) -> None:
    [paper] = await stored(database, ELSEWHERE, ON_ARXIV, ELSEWHERE, ON_ARXIV)
    assert (paper.id, paper.sources) == ("2607.00001", ("huggingface", "arxiv"))
    assert paper.number == 1


@pytest.mark.parametrize("author", ["M. Okafor", "Okafor, Mira", "Mira Ọkafor"])
async def test_the_author_in_other_letters(database: Database, author: str) -> None:
    other = replace(ELSEWHERE, authors=(author, *ELSEWHERE.authors[1:]))
    [paper] = await stored(database, other, ON_ARXIV)
    assert paper.sources == ("huggingface", "arxiv")
    [paper] = await stored(database, replace(other, paper_id="okafor-again"))
    assert paper.id == "2607.00001"


@pytest.mark.parametrize("first", [(), (ELSEWHERE,)])
@pytest.mark.parametrize("ids", [("okafor-routers", "2607.00001"), ("2607.00001", "okafor-routers")])
async def test_together(database: Database, first: tuple[Statement, ...], ids: tuple[str, str]) -> None:
    """One source lists it twice at once, also where it is known by its own id."""
    said = {one.paper_id: one for one in (ELSEWHERE, replace(ON_ARXIV, source="huggingface"))}
    batch = Batch(tuple(said[id] for id in ids), "{}")
    await stored(database, *first)
    await database.write(ingest, batch, source="huggingface", is_news=lambda _: True, matcher=Matcher(), now=MORNING)
    assert [paper.id for paper in await stored(database)] == ["2607.00001"]


async def test_who_got_it_under_its_first_id_gets_it_no_more(database: Database) -> None:
    """And what was noted of it is noted of the paper with arXiv's id, also in the digest that it came in."""
    rounds, there, here = Rounds(database), Told("huggingface"), Told("arxiv")
    there.news, here.news = (ELSEWHERE,), (ON_ARXIV,)
    for source in ("huggingface", "arxiv"):
        await rounds.has_archive(source)
    await rounds.follow("routers")
    await rounds.round(there)
    assert await rounds.ids() == ["okafor-routers"]
    digest = await database.write(digests.record, 1, 0, ["a", "okafor-routers", "b"], 3, MORNING)
    await rounds.send()
    for add in (saved.add, wishes.make):
        await database.write(add, 1, 0, "okafor-routers", MORNING)
    await rounds.round(here)
    assert await rounds.ids() == [] and await rounds.stored() == ["2607.00001"]
    assert await database.read(wishes.is_open, 1, 0, "2607.00001")
    assert await database.read(saved.count, 1, 0) == 1
    kept = await database.read(digests.get, 1, digest.id)
    assert kept and kept.paper_ids == ("a", "2607.00001", "b")
    await rounds.round(there)
    assert await rounds.ids() == [] and await rounds.stored() == ["2607.00001"]


async def test_what_is_left_of_a_removed_paper_is_in_nobodys_way(database: Database) -> None:
    """It was opened in the message in which the paper with another id was opened later."""
    await stored(database, ELSEWHERE)
    for id in ("2607.00001", "okafor-routers"):
        await database.write(views.show, 1, 0, 7, "p:1", MORNING, paper_id=id)
    assert [paper.id for paper in await stored(database, ON_ARXIV)] == ["2607.00001"]


async def test_two_ids_of_arxiv_are_two_papers(database: Database) -> None:
    assert len(await stored(database, ON_ARXIV, statement("2607.00002"))) == 2


async def test_another_author_is_another_paper(database: Database) -> None:
    assert len(await stored(database, ON_ARXIV, statement("okafor-routers", authors=("Jun Sato",)))) == 2
