"""Hours in which nothing is sent: /quiet."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import time

from bot import planning
from bot.commands import screens, timing
from bot.commands.delivery import rearranged
from bot.commands.request import Question, Request
from bot.render import pausing as said
from bot.render.language import _
from bot.render.message import Button, Message

_OFF = ("off", "none", "no")
_BETWEEN = re.compile(r"[–—-]|\b(?:to|till|until|and|from)\b", re.IGNORECASE)


async def quiet(request: Request) -> Message | Question:
    """/quiet HH:MM HH:MM, or /quiet off."""
    chat, now = await request.services.chat(request.place), request.services.now()
    if not request.text:
        return Question(screens.quiet(chat, now, ""), "quiet")
    if request.text.strip().lower() in _OFF:
        chat = await rearranged(request, lambda chat: replace(chat, quiet_from=None, quiet_to=None))
    else:
        hours = _hours(request.text)
        if hours is None:
            return said.unreadable_hours(request.text, rows=screens.quiet(chat, now, "").rows)
        chat = await rearranged(request, lambda chat: replace(chat, quiet_from=hours[0], quiet_to=hours[1]))
    change = (Button(_("Change them"), data="st:quiet"), Button(_("Settings"), data="st"))
    return Message(said.quiet(chat, now, planning.next_matches(chat, now)), (change,))


def _hours(text: str) -> tuple[time, time] | None:
    """Two different clock times; None where the text is something else."""
    words = _BETWEEN.sub(" ", text).split()
    begin, used = timing.clock(words)
    end, rest = timing.clock(words[used:])
    if begin is None or end is None or begin == end or used + rest != len(words):
        return None
    return begin, end
