"""Where Telegram's updates come in: what was said or pressed, whether it may be, and the one answer to it."""

from __future__ import annotations

import logging
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager, nullcontext
from dataclasses import dataclass, replace
from functools import partial

from telegram import Bot, CallbackQuery, MaybeInaccessibleMessage, Message, Update
from telegram.constants import ChatType
from telegram.error import TelegramError
from telegram.ext import ContextTypes

from bot import sender
from bot.commands import channels, registry, words
from bot.commands.answering import Answering, insisting
from bot.commands.late_answers import LateAnswers
from bot.commands.order import Work, afterwards
from bot.commands.permission import may_change
from bot.commands.pictures import Illustrated, illustrate
from bot.commands.received import reading
from bot.commands.request import Aside, Keyboard, Notice, Outdated, Place, Question, Request, Result, Services
from bot.commands.shares import Shares
from bot.commands.spoken import Spoken, is_group, place_of, replies_to, speaker, spoken
from bot.render import channels as told
from bot.render import html, language, mistakes
from bot.render.message import File
from bot.render.message import Message as Text
from bot.urgency import be_patient
from storage import channels as stored
from storage import chats
from storage.errors import StorageError

log = logging.getLogger(__name__)

_TOAST_CHARACTERS = 200  # https://core.telegram.org/bots/api#answercallbackquery


@dataclass(frozen=True, slots=True)
class _Task:
    """What is to be done; changes: whether only administrators may."""

    handler: Callable[[Request], Awaitable[Result]]
    request: Request
    changes: bool


