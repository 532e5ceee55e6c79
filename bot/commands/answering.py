"""The one answer on its way to Telegram: sent where it was asked for, or put in the place of a message."""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import TypeVar

from telegram import Bot, ReplyParameters
from telegram.constants import ParseMode
from telegram.error import NetworkError, TelegramError

from bot import sender
from bot.commands.channels import framed
from bot.commands.request import Aside, Place, Question, Services
from bot.commands.spoken import is_group
from bot.render.language import N_, _
from bot.render.message import Button, File, Message
from bot.sender import Gone, MovedTo, Muted, Rejected, Unreachable
from storage import chats, topics, views
from storage.errors import StorageError

log = logging.getLogger(__name__)

T = TypeVar("T")

PAUSES = (1.0, 3.0)
"""Seconds before an answer is sent again that Telegram did not confirm: better twice than not at all."""

NOTING = 0.2
"""Seconds for which an edit waits until it is stored what it shows; people do not wait longer for a busy disk."""

_NO_MESSAGE = re.compile("message to edit not found|message can't be edited|message_id_invalid", re.I)
# A message can open a reply by itself (ForceReply) or have buttons; the examples are worth more.
_HOW_IN_GROUPS = N_("Answer by replying to this message.")


@dataclass(frozen=True, slots=True)
class Answering:
    """Answers in one place."""

    services: Services
    bot: Bot
    place: Place

    async def send(
        self, result: Message | Question | Aside | File, speaker: int, reply_to: int | None = None
    ) -> int | None:
        """Send an answer, and give its message; None where it did not arrive.

        A question is for the speaker. reply_to: the message that it answers, shown in groups.
        """
        match result:
            case Question():
                await self._remember(result, speaker)
                how = f"\n\n{_(_HOW_IN_GROUPS)}" if is_group(self.place) else ""
                result = replace(result.message, text=result.message.text + how)
            case Aside(message):
                result = message
        if isinstance(result, File):
            return await self._send(self.place.said_in, result, reply_to)
        sent = await self._send(self.place.said_in, framed(result, self.place), reply_to)
        if sent and result.shows:
            await self._note(sent, result)
        return sent

    async def replace(self, message_id: int, message: Message) -> None:
        """Put a message in the place of an older one, or after it where that is gone."""

        if not await self.update(message_id, message):
            await self.send(message, 0)

    async def update(self, message_id: int, message: Message) -> bool:
        """Put a message in the place of an older one; whether that is still there."""

        shown = framed(message, self.place)

        async def edit() -> None:
            await self.bot.edit_message_text(
                shown.text,
                self.place.said_in,
                message_id,
                parse_mode=ParseMode.HTML,
                link_preview_options=sender.NO_PREVIEW,
                reply_markup=sender.markup(shown),
            )

        noting = asyncio.create_task(self._note(message_id, message))
        await asyncio.wait({noting}, timeout=NOTING)
        is_there = await self._edited(edit)
        await noting
        return is_there

    async def _note(self, message_id: int, message: Message) -> None:
        """Keep in mind what a message shows from now on; what is about a channel elsewhere is not kept true.

        Where that cannot be stored it is shown nevertheless.
        """
        database, place = self.services.database, self.place
        try:
            if message.shows and not place.told_in:
                where, now = (place.chat_id, place.thread, message_id), self.services.now()
                await database.write(views.show, *where, message.shows, now, paper_id=message.paper_id)
            elif await database.read(views.is_kept, place.said_in, message_id):
                await database.write(views.leave, place.said_in, message_id)
        except StorageError as error:
            log.warning("chat %d: what a message shows is not kept true: %s", place.said_in, error)

    async def rekey(self, message_id: int, rows: tuple[tuple[Button, ...], ...]) -> None:
        """Give a message other buttons; nothing happens where it is gone or has the same already."""

        async def edit() -> None:
            keyboard = sender.markup(framed(Message("", rows), self.place))
            await self.bot.edit_message_reply_markup(self.place.said_in, message_id, reply_markup=keyboard)

        await self._edited(edit)

    async def _edited(self, edit: Callable[[], Awaitable[None]]) -> bool:
        """Whether the message is still there, edited or not."""
        try:
            await insisting(edit)
        except TelegramError as error:
            log.info("an edit in chat %d came to nothing: %s", self.place.said_in, error.message)
            return not _NO_MESSAGE.search(error.message)
        return True

    async def _send(
        self, chat_id: int, answer: Message | File, reply_to: int | None, *, plain: bool = False
    ) -> int | None:
        """plain: the text is no markup."""
        try:
            sent = await insisting(lambda: self._call(chat_id, answer, reply_to, None if plain else ParseMode.HTML))
        except TelegramError as error:
            match sender.verdict(error):
                case MovedTo(new_id) if new_id != chat_id:
                    await self.services.database.write(chats.migrate, chat_id, new_id)
                    return await self._send(new_id, answer, None, plain=plain)
                case Rejected(reason) if not plain and isinstance(answer, Message):
                    log.warning("an answer in chat %d is sent without markup: %s", chat_id, reason)
                    return await self._send(chat_id, sender.plain(answer), reply_to, plain=True)
                case outcome:
                    await self._lost(chat_id, outcome)
            return None
        await self._arrived()
        return sent

    async def _arrived(self) -> None:
        """A topic in which the bot can write is not lost, whatever it missed of the news."""
        database, place = self.services.database, self.place
        lost = await database.read(topics.lost, place.chat_id, place.thread) if place.thread else None
        if lost:
            await database.write(topics.find, place.chat_id, place.thread)
            self.services.wake()

    async def _call(
        self, chat_id: int, answer: Message | File, reply_to: int | None, parse_mode: ParseMode | None
    ) -> int:
        replied = ReplyParameters(reply_to, allow_sending_without_reply=True) if reply_to else None
        shown = replied if is_group(self.place) else None
        thread = self.place.thread or None
        if isinstance(answer, File):
            sent = await self.bot.send_document(
                chat_id,
                answer.content,
                filename=answer.name,
                caption=answer.caption or None,
                parse_mode=parse_mode,
                message_thread_id=thread,
                reply_parameters=shown,
            )
            return sent.message_id
        sent = await self.bot.send_message(
            chat_id,
            answer.text,
            parse_mode=parse_mode,
            message_thread_id=thread,
            link_preview_options=sender.NO_PREVIEW,
            reply_parameters=shown,
            reply_markup=sender.markup(answer),
        )
        return sent.message_id

    async def _lost(self, chat_id: int, outcome: sender.Outcome) -> None:
        """The answer cannot be given; where nobody can be reached, nothing more is sent."""
        log.warning("an answer in chat %d was not sent: %r", chat_id, outcome)
        if isinstance(outcome, Gone | Muted):
            aside = chats.mute if isinstance(outcome, Muted) else chats.set_aside
            await self.services.database.write(aside, chat_id, self.services.now())

    async def _remember(self, question: Question, speaker: int) -> None:
        place, now = self.place, self.services.now()
        asked = f"{question.answer}:{question.about}"
        await self.services.database.write(chats.ask, place.chat_id, place.thread, speaker, asked, now)


async def insisting(call: Callable[[], Awaitable[T]]) -> T:
    """Make a call, and again where nothing comes back that is Telegram's. Raises TelegramError."""
    for pause in PAUSES:
        try:
            return await call()
        except NetworkError as error:
            if not isinstance(sender.verdict(error), Unreachable):
                raise
        await asyncio.sleep(pause)
    return await call()
