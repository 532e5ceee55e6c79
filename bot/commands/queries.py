"""A query as a person typed it: read, or answered with what is wrong; and what it would have sent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import sqlite_utils

from bot.commands.request import Outdated, Question, Request
from bot.errors import QueryError
from bot.query import canonical, fulltext, parser, verdict
from bot.query.tree import Field, Node
from bot.query.verdict import Place
from bot.render import mistakes, subscribing
from bot.render.language import _
from bot.render.message import Button, Message
from storage import chats, papers, search, subscriptions
from storage.records import Paper

DAYS = 30
EXAMPLES = ("diffusion -survey", '"graph neural network"', "language model code:yes")
_BUTTON_CHARACTERS = 60


@dataclass(frozen=True, slots=True)
class Query:
    """A query that can be answered; text: its canonical form, in the letters in which it was typed."""

    tree: Node
    text: str

    @property
    def condition(self) -> search.Condition:
        """The query as the archive understands it."""
        return fulltext.compiled(self.tree)


@dataclass(frozen=True, slots=True)
class Month:
    """What a query would have sent since a moment 30 days ago: how many papers, and the best of them.

    covered: days of that time that the archive holds, at least one.
    """

    since: datetime
    count: int
    best: tuple[Paper, ...]
    covered: int = DAYS


def read(text: str) -> Query:
    """The query. Raises QueryError."""
    tree = parser.parse(text)
    return Query(tree, canonical.written(tree))


def month(db: sqlite_utils.Database, query: Query, now: datetime, best: int = 3) -> Month:
    """What the query would have sent in the last 30 days."""
    since = now - timedelta(days=DAYS)
    told = query.condition.told
    found = search.find(db, told, since=since, order="votes", limit=best)
    oldest = papers.oldest(db, since)
    covered = min((now - oldest).days + 1, DAYS) if oldest and oldest <= now else DAYS
    return Month(since, search.count(db, told, since=since), tuple(found), covered)


async def mistaken(request: Request, error: QueryError, verb: str) -> Message:
    """What is wrong with a query, and a button that does with the mended one what was asked for."""
    if len(error.text.strip()) > parser.LONGEST:
        return subscribing.too_long(parser.LONGEST)
    if not error.mended:
        return mistakes.query(error)
    return mistakes.query(error, rows=await buttons(request, verb, [error.mended]))


async def buttons(
    request: Request, verb: str, texts: Sequence[str], labels: Sequence[str] = ()
) -> tuple[tuple[Button, ...], ...]:
    """A row with a button per query, `verb:key`; labelled with the queries where no labels are given."""
    keys = [await request.services.key(request.place, text) for text in texts]
    shown = [
        label if len(label) <= _BUTTON_CHARACTERS else f"{label[:_BUTTON_CHARACTERS]}…" for label in labels or texts
    ]
    return tuple((Button(label, data=f"{verb}:{key}"),) for label, key in zip(shown, keys, strict=True))


async def following(request: Request, query: Query, key: str, label: str) -> tuple[Button, ...]:
    """A row with a button, so labelled, that follows the query; or the subscription where the chat has it."""
    place = request.place
    had = await request.services.database.read(subscriptions.following, place.chat_id, place.thread, query.text)
    return (
        Button(_("You follow this, as number {number}").format(number=had.number), data=f"n:{had.number}")
        if had
        else Button(label, data=f"sub:{key}"),
    )


async def recalled(request: Request, key: str, instead: str) -> str:
    """The query behind a button's key. Raises Outdated, with the command to type instead."""
    text = await request.services.database.read(chats.recalled, request.place.chat_id, key)
    if text is None:
        raise Outdated(instead)
    return text


async def asks(
    request: Request, command: str, question: str, verb: str, more: tuple[tuple[Button, ...], ...] = ()
) -> Question:
    """Asks for the query that a bare command needs, with examples to press; more: rows under them."""
    rows = await buttons(request, verb, EXAMPLES)
    return Question(subscribing.which(command, question, EXAMPLES[0], rows=(*rows, *more)), command)


def pieces(query: Query, paper: Paper) -> tuple[str, ...]:
    """The pieces of a paper's text that the query met, as they stand there, each once whatever its case."""
    found = (_piece(paper, place) for hit in verdict.found(query.tree, paper) for place in hit.places)
    return tuple({piece.casefold(): piece for piece in found}.values())


def marks(query: Query, paper: Paper) -> tuple[str, ...]:
    """The pieces of a paper's abstract that the query met: a page of results has no time for more."""
    return pieces(query, replace(paper, title="", authors=()))


def reasons(query: Query, paper: Paper) -> tuple[str, ...]:
    """The same, and the conditions that are true of the paper."""
    true = [canonical.text(hit.leaf) for hit in verdict.found(query.tree, paper) if not hit.places]
    return (*pieces(query, paper), *true)


def _piece(paper: Paper, place: Place) -> str:
    texts = {Field.TITLE: paper.title, Field.ABSTRACT: paper.abstract}
    text = texts[place.field] if place.field in texts else paper.authors[place.author]
    return text[place.start : place.end]
