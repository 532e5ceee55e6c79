"""A paper that reaches the archive under an id that is none of arXiv's, and under arXiv's, is one."""

from __future__ import annotations

from datetime import datetime

from bot.ingest import ingest
from bot.matching import Matcher
from bot.sources.source import Batch
from storage import papers
from storage.database import Database
from storage.records import Paper, Statement
from tests.factories import MORNING, statement

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
    assert (paper.id, paper.sources) == ("okafor-routers", ("huggingface", "arxiv"))


async def test_two_ids_of_arxiv_are_two_papers(database: Database) -> None:
    assert len(await stored(database, ON_ARXIV, statement("2607.00002"))) == 2


async def test_another_author_is_another_paper(database: Database) -> None:
    assert len(await stored(database, ON_ARXIV, statement("okafor-routers", authors=("Jun Sato",)))) == 2
