"""The one answer on its way to Telegram: sent where it was asked for, or put in the place of a message."""

from __future__ import annotations

import logging
from dataclasses import dataclass

from telegram import Bot, ForceReply, ReplyParameters
from telegram.constants import ParseMode
from telegram.error import TelegramError

from bot import sender
from bot.commands.request import Place, Question, Services
from bot.commands.spoken import is_group
from bot.render.message import Message
from bot.sender import Gone, MovedTo
from storage import chats

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Answering:
    """Answers in one place."""

    services: Services
    bot: Bot
    place: Place

    async def send(self, result: Message | Question, speaker: int, reply_to: int | None = None) -> None:
        """Send an answer; a question is for the speaker. reply_to: the message that it answers, shown in groups."""
        if isinstance(result, Message):
            await self._send(self.place.chat_id, result, reply_to, forced=False)
            return
        await self._remember(result, speaker)
        await self._send(self.place.chat_id, result.message, reply_to, forced=is_group(self.place))

    async def replace(self, message_id: int, message: Message) -> None:
        """Put a message in the place of an older one; nothing happens where that is gone or shows the same already."""
        try:
            await self.bot.edit_message_text(
                message.text,
                self.place.chat_id,
                message_id,
                parse_mode=ParseMode.HTML,
                link_preview_options=sender.NO_PREVIEW,
                reply_markup=sender.markup(message),
            )
        except TelegramError as error:
            log.info("an edit in chat %d came to nothing: %s", self.place.chat_id, error.message)

    async def _send(self, chat_id: int, message: Message, reply_to: int | None, *, forced: bool) -> None:
        replied = ReplyParameters(reply_to, allow_sending_without_reply=True) if reply_to else None
        try:
            await self.bot.send_message(
                chat_id,
                message.text,
                parse_mode=ParseMode.HTML,
                message_thread_id=self.place.thread or None,
                link_preview_options=sender.NO_PREVIEW,
                reply_parameters=replied if is_group(self.place) else None,
                reply_markup=ForceReply(selective=True) if forced else sender.markup(message),
            )
        except TelegramError as error:
            await self._failed(error, message, forced)

    async def _failed(self, error: TelegramError, message: Message, forced: bool) -> None:
        """Act on what Telegram says of the place; an answer that may have arrived is not sent twice."""
        database, place = self.services.database, self.place
        match sender.verdict(error):
            case MovedTo(chat_id):
                await database.write(chats.migrate, place.chat_id, chat_id)
                await self._send(chat_id, message, None, forced=forced)
            case Gone(reason):
                await database.write(chats.set_aside, place.chat_id, self.services.now())
                log.info("chat %d is set aside: %s", place.chat_id, reason)
            case outcome:
                log.warning("an answer in chat %d was not sent: %r", place.chat_id, outcome)

    async def _remember(self, question: Question, speaker: int) -> None:
        place, now = self.place, self.services.now()
        asked = f"{question.answer}:{question.about}"
        await self.services.database.write(chats.ask, place.chat_id, place.thread, speaker, asked, now)
