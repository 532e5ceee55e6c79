"""What a message shows, made anew from what is known now: a paper that was opened in it, or a digest."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial

import sqlite_utils

from bot import digests, planning
from bot.render import paper as rendered
from bot.render.message import Message
from storage import papers, taste
from storage.ratings import UNMARKED
from storage.records import Chat
from storage.views import View

Made = Callable[[], Message | None]
"""Makes a message; None where there is nothing to show any more."""


def opens(number: int, back: str = "") -> str:
    """The data of a button that opens the paper of that number; back: of what it is opened from."""
    return f"p:{number}:{back}" if back else f"p:{number}"


def anew(db: sqlite_utils.Database, view: View, chat: Chat, now: datetime) -> Made:
    """What makes the message that a view shows, which takes a while."""
    verb, _, rest = view.data.partition(":")
    id, _, back = rest.partition(":")
    if not id.isdecimal():
        return _nothing
    if verb == "p":
        return _card(db, chat, int(id), back, now)
    found = digests.load(db, chat.id, int(id)) if back.isdecimal() else None
    if found is None:
        return _nothing
    match verb:
        case "d":
            entry = found.entry(int(back))
            marks = taste.marks(db, chat.id, chat.thread, entry.paper.id) if entry else UNMARKED
            return partial(digests.opened, found, int(back), marks)
        case "db":
            return partial(digests.returned, found, int(back))
        case "dm":
            return partial(digests.rest, found, int(back))
    return _nothing


def _card(db: sqlite_utils.Database, chat: Chat, number: int, back: str, now: datetime) -> Made:
    paper = papers.by_number(db, number)
    if paper is None:
        return _nothing
    marks = taste.marks(db, chat.id, chat.thread, paper.id)
    return partial(rendered.card, paper, today=planning.today(chat, now), back=back, marks=marks)


def _nothing() -> None:
    return None
