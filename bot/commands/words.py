"""What is said in private without a command."""

from __future__ import annotations

from bot.commands import straight
from bot.commands.request import Request
from bot.query import parser
from bot.render import html, mistakes
from bot.render.message import Button, Message


async def plain(request: Request) -> Message:
    """The paper that the words lead to; else offers to search for them, or to follow them."""
    if not request.text:
        return mistakes.sentence("I read words only. /help says what I do with them.")
    if paper := await straight.to_paper(request):
        return paper
    if len(request.text) > parser.LONGEST:
        return mistakes.sentence("That is too long to look for. /help says what I do.")
    key = await request.services.key(request.place, request.text)
    rows = ((Button("Search", data=f"s:{key}"), Button("🔔 Follow it", data=f"sub:{key}")),)
    return Message(f"What shall I do with {html.code(request.text)}?", rows)
