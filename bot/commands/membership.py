"""Where the bot may write: blocked, removed, let in again; and groups that become supergroups."""

from __future__ import annotations

import logging

from telegram import Bot, Chat, ChatMember, ChatMemberAdministrator, ChatMemberRestricted, ChatMemberUpdated, Update
from telegram.constants import ChatMemberStatus, ChatType
from telegram.ext import ContextTypes

from bot.commands.answering import Answering
from bot.commands.request import Place, Services
from bot.render import channels as told
from bot.render import language
from storage import channels, chats

log = logging.getLogger(__name__)


class Membership:
    """Callbacks for python-telegram-bot; none says anything, but to who lets the bot into a channel."""

    def __init__(self, services: Services) -> None:
        self._services = services

    async def changed(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """The bot was let in, blocked, removed or muted."""
        change = update.my_chat_member
        if change is None:
            return
        database, chat_id = self._services.database, change.chat.id
        if change.chat.type == ChatType.CHANNEL:
            await self._keeper(context.bot, change)
        if not _may_write(change.chat, change.new_chat_member):
            await database.write(chats.set_aside, chat_id, self._services.now())
            log.info("chat %d is set aside: the bot is %s and may not write", chat_id, change.new_chat_member.status)
        elif await database.write(chats.restore, chat_id):
            log.info("chat %d is back", chat_id)
            self._services.wake()

    async def _keeper(self, bot: Bot, change: ChatMemberUpdated) -> None:
        """Note who let the bot into a channel or changed its rights there: who may speak for it in private."""
        database, chat, who = self._services.database, change.chat, change.from_user.id
        if change.new_chat_member.status != ChatMemberStatus.ADMINISTRATOR:
            await database.write(channels.left, chat.id)
            return
        channel = await database.write(channels.let_in, chat.id, who, chat.title or "")
        person = await database.read(chats.get, who, 0)
        if person and not person.gone_at and change.old_chat_member.status != ChatMemberStatus.ADMINISTRATOR:
            language.speak(person.reads_in)
            await Answering(self._services, bot, Place(who, 0, person.kind)).send(told.let_in(channel), who)

    async def migrated(self, update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        """A group became a supergroup; both of them tell."""
        message = update.effective_message
        if message is None:
            return
        old = message.migrate_from_chat_id or message.chat.id
        new = message.migrate_to_chat_id or message.chat.id
        await self._services.database.write(chats.migrate, old, new)
        self._services.wake()


def _may_write(chat: Chat, member: ChatMember) -> bool:
    if chat.type == ChatType.CHANNEL:
        return isinstance(member, ChatMemberAdministrator) and member.can_post_messages is not False
    if isinstance(member, ChatMemberRestricted):
        return member.is_member and member.can_send_messages
    return member.status not in (ChatMemberStatus.LEFT, ChatMemberStatus.BANNED)
