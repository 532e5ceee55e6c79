"""What becomes of a closed or deleted topic: the buttons under the message in General, and Telegram's own news."""

from __future__ import annotations

from datetime import datetime

import sqlite_utils
from telegram import Message as Said
from telegram import Update
from telegram.ext import ContextTypes

from bot import planning, queueing
from bot.commands.request import Request, Services
from bot.render import topics as told
from bot.render.message import Message
from storage import chats, outbox, subscriptions, topics, wishes
from storage.records import Topic


async def shown(request: Request) -> Message:
    """tb:THREAD shows again what is asked about a lost topic."""
    lost = await request.services.database.read(topics.lost, request.place.chat_id, request.number(0))
    return told.lost(lost) if lost else await _found(request)


async def choose(request: Request) -> Message:
    """tc:THREAD offers the topics that all of a lost one can move to."""
    database, place, thread = request.services.database, request.place, request.number(0)
    lost = await database.read(topics.lost, place.chat_id, thread)
    if lost is None:
        return await _found(request)
    return told.choices(lost.topic, await database.read(topics.others, place.chat_id, thread))


async def move(request: Request) -> Message:
    """tm:THREAD:OTHER moves all of a lost topic to another one; 0 is General."""
    services, place = request.services, request.place
    thread, other = request.number(0), request.number(1)
    lost = await services.database.read(topics.lost, place.chat_id, thread)
    known = await services.database.read(topics.others, place.chat_id, thread)
    to = next((topic for topic in known if topic.thread == other), Topic(0, "") if not other else None)
    if lost is None or to is None:
        return await _found(request)
    following, waiting = await services.database.write(_move, place.chat_id, thread, to.thread, services.now())
    services.wake()
    return told.moved(lost.topic, to, following=following, waiting=waiting)


async def end(request: Request) -> Message:
    """te:THREAD ends all of a lost topic."""
    services, place, thread = request.services, request.place, request.number(0)
    lost = await services.database.read(topics.lost, place.chat_id, thread)
    if lost is None:
        return await _found(request)
    await services.database.write(_end, services, place.chat_id, thread, services.now())
    return told.ended(lost.topic)


class Forum:
    """Callbacks for python-telegram-bot; none of them says anything."""

    def __init__(self, services: Services) -> None:
        self._services = services

    async def named(self, update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        """A topic was made or has another name."""
        message = update.effective_message
        if message is None or not message.message_thread_id:
            return
        news = message.forum_topic_created or message.forum_topic_edited
        if news and news.name:
            thread, name = message.message_thread_id, news.name
            await self._services.database.write(topics.rename, message.chat.id, thread, name)

    async def opened(self, update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        """A topic, or General, is open again."""
        message = update.effective_message
        if message is not None and await self._services.database.write(topics.find, message.chat.id, _thread(message)):
            self._services.wake()


def _thread(message: Said) -> int:
    """General is told of without a topic, or as the first."""
    thread = message.message_thread_id or 0
    return 0 if thread == 1 else thread


async def _found(request: Request) -> Message:
    thread = request.number(0)
    name = await request.services.database.read(topics.named, request.place.chat_id, thread)
    return told.found(Topic(thread, name))


def _move(db: sqlite_utils.Database, chat_id: int, thread: int, to: int, now: datetime) -> tuple[int, int]:
    """How many queries the other topic follows then, and how many papers wait for it."""
    topics.move(db, chat_id, thread, to)
    chat = chats.get(db, chat_id, to)
    if chat is None:
        return 0, 0
    chat = planning.replanned(chat, now)
    chats.save(db, chat)
    queueing.replan(db, chat, now)
    wishes.replan(db, chat_id, to, planning.due(chat, now))
    return len(subscriptions.of_chat(db, chat_id, to)), len(outbox.waiting(db, chat_id, to))


def _end(db: sqlite_utils.Database, services: Services, chat_id: int, thread: int, now: datetime) -> None:
    for subscription_id in topics.end(db, chat_id, thread, now):
        services.matcher.remove(subscription_id)
