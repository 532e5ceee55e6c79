"""Straight to a paper: by its id, the address of its page or of its code, or its exact title."""

from __future__ import annotations

from datetime import datetime

from bot import addresses, planning
from bot.beyond import Heard
from bot.code_mentions import cleaned
from bot.commands.card import card
from bot.commands.request import Awaited, Request
from bot.render import buttons, lists
from bot.render import straight as said
from bot.render.language import _
from bot.render.message import Button, Message
from bot.sources.source import Searchable
from storage import addresses as archive
from storage import papers
from storage.places import place
from storage.records import SourceState, Statement

_LEAST_WORDS = 2  # of a title; a single word is a topic, too
_MOST = 5


async def to_paper(request: Request) -> Message | None:
    """The answer to a text that is an address or the title of one paper; None where it is neither."""
    found = addresses.address(request.text)
    if found is None:
        return await (_of_page(request) if addresses.is_page(request.text) else _titled(request))
    return await by_id(request, found.paper_id) if found.paper_id else await _of_code(request, found.repository)


async def by_id(request: Request, paper_id: str) -> Message:
    """The card of the paper of an id. Where the archive lacks it the sources are asked, and the answer is edited."""
    database = request.services.database
    if found := await database.read(papers.get, paper_id):
        return await card(request, found)

    async def asked(source: Searchable, state: SourceState, now: datetime) -> tuple[Statement, ...]:
        return await source.paper(paper_id, state, now)

    async def edited(heard: Heard) -> Message | None:
        if found := await database.read(papers.get, paper_id):
            return await card(request, found)
        return said.nowhere(paper_id, heard.silent) if heard.over else None

    first = said.asking(paper_id)
    return Awaited(first.text, first.rows, ask=asked, edited=edited)


async def _of_code(request: Request, repository: str) -> Message:
    if listed := await _at(request, repository):
        return listed
    shown = place(repository)
    name = shown.rpartition("/")[2]
    search = Button(f"🔎 {name}", data=f"s:{await request.services.key(request.place, name)}")
    return said.no_code(shown, rows=((search,),))


async def _of_page(request: Request) -> Message:
    """The papers whose project lives at an address."""
    page = cleaned(request.text.strip())
    return (await _at(request, page) if page else None) or said.no_page()


async def _at(request: Request, address: str) -> Message | None:
    """The card of the paper that names an address among its links, or the list of them; None where none does."""
    services = request.services
    found = await services.database.read(archive.at, address, _MOST)
    if not found:
        return None
    if len(found) == 1:
        return await card(request, found[0])
    shown = place(address)
    here = f"s:{await services.key(request.place, request.text)}"
    today = planning.today(await services.chat(request.place), services.now())
    rows = buttons.numbers(found, lambda paper: f"p:{paper.number}:{here}")
    return lists.results(shown, found, total=len(found), order=_("most voted first"), today=today, rows=rows)


async def _titled(request: Request) -> Message | None:
    """The paper's card, opened from the search for its title; None for a phrase, or where several have the title."""
    text = request.text
    if len(text.split()) < _LEAST_WORDS or (text[0] == text[-1] == '"'):
        return None
    found = await request.services.database.read(archive.titled, text, 2)
    if len(found) != 1:
        return None
    return await card(request, found[0], f"s:{await request.services.key(request.place, text)}:0:b")
