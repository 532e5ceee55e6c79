"""Where Telegram's updates come in: what was said or pressed, whether it may be, and the one answer to it."""

from __future__ import annotations

import logging
import time
from collections import Counter
from contextlib import AbstractAsyncContextManager, nullcontext
from dataclasses import replace
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
from bot.commands.pictures import Illustrated, illustrate
from bot.commands.received import reading
from bot.commands.request import Aside, Keyboard, Notice, Outdated, Place, Question, Request, Result, Services
from bot.commands.shares import Shares
from bot.commands.spoken import Spoken, is_group, place_of, replies_to, speaker, spoken
from bot.commands.tasks import Task, carried_out, old_button, stored_nothing
from bot.render import html, language, mistakes
from bot.render.message import File
from bot.render.message import Message as Text
from bot.urgency import be_patient
from storage import chats
from storage.errors import StorageError

log = logging.getLogger(__name__)

_TOAST_CHARACTERS = 200  # https://core.telegram.org/bots/api#answercallbackquery


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
            result: Result = stored_nothing(place, error)
        else:
            result = await carried_out(context.bot, task)
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
            await _acknowledge(query, old_button("/help"))
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

    async def _task(self, bot: Bot, place: Place, who: int, said: Spoken, *, to_bot: bool) -> Task | None:
        """What the words ask for; None where they are not for the bot."""
        if not said.command and said.file is None and is_group(place) and not to_bot:
            return None
        await self._speak(place, said.language)
        if said.command not in registry.FOR_STRANGERS and not self._services.admits(place.said_in, who):
            return Task(registry.stranger, self._request(place, who, ""), changes=False)
        asked = await self._asked(place, who)
        if said.command:
            return self._commanded(place, who, said)
        if said.location:
            return Task(registry.LOCATED.handler, self._request(place, who, said.location), True)
        if said.file is not None:
            handler = reading(bot, said.file, registry.RECEIVED.handler)
            return Task(handler, self._request(place, who, ""), changes=False)
        if asked and said.text:
            name, _, about = asked.partition(":")
            question = registry.QUESTIONS[name]
            return Task(question.handler, self._request(place, who, said.text, about), question.changes(said.text))
        return Task(words.plain, self._request(place, who, said.text), False) if place.alone else None

    def _commanded(self, place: Place, who: int, said: Spoken) -> Task | None:
        command = registry.command(said.command)
        if command:
            return Task(command.handler, self._request(place, who, said.text), command.changes(said.text))
        if place.alone or said.named:
            return Task(registry.unknown, self._request(place, who, said.command, said.text), False)
        return None

    async def _pressed(self, bot: Bot, query: CallbackQuery, here: Place) -> tuple[Place, Result]:
        """What was pressed is about, and what came of it."""
        who = query.from_user.id
        try:
            here = await self._where_now(here)
            await self._speak(here, query.from_user.language_code)
            forgets = (query.data or "").partition(":")[0] in registry.FOR_STRANGERS
            if not forgets and not self._services.admits(here.chat_id, who):
                return here, Notice(html.visible(mistakes.stranger(who).text), alert=True)
            place, data = await channels.aimed(self._services.database, here, query.data or "")
            verb, _, text = data.partition(":")
            button = registry.BUTTONS.get(verb)
            if button is None:
                return here, old_button("/help")
            if button.personal:
                place = here
            elif place.told_in:
                await self._speak(place, query.from_user.language_code)
            await self._asked(place, who)
        except Outdated as outdated:
            return here, old_button(str(outdated))
        except StorageError as error:
            return here, stored_nothing(here, error)
        pressed = replace(self._request(place, who, text), message_id=query.message.message_id if query.message else 0)
        task = Task(button.handler, pressed, button.changes(text))
        return place, await carried_out(bot, task)

    async def _where_now(self, here: Place) -> Place:
        """Where a group is now that became a supergroup: old messages of it keep their buttons."""
        new = await self._services.database.read(chats.moved, here.chat_id) if here.kind == ChatType.GROUP else None
        return replace(here, chat_id=new, kind=ChatType.SUPERGROUP) if new else here

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


def _shown(message: MaybeInaccessibleMessage, result: Result, place: Place) -> bool:
    """Whether the message looks like the result already, as after a second press."""
    if not isinstance(message, Message) or not isinstance(result, Text):
        return False
    shown = channels.framed(result, place)
    keyboard = sender.markup(shown)
    return message.text == html.visible(shown.text).strip() and message.reply_markup == keyboard


async def _acknowledge(query: CallbackQuery, result: Result) -> None:
    """Answer the press; a press too old for that is no one's fault."""
    notice = result if isinstance(result, Notice) else Notice(result.text if isinstance(result, Keyboard) else "")

    async def answer() -> None:
        await query.answer(notice.text[:_TOAST_CHARACTERS] or None, show_alert=notice.alert or None)

    try:
        await insisting(answer)
    except TelegramError as error:
        log.info("a press was not answered: %s", error.message)
