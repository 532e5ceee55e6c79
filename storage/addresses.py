"""Papers by what leads to just them: the places of their code, and their exact titles."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any  # sqlite3 gives its rows no type

import sqlite_utils

from storage import paper_rows
from storage.places import place
from storage.records import Paper
from storage.text import terms

_SELECT = f"SELECT {', '.join(f'papers.{name}' for name in paper_rows.COLUMNS)} FROM papers"
_VOTED = "ORDER BY papers.upvotes DESC NULLS LAST, papers.number DESC LIMIT ?"
_LONGEST_TITLE = 500  # characters
_SAME_BEGINNING = 50  # titles that go on after these words, or stand in others


def index(db: sqlite_utils.Database, paper: Paper, before: Paper | None) -> None:
    """Make a stored paper findable by its links. before: the same paper as it was stored last, None for a new one."""
    links = {link.url for link in paper.code}
    if links == ({link.url for link in before.code} if before else set()):
        return
    db.execute("DELETE FROM code_places WHERE paper = ?", [paper.number])
    _note(db, paper.number, links)


def fill(db: sqlite_utils.Database) -> None:
    """Make all stored papers findable by their links."""
    for number, code in db.execute("SELECT number, code FROM papers WHERE code != '[]'").fetchall():
        _note(db, number, {link.url for link in paper_rows.links(json.loads(code))})


def at(db: sqlite_utils.Database, url: str, most: int) -> list[Paper]:
    """The papers whose code or project lives there, the most voted first."""
    where = "JOIN code_places ON code_places.paper = papers.number WHERE place = ?"
    return _papers(db, f"{where} {_VOTED}", [place(url), most])


def titled(db: sqlite_utils.Database, title: str, most: int) -> list[Paper]:
    """The papers of exactly that title, case and punctuation aside, the most voted first."""
    words = terms(title[:_LONGEST_TITLE]).words
    if not words:
        return []
    phrase = f'title : ^ "{" ".join(words)}"'
    rows = "SELECT rowid FROM search WHERE search MATCH ? ORDER BY rowid DESC LIMIT ?"
    found = _papers(db, f"WHERE number IN ({rows}) {_VOTED}", [phrase, _SAME_BEGINNING, _SAME_BEGINNING])
    return [paper for paper in found if terms(paper.title).words == words][:most]


def _note(db: sqlite_utils.Database, number: int, links: Iterable[str]) -> None:
    for url in links:
        db.execute("INSERT OR IGNORE INTO code_places (place, paper) VALUES (?, ?)", [place(url), number])


def _papers(db: sqlite_utils.Database, where: str, values: Sequence[Any]) -> list[Paper]:
    return [paper_rows.paper(row) for row in db.execute(f"{_SELECT} {where}", values)]
