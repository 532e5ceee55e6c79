"""What a search finds, in chats and on the command line alike."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any  # fields of Results, passed on

import sqlite_utils

from bot import addresses, suggestions
from bot.query.fulltext import compiled
from bot.query.parser import parse
from bot.query.tree import Node
from storage import addresses as stored
from storage import papers, search
from storage.records import Paper
from storage.vocabulary import Vocabulary

_SPELLINGS = 24  # that are looked up at most


@dataclass(frozen=True, slots=True)
class Results:
    """A page of papers for a query, and how many there are on all pages.

    respelled: the query that these are for, where the one that was asked matches nothing. nearest: where that matches
    nothing in any spelling, these have all but one of its words.
    """

    total: int
    papers: tuple[Paper, ...]
    respelled: str = ""
    nearest: bool = False

    @property
    def instead(self) -> bool:
        """Whether the query as it was asked matches none of them."""
        return self.nearest or bool(self.respelled)


def find(
    db: sqlite_utils.Database,
    tree: Node,
    *,
    order: search.Order = "best",
    code_only: bool = False,
    limit: int,
    offset: int = 0,
) -> Results:
    """What the query matches; and only if that is nothing, what comes nearest, which says so of itself.

    code_only: leave out papers without code, which makes nothing of what matches no mistake.
    """

    def page(tree: Node, **instead: Any) -> Results:
        condition = compiled(tree)
        total = search.count(db, condition, code_only=code_only)
        if not total:
            return Results(0, (), **instead)
        found = search.find(db, condition, code_only=code_only, order=order, limit=limit, offset=offset)
        return Results(total, tuple(found), **instead)

    asked = page(tree)
    if asked.total or (code_only and search.exists(db, compiled(tree))):
        return asked
    if respelled := next(spellings(db, tree), ""):
        return page(parse(respelled), respelled=respelled)
    near = suggestions.nearest(tree)
    return page(near, nearest=True) if near and search.exists(db, compiled(near)) else asked


def named(db: sqlite_utils.Database, text: str, most: int) -> list[Paper]:
    """The paper that a text is the id or address of, or those whose code lives there; none for any other text."""
    found = addresses.address(text)
    if found is None:
        return []
    return papers.many(db, [found.paper_id]) if found.paper_id else stored.at(db, found.repository, most)


def spellings(db: sqlite_utils.Database, tree: Node) -> Iterator[str]:
    """The query in other spellings, of which each matches something; the likeliest first."""
    tried = islice(suggestions.spellings(tree, Vocabulary(db)), _SPELLINGS)
    return (text for text in tried if search.exists(db, compiled(parse(text))))
