"""The one answer on its way to Telegram: sent where it was asked for, or put in the place of a message."""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace

from telegram import Bot, ReplyParameters
from telegram.constants import ParseMode
from telegram.error import NetworkError, TelegramError

from bot import sender
from bot.commands.request import Place, Question, Services
from bot.commands.spoken import is_group
from bot.render.message import Button, Message
from bot.sender import Gone, MovedTo, Rejected, Unreachable
from storage import chats

log = logging.getLogger(__name__)

PAUSES = (1.0, 3.0)
"""Seconds before an answer is sent again that Telegram did not confirm: better twice than not at all."""

_NO_MESSAGE = re.compile("message to edit not found|message can't be edited|message_id_invalid", re.I)
# A message can open a reply by itself (ForceReply) or have buttons; the examples are worth more.
_HOW_IN_GROUPS = "\n\nAnswer by replying to this message."


@dataclass(frozen=True, slots=True)
class Answering:
    """Answers in one place."""

    services: Services
    bot: Bot
    place: Place

    async def send(self, result: Message | Question, speaker: int, reply_to: int | None = None) -> None:
        """Send an answer; a question is for the speaker. reply_to: the message that it answers, shown in groups."""
        if isinstance(result, Message):
            await self._send(self.place.chat_id, result, reply_to)
            return
        await self._remember(result, speaker)
        how = _HOW_IN_GROUPS if is_group(self.place) else ""
        await self._send(self.place.chat_id, replace(result.message, text=result.message.text + how), reply_to)

    async def replace(self, message_id: int, message: Message) -> None:
        """Put a message in the place of an older one, or after it where that is gone."""

        async def edit() -> None:
            await self.bot.edit_message_text(
                message.text,
                self.place.chat_id,
                message_id,
                parse_mode=ParseMode.HTML,
                link_preview_options=sender.NO_PREVIEW,
                reply_markup=sender.markup(message),
            )

        if not await self._edited(edit):
            await self._send(self.place.chat_id, message, None)

    async def rekey(self, message_id: int, rows: tuple[tuple[Button, ...], ...]) -> None:
        """Give a message other buttons; nothing happens where it is gone or has the same already."""

        async def edit() -> None:
            keyboard = sender.markup(Message("", rows))
            await self.bot.edit_message_reply_markup(self.place.chat_id, message_id, reply_markup=keyboard)

        await self._edited(edit)

    async def _edited(self, edit: Callable[[], Awaitable[None]]) -> bool:
        """Whether the message is still there, edited or not."""
        try:
            await insisting(edit)
        except TelegramError as error:
            log.info("an edit in chat %d came to nothing: %s", self.place.chat_id, error.message)
            return not _NO_MESSAGE.search(error.message)
        return True

    async def _send(self, chat_id: int, message: Message, reply_to: int | None, *, plain: bool = False) -> None:
        """plain: the text is no markup."""
        replied = ReplyParameters(reply_to, allow_sending_without_reply=True) if reply_to else None

        async def send() -> None:
            await self.bot.send_message(
                chat_id,
                message.text,
                parse_mode=None if plain else ParseMode.HTML,
                message_thread_id=self.place.thread or None,
                link_preview_options=sender.NO_PREVIEW,
                reply_parameters=replied if is_group(self.place) else None,
                reply_markup=sender.markup(message),
            )

        try:
            await insisting(send)
        except TelegramError as error:
            match sender.verdict(error):
                case MovedTo(new_id) if new_id != chat_id:
                    await self.services.database.write(chats.migrate, chat_id, new_id)
                    await self._send(new_id, message, None, plain=plain)
                case Rejected(reason) if not plain:
                    log.warning("an answer in chat %d is sent without markup: %s", chat_id, reason)
                    await self._send(chat_id, sender.plain(message), reply_to, plain=True)
                case outcome:
                    await self._lost(chat_id, outcome)

    async def _lost(self, chat_id: int, outcome: sender.Outcome) -> None:
        """The answer cannot be given; where nobody can be reached, nothing more is sent."""
        log.warning("an answer in chat %d was not sent: %r", chat_id, outcome)
        if isinstance(outcome, Gone):
            await self.services.database.write(chats.set_aside, chat_id, self.services.now())

    async def _remember(self, question: Question, speaker: int) -> None:
        place, now = self.place, self.services.now()
        asked = f"{question.answer}:{question.about}"
        await self.services.database.write(chats.ask, place.chat_id, place.thread, speaker, asked, now)


async def insisting(call: Callable[[], Awaitable[None]]) -> None:
    """Make a call, and again where nothing comes back that is Telegram's. Raises TelegramError."""
    for pause in PAUSES:
        try:
            return await call()
        except NetworkError as error:
            if not isinstance(sender.verdict(error), Unreachable):
                raise
        await asyncio.sleep(pause)
    return await call()
