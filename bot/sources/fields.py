"""Values of a source's record made safe: what is missing, of the wrong type or absurd is unknown (empty or None)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from typing import TypeGuard
from urllib.parse import urlsplit

from storage.records import Statement

TITLE_LENGTH = 1_000
LINE_LENGTH = 500
TEXT_LENGTH = 200_000
LIST_LENGTH = 5_000
"""Characters and entries kept of one value; the longest real author list has about 3,000 names."""

COUNT_LIMIT = 1_000_000_000

# Controls, lone surrogates, noncharacters, byte order marks; and the overrides of writing direction, which would
# reorder whatever follows the text in a message. White space among the controls is evened out first.
_UNWANTED = re.compile("[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff\ud800-\udfff]")
_PLAIN = re.compile("[\x20-\x7e\xa1-\u1fff]*")


def text(value: object, length: int = TEXT_LENGTH) -> str:
    """A string without controls, on one line, with single spaces, cut at a length."""
    if not isinstance(value, str):
        return ""
    line = " ".join(value[: 4 * length].split())
    if not _PLAIN.fullmatch(line):
        line = " ".join(_UNWANTED.sub("", line).split())
    return line[:length].rstrip()


def count(value: object) -> int | None:
    """A whole number from 0 to COUNT_LIMIT."""
    good = isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= COUNT_LIMIT
    return value if good and isinstance(value, int) else None


def instant(value: object) -> datetime | None:
    """The moment of an ISO 8601 text, in UTC and whole seconds; one without a zone is taken as UTC."""
    if not isinstance(value, str) or len(value) > 40:
        return None
    try:
        moment = datetime.fromisoformat(value.strip())
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC).replace(microsecond=0)
    except (ValueError, OverflowError):
        return None


def day(value: object) -> date | None:
    """The date at the beginning of an ISO 8601 text."""
    try:
        return date.fromisoformat(value[:10]) if isinstance(value, str) else None
    except ValueError:
        return None


def address(value: object) -> str:
    """An http or https URL with a host, without white space."""
    url = text(value, 2 * LINE_LENGTH + 1)
    if len(url) > 2 * LINE_LENGTH or " " in url:
        return ""
    try:
        parts = urlsplit(url)
        good = parts.scheme.lower() in ("http", "https") and bool(parts.hostname)
    except ValueError:
        return ""
    return url if good else ""


def texts(value: object, length: int = LINE_LENGTH) -> tuple[str, ...]:
    """The non-empty texts of a list, each once."""
    entries = value[:LIST_LENGTH] if isinstance(value, list) else ()
    return tuple(dict.fromkeys(found for entry in entries if (found := text(entry, length))))


def texts_at(key: str, value: object) -> tuple[str, ...]:
    """The non-empty texts under a key of the records of a list, each once."""
    return texts([entry.get(key) for entry in value if is_record(entry)] if isinstance(value, list) else ())


def is_record(value: object) -> TypeGuard[Mapping[str, object]]:
    """Whether a JSON value is an object."""
    return isinstance(value, dict)


def once(statements: Iterable[Statement]) -> tuple[Statement, ...]:
    """One statement per paper: the first."""
    found: dict[str, Statement] = {}
    for statement in statements:
        found.setdefault(statement.paper_id, statement)
    return tuple(found.values())
