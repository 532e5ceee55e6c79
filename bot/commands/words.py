"""What is said in private without a command."""

from __future__ import annotations

from bot.commands import search, straight
from bot.commands.request import Question, Request
from bot.render import mistakes
from bot.render.language import _
from bot.render.message import Message


async def plain(request: Request) -> Message | Question:
    """The paper that the words lead to; else what they find."""
    if not request.text:
        return mistakes.sentence(_("I read words only. /help says what I do with them."))
    return await straight.to_paper(request) or await search.search(request)
