"""Four recorded weeks of both sources, again and again: as many papers a day as there were, each time others.

From the second time on a paper ends with the words of another and half of them have names of their own, so that the
vocabulary grows as it does.
"""

from __future__ import annotations

import pickle
import random
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import count
from pathlib import Path

from benchmarks import corpus
from benchmarks.ingest import arxiv_answers, hugging_face_answers
from storage.records import Statement

FIRST = date(2026, 6, 1)
"""A Monday; from here on there are recordings of both sources."""

DAYS = 28
_DAY = timedelta(days=1)

Told = dict[str, tuple[Statement, ...]]
"""What each source tells of on a day for the first time."""


def write(folder: Path, days: int, seed: int = 1) -> None:
    """Write what the sources tell on each day from FIRST on, to a file a day: a process that reads them stays small."""
    weeks = _recorded()
    others = [one for told in weeks for one in told["arxiv"]]
    chance, numbers = random.Random(seed), count(1)
    made: dict[str, tuple[str, Statement, str]] = {}
    for day in range(days):
        if day % DAYS == 0:
            made.clear()
        told: Told = {}
        for source, said in weeks[day % DAYS].items():
            for one in said:
                if one.paper_id not in made:
                    name = corpus.name(chance) if len(made) % 2 else ""
                    id = f"{FIRST + day * _DAY:%y%m}.{next(numbers):05}"
                    made[one.paper_id] = id, chance.choice(others) if day >= DAYS else one, name
            told[source] = tuple(_again(one, *made[one.paper_id], day // DAYS * DAYS * _DAY) for one in said)
        _file(folder, day).write_bytes(pickle.dumps(told))


def read(folder: Path, day: int) -> Told:
    """What was written for a day."""
    told: Told = pickle.loads(_file(folder, day).read_bytes())
    return told


def _recorded() -> list[Told]:
    """The weeks as they were; of arXiv each paper once, on the day after it was submitted."""
    if not corpus.RECORDED.is_dir():
        raise corpus.NoPapers(f"{corpus.RECORDED} does not exist: this needs answers as they were recorded")
    weeks: list[Told] = [{"arxiv": (), "huggingface": ()} for _ in range(DAYS)]
    seen: set[str] = set()
    answers = [*arxiv_answers(corpus.RECORDED / "arxiv"), *hugging_face_answers(corpus.RECORDED / "huggingface")]
    for answer in answers:
        said = [one for one in answer.statements() if answer.day or one.paper_id not in seen]
        seen.update(one.paper_id for one in said)
        day = answer.day or (said[0].published + _DAY if said and said[0].published else date.max)
        if FIRST <= day < FIRST + DAYS * _DAY:
            told = weeks[(day - FIRST).days]
            told[answer.source] += tuple(one for one in said)
    return weeks


def _again(said: Statement, id: str, other: Statement, name: str, later: timedelta) -> Statement:
    """A paper like this one, so much later: it ends as the other does."""
    published = said.published + later if said.published else None
    listed_at = said.listed_at + later if said.listed_at else None
    return replace(
        said,
        paper_id=id,
        title=f"{name} {_joined(said.title, other.title)}".strip(),
        abstract=f"{_joined(said.abstract, other.abstract)} {name}".strip(),
        published=published,
        listed_at=listed_at,
        url=said.url.replace(said.paper_id, id),
        thumbnail=said.thumbnail.replace(said.paper_id, id),
        repository=said.repository and f"{said.repository}-{id}",
        project_page=said.project_page and f"{said.project_page}?{id}",
    )


def _joined(one: str, other: str) -> str:
    """The first half of a text, and the second of another."""
    begin, end = one.split(), other.split()
    return " ".join(begin[: (len(begin) + 1) // 2] + end[(len(end) + 1) // 2 :])


def _file(folder: Path, day: int) -> Path:
    return folder / f"{day:04}.day"


def midnight(day: int) -> datetime:
    """When a day begins (UTC)."""
    return datetime.combine(FIRST + day * _DAY, time(), UTC)
