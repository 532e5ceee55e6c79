"""People as tests play them: they write to the bot, press its buttons and read what it says."""

from __future__ import annotations

import asyncio
import re

from bot.demo.chats import Chat, Event, Json, Message, Person, Press
from bot.demo.telegram_server import TelegramServer


class Someone:
    """A person in a chat (or topic) with the bot; by default the private one.

    Patterns are regular expressions, searched in any case, over what people see.
    """

    def __init__(self, server: TelegramServer, person: Person, chat: Chat | None = None, thread: int = 0) -> None:
        self.server, self.person, self.thread = server, person, thread
        self.chat = chat or server.private(person)
        self._events = server.watch()

    @property
    def messages(self) -> list[Message]:
        """The bot's messages in this chat (and topic) as they stand now, oldest first."""
        return [message for message in self.chat.written() if message.thread == self.thread]

    def say(self, text: str, reply_to: Message | None = None) -> Message:
        """Write; what the bot did before this is not heard any more."""
        while not self._events.empty():
            self._events.get_nowait()
        return self.server.say(self.chat, text, self.person, thread=self.thread, reply_to=reply_to)

    async def hears(self, pattern: str = "", *, kind: str = "new|edit", within: float = 5) -> Message:
        """The next message or edit here that fits, after those heard before; within: seconds.

        TimeoutError tells what came instead.
        """
        missed: list[Event] = []
        try:
            async with asyncio.timeout(within):
                while True:
                    event = await self._events.get()
                    if event.message.chat is not self.chat or event.message.thread != self.thread:
                        continue
                    if re.fullmatch(kind, event.kind) and re.search(pattern, event.content.text, re.I | re.S):
                        return event.message
                    missed.append(event)
        except TimeoutError:
            said = [(event.kind, event.content.text[:200]) for event in missed]
            raise TimeoutError(f"heard no {pattern!r} but {said}") from None

    async def asks(self, text: str, pattern: str = "", *, within: float = 5) -> Message:
        """Write, and give the message (or edit) that fits."""
        self.say(text)
        return await self.hears(pattern, within=within)

    def press(self, label: str, message: Message | None = None) -> Press:
        """Press the first button whose label holds the words, by default on the newest message that has buttons."""
        if message is None:
            message = next((said for said in reversed(self.messages) if said.rows), None)
            if message is None:
                raise LookupError("no message with buttons")
        while not self._events.empty():
            self._events.get_nowait()
        return self.server.press(message, message.key(label), self.person)

    async def presses(self, label: str, message: Message | None = None, *, within: float = 5) -> Json:
        """Press, and give the bot's answer to the press (text, show_alert, url)."""
        press = self.press(label, message)
        async with asyncio.timeout(within):
            return await press.answer

    async def inline(self, query: str, offset: str = "", *, within: float = 5) -> Json:
        """Type `@bot query`, and give the answer (results, next_offset, button …)."""
        answer = self.server.ask_inline(self.person, query, offset)
        async with asyncio.timeout(within):
            return await answer


def group(
    server: TelegramServer, number: int, *administrators: Person, kind: str = "supergroup", forum: bool = False
) -> Chat:
    """A group (or channel, by kind) that the bot is in; its administrators are given, everyone else is a member."""
    members = {person.id: (person, "administrator") for person in administrators}
    return server.chat(Chat(number, kind, f"Group {abs(number)}", forum=forum, members=members))
