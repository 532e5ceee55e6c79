"""Papers that are about the same, and why."""

from __future__ import annotations

import sqlite_utils

from bot import likeness
from storage import likeness as archive
from storage import papers
from storage.database import Database
from storage.records import Paper
from tests import factories


def about(number: int, title: str, abstract: str) -> Paper:
    return factories.paper(f"2607.{number:05}", title=title, abstract=abstract)


ROUTERS = about(1, "Sparse Routers for LLMs", "Sparse routers read long histories. Routing is cheap for every agent.")
SHARES = {"rout": 0.01, "router": 0.01, "spars": 0.02, "histori": 0.02, "agent": 0.05, "llm": 0.08}


def test_what_few_papers_say_makes_papers_alike() -> None:
    near = about(2, "A Router of Histories", "The router is sparse.")
    common = about(3, "Agents of LLMs", "An LLM as an agent.")
    long_winded = about(4, "A Router of Histories", "The router is sparse. " + "Words upon words follow here. " * 4)
    one_word = about(5, "Routers in Buildings", "Routers hang on walls.")
    found = likeness.nearest(ROUTERS, [common, long_winded, one_word, near, ROUTERS], SHARES, 5)
    assert [(each.paper.id[-1], each.words) for each in found] == [
        ("2", ("routers", "sparse", "histories")),
        ("4", ("routers", "sparse", "histories")),
        ("3", ("agent", "LLMs")),
    ]
    assert likeness.nearest(ROUTERS, [near, common], {}, 5) == []


def test_what_is_looked_at_says_something() -> None:
    stems = likeness.telling(about(1, "On the 3D of It", "We show that 2024 was a year of x and y."))
    assert not {"the", "and", "we", "x", "3d", "2024"} & set(stems)
    assert likeness.telling(ROUTERS)[:2] == ["router", "spars"]
    assert likeness.sought(ROUTERS, SHARES)[:2] == ["router", "spars"]
    assert len(likeness.telling(about(1, "Long", " ".join(f"word{n}s" for n in range(500))))) == likeness.TELLING


async def test_the_archive_counts_words_and_finds_who_has_them(database: Database) -> None:
    kept = [about(n, f"Paper {n}", "We study diffusion." + " Routers are rare." * (n < 3)) for n in range(1, 41)]
    await database.write(_save, kept)
    shares = await database.read(archive.shares, ["diffus", "router", "unheard"])
    assert shares == {"router": 2 / 40, "unheard": 1 / 40}  # what all papers have tells nothing
    found = await database.read(archive.having, ["router", "unheard"], 5)
    assert {paper.id for paper in found} == {"2607.00001", "2607.00002"}
    assert await database.read(archive.having, [], 5) == []


def _save(db: sqlite_utils.Database, found: list[Paper]) -> None:
    for paper in found:
        papers.save(db, paper, [], factories.MORNING)
