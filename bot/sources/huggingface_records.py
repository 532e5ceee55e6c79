"""What Hugging Face's paper API answers, as statements."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from urllib.parse import quote

from bot.errors import SourceNonsense
from bot.papers import canonical_id
from bot.sources import fields
from bot.sources.body import as_json, no_more_than_real
from storage.records import Statement

SOURCE = "huggingface"
SITE = "https://huggingface.co"

MOST_LINKED = 20
"""Models, data sets, and Spaces, that are kept of those which name a paper; a popular one has thousands."""

_REPOSITORY_ID = re.compile(r"[A-Za-z0-9][\w.-]*/[A-Za-z0-9][\w.-]*", re.ASCII)


@dataclass(frozen=True, slots=True)
class Listing:
    """One page of a day's list. entries: how many records it had, good and bad; skipped: the bad ones."""

    statements: tuple[Statement, ...]
    entries: int
    skipped: int


def parse(body: bytes, day: date, now: datetime) -> Listing:
    """The page of a day's list. Raises SourceNonsense where it is no list at all."""
    entries = as_json(SOURCE, body)
    if not isinstance(entries, list):
        raise SourceNonsense(SOURCE, "gave JSON that is no list of papers")
    read = [_statement(entry, day, now) for entry in no_more_than_real(SOURCE, entries)]
    good = [statement for statement in read if statement]
    return Listing(fields.once(good), len(entries), len(read) - len(good))


def parse_paper(body: bytes, now: datetime) -> Statement:
    """The record of a single paper. Raises SourceNonsense, also where it has no usable id and title."""
    statement = _statement(as_json(SOURCE, body), now.date(), now)
    if not statement:
        raise SourceNonsense(SOURCE, "gave JSON that is no paper")
    return statement


def parse_found(body: bytes, now: datetime) -> tuple[Statement, ...]:
    """What the search answers, or the record of a single paper: listed when it says so, else when it was published.

    Raises SourceNonsense.
    """
    told = as_json(SOURCE, body)
    if not isinstance(told, list | dict):
        raise SourceNonsense(SOURCE, "gave JSON that is no paper")
    entries = no_more_than_real(SOURCE, told if isinstance(told, list) else [told])
    return fields.once([one for entry in entries if (one := _statement(entry, None, now))])


def _statement(entry: object, day: date | None, now: datetime) -> Statement | None:
    """What an entry says; None without a usable id and title. Lists nest a paper's fields, single papers do not."""
    if not fields.is_record(entry):
        return None
    nested = entry.get("paper")
    paper = nested if fields.is_record(nested) else entry
    paper_id, title = _id(paper.get("id")), fields.text(_either(paper, entry, "title"), fields.TITLE_LENGTH)
    if not paper_id or not title:
        return None
    organisation = _either(paper, entry, "organization")
    names = organisation if fields.is_record(organisation) else {}
    published = fields.day(_either(paper, entry, "publishedAt"))
    return Statement(
        source=SOURCE,
        paper_id=paper_id,
        title=title,
        abstract=fields.text(_either(paper, entry, "summary")),
        authors=fields.texts_at("name", paper.get("authors")),
        published=published,
        listed_at=_listed_at(paper.get("submittedOnDailyAt"), day or published, now),
        url=f"{SITE}/papers/{quote(paper_id, safe='')}",
        upvotes=fields.count(paper.get("upvotes")),
        comments=fields.count(_either(paper, entry, "numComments")),
        repository=fields.address(paper.get("githubRepo")),
        stars=fields.count(paper.get("githubStars")),
        project_page=fields.address(paper.get("projectPage")),
        summary=fields.text(paper.get("ai_summary")),
        keywords=fields.texts(paper.get("ai_keywords")),
        thumbnail=fields.address(_either(paper, entry, "thumbnail")),
        organisation=fields.text(names.get("fullname") or names.get("name"), fields.LINE_LENGTH),
        linked=(
            *_linked(paper.get("linkedModels"), ""),
            *_linked(paper.get("linkedDatasets"), "datasets/"),
            *_linked(paper.get("linkedSpaces"), "spaces/"),
        ),
    )


def _either(paper: Mapping[str, object], entry: Mapping[str, object], key: str) -> object:
    """The paper's own value, else the one that the list repeats beside it."""
    value = paper.get(key)
    return entry.get(key) if value is None else value


def _id(value: object) -> str:
    """arXiv's id without version, else the source's own; empty where there is none that fits into an address."""
    paper_id = fields.text(value, fields.LINE_LENGTH)
    if " " in paper_id or len(paper_id) > 100:
        return ""
    return canonical_id(paper_id) or paper_id


def _listed_at(value: object, day: date | None, now: datetime) -> datetime | None:
    """When the paper was listed, by the list's own day where the record does not say or names a time to come."""
    listed = fields.instant(value)
    if listed and listed <= now + timedelta(days=1):
        return listed
    return datetime(day.year, day.month, day.day, tzinfo=UTC) if day else None


def _linked(value: object, folder: str) -> tuple[str, ...]:
    good = (id for id in fields.texts_at("id", value) if _REPOSITORY_ID.fullmatch(id))
    return tuple(f"{SITE}/{folder}{id}" for id in good)[:MOST_LINKED]
