"""First words: /start, also with a paper to open."""

from __future__ import annotations

import re

from bot.commands import queries
from bot.commands.card import card
from bot.commands.request import Question, Request
from bot.render import mistakes, welcome
from bot.render.message import Button, Message
from bot.render.times import rhythm
from storage import papers, subscriptions
from storage.records import Push

_PAPER = re.compile(r"p(\d[\w.-]{3,60})")


async def start(request: Request) -> Message:
    """/start [p<paper id>], in which _ stands for the dot that t.me links do not allow."""
    services, place = request.services, request.place
    if link := _PAPER.fullmatch(request.text):
        return await _paper(request, link[1].replace("_", "."))
    chat = await services.database.write(services.ensured, place, services.now())
    services.wake()
    following = await services.database.read(subscriptions.of_chat, place.chat_id, place.thread)
    daily = () if chat.trending is not Push.OFF else ((Button("Trending papers every day", data="tp:daily"),),)
    more = [Button("Follow a topic", data="ask:subscribe"), Button("Search", data="ask:search")]
    if following:
        more.insert(0, Button("What you follow", data="l:0"))
    return welcome.start(following=len(following), when=rhythm(chat), rows=(*daily, tuple(more)))


def changes(text: str) -> bool:
    """Whether what ask:COMMAND asks for changes what the chat gets."""
    return text != "search"


async def ask(request: Request) -> Question:
    """ask:COMMAND asks for what the command needs."""
    if request.part(0) == "search":
        return await queries.asks(request, "search", "What are you looking for?", "s")
    return await queries.asks(request, "subscribe", "What do you want to follow?", "sub")


async def _paper(request: Request, paper_id: str) -> Message:
    found = await request.services.database.read(papers.get, paper_id)
    return await card(request, found) if found else mistakes.sentence("I don't have that paper. /search finds others.")
