"""Messages to Telegram, and the one judge of what its errors mean.

Judged by the exception's type, and by Telegram's description only where Telegram has one type for many things.
An answer that is not Telegram's JSON (a proxy's page, a cut connection) says nothing about the chat.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta

from telegram import CopyTextButton, InlineKeyboardButton, InlineKeyboardMarkup, LinkPreviewOptions, ReplyParameters
from telegram.constants import ParseMode
from telegram.error import BadRequest, ChatMigrated, Forbidden, InvalidToken, RetryAfter, TelegramError
from telegram.ext import ExtBot

from bot.errors import TokenRefused
from bot.render import html
from bot.render.message import Button, Message
from bot.urgency import Urgency

NO_PREVIEW = LinkPreviewOptions(is_disabled=True)
_TIMEOUT = 20.0  # seconds; giving up on an answer that still comes means sending twice

_TOPIC_LOST = re.compile(r"thread not found|topic[_ ](closed|deleted)|topic not found|topic is closed", re.I)
_MUTED = re.compile(
    r"not enough rights to send|have no rights to send|need administrator rights|chat_write_forbidden"
    r"|chat_restricted|chat_admin_required|chat_send_plain_forbidden",
    re.I,
)
_GONE = re.compile(
    r"chat not found|user not found|peer_id_invalid|channel_private|user_is_blocked|user is deactivated"
    r"|group (chat )?(was|is) deactivated|bot was (blocked|kicked)|not a member",
    re.I,
)
_LINK = re.compile(r'<a href="([^"]*)">(.*?)</a>', re.S)


@dataclass(frozen=True, slots=True)
class Sent:
    """It arrived."""

    message_id: int


@dataclass(frozen=True, slots=True)
class RetryIn:
    """Telegram asks for a pause of so many seconds."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Unreachable:
    """No answer that says anything; the message may have arrived."""

    reason: str


@dataclass(frozen=True, slots=True)
class Gone:
    """The chat cannot be written to: blocked, kicked, deleted."""

    reason: str


@dataclass(frozen=True, slots=True)
class Muted:
    """The bot is in the chat, but may not write there."""

    reason: str


@dataclass(frozen=True, slots=True)
class MovedTo:
    """The group became this supergroup."""

    chat_id: int


@dataclass(frozen=True, slots=True)
class TopicLost:
    """The topic is closed or deleted."""

    reason: str


@dataclass(frozen=True, slots=True)
class Rejected:
    """Telegram refuses this message, also as plain text."""

    reason: str


Outcome = Sent | RetryIn | Unreachable | Gone | Muted | MovedTo | TopicLost | Rejected


