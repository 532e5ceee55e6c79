"""What a person asks for, carried out: there is an answer, whatever goes wrong on the way."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from telegram import Bot
from telegram.constants import ChatType
from telegram.error import TelegramError

from bot.commands.permission import may_change
from bot.commands.request import Notice, Outdated, Place, Request, Result
from bot.render import channels as told
from bot.render import html, mistakes
from storage import channels
from storage.errors import StorageError

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Task:
    """What is to be done; changes: whether only administrators may."""

    handler: Callable[[Request], Awaitable[Result]]
    request: Request
    changes: bool


async def carried_out(bot: Bot, task: Task) -> Result:
    """What came of it; bot: who asks Telegram whether the person may."""
    place = task.request.place
    try:
        # What a press in a channel shows, all of its readers see.
        guarded = task.changes or place.channel or place.kind == ChatType.CHANNEL
        if guarded and not await may_change(bot, place, task.request.user_id):
            return await _not_allowed(task.request)
        return await task.handler(task.request)
    except Outdated as outdated:
        return old_button(str(outdated))
    except TelegramError as error:
        log.warning("chat %d: Telegram does not tell what a command needs: %s", place.chat_id, error.message)
    except StorageError as error:
        return stored_nothing(place, error)
    except Exception:  # whatever it is, the person gets an answer and the operator the traceback
        log.exception("chat %d: %s failed", place.chat_id, task.handler.__name__)
    return Notice(html.visible(mistakes.failed().text), alert=True)


def old_button(instead: str) -> Notice:
    """The answer to a button that does nothing any more; instead: a command."""
    return Notice(html.visible(mistakes.old_button(instead).text), alert=True)


def stored_nothing(place: Place, error: StorageError) -> Notice:
    """The answer where the database cannot be used."""
    log.warning("chat %d: %s", place.chat_id, error)
    return Notice(html.visible(mistakes.failed().text), alert=True)


async def _not_allowed(request: Request) -> Notice:
    place = request.place
    if place.channel:
        await request.services.database.write(channels.drop, place.channel.number)
        return Notice(html.visible(told.no_longer(place.channel).text), alert=True)
    return Notice(html.visible(mistakes.not_allowed(place.kind).text), alert=True)