class Front:
    """Callbacks for python-telegram-bot; an update is answered once, or not at all where it is not for the bot."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._late = LateAnswers(services.beyond)
        self._shares = Shares(time.monotonic)
        self._at_work = Counter[tuple[int, int]]()  # presses that are not done with, by chat and message

    async def heard(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """A message, or a post of a channel."""
        message = update.effective_message
        if message is None or message.via_bot or message.is_automatic_forward:
            return
        said = spoken(message, context.bot.username)
        if said is None:
            return
        here, who = place_of(message.chat, message), speaker(message)
        place = here
        try:
            if not registry.is_personal(said.command):
                place = await channels.meant(self._services.database, here)
            to_bot = here.private or replies_to(message, context.bot.id)
            task = await self._task(context.bot, place, who, said, to_bot=to_bot)
            if task is None:
                return
            await self._restored(here)
            be_patient(self._shares.used_up(here, who))
        except StorageError as error:
            result: Result = _stored_nothing(place, error)
        else:
            result = await self._result(context.bot, task)
        answer = Text(html.escape(result.text)) if isinstance(result, Notice | Keyboard) else result
        answering = Answering(self._services, context.bot, here if isinstance(result, Notice) else place)
        sent = await answering.send(answer, who, message.message_id)
        self._late.follow(answering, sent, who, answer)
        if sent and isinstance(answer, Illustrated):
            afterwards(partial(illustrate, answering, sent, answer))

    async def pressed(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """A button under one of the bot's messages."""
        query = update.callback_query
        if query is None:
            return
        here = _place_of(query)
        if here is None or query.message is None:
            await _acknowledge(query, _old("/help"))
            return
        be_patient(self._shares.used_up(here, query.from_user.id))
        message = here.chat_id, query.message.message_id
        self._at_work[message] += 1
        late = self._late.left(*message)
        rest: Work | None = None
        try:
            place, result = await self._pressed(context.bot, query, here)
            await _acknowledge(query, result)
            undisturbed = self._at_work[message] == 1 and late is None
            if not isinstance(result, Notice) and not (undisturbed and _shown(query.message, result, place)):
                answering = Answering(self._services, context.bot, place)
                rest = partial(self._answered, answering, message, query.from_user.id, result, late or nullcontext())
        finally:
            afterwards(partial(self._done, message, rest))

    async def _answered(
        self,
        answering: Answering,
        message: tuple[int, int],
        who: int,
        result: Text | Question | Keyboard | Aside | File,
        late: AbstractAsyncContextManager[None],
    ) -> None:
        """Show what came of a press, which in a busy group may take a while; late: an edit to let pass."""
        if answering.place.said_in != message[0]:  # in the group that this one was, nothing can be shown any more
            if not isinstance(result, Keyboard):
                await answering.send(result, who)
            return
        if isinstance(result, Question | Aside | File | Illustrated):
            sent = await answering.send(result, who, message[1])
            if sent and isinstance(result, Illustrated):
                await illustrate(answering, sent, result)
            return
        async with late:
            pass
        if isinstance(result, Keyboard):
            await answering.rekey(message[1], result.rows)
            return
        await answering.replace(message[1], result)
        if self._at_work[message] == 1:  # or it shows something else already, or will
            self._late.follow(answering, message[1], who, result)

    async def _done(self, message: tuple[int, int], rest: Work | None) -> None:
        """A press is done with when all of it is shown."""
        try:
            if rest:
                await rest()
        finally:
            self._at_work[message] -= 1
            if not self._at_work[message]:
                del self._at_work[message]

    async def _task(self, bot: Bot, place: Place, who: int, said: Spoken, *, to_bot: bool) -> _Task | None:
        """What the words ask for; None where they are not for the bot."""
        if not said.command and said.file is None and is_group(place) and not to_bot:
            return None
        await self._speak(place, said.language)
        if said.command not in registry.FOR_STRANGERS and not self._services.admits(place.said_in, who):
            return _Task(registry.stranger, self._request(place, who, ""), changes=False)
        asked = await self._asked(place, who)
        if said.command:
            return self._commanded(place, who, said)
        if said.location:
            return _Task(registry.LOCATED.handler, self._request(place, who, said.location), True)
        if said.file is not None:
            handler = reading(bot, said.file, registry.RECEIVED.handler)
            return _Task(handler, self._request(place, who, ""), changes=False)
        if asked and said.text:
            name, _, about = asked.partition(":")
            question = registry.QUESTIONS[name]
            return _Task(question.handler, self._request(place, who, said.text, about), question.changes(said.text))
        return _Task(words.plain, self._request(place, who, said.text), False) if place.alone else None

    def _commanded(self, place: Place, who: int, said: Spoken) -> _Task | None:
        command = registry.command(said.command)
        if command:
            return _Task(command.handler, self._request(place, who, said.text), command.changes(said.text))
        if place.alone or said.named:
            return _Task(registry.unknown, self._request(place, who, said.command, said.text), False)
        return None

    async def _pressed(self, bot: Bot, query: CallbackQuery, here: Place) -> tuple[Place, Result]:
        """What was pressed is about, and what came of it."""
        who = query.from_user.id
        try:
            here = await self._now(here)
            await self._speak(here, query.from_user.language_code)
            forgets = (query.data or "").partition(":")[0] in registry.FOR_STRANGERS
            if not forgets and not self._services.admits(here.chat_id, who):
                return here, Notice(html.visible(mistakes.stranger(who).text), alert=True)
            place, data = await channels.aimed(self._services.database, here, query.data or "")
            verb, _, text = data.partition(":")
            button = registry.BUTTONS.get(verb)
            if button is None:
                return here, _old("/help")
            if button.personal:
                place = here
            elif place.told_in:
                await self._speak(place, query.from_user.language_code)
            await self._asked(place, who)
        except Outdated as outdated:
            return here, _old(str(outdated))
        except StorageError as error:
            return here, _stored_nothing(here, error)
        pressed = replace(self._request(place, who, text), message_id=query.message.message_id if query.message else 0)
        task = _Task(button.handler, pressed, button.changes(text))
        return place, await self._result(bot, task)

    async def _now(self, here: Place) -> Place:
        """Where a group is now that became a supergroup: old messages of it keep their buttons."""
        new = await self._services.database.read(chats.moved, here.chat_id) if here.kind == ChatType.GROUP else None
        return replace(here, chat_id=new, kind=ChatType.SUPERGROUP) if new else here

    async def _result(self, bot: Bot, task: _Task) -> Result:
        """What came of it, whatever went wrong on the way."""
        place = task.request.place
        try:
            if (task.changes or place.channel) and not await may_change(bot, place, task.request.user_id):
                if place.channel:
                    await self._services.database.write(stored.drop, place.channel.number)
                    return Notice(html.visible(told.no_longer(place.channel).text), alert=True)
                return Notice(html.visible(mistakes.not_allowed(place.kind).text), alert=True)
            return await task.handler(task.request)
        except Outdated as outdated:
            return _old(str(outdated))
        except TelegramError as error:
            log.warning("chat %d: Telegram does not tell what a command needs: %s", place.chat_id, error.message)
        except StorageError as error:
            return _stored_nothing(place, error)
        except Exception:  # whatever it is, the person gets an answer and the operator the traceback
            log.exception("chat %d: %s failed", place.chat_id, task.handler.__name__)
        return Notice(html.visible(mistakes.failed().text), alert=True)

    async def _speak(self, place: Place, code: str | None) -> None:
        """Speak the language that the chat chose, or else the person's where one talks to the bot alone."""
        told = language.of_code(code) if place.alone and code else ""
        language.speak(told)
        chat = await self._services.database.read(chats.get, place.chat_id, place.thread)
        if chat is None:
            return
        language.speak(chat.language or told or chat.telegram_language)
        if told and place.private and told != chat.telegram_language:
            await self._services.database.write(chats.heard_in, place.chat_id, told)

    async def _asked(self, place: Place, who: int) -> str | None:
        """The question that is open there, which these words close, whether they answer it or not."""
        if not await self._services.database.read(chats.is_asked, place.chat_id, place.thread, who):
            return None
        return await self._services.database.write(chats.asked, place.chat_id, place.thread, who, self._services.now())

    async def _restored(self, place: Place) -> None:
        """Someone speaks where nobody could be reached: what was set aside goes on."""
        database = self._services.database
        if await database.read(chats.is_gone, place.chat_id) and await database.write(chats.restore, place.chat_id):
            self._services.wake()

    def _request(self, place: Place, who: int, text: str, about: str = "") -> Request:
        return Request(self._services, place, who, text, about)