class Sender:
    """Sends deliveries; the bot's rate limiter must be a Pace."""

    def __init__(self, bot: ExtBot[Urgency]) -> None:
        self._bot = bot

    async def send(
        self, chat_id: int, thread: int, message: Message, *, silent: bool = False, reply_to: int | None = None
    ) -> Outcome:
        """Send, and say what came of it; reply_to: a message that it answers if that is still there.

        Raises TokenRefused.
        """
        try:
            try:
                return await self._send(chat_id, thread, message, silent, reply_to, ParseMode.HTML)
            except BadRequest as error:
                if not _is_telegram(error) or judged(error):
                    raise
                return await self._send(chat_id, thread, plain(message), silent, reply_to, None)
        except TelegramError as error:
            return verdict(error)

    async def edit(self, chat_id: int, message_id: int, message: Message) -> Outcome:
        """Put a message in the place of one that was sent, when nobody waits for anything; say what came of it.

        Sent also where it shows the same already, Rejected where it is gone. Raises TokenRefused.
        """
        try:
            await self._bot.edit_message_text(
                message.text,
                chat_id,
                message_id,
                parse_mode=ParseMode.HTML,
                link_preview_options=NO_PREVIEW,
                reply_markup=markup(message),
                rate_limit_args=Urgency.REFRESH,
            )
        except TelegramError as error:
            return Sent(message_id) if "message is not modified" in error.message else verdict(error)
        except (KeyError, TypeError, ValueError) as error:  # as in _send
            return Unreachable(f"an answer of another shape: {error!r}")
        return Sent(message_id)

    async def slow_mode(self, group: int) -> float:
        """Seconds that a group wants between two messages of one member; 0 for none, or where Telegram does not say."""
        try:
            delay = (await self._bot.get_chat(group, rate_limit_args=Urgency.DELIVERY)).slow_mode_delay or 0
        except (TelegramError, KeyError, TypeError, ValueError):  # as in _send
            return 0.0
        return delay.total_seconds() if isinstance(delay, timedelta) else float(delay)

    async def _send(
        self,
        chat_id: int,
        thread: int,
        message: Message,
        silent: bool,
        reply_to: int | None,
        parse_mode: ParseMode | None,
    ) -> Outcome:
        keyboard = markup(message)
        try:
            sent = await self._bot.send_message(
                chat_id,
                message.text,
                parse_mode=parse_mode,
                message_thread_id=thread or None,
                disable_notification=silent,
                reply_parameters=ReplyParameters(reply_to, allow_sending_without_reply=True) if reply_to else None,
                link_preview_options=NO_PREVIEW,
                reply_markup=keyboard,
                read_timeout=_TIMEOUT,
                rate_limit_args=Urgency.DELIVERY,
            )
        except (KeyError, TypeError, ValueError) as error:  # python-telegram-bot reads JSON of any shape as Telegram's
            return Unreachable(f"an answer of another shape: {error!r}")
        return Sent(sent.message_id)


def markup(message: Message) -> InlineKeyboardMarkup | None:
    """The message's buttons as Telegram's; None where it has none."""
    if not message.rows:
        return None
    return InlineKeyboardMarkup([[_button(button) for button in row] for row in message.rows])


def plain(message: Message) -> Message:
    """The message without any markup or buttons, links written out, within Telegram's length."""
    return Message(html.cut(html.visible(_LINK.sub(r"\2 (\1)", message.text)), html.MESSAGE_UNITS))


def verdict(error: TelegramError) -> Outcome:
    """What an error of a send means. Raises TokenRefused."""
    match error:
        case RetryAfter():
            pause = error.retry_after
            return RetryIn(pause.total_seconds() if isinstance(pause, timedelta) else float(pause))
        case ChatMigrated():
            return MovedTo(error.new_chat_id)
    if not _is_telegram(error):
        return Unreachable(error.message)
    match error:
        case InvalidToken():
            raise TokenRefused(
                "Telegram does not accept the token; set telegram.token to what @BotFather gives"
            ) from None
        case Forbidden():
            return Muted(error.message) if _MUTED.search(error.message) else Gone(error.message)
        case BadRequest():
            return judged(error) or Rejected(error.message)
    return Unreachable(error.message)


def judged(error: BadRequest) -> Gone | Muted | TopicLost | None:
    """A refusal that is about the place and not about the message."""
    if _TOPIC_LOST.search(error.message):
        return TopicLost(error.message)
    if _MUTED.search(error.message):
        return Muted(error.message)
    return Gone(error.message) if _GONE.search(error.message) else None


def _is_telegram(error: TelegramError) -> bool:
    """Whether Telegram itself answered: other servers' errors carry the trouble of reading them as their cause."""
    return not isinstance(error.__cause__, Exception)


def _button(button: Button) -> InlineKeyboardButton:
    if button.url:
        return InlineKeyboardButton(button.label, url=button.url)
    if button.copy:
        return InlineKeyboardButton(button.label, copy_text=CopyTextButton(button.copy))
    if button.inline:
        return InlineKeyboardButton(button.label, switch_inline_query=button.inline)
    return InlineKeyboardButton(button.label, callback_data=button.data)
