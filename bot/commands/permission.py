"""Who may change what a group or channel gets: its administrators, asked for at the moment of the change."""

from __future__ import annotations

from telegram import Bot
from telegram.constants import ChatMemberStatus
from telegram.error import BadRequest, Forbidden

from bot.commands.request import Place

_ADMINISTRATORS = (ChatMemberStatus.OWNER, ChatMemberStatus.ADMINISTRATOR)


async def may_change(bot: Bot, place: Place, speaker: int) -> bool:
    """Whether the speaker (a user, or the chat that somebody speaks for) may change this place's settings.

    Who is unknown there may not, nor may anyone where the bot may not ask. Raises TelegramError where Telegram does
    not say.
    """
    if place.private or speaker == place.chat_id:  # the chat itself speaks: an anonymous administrator, or a channel
        return True
    if speaker < 0:
        return False
    try:
        member = await bot.get_chat_member(place.chat_id, speaker)
    except (BadRequest, Forbidden):
        return False
    return member.status in _ADMINISTRATORS
