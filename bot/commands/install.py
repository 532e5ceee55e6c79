"""The commands as python-telegram-bot takes them."""

from __future__ import annotations

from typing import Any

from telegram.ext import (
    BaseHandler,
    CallbackQueryHandler,
    ChatMemberHandler,
    ContextTypes,
    InlineQueryHandler,
    MessageHandler,
    filters,
)  # fmt: skip

from bot.commands.front import Front
from bot.commands.inline import Inline
from bot.commands.membership import Membership
from bot.commands.request import Services
from bot.commands.topics import Forum

_NAMED = filters.StatusUpdate.FORUM_TOPIC_CREATED | filters.StatusUpdate.FORUM_TOPIC_EDITED
_OPENED = filters.StatusUpdate.FORUM_TOPIC_REOPENED | filters.StatusUpdate.GENERAL_FORUM_TOPIC_UNHIDDEN


def handlers(services: Services) -> list[BaseHandler[Any, ContextTypes.DEFAULT_TYPE, Any]]:  # Any: as PTB types them
    """What to add to the Application, in this order."""
    front, membership, forum = Front(services), Membership(services), Forum(services)
    spoken = filters.UpdateType.MESSAGE | filters.UpdateType.CHANNEL_POST
    return [
        MessageHandler(filters.StatusUpdate.MIGRATE, membership.migrated),
        MessageHandler(_NAMED, forum.named),
        MessageHandler(_OPENED, forum.opened),
        MessageHandler(spoken & ~filters.StatusUpdate.ALL, front.heard),
        CallbackQueryHandler(front.pressed),
        InlineQueryHandler(Inline(services).asked),
        ChatMemberHandler(membership.changed, ChatMemberHandler.MY_CHAT_MEMBER),
    ]
