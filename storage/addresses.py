"""Papers by what leads to just them: the places of their code, and their exact titles."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from hashlib import blake2b
from typing import Any  # sqlite3 gives its rows no type

import sqlite_utils

from storage import paper_rows
from storage.places import place
from storage.records import Paper
from storage.text import terms

_SELECT = f"SELECT {', '.join(f'papers.{name}' for name in paper_rows.COLUMNS)} FROM papers"
_VOTED = "ORDER BY papers.upvotes DESC NULLS LAST, papers.number DESC LIMIT ?"
_LONGEST_TITLE = 500  # characters


def index(db: sqlite_utils.Database, paper: Paper, before: Paper | None) -> None:
    """Make a stored paper findable by links and title. before: the same as it was stored last, None for a new one."""
    if before is None or before.title != paper.title:
        if before:
            db.execute("DELETE FROM titles WHERE hash = ? AND paper = ?", [_hash(before.title), paper.number])
        db.execute("INSERT OR IGNORE INTO titles (hash, paper) VALUES (?, ?)", [_hash(paper.title), paper.number])
    links = {link.url for link in paper.code}
    if links == ({link.url for link in before.code} if before else set()):
        return
    if before:
        db.execute("DELETE FROM code_places WHERE paper = ?", [paper.number])
    _note(db, paper.number, links)


def fill_titles(db: sqlite_utils.Database) -> None:
    """Make all stored papers findable by their titles."""
    rows = db.execute("SELECT title, number FROM papers")
    db.conn.executemany("INSERT OR IGNORE INTO titles (hash, paper) VALUES (?, ?)", ((_hash(t), n) for t, n in rows))


def fill_places(db: sqlite_utils.Database) -> None:
    """Make all stored papers findable by their links."""
    for number, code in db.execute("SELECT number, code FROM papers WHERE code != '[]'").fetchall():
        _note(db, number, {link.url for link in paper_rows.links(json.loads(code))})


def at(db: sqlite_utils.Database, url: str, most: int) -> list[Paper]:
    """The papers whose code or project lives there, the most voted first."""
    where = "JOIN code_places ON code_places.paper = papers.number WHERE place = ?"
    return _papers(db, f"{where} {_VOTED}", [place(url), most])


def titled(db: sqlite_utils.Database, title: str, most: int) -> list[Paper]:
    """The papers of exactly that title, case and punctuation aside, the most voted first."""
    if len(title) > _LONGEST_TITLE or not (words := terms(title).words):
        return []
    number = _hash(title)
    if db.execute("SELECT 1 FROM titles WHERE hash = ?", [number]).fetchone() is None:
        return []  # as for most, of which it is asked whenever a paper comes in
    where = f"JOIN titles ON titles.paper = papers.number WHERE hash = ? {_VOTED}"
    return [paper for paper in _papers(db, where, [number, most]) if terms(paper.title).words == words]


def _note(db: sqlite_utils.Database, number: int, links: Iterable[str]) -> None:
    for url in links:
        db.execute("INSERT OR IGNORE INTO code_places (place, paper) VALUES (?, ?)", [place(url), number])


def _hash(title: str) -> int:
    """A number that titles of the same words share; all of them would take four times the room."""
    words = " ".join(terms(title).words).encode("utf-8", "surrogatepass")
    return int.from_bytes(blake2b(words, digest_size=8).digest(), signed=True)


def _papers(db: sqlite_utils.Database, where: str, values: Sequence[Any]) -> list[Paper]:
    return [paper_rows.paper(row) for row in db.execute(f"{_SELECT} {where}", values)]
