"""What arXiv's feeds and its API answer, as statements."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from email.utils import parsedate_to_datetime
from xml.etree.ElementTree import Element
from zoneinfo import ZoneInfo

from bot.errors import SourceNonsense, SourceRefused
from bot.papers import canonical_id
from bot.sources import fields
from bot.sources.body import as_xml, no_more_than_real
from storage.records import Statement

SOURCE = "arxiv"
SITE = "https://arxiv.org"

_ATOM = "{http://www.w3.org/2005/Atom}"
_ARXIV = "{http://arxiv.org/schemas/atom}"
_SEARCH = "{http://a9.com/-/spec/opensearch/1.1/}"
_DUBLIN_CORE = "{http://purl.org/dc/elements/1.1/}"

_PREAMBLE = re.compile(r"arXiv:\S+\s+Announce Type:\s*[\w-]+\s+Abstract:\s*")
_VERSION = re.compile(r"v\d+$")
_SUFFIXES = frozenset({"jr", "jr.", "sr", "sr.", "ii", "iii", "iv"})

# https://info.arxiv.org/help/availability.html
_ARXIV_TIME = ZoneInfo("America/New_York")
_DEADLINE, _ANNOUNCEMENT = time(14), time(20)
_ZONES = timedelta(days=1)  # a feed bears the midnight of its day in New York
_DAYS_TO_ANNOUNCEMENT = (0, 0, 0, 0, 2, 2, 1)  # from the deadline's day, Monday first: Friday's is Sunday's


@dataclass(frozen=True, slots=True)
class Item:
    """An entry of a feed. version: id with version, which the feed has once."""

    version: str
    statement: Statement


@dataclass(frozen=True, slots=True)
class Feed:
    """A day's announcements; skipped: entries without a usable id and title. day: whose feed it says that it is."""

    items: tuple[Item, ...]
    skipped: int
    day: date | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """A page of the API's answer. entries: how many it had, good and bad; total: how many there are on all pages."""

    statements: tuple[Statement, ...]
    entries: int
    total: int
    skipped: int


def parse_feed(body: bytes, now: datetime) -> Feed:
    """The RSS feed of a day: each paper once, news before replacements. Raises SourceNonsense."""
    channel = as_xml(SOURCE, body).find("channel")
    if channel is None:
        raise SourceNonsense(SOURCE, "gave XML that is no feed of papers")
    elements = no_more_than_real(SOURCE, channel.findall("item"))
    items = [item for element in elements if (item := _item(element, now))]
    skipped = len(elements) - len(items)
    items.sort(key=lambda item: item.statement.replacement)
    once: dict[str, Item] = {}
    for item in items:
        once.setdefault(item.statement.paper_id, item)
    built = _mail_date(_text(channel, "pubDate") or _text(channel, "lastBuildDate"))
    return Feed(tuple(once.values()), skipped, built.date() if built and built <= now + _ZONES else None)


def parse_found(body: bytes, now: datetime) -> Found:
    """An answer of the API. Raises SourceNonsense, and SourceRefused where it is an error."""
    root = as_xml(SOURCE, body)
    if root.tag != f"{_ATOM}feed":
        raise SourceNonsense(SOURCE, "gave XML that is no list of papers")
    elements = no_more_than_real(SOURCE, root.findall(f"{_ATOM}entry"))
    for element in elements:
        if "/api/errors" in _text(element, f"{_ATOM}id"):
            raise SourceRefused(SOURCE, f"refused the query: {_text(element, f'{_ATOM}summary')[:200]}")
    statements = [statement for element in elements if (statement := _entry(element, now))]
    total = _text(root, f"{_SEARCH}totalResults")
    return Found(
        fields.once(statements),
        len(elements),
        int(total) if re.fullmatch(r"\d{1,9}", total) else 0,
        len(elements) - len(statements),
    )


def announced(submitted: datetime) -> datetime:
    """When arXiv announces what was submitted at a moment, holidays aside.

    Submissions of Monday to Friday until 14:00 in New York are announced at 20:00, those of Friday on Sunday.
    """
    local = submitted.astimezone(_ARXIV_TIME)
    day = local.date() + timedelta(days=local.time() >= _DEADLINE)
    day += timedelta(days=_DAYS_TO_ANNOUNCEMENT[day.weekday()])
    return datetime.combine(day, _ANNOUNCEMENT, _ARXIV_TIME).astimezone(UTC)


def _item(element: Element, now: datetime) -> Item | None:
    version = _text(element, "guid") or _text(element, "link")
    title = _text(element, "title", fields.TITLE_LENGTH)
    paper_id = canonical_id(version)
    if not paper_id or not title:
        return None
    number = _VERSION.search(version)
    statement = Statement(
        source=SOURCE,
        paper_id=paper_id,
        title=title,
        abstract=_PREAMBLE.sub("", _text(element, "description"), count=1),
        authors=_names(_text(element, f"{_DUBLIN_CORE}creator")),
        listed_at=_before(_mail_date(_text(element, "pubDate")), now),
        url=f"{SITE}/abs/{paper_id}",
        categories=fields.texts([child.text for child in element.findall("category")]),
        replacement=_text(element, f"{_ARXIV}announce_type").startswith("replace"),
    )
    return Item(paper_id + (number[0] if number else ""), statement)


def _entry(element: Element, now: datetime) -> Statement | None:
    paper_id = canonical_id(_text(element, f"{_ATOM}id"))
    title = _text(element, f"{_ATOM}title", fields.TITLE_LENGTH)
    if not paper_id or not title:
        return None
    published = _text(element, f"{_ATOM}published")
    submitted = fields.instant(published)
    primary = [child.get("term") for child in element.findall(f"{_ARXIV}primary_category")]
    return Statement(
        source=SOURCE,
        paper_id=paper_id,
        title=title,
        abstract=_text(element, f"{_ATOM}summary"),
        authors=fields.texts([_text(author, f"{_ATOM}name") for author in element.findall(f"{_ATOM}author")]),
        published=fields.day(published),
        listed_at=_before(announced(submitted), now) if submitted else None,
        url=f"{SITE}/abs/{paper_id}",
        categories=fields.texts(primary + [child.get("term") for child in element.findall(f"{_ATOM}category")]),
        comment=_text(element, f"{_ARXIV}comment"),
    )


def _text(element: Element, path: str, length: int = fields.TEXT_LENGTH) -> str:
    return fields.text(element.findtext(path, ""), length)


def _names(creators: str) -> tuple[str, ...]:
    """Names between commas; `Jr.` and the like belong to the name before them."""
    names: list[str] = []
    for name in creators.split(", "):
        if names and name.lower() in _SUFFIXES:
            names[-1] += f", {name}"
        else:
            names.append(name)
    return fields.texts(names)


def _mail_date(text: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _before(moment: datetime | None, now: datetime) -> datetime:
    """A moment that has come: the feed of a day bears its midnight, which may be hours away."""
    return min(moment or now, now).astimezone(UTC).replace(microsecond=0)
