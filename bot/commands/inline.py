"""Inline mode: `@bot QUERY` in any chat gives papers to send there, and without a query what is trending.

Telegram keeps an answer for everyone who types the same, so it is in English and about nobody.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import timedelta

import sqlite_utils
from telegram import (
    InlineQuery,
    InlineQueryResultArticle,
    InlineQueryResultsButton,
    InputTextMessageContent,
    Update,
)
from telegram.constants import ParseMode
from telegram.error import TelegramError
from telegram.ext import ContextTypes

from bot import deep_links, results, sender
from bot.commands import queries, trending
from bot.commands.pages import PAGE
from bot.commands.queries import Query
from bot.commands.request import Services
from bot.deep_links import OfSearch
from bot.errors import QueryError
from bot.render import inline as render
from bot.render import sharing
from bot.render.clean import one_line
from storage import papers
from storage.errors import StorageError
from storage.records import Paper

log = logging.getLogger(__name__)

KEPT = timedelta(minutes=5)
"""How long Telegram gives an answer to others who type the same; votes are read anew every fifteen minutes."""
_FURTHEST = 1000  # results that can be scrolled to


@dataclass(frozen=True, slots=True)
class _Answer:
    """A page of papers; more: whether others follow. label: of the button above them, which opens the bot; '' for none.

    about: the query that the bot then answers.
    """

    papers: tuple[Paper, ...] = ()
    more: bool = False
    label: str = ""
    about: str = ""
    kept: timedelta = KEPT


class Inline:
    """Callbacks for python-telegram-bot."""

    def __init__(self, services: Services) -> None:
        self._services = services

    async def asked(self, update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        """An inline query; it is answered once."""
        query = update.inline_query
        if query is None:
            return
        offset = _offset(query.offset)
        try:
            admitted = self._services.admits(0, query.from_user.id)
            answer = await self._answer(one_line(query.query), offset) if admitted else _Answer(kept=timedelta())
        except StorageError as error:
            log.warning("an inline query: %s", error)
            answer = _Answer(label=render.failed(), kept=timedelta())
        try:
            await self._send(query, answer, offset)
        except TelegramError as error:
            log.info("an inline query was not answered: %s", error.message)

    async def _answer(self, text: str, offset: int) -> _Answer:
        read, now = self._services.database.read, self._services.now()
        if not text:
            listed = await read(trending.today, now)
            return _Answer(tuple(listed[offset : offset + PAGE]), len(listed) > offset + PAGE)
        if named := await read(_named, text):
            return _Answer(() if offset else tuple(named))
        try:
            query = queries.read(text)
        except QueryError as error:
            return await self._mended(error, text, offset)
        return await read(_searched, query, text, offset)

    async def _mended(self, error: QueryError, text: str, offset: int) -> _Answer:
        """What the mended query finds, with a button that explains: while it is typed, a quotation is never closed."""
        try:
            query = queries.read(error.mended)
        except QueryError:
            return _Answer(label=render.mistaken(), about=text)
        return await self._services.database.read(_searched, query, text, offset, mended=True)

    async def _send(self, query: InlineQuery, answer: _Answer, offset: int) -> None:
        bot, today = self._services.me().username or "", self._services.now().date()
        opens = deep_links.payload(OfSearch(answer.about)) or deep_links.TOO_LONG
        await query.answer(
            [_article(render.result(paper, bot=bot, today=today)) for paper in answer.papers],
            cache_time=answer.kept,
            is_personal=bool(self._services.access.allow),
            next_offset=str(offset + PAGE) if answer.more and offset + PAGE < _FURTHEST else "",
            button=InlineQueryResultsButton(answer.label, start_parameter=opens) if answer.label else None,
        )


def _searched(db: sqlite_utils.Database, query: Query, text: str, offset: int, *, mended: bool = False) -> _Answer:
    """A page of what a query finds; text: what was typed. mended: that is not how it was typed."""
    found = results.find(db, query.tree, limit=PAGE, offset=offset)
    instead, label = found.respelled, ""
    if (found.instead or not found.total) and (begun := _begun(query.text)):
        longer = results.find(db, begun.tree, limit=PAGE, offset=offset)
        if longer.total and not longer.instead:
            found, instead = longer, begun.text
    if mended:
        label = render.mistaken(instead or query.text)
    elif instead or found.nearest or not found.total:
        label = render.nothing(query.text, instead, nearest=found.nearest)
    return _Answer(found.papers, found.total > offset + PAGE, label, text)


def _begun(text: str) -> Query | None:
    """The query with its last word as a beginning, for who is still typing; None where it does not end in a word."""
    try:
        return queries.read(f"{text}*") if text[-1:].isalnum() else None
    except QueryError:
        return None


def _named(db: sqlite_utils.Database, text: str) -> list[Paper]:
    """The paper that the text names by its id or address, or those whose code lives there."""
    if text.startswith(sharing.EXACTLY):
        return papers.many(db, [text.removeprefix(sharing.EXACTLY)])
    return results.named(db, text, PAGE)


def _offset(text: str) -> int:
    """The offset as this bot gave it, 0 for anything else."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= len(str(_FURTHEST)) else 0


def _article(result: render.Result) -> InlineQueryResultArticle:
    return InlineQueryResultArticle(
        result.id,
        result.title,
        InputTextMessageContent(result.card.text, parse_mode=ParseMode.HTML, link_preview_options=sender.NO_PREVIEW),
        reply_markup=sender.markup(result.card),
        description=result.description,
        thumbnail_url=result.thumbnail or None,
    )
