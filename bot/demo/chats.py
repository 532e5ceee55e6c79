"""What the demo's Telegram holds: people, chats, messages with their buttons, and what happens to them."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Any, Literal

from bot.demo.markup import Entity, Formatted, units

Json = dict[str, Any]  # an object of the Bot API, of whatever shape


class Refusal(Exception):
    """An answer of the Bot API that is an error: HTTP status, description, and parameters such as retry_after."""

    def __init__(self, status: int, description: str, parameters: Json | None = None) -> None:
        super().__init__(description)
        self.status, self.description, self.parameters = status, description, parameters or {}


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who writes to the bot."""

    id: int
    first_name: str = "Ada"
    username: str = ""
    language: str = "en"

    def json(self) -> Json:
        known = {"username": self.username, "language_code": self.language}
        person: Json = {"id": self.id, "is_bot": False, "first_name": self.first_name}
        return person | {key: value for key, value in known.items() if value}


@dataclass(frozen=True, slots=True)
class Key:
    """An inline button: label, and one of data (a callback), url, copy (for the clipboard) or query (inline mode)."""

    label: str
    data: str = ""
    url: str = ""
    copy: str = ""
    query: str = ""


@dataclass(frozen=True, slots=True)
class File:
    """A file as it was sent."""

    name: str
    content: bytes


@dataclass(eq=False, slots=True)
class Chat:
    """A conversation; type as in the Bot API.

    members: user id → status (creator, administrator, member …) in groups and channels. refusal: what every call
    that writes here is answered, as when the person has blocked the bot; None where the bot may write.
    """

    id: int
    type: str = "private"
    title: str = ""
    username: str = ""
    forum: bool = False
    person: Person | None = None
    members: dict[int, tuple[Person, str]] = field(default_factory=dict)
    refusal: Refusal | None = None
    messages: dict[int, Message] = field(default_factory=dict)

    def json(self) -> Json:
        chat: Json = {"id": self.id, "type": self.type}
        chat |= {"first_name": self.person.first_name} if self.person else {"title": self.title}
        if username := self.username or (self.person.username if self.person else ""):
            chat["username"] = username
        return chat | ({"is_forum": True} if self.forum else {})

    def written(self) -> list[Message]:
        """The bot's messages that are still there, oldest first."""
        return [message for message in self.messages.values() if message.sender is None and not message.deleted]


@dataclass(eq=False, slots=True)
class Message:
    """One message as it stands now. sender: None for the bot. call: the parameters that the bot last gave for it."""

    id: int
    chat: Chat
    sender: Person | None
    date: int
    content: Formatted
    rows: tuple[tuple[Key, ...], ...] = ()
    file: File | None = None
    thread: int = 0
    reply_to: Message | None = None
    call: Json = field(default_factory=dict)
    edits: int = 0
    deleted: bool = False

    @property
    def text(self) -> str:
        """What people see of it, without its buttons."""
        return self.content.text

    @property
    def entities(self) -> tuple[Entity, ...]:
        return self.content.entities

    @property
    def keys(self) -> list[Key]:
        """All its buttons in reading order."""
        return [key for row in self.rows for key in row]

    @property
    def labels(self) -> list[str]:
        return [key.label for key in self.keys]

    @property
    def silent(self) -> bool:
        """Whether it came without sound."""
        return bool(self.call.get("disable_notification"))

    def key(self, label: str) -> Key:
        """The first button whose label holds the words, in any case; LookupError where there is none."""
        for key in self.keys:
            if label.lower() in key.label.lower():
                return key
        raise LookupError(f"no button {label!r} among {self.labels}")

    def json(self, bot: Json) -> Json:
        """The Bot API's Message."""
        message: Json = {"message_id": self.id, "date": self.date, "chat": self.chat.json()}
        if self.chat.type == "channel":
            message["sender_chat"] = self.chat.json()
        else:
            message["from"] = self.sender.json() if self.sender else bot
        text, entities = ("caption", "caption_entities") if self.file else ("text", "entities")
        if self.text:
            message[text] = self.text
        if self.entities:
            message[entities] = [entity_json(self.text, entity) for entity in self.entities]
        if self.file:
            message["document"] = {
                "file_id": f"file{self.id}", "file_unique_id": f"unique{self.id}",
                "file_name": self.file.name, "file_size": len(self.file.content),
            }  # fmt: skip
        if self.rows:
            message["reply_markup"] = {"inline_keyboard": [[key_json(key) for key in row] for row in self.rows]}
        if self.thread:
            message |= {"message_thread_id": self.thread, "is_topic_message": True}
        if self.reply_to:
            replied = self.reply_to.json(bot)
            message["reply_to_message"] = {key: value for key, value in replied.items() if key != "reply_to_message"}
        return message | ({"edit_date": self.date} if self.edits else {})


@dataclass(eq=False, slots=True)
class Press:
    """A pressed button; answer becomes what the bot answered (text, show_alert, url)."""

    id: str
    message: Message
    key: Key
    sender: Person
    answer: asyncio.Future[Json]


@dataclass(frozen=True, slots=True)
class Event:
    """Something that the bot did in a chat, with the content as it then was. answer: it answered a pressed button."""

    kind: Literal["new", "edit", "delete", "answer"]
    message: Message
    content: Formatted
    rows: tuple[tuple[Key, ...], ...] = ()
    alert: bool = False


def entity_json(text: str, entity: Entity) -> Json:
    """The Bot API's MessageEntity, which counts in UTF-16."""
    place = {"offset": units(text[: entity.start]), "length": units(text[entity.start : entity.end])}
    return {"type": entity.kind, **place} | ({"url": entity.url} if entity.url else {})


def key_json(key: Key) -> Json:
    """The Bot API's InlineKeyboardButton."""
    button: Json = {"text": key.label}
    if key.url:
        return button | {"url": key.url}
    if key.copy:
        return button | {"copy_text": {"text": key.copy}}
    return button | ({"callback_data": key.data} if key.data else {"switch_inline_query": key.query})
