"""What leads straight to a paper: how it is recognised, and how the archive finds it."""

from __future__ import annotations

from dataclasses import replace

import pytest
import sqlite_utils

from bot.addresses import Address, address
from storage import addresses, papers
from storage.database import Database
from storage.places import place
from storage.records import CodeLink, Origin, Paper
from tests import factories

REPOSITORY = "https://github.com/Okafor-Lab/Routers"


@pytest.mark.parametrize(
    "text",
    [
        "2607.00001",
        " 2607.00001v3. ",
        "arXiv:2607.00001v2",
        "arxiv 2607.00001",
        "arXiv:2607.00001v1 [cs.CL]",
        "https://arxiv.org/abs/2607.00001v2",
        "http://export.arxiv.org/pdf/2607.00001v1.pdf",
        "arxiv.org/html/2607.00001v1#S2.SS1",
        "https://huggingface.co/papers/2607.00001?ref=mail",
        "hf.co/papers/2607.00001",
        "https://www.alphaxiv.org/overview/2607.00001",
        "https://doi.org/10.48550/arXiv.2607.00001",
        "Sparse Routers\nhttps://arxiv.org/abs/2607.00001v1",
        "have you read this (https://arxiv.org/abs/2607.00001)?",
    ],
)
def test_an_id_and_every_address_of_a_page(text: str) -> None:
    assert address(text) == Address(paper_id="2607.00001")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("cs/0601001", Address(paper_id="cs/0601001")),
        ("https://arxiv.org/abs/math.GT/0309136v1", Address(paper_id="math.GT/0309136")),
        ("github.com/Okafor-Lab/Routers", Address(repository=REPOSITORY)),
        (f"{REPOSITORY}.git", Address(repository=REPOSITORY)),
        (f"their code: {REPOSITORY}#readme.", Address(repository=REPOSITORY)),
    ],
)
def test_old_ids_and_repositories(text: str, found: Address) -> None:
    assert address(text) == found


@pytest.mark.parametrize(
    "text",
    [
        "",
        "diffusion -survey",
        "what is in 2607.00001 about routers",
        "GPT 3.5",
        "https://github.com/okafor-lab",
        "https://huggingface.co/okafor-lab/routers",
        "https://example.org/abs/2607.00001",
        "https://[broken/a/b",
        'title:"github.com"',
    ],
)
def test_what_is_no_address(text: str) -> None:
    assert address(text) is None


@pytest.mark.parametrize(
    "url",
    [REPOSITORY, "http://www.github.com/okafor-lab/routers.git", f"{REPOSITORY}/tree/main/train", f"{REPOSITORY}/"],
)
def test_a_repository_is_one_place(url: str) -> None:
    assert place(url) == "github.com/okafor-lab/routers"


async def test_the_archive_finds_code_and_titles_as_they_are_now(database: Database) -> None:
    link = CodeLink(REPOSITORY, Origin.REPOSITORY)
    routers = factories.paper(code=(link,), title="Sparse Routers: Are They Enough?")
    followers = factories.paper("2607.00002", code=(link,), upvotes=99, title="Sparse Routers, Enough")

    async def found(url: str, title: str) -> tuple[list[str], list[str]]:
        return await database.read(_found, url, title)

    await database.write(_save, routers, followers)
    by_code = ["2607.00002", "2607.00001"]
    assert await found(f"{REPOSITORY}/tree/main/x", "sparse routers are they ENOUGH") == (by_code, ["2607.00001"])
    assert await found(f"{REPOSITORY}-2", "sparse routers") == ([], [])
    moved = replace(routers, code=(CodeLink("https://gitlab.com/a/b/c", Origin.PROJECT),), title="Dense Routers")
    await database.write(_save, moved)
    assert await found("gitlab.com/a/b/c", "sparse routers are they enough") == ([], [])
    assert await found("https://gitlab.com/a/b/c", "Dense routers.") == (["2607.00001"], ["2607.00001"])
    assert await found(REPOSITORY, "") == (["2607.00002"], [])


async def test_what_was_stored_before_is_found_as_well(database: Database) -> None:
    await database.write(_save, factories.paper(code=(CodeLink(REPOSITORY, Origin.REPOSITORY),)))
    await database.write(_filled_anew)
    assert await database.read(_found, REPOSITORY, factories.paper().title) == (["2607.00001"], ["2607.00001"])


def _save(db: sqlite_utils.Database, *found: Paper) -> None:
    for paper in found:
        papers.save(db, paper, [], factories.MORNING)


def _found(db: sqlite_utils.Database, url: str, title: str) -> tuple[list[str], list[str]]:
    at, titled = addresses.at(db, url, 5), addresses.titled(db, title, 5)
    return [paper.id for paper in at], [paper.id for paper in titled]


def _filled_anew(db: sqlite_utils.Database) -> None:
    """As the migrations fill the tables."""
    db.execute("DELETE FROM code_places")
    db.execute("DELETE FROM titles")
    addresses.fill_places(db)
    addresses.fill_titles(db)
