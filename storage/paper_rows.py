"""Papers and statements as SQLite's rows, and back."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import fields
from datetime import date
from operator import attrgetter
from typing import Any  # sqlite3 gives its rows no type, and fields are read by name

from storage.instants import moment, seconds
from storage.records import CodeLink, Origin, Paper, Statement

_json = json.JSONEncoder(ensure_ascii=False).encode  # json.dumps would make an encoder for each value

COLUMNS = tuple(field.name for field in fields(Paper))
"""The columns of `papers`, in the order of the record's fields."""

MERGED = ("title", "abstract", "authors", "summary", "comment")
"""The columns that are long, and mostly what one source said: statements need not repeat them."""

_fields = attrgetter(*COLUMNS)
_LISTS = frozenset({"authors", "keywords", "categories", "sources", "code"})
_INSTANTS = frozenset({"listed_at", "first_seen", "polled_at"})
_STATEMENT_FIELDS = tuple((field.name, field.default) for field in fields(Statement))


def paper(row: Sequence[Any]) -> Paper:
    """The paper of a row that holds COLUMNS."""
    values = dict(zip(COLUMNS, row, strict=True))
    for name in _LISTS:
        values[name] = () if values[name] == "[]" else tuple(json.loads(values[name]))
    for name in _INSTANTS:
        values[name] = moment(values[name])
    values["published"] = _date(values["published"])
    values["code"] = links(values["code"])
    return Paper(**values)


def links(stored: Iterable[Sequence[Any]]) -> tuple[CodeLink, ...]:
    """The links of the JSON in `code`, read."""
    return tuple(CodeLink(url, Origin(origin), stars) for url, origin, stars in stored)


def values(paper: Paper) -> list[str | int | None]:
    """COLUMNS of a paper; a number of 0 is left to SQLite."""
    return [
        value if (stored := _STORED.get(name)) is None else stored(value)
        for name, value in zip(COLUMNS, _fields(paper), strict=True)
    ]


def statement(data: str, merged: Sequence[str]) -> Statement:
    """The statement of its JSON. merged: MERGED of the paper's row."""
    said = json.loads(data)
    known: dict[str, Any] = {name: tuple(value) if isinstance(value, list) else value for name, value in said.items()}
    for name, stored in zip(MERGED, merged, strict=True):
        if name in known and known[name] is None:
            known[name] = tuple(json.loads(stored)) if name in _LISTS else stored
    known["published"] = _date(said.get("published"))
    known["listed_at"] = moment(said.get("listed_at"))
    return Statement(**known)


def data(statement: Statement, paper: Paper) -> str:
    """A statement as JSON; what is unknown is left out, and null where the merged paper, as it is stored, has the same.

    All statements of a paper are to be written anew with it, then.
    """
    said: dict[str, Any] = {}
    for name, unknown in _STATEMENT_FIELDS:
        value = getattr(statement, name)
        if name in MERGED and value and value == getattr(paper, name):
            said[name] = None
        elif value != unknown:
            said[name] = _STORED[name](value) if name in ("published", "listed_at") else value
    return _json(said)


def _list(entries: Sequence[Any]) -> str:
    return _json(entries) if entries else "[]"


def _links(links: Iterable[CodeLink]) -> str:
    return _list([(link.url, link.origin, link.stars) for link in links])


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _number(number: int) -> int | None:
    return number or None


# Fields that SQLite keeps in another form, and how they get it.
_STORED: Mapping[str, Callable[[Any], str | int | None]] = {
    **dict.fromkeys(_LISTS, _list),
    **dict.fromkeys(_INSTANTS, seconds),
    "code": _links,
    "published": _day,
    "number": _number,
}


def _date(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
