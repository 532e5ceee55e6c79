"""What is said in private without a command."""

from __future__ import annotations

from bot.commands import straight
from bot.commands.request import Request
from bot.query import parser
from bot.render import html, mistakes
from bot.render.language import _
from bot.render.message import Button, Message


async def plain(request: Request) -> Message:
    """The paper that the words lead to; else offers to search for them, or to follow them."""
    if not request.text:
        return mistakes.sentence(_("I read words only. /help says what I do with them."))
    if paper := await straight.to_paper(request):
        return paper
    if len(request.text) > parser.LONGEST:
        return mistakes.sentence(_("That is too long to look for. /help says what I do."))
    key = await request.services.key(request.place, request.text)
    rows = ((Button(_("Search"), data=f"s:{key}"), Button(_("🔔 Follow it"), data=f"sub:{key}")),)
    return Message(_("What shall I do with {words}?").format(words=html.code(request.text)), rows)
