"""Real papers to measure with: the recorded ones beside the checkout, else those of a local database."""

from __future__ import annotations

import gzip
import json
import os
import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from storage import database
from storage import papers as archive
from storage.records import CodeLink, Origin, Paper

RECORDED = Path(__file__).resolve().parents[2] / "shared" / "lab" / "data"
_FIRST = datetime(2016, 7, 4, tzinfo=UTC)
_SYLLABLES = [first + second for first in "bdfgklmnprstvz" for second in ("a", "e", "i", "o", "u", "an", "er", "on")]


class NoPapers(Exception):
    """There is nothing to measure with; str() says how to get some."""


def papers() -> list[Paper]:
    """All recorded papers (in order of id), or those of $PAPERWIRE_STORAGE__PATH (paperwire.db by default)."""
    if RECORDED.is_dir():
        return recorded(RECORDED)
    path = Path(os.environ.get("PAPERWIRE_STORAGE__PATH", "paperwire.db"))
    if not path.is_file():
        raise NoPapers(
            f"{path} does not exist; `paperwire fetch --days 7` makes it, or name another file in "
            "PAPERWIRE_STORAGE__PATH"
        )
    db = database.connect(path, migrate=False)
    try:
        return archive.listed_since(db, datetime(1970, 1, 1, tzinfo=UTC))
    finally:
        db.close()


def recorded(folder: Path) -> list[Paper]:
    """The papers of recorded answers: arxiv/*.jsonl.gz (a paper a line) and huggingface/*.json.gz (a day a file)."""
    found: dict[str, Paper] = {}
    for file in sorted((folder / "arxiv").glob("*.jsonl.gz")):
        with gzip.open(file, "rt", encoding="utf-8") as lines:
            for line in lines:
                paper = _announced(json.loads(line))
                found[paper.id] = paper
    for file in sorted((folder / "huggingface").glob("*.json.gz")):
        with gzip.open(file, "rt", encoding="utf-8") as day:
            for entry in json.load(day):
                voted = _voted(entry["paper"])
                known = found.get(voted.id)
                found[voted.id] = voted if known is None else _joined(known, voted)
    return [paper for _, paper in sorted(found.items())]


@dataclass(frozen=True, slots=True)
class Resampled:
    """A paper that begins as one real paper and ends as another; name: of its own, '' for every second."""

    paper: Paper
    begin: int
    end: int
    name: str


def resampled(papers: Sequence[Paper], count: int, seed: int = 1) -> Iterator[Resampled]:
    """Papers with the words of real ones, listed over ten years, the newest last.

    Names, such as methods have, let the vocabulary grow with the archive.
    """
    chance = random.Random(seed)
    parts = [halves(paper) for paper in papers]
    for number in range(1, count + 1):
        begin, end = chance.randrange(len(papers)), chance.randrange(len(papers))
        own = name(chance) if number % 2 else ""
        listed = _FIRST + timedelta(seconds=number * 3650 * 86_400 // count)
        paper = replace(
            papers[begin],
            number=number,
            id=f"{1 + number % 12:02}{number:08}",
            title=f"{own} {parts[begin][0].title} {parts[end][1].title}".strip(),
            abstract=f"{parts[begin][0].abstract} {parts[end][1].abstract} {own}".strip(),
            upvotes=papers[end].upvotes,
            listed_at=listed,
            first_seen=listed,
        )
        yield Resampled(paper, begin, end, own)


def name(chance: random.Random) -> str:
    """An invented name, such as methods have."""
    return "".join(chance.choices(_SYLLABLES, k=4))


def numbered(papers: Sequence[Paper]) -> Iterator[Resampled]:
    """The real papers as they are, in the same form."""
    for place, paper in enumerate(papers):
        yield Resampled(replace(paper, number=place + 1, first_seen=_FIRST, listed_at=_FIRST), place, place, "")


def halves(paper: Paper) -> tuple[Paper, Paper]:
    """The first half of a paper's title and abstract with its authors, and the second half without."""
    title, abstract = paper.title.split(), re.split(r"(?<=[.?!]) ", paper.abstract)
    here, there = (len(title) + 1) // 2, (len(abstract) + 1) // 2
    first = replace(paper, title=" ".join(title[:here]), abstract=" ".join(abstract[:there]))
    return first, replace(paper, title=" ".join(title[here:]), abstract=" ".join(abstract[there:]), authors=())


# JSON as recorded: its shape is what the two functions below read from it, hence Any.
def _announced(entry: dict[str, Any]) -> Paper:
    return Paper(
        id=entry["id"],
        title=entry["title"],
        abstract=entry["summary"],
        authors=tuple(entry["authors"]),
        categories=tuple(entry["categories"]),
        comment=entry["comment"] or "",
        sources=("arxiv",),
    )


def _voted(entry: dict[str, Any]) -> Paper:
    repository, stars = entry.get("githubRepo"), entry.get("githubStars")
    return Paper(
        id=entry["id"],
        title=entry["title"],
        abstract=entry["summary"],
        authors=tuple(author["name"] for author in entry["authors"]),
        upvotes=entry["upvotes"],
        stars=stars,
        keywords=tuple(entry.get("ai_keywords") or ()),
        code=(CodeLink(repository, Origin.REPOSITORY, stars),) if repository else (),
        sources=("huggingface",),
    )


def _joined(announced: Paper, voted: Paper) -> Paper:
    return replace(voted, categories=announced.categories, comment=announced.comment, sources=("arxiv", "huggingface"))
