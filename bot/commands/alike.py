"""More like this: the papers of the archive that are about the same, in the place of the card."""

from __future__ import annotations

from dataclasses import replace

import sqlite_utils

from bot import likeness, planning
from bot.commands.card import back_of, paper_of
from bot.commands.pages import PAGE
from bot.commands.request import Request
from bot.likeness import Alike
from bot.render import buttons, lists
from bot.render.language import _
from bot.render.message import Button, Message
from storage import likeness as archive
from storage.records import Paper

_CANDIDATES = 100
_DATA_BYTES = 64  # https://core.telegram.org/bots/api#inlinekeyboardbutton
_OPENED = "ml:9999999:"  # what opening a paper and its likes puts before the way back


async def more_like(request: Request) -> Message:
    """ml:NUMBER[:BACK] shows the papers most like one; BACK: the callback data of what its card was opened from."""
    paper, back = await paper_of(request), back_of(request)
    found = await request.services.database.read(nearest, paper)
    here = f"ml:{paper.number}:{back}" if back else f"ml:{paper.number}"
    if len(_OPENED) + len(here.encode()) > _DATA_BYTES:
        here, back = f"ml:{paper.number}", ""  # from likes to likes of likes: the way back begins anew
    card = f"p:{paper.number}:{back}" if back else f"p:{paper.number}"
    rows = (
        *buttons.numbers([each.paper for each in found], lambda each: f"p:{each.number}:{here}"),
        (Button(_("‹ Back"), data=card),),
    )
    today = planning.today(await request.services.chat(request.place), request.services.now())
    message = lists.alike(paper, [(each.paper, each.words) for each in found], today=today, rows=rows)
    return replace(message, shows=here)  # or a card in whose place it is would come back by itself


def nearest(db: sqlite_utils.Database, paper: Paper) -> list[Alike]:
    """The PAGE papers of the archive that are most like one, best first."""
    shares = archive.shares(db, likeness.telling(paper))
    others = archive.having(db, likeness.sought(paper, shares), _CANDIDATES)
    return likeness.nearest(paper, others, shares, PAGE)