def _place_of(query: CallbackQuery) -> Place | None:
    """Where the button was; None where Telegram does not tell the topic any more, or the message is no chat's."""
    message = query.message
    if message is None or (message.chat.is_forum and not isinstance(message, Message)):
        return None
    return place_of(message.chat, message if isinstance(message, Message) else None)


def _stored_nothing(place: Place, error: StorageError) -> Notice:
    log.warning("chat %d: %s", place.chat_id, error)
    return Notice(html.visible(mistakes.failed().text), alert=True)


def _shown(message: MaybeInaccessibleMessage, result: Result, place: Place) -> bool:
    """Whether the message looks like the result already, as after a second press."""
    if not isinstance(message, Message) or not isinstance(result, Text):
        return False
    shown = channels.framed(result, place)
    keyboard = sender.markup(shown)
    return message.text == html.visible(shown.text).strip() and message.reply_markup == keyboard


def _old(instead: str) -> Notice:
    return Notice(html.visible(mistakes.old_button(instead).text), alert=True)


async def _acknowledge(query: CallbackQuery, result: Result) -> None:
    """Answer the press; a press too old for that is no one's fault."""
    notice = result if isinstance(result, Notice) else Notice(result.text if isinstance(result, Keyboard) else "")

    async def answer() -> None:
        await query.answer(notice.text[:_TOAST_CHARACTERS] or None, show_alert=notice.alert or None)

    try:
        await insisting(answer)
    except TelegramError as error:
        log.info("a press was not answered: %s", error.message)
