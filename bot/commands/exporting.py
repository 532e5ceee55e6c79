"""What a chat keeps and follows as files: /export, a card's BibTeX, and a file of subscriptions that comes back."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import sqlite_utils

from bot.commands import queries
from bot.commands.card import paper_of
from bot.commands.request import Aside, Outdated, Place, Request, Services
from bot.exports import subscriptions as following
from bot.exports.bibtex import bibtex
from bot.exports.ris import ris
from bot.exports.subscriptions import UnreadableFile, Wish
from bot.exports.tables import as_csv, as_json
from bot.render import exporting as said
from bot.render.message import Button, File, Message
from storage import chats, saved, subscriptions
from storage.errors import DuplicateSubscription, TooManySubscriptions
from storage.folding import query_key
from storage.records import Paper

FOLLOWING = "subscriptions"


@dataclass(frozen=True, slots=True)
class _Format:
    """label: its own name. ending: of the file's name."""

    label: str
    ending: str
    written: Callable[[Sequence[Paper]], str]


_FORMATS = {
    "bibtex": _Format("BibTeX", "bib", bibtex),
    "ris": _Format("RIS", "ris", ris),
    "csv": _Format("CSV", "csv", as_csv),
    "json": _Format("JSON", "json", as_json),
}


async def export(request: Request) -> Message | File:
    """/export [bibtex|ris|csv|json|subscriptions], and ex:FORMAT."""
    wanted = request.text.lower()
    if wanted == FOLLOWING:
        return await _following(request)
    if wanted in _FORMATS:
        return await _papers(request, _FORMATS[wanted])
    return said.unknown_format() if wanted else await _asked(request)


async def citation(request: Request) -> Aside | File:
    """bx:NUMBER[:BACK] gives a card's paper as BibTeX."""
    entry = bibtex([await paper_of(request)])
    shown = said.citation(entry)
    return Aside(shown) if shown else File("paper.bib", entry.encode())


async def received(request: Request) -> Message:
    """A file, its text in the request: what of it the chat could follow."""
    try:
        wishes = following.read(request.text)
    except UnreadableFile as error:
        return said.unreadable(error.entry)
    new = await _new(request, wishes)
    if not new:
        return said.offered(0, len(wishes), rows=())
    key = await request.services.key(request.place, following.written(new))
    follow, cancel = said.offer_labels(len(new))
    rows = ((Button(follow, data=f"im:{key}"), Button(cancel, data="im")),)
    return said.offered(len(new), len(wishes) - len(new), rows=rows)


async def taken(request: Request) -> Message:
    """im:KEY follows what the file behind the key holds; im follows nothing."""
    services, place = request.services, request.place
    if not request.part(0):
        return said.dropped()
    text = await services.database.read(chats.recalled, place.chat_id, request.part(0))
    if text is None:
        raise Outdated("/export")
    wishes = following.read(text)
    made, left = await services.database.write(_follow, services, place, wishes, services.now())
    services.wake()
    return said.followed(
        made, left, services.access.subscriptions, rows=((Button(said.subscriptions_label(), data="l:0"),),)
    )


async def _asked(request: Request) -> Message:
    place, database = request.place, request.services.database
    papers = await database.read(saved.count, place.chat_id, place.thread)
    followed = await database.read(subscriptions.of_chat, place.chat_id, place.thread)
    formats = tuple(Button(form.label, data=f"ex:{name}") for name, form in _FORMATS.items())
    last = (Button(said.subscriptions_label(), data=f"ex:{FOLLOWING}"),)
    rows = (*((formats,) if papers else ()), *((last,) if followed else ()))
    return said.which(papers, len(followed), rows=rows)


async def _papers(request: Request, form: _Format) -> Message | File:
    place = request.place
    papers = await request.services.database.read(saved.of_chat, place.chat_id, place.thread)
    if not papers:
        return said.no_papers()
    content = await asyncio.to_thread(form.written, papers)
    return File(f"paperwire-saved.{form.ending}", content.encode(), said.papers_caption(len(papers), form.label))


async def _following(request: Request) -> Message | File:
    place = request.place
    followed = await request.services.database.read(subscriptions.of_chat, place.chat_id, place.thread)
    if not followed:
        return said.nothing_followed()
    content = following.written(followed)
    return File(f"{following.FILE}.json", content.encode(), said.subscriptions_caption(len(followed)))


async def _new(request: Request, wishes: Sequence[Wish]) -> list[Wish]:
    """Those that the chat does not follow yet."""
    place = request.place
    followed = await request.services.database.read(subscriptions.of_chat, place.chat_id, place.thread)
    had = {query_key(item.query) for item in followed}
    return [wish for wish in wishes if query_key(wish.query) not in had]


def _follow(
    db: sqlite_utils.Database, services: Services, place: Place, wishes: Sequence[Wish], now: datetime
) -> tuple[int, int]:
    """Follow each that finds room; gives how many are followed anew, and how many found none."""
    services.ensured(db, place, now)
    made = 0
    for index, wish in enumerate(wishes):
        try:
            one = subscriptions.add(db, place.chat_id, place.thread, wish.query, now, services.access.subscriptions)
        except DuplicateSubscription:
            continue
        except TooManySubscriptions:
            return made, len(wishes) - index
        one = replace(one, mode=wish.mode, snoozed_until=wish.snoozed_until, silent=wish.silent)
        subscriptions.arrange(db, one)
        subscriptions.pause(db, one.id, wish.paused)
        if not wish.paused:
            services.matcher.add(one.id, wish.query, queries.read(wish.query).tree)
        made += 1
    return made, 0
