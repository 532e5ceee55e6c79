"""What a command or a button is asked, what it may use, and what it can answer."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime

import sqlite_utils
from telegram import User

from bot import planning
from bot.beyond import Ask, Beyond, Heard
from bot.matching import Matcher
from bot.render import language
from bot.render.message import Button, File, Message
from bot.settings import AccessSettings, DeliverySettings
from storage import chats
from storage.database import Database
from storage.records import Channel, Chat, Mode


@dataclass(frozen=True, slots=True)
class Place:
    """What something was asked about: a chat, or one topic of a forum (thread; 0 elsewhere). kind: Telegram's type.

    channel: where an administrator of it speaks for it in a private chat, `told_in`; None (and 0) elsewhere.
    """

    chat_id: int
    thread: int
    kind: str
    channel: Channel | None = None
    told_in: int = 0

    @property
    def private(self) -> bool:
        """Whether it is the chat of one person."""
        return self.kind == "private"

    @property
    def alone(self) -> bool:
        """Whether one person talks to the bot alone, about whatever chat."""
        return self.private or self.told_in != 0

    @property
    def said_in(self) -> int:
        """The chat in which that was asked, and is answered."""
        return self.told_in or self.chat_id


@dataclass(frozen=True, slots=True)
class Services:
    """What commands use. now: the clock, aware. wake: tells delivery that something may be due.

    me: who the bot is at Telegram, once it is connected. beyond: asks the sources for what the archive lacks.
    admins: users who may administrate the bot. access: who may use it, and how much.
    """

    database: Database
    matcher: Matcher
    defaults: DeliverySettings
    now: Callable[[], datetime]
    wake: Callable[[], None]
    me: Callable[[], User]
    beyond: Beyond
    admins: frozenset[int] = frozenset()
    access: AccessSettings = field(default_factory=AccessSettings)

    def admits(self, chat_id: int, user_id: int) -> bool:
        """Whether this chat or person may use the bot."""
        admitted = self.access.admitted(self.admins)
        return not admitted or bool(admitted & {chat_id, user_id})

    def newcomer(self, place: Place, now: datetime) -> Chat:
        """A chat that was never heard of, with the configured daily digest."""
        chat = Chat(
            id=place.chat_id,
            thread=place.thread,
            kind=place.kind,
            mode=Mode.DAILY,
            at=self.defaults.time,
            zone=self.defaults.timezone,
            created_at=now,
            telegram_language=language.current() if place.private else "",
        )
        return planning.replanned(chat, now)

    def ensured(self, db: sqlite_utils.Database, place: Place, now: datetime) -> Chat:
        """The stored chat, made with the defaults where it is new; for work that writes."""
        return chats.ensure(db, self.newcomer(place, now))

    async def chat(self, place: Place) -> Chat:
        """The chat as stored, or as it would be made."""
        stored = await self.database.read(chats.get, place.chat_id, place.thread)
        return stored or self.newcomer(place, self.now())

    async def key(self, place: Place, text: str) -> str:
        """A short key for callback data that gives the text back in this chat."""
        return await self.database.write(chats.remember, place.chat_id, text, self.now())


@dataclass(frozen=True, slots=True)
class Request:
    """text: what follows the command, the answer to its question, or a button's data after the verb.

    about: what the question was about (such as a subscription's number), empty elsewhere. message_id: the message
    whose button was pressed.
    """

    services: Services
    place: Place
    user_id: int
    text: str = ""
    about: str = ""
    message_id: int = 0

    def part(self, index: int) -> str:
        """A button's argument, '' where it is missing."""
        parts = self.text.split(":")
        return parts[index] if index < len(parts) else ""

    def number(self, index: int) -> int:
        """The same as a number, 0 where it is none (or forged to be huge)."""
        text = self.part(index)
        return int(text) if text.isascii() and text.isdigit() and len(text) < 18 else 0


@dataclass(frozen=True, slots=True)
class Question:
    """An answer that asks: the person's next words there are given to `answer`, with `about`."""

    message: Message
    answer: str
    about: str = ""


@dataclass(frozen=True, slots=True)
class Notice:
    """A button's answer that changes no message: at most 200 characters, shown for a moment (alert: until closed)."""

    text: str
    alert: bool = False


@dataclass(frozen=True, slots=True)
class Keyboard:
    """A button's answer that changes only the buttons of its message; text: as a Notice's, '' for none."""

    rows: tuple[tuple[Button, ...], ...]
    text: str = ""


@dataclass(frozen=True, slots=True)
class Aside:
    """A button's answer that is a message of its own; the one with the button stays as it is."""

    message: Message


@dataclass(frozen=True, slots=True, kw_only=True)
class Awaited(Message):
    """An answer that may be another soon, when the sources have answered `ask`.

    edited: what it is then, each time that one of them did; None where it stays.
    """

    ask: Ask
    edited: Callable[[Heard], Awaitable[Message | None]]


class Outdated(Exception):
    """A button that can no longer do what it says; str() is what to type instead."""


Result = Message | Question | Notice | Keyboard | Aside | File
CommandHandler = Callable[[Request], Awaitable[Message | Question | File]]
ButtonHandler = Callable[[Request], Awaitable[Result]]
