"""Teaching the bot what a chat likes: the thumbs, whose papers and which words come last, and /taste."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime

import sqlite_utils

from bot import likeness
from bot import taste as model
from bot.commands import unfolding
from bot.commands.card import back_of, paper_of
from bot.commands.request import ButtonHandler, Keyboard, Outdated, Place, Request, Services
from bot.render import paper as cards
from bot.render import taste as said
from bot.render.message import Message
from storage import chats
from storage import likeness as archive
from storage import taste as stored
from storage.ratings import Rating
from storage.records import Chat, Paper

_AUTHORS = 12
_WORDS = 8


def _thumb(rating: Rating, shown: Callable[[Request, Paper, str], Awaitable[Keyboard]]) -> ButtonHandler:
    """VERB:NUMBER[:BACK] rates the paper of a card so, or no longer; shown: the buttons that it then has."""

    async def pressed(request: Request) -> Keyboard:
        paper = await paper_of(request)
        return await shown(request, paper, await _rated(request, paper, rating))

    return pressed


liked, disliked = _thumb(Rating.LIKED, unfolding.own), _thumb(Rating.DISLIKED, unfolding.own)
"""tu and td, on the card."""

liked_behind, disliked_behind = _thumb(Rating.LIKED, unfolding.behind), _thumb(Rating.DISLIKED, unfolding.behind)
"""mu and md, behind ⋯."""


async def authors(request: Request) -> Keyboard:
    """am:NUMBER[:BACK] asks whose papers are to come last; where there is one author, it is that one."""
    paper = await paper_of(request)
    if len(paper.authors) == 1:
        return await unfolding.behind(request, paper, await _muted(request, "author", paper.authors[0]))
    return await _authors(request, paper, back_of(request), said.whose())


async def author(request: Request) -> Keyboard:
    """ax:NUMBER:PLACE[:BACK] sees the author at that place last, or no longer."""
    paper, place = await paper_of(request), request.number(1)
    if place >= len(paper.authors):
        raise Outdated("/taste")
    return await _authors(request, paper, _back(request), await _muted(request, "author", paper.authors[place]))


async def words(request: Request) -> Keyboard:
    """wm:NUMBER[:BACK] asks which word of the paper is to come last."""
    return await _words(request, await paper_of(request), back_of(request), said.which_word())


async def word(request: Request) -> Keyboard:
    """wx:NUMBER:PLACE[:BACK] sees that one of its telling words last, or no longer."""
    paper, place = await paper_of(request), request.number(1)
    telling = likeness.telling(paper)
    if place >= len(telling):
        raise Outdated("/taste")
    text = await _muted(request, "word", likeness.as_said(paper)[telling[place]])
    return await _words(request, paper, _back(request), text)


async def shown(request: Request) -> Message:
    """/taste: what is believed, each with a way to correct it."""
    chat = await request.services.chat(request.place)
    return said.believed(*await request.services.database.read(_believed, chat))


async def changed(request: Request) -> Message:
    """ts:order:on|off orders digests by taste or not, ts:row:on|off puts the thumbs on every card or behind ⋯."""
    key, on = request.part(0), request.part(1) == "on"
    changes: dict[str, Callable[[Chat], Chat]] = {
        "order": lambda chat: replace(chat, taste=on),
        "row": lambda chat: replace(chat, thumbs=on),
    }
    if key not in changes:
        raise Outdated("/taste")
    services = request.services
    await services.database.write(_changed, services, request.place, changes[key], services.now())
    return await shown(request)


async def unmuted(request: Request) -> Message:
    """tr:NUMBER sees an author or a word as any other again."""
    place = request.place
    await request.services.database.write(stored.unmute, place.chat_id, place.thread, request.number(0))
    return await shown(request)


async def forgotten(request: Request) -> Message:
    """tf asks whether to forget it all, tf:yes forgets it."""
    place = request.place
    if request.part(0) != "yes":
        return said.forget_question()
    await request.services.database.write(stored.forget, place.chat_id, place.thread)
    return await shown(request)


async def _rated(request: Request, paper: Paper, rating: Rating) -> str:
    """Give the paper this rating, or take it back where it has it; what to say of that."""
    services = request.services
    now = services.now()
    new, likes, orders = await services.database.write(_rate, services, request.place, paper.id, rating, now)
    return said.rated(new, missing=max(model.ENOUGH - likes, 0), orders=orders)


async def _muted(request: Request, kind: str, value: str) -> str:
    services = request.services
    muted = await services.database.write(_mute, services, request.place, kind, value, services.now())
    return said.muted(kind, value, muted=muted)


async def _authors(request: Request, paper: Paper, back: str, text: str) -> Keyboard:
    muted = await _values(request, "author")
    names = dict(enumerate(paper.authors[:_AUTHORS]))
    labels = {place: said.choice(name, chosen=name in muted) for place, name in names.items()}
    return Keyboard(cards.choice(paper, back, "ax", labels), text)


async def _words(request: Request, paper: Paper, back: str, text: str) -> Keyboard:
    telling = likeness.telling(paper)
    shares = await request.services.database.read(archive.shares, telling)
    written, muted = likeness.as_said(paper), await _values(request, "word")
    labels = {
        telling.index(stem): said.choice(written[stem], chosen=written[stem] in muted)
        for stem in (likeness.sought(paper, shares) or telling)[:_WORDS]
    }
    return Keyboard(cards.choice(paper, back, "wx", labels), text)


async def _values(request: Request, kind: str) -> set[str]:
    liking = await request.services.database.read(stored.liking, request.place.chat_id, request.place.thread)
    return {one.value for one in liking.muted if one.kind == kind}


def _back(request: Request) -> str:
    """What follows the place in a choice."""
    return back_of(request).partition(":")[2]


def _rate(
    db: sqlite_utils.Database, services: Services, place: Place, paper_id: str, rating: Rating, now: datetime
) -> tuple[Rating, int, bool]:
    """The paper's rating with this, how many papers the chat likes now, and whether that orders its digests."""
    chat = services.ensured(db, place, now)
    had = stored.marks(db, chat.id, chat.thread, paper_id).rating
    new = Rating.NONE if had is rating else rating
    stored.rate(db, chat.id, chat.thread, paper_id, new, now)
    return new, stored.count(db, chat.id, chat.thread, Rating.LIKED), chat.taste


def _mute(db: sqlite_utils.Database, services: Services, place: Place, kind: str, value: str, now: datetime) -> bool:
    chat = services.ensured(db, place, now)
    return stored.mute(db, chat.id, chat.thread, kind, value)


def _changed(
    db: sqlite_utils.Database, services: Services, place: Place, change: Callable[[Chat], Chat], now: datetime
) -> None:
    chats.save(db, change(services.ensured(db, place, now)))


def _believed(db: sqlite_utils.Database, chat: Chat) -> tuple[Chat, said.Belief]:
    liking = stored.liking(db, chat.id, chat.thread)
    known = model.taste(liking, archive.shares(db, model.stems(liking)))
    likes, dislikes = (stored.count(db, chat.id, chat.thread, rating) for rating in (Rating.LIKED, Rating.DISLIKED))
    return chat, said.Belief(likes, dislikes, model.ENOUGH, *model.words(liking, known), liking.muted)
