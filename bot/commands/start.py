"""First words: /start, also with what a link opens."""

from __future__ import annotations

from bot.commands import channels, deep_links, queries, subscribe
from bot.commands.request import Question, Request
from bot.render import welcome
from bot.render.language import _
from bot.render.message import Button, Message
from bot.render.times import rhythm
from storage import subscriptions
from storage.records import Push


async def start(request: Request) -> Message | Question:
    """/start [PAYLOAD], with what comes behind start= in a link."""
    services, place = request.services, request.place
    if request.text:
        return await deep_links.opened(request)
    chat = await services.database.write(services.ensured, place, services.now())
    services.wake()
    following = await services.database.read(subscriptions.of_chat, place.chat_id, place.thread)
    daily = () if chat.trending is not Push.OFF else ((Button(_("Trending papers every day"), data="tp:daily"),),)
    more = [Button(_("Follow a topic"), data="ask:subscribe"), Button(_("Search"), data="ask:search")]
    if following:
        more.insert(0, Button(_("What you follow"), data="l:0"))
    return welcome.start(
        following=len(following), when=rhythm(chat), rows=(*daily, tuple(more), *await channels.row(request))
    )


def changes(text: str) -> bool:
    """Whether what ask:COMMAND asks for changes what the chat gets."""
    return text != "search"


async def ask(request: Request) -> Question:
    """ask:COMMAND asks for what the command needs."""
    if request.part(0) == "search":
        return await queries.asks(request, "search", _("What are you looking for?"), "s")
    return await subscribe.asked(request)
