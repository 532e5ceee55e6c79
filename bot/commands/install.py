"""The commands as python-telegram-bot takes them."""

from __future__ import annotations

from typing import Any

from telegram.ext import (
    BaseHandler,
    CallbackQueryHandler,
    ChatMemberHandler,
    ContextTypes,
    MessageHandler,
    filters,
)  # fmt: skip

from bot.commands.front import Front
from bot.commands.membership import Membership
from bot.commands.request import Services


def handlers(services: Services) -> list[BaseHandler[Any, ContextTypes.DEFAULT_TYPE, Any]]:  # Any: as PTB types them
    """What to add to the Application, in this order."""
    front, membership = Front(services), Membership(services)
    spoken = filters.UpdateType.MESSAGE | filters.UpdateType.CHANNEL_POST
    return [
        MessageHandler(filters.StatusUpdate.MIGRATE, membership.migrated),
        MessageHandler(spoken & ~filters.StatusUpdate.ALL, front.heard),
        CallbackQueryHandler(front.pressed),
        ChatMemberHandler(membership.changed, ChatMemberHandler.MY_CHAT_MEMBER),
    ]
