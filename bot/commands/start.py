"""First words: /start, also with what a link opens."""

from __future__ import annotations

from bot.commands import channels, deep_links, queries, subscribe
from bot.commands.request import Question, Request
from bot.render import welcome
from bot.render.language import _
from bot.render.message import Button, Message
from bot.render.times import rhythm
from storage import subscriptions
from storage.records import Chat, Push

Rows = tuple[tuple[Button, ...], ...]


async def start(request: Request) -> Message | Question:
    """/start [PAYLOAD], with what comes behind start= in a link."""
    services, place = request.services, request.place
    if request.text:
        return await deep_links.opened(request)
    chat = await services.database.write(services.ensured, place, services.now())
    services.wake()
    following = await services.database.read(subscriptions.of_chat, place.chat_id, place.thread)
    mine = (Button(_("What you follow"), data="l:0"),) if following else ()
    *daily, follow = first(chat)
    rows = (*daily, (*mine, *follow, Button(_("Search"), data="ask:search")), *await channels.row(request))
    return welcome.start(following=len(following), when=rhythm(chat), rows=rows)


def first(chat: Chat) -> Rows:
    """The first buttons: the trending list every day where the chat has none, a first subscription."""
    daily = Button(_("Trending papers every day"), data="tp:daily")
    follow = Button(_("Follow a topic"), data="ask:subscribe")
    return ((daily,), (follow,)) if chat.trending is Push.OFF else ((follow,),)


def changes(text: str) -> bool:
    """Whether what ask:COMMAND asks for changes what the chat gets."""
    return text != "search"


async def ask(request: Request) -> Question:
    """ask:COMMAND asks for what the command needs."""
    if request.part(0) == "search":
        return await queries.asks(request, "search", _("What are you looking for?"), "s")
    return await subscribe.asked(request)
