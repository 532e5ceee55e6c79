"""The commands as python-telegram-bot takes them."""

from __future__ import annotations

import time
from collections.abc import Callable, Coroutine
from typing import Any

from telegram import Update
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
from bot.metrics import Metrics

_NAMED = filters.StatusUpdate.FORUM_TOPIC_CREATED | filters.StatusUpdate.FORUM_TOPIC_EDITED
_OPENED = filters.StatusUpdate.FORUM_TOPIC_REOPENED | filters.StatusUpdate.GENERAL_FORUM_TOPIC_UNHIDDEN


Callback = Callable[[Update, ContextTypes.DEFAULT_TYPE], Coroutine[Any, Any, None]]  # Any: as PTB types it


def handlers(
    services: Services, metrics: Metrics | None = None
) -> list[BaseHandler[Any, ContextTypes.DEFAULT_TYPE, Any]]:  # Any: as PTB types them
    """What to add to the Application, in this order. metrics: what counts how long answers take."""
    metrics = metrics or Metrics()
    front, membership, forum = Front(services), Membership(services), Forum(services)
    spoken = filters.UpdateType.MESSAGE | filters.UpdateType.CHANNEL_POST
    return [
        MessageHandler(filters.StatusUpdate.MIGRATE, membership.migrated),
        MessageHandler(_NAMED, forum.named),
        MessageHandler(_OPENED, forum.opened),
        MessageHandler(spoken & ~filters.StatusUpdate.ALL, _timed(front.heard, metrics, "message")),
        CallbackQueryHandler(_timed(front.pressed, metrics, "press")),
        InlineQueryHandler(_timed(Inline(services).asked, metrics, "inline")),
        ChatMemberHandler(membership.changed, ChatMemberHandler.MY_CHAT_MEMBER),
    ]


def _timed(callback: Callback, metrics: Metrics, kind: str) -> Callback:
    async def timed(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        began = time.monotonic()
        await callback(update, context)
        metrics.answered(kind, time.monotonic() - began)

    return timed
