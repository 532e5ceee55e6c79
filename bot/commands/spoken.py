"""A message as what was said: a command with its text, or words; where, and by whom."""

from __future__ import annotations

import re
from dataclasses import dataclass

from telegram import Chat, Document, Message
from telegram.constants import ChatType

from bot.commands.request import Place
from bot.exports.subscriptions import FILE, MOST_BYTES

_COMMAND = re.compile(r"/([A-Za-z0-9_]{1,64})(?:@([A-Za-z0-9_]+))?(?=\s|$)\s*(.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Spoken:
    """command: in small letters, '' for plain words. text: what follows it, or the words.

    location: a shared one, as LATITUDE:LONGITUDE, without words. language: the speaker's, as Telegram tells it.
    file: the id of a file that may be meant for the bot, '' for one that is too large for it. named: whether the
    command names this bot.
    """

    command: str
    text: str
    location: str = ""
    language: str = ""
    file: str | None = None
    named: bool = False


def spoken(message: Message, username: str) -> Spoken | None:
    """What was said to the bot of this user name; None for another bot's command."""
    language = (message.from_user.language_code if message.from_user else None) or ""
    if where := message.location:
        return Spoken("", "", f"{where.latitude:f}:{where.longitude:f}", language)
    if (sent := message.document) and _may_be_ours(message.chat, sent):
        return Spoken("", "", language=language, file=sent.file_id if (sent.file_size or 0) <= MOST_BYTES else "")
    text = message.text or message.caption or ""
    match = _COMMAND.fullmatch(text.strip())
    if match is None:
        return Spoken("", text.strip(), language=language)
    if match[2] and match[2].lower() != username.lower():
        return None
    return Spoken(match[1].lower(), match[3].strip(), language=language, named=bool(match[2]))


def _may_be_ours(chat: Chat, file: Document) -> bool:
    """Where several people talk, files are sent to each other; those of the bot are known by their name."""
    return chat.type == ChatType.PRIVATE or (file.file_name or "").startswith(FILE)


def place_of(chat: Chat, message: Message | None) -> Place:
    """The chat, and of a forum the topic: elsewhere a thread is only a chain of replies."""
    thread = message.message_thread_id if message and message.is_topic_message else None
    return Place(chat.id, thread or 0, chat.type)


def speaker(message: Message) -> int:
    """Who spoke: a user's id, or the chat's that somebody spoke for (anonymous administrators, channels)."""
    if message.sender_chat is not None:
        return message.sender_chat.id
    return message.from_user.id if message.from_user is not None else 0


def replies_to(message: Message, bot_id: int) -> bool:
    """Whether the message answers one of the bot's."""
    answered = message.reply_to_message
    return bool(answered and answered.from_user and answered.from_user.id == bot_id)


def is_group(place: Place) -> bool:
    """Whether several people talk there, of whom the bot sees commands and replies only."""
    return place.kind in (ChatType.GROUP, ChatType.SUPERGROUP)
