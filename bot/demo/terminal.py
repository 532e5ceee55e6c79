"""The line-by-line chat of the demo: what is typed goes to the bot, what the bot does is shown."""

from __future__ import annotations

import asyncio
import re
import time

from bot.demo.chats import Chat, Json
from bot.demo.keyboard import Keyboard
from bot.demo.screen import Screen
from bot.demo.telegram_server import BOT, TelegramServer

FIRST_ANSWER_SECONDS, LAST_ANSWER_SECONDS = 3.0, 20.0
QUIET_SECONDS = 0.25
HINTS = (
    "The whole bot on sample papers: people, papers and addresses are invented, and nothing leaves this machine.",
    "A line and Enter is a message: begin with /start. A number presses that button of the newest message with "
    "buttons, such as 1 or #1; '1 sends the digit itself. / shows the menu. "
    f"@{BOT['username']} and words ask inline, as in any chat. Ctrl-C ends it.",
)
_INLINE = re.compile(rf"@{BOT['username']}(?:\s+(.*))?", re.I)


class Terminal:
    """One person's private chat."""

    def __init__(self, server: TelegramServer, chat: Chat, screen: Screen, keyboard: Keyboard) -> None:
        self._server, self._chat, self._screen, self._keyboard = server, chat, screen, keyboard
        self._events = server.watch()

    async def talk(self) -> None:
        """Until the lines end or nobody reads any more; each line is answered before the next is sent."""
        showing = asyncio.create_task(self._show())
        try:
            while not self._screen.closed and (line := await self._line()) is not None:
                if self._act(line.strip()):
                    await self._answered()
            await asyncio.sleep(0 if self._keyboard.interactive else QUIET_SECONDS)
        finally:
            showing.cancel()

    async def _line(self) -> str | None:
        self._screen.prompting = True
        line = await self._keyboard.line()
        self._screen.prompting = False
        if line is not None and not self._keyboard.interactive:
            self._screen.echo(line)
        return line

    async def _show(self) -> None:
        while True:
            event = await self._events.get()
            if event.message.chat is self._chat:
                self._screen.show(event)
            if self._screen.closed:
                self._keyboard.end()

    def _act(self, line: str) -> bool:
        """Do what a line asks for; whether the bot has been told."""
        keys = self._screen.keys
        number = re.fullmatch(r"(#?)(\d{1,3})", line, re.ASCII)
        if not line:
            return False
        if line == "/":
            self._screen.menu(_menu(self._server))
            return False
        if number and 1 <= int(number[2]) <= len(keys):
            return self._press(int(number[2]))
        if number and number[1]:
            self._screen.note(f"There is no button {number[2]}; {len(keys)} can be pressed.")
            return False
        if asked := _INLINE.fullmatch(line):
            assert self._chat.person is not None
            self._server.ask_inline(self._chat.person, asked[1] or "").add_done_callback(self._found)
            return True
        self._server.say(self._chat, re.sub(r"^'(?=\d+$)", "", line))
        return True

    def _found(self, answer: asyncio.Future[Json]) -> None:
        """Show the results of an inline query, which in Telegram's apps a tap sends."""
        if answer.cancelled():
            return
        found = answer.result()
        if button := found.get("button"):
            self._screen.note(f"↗ {button['text']} opens the chat and sends /start {button['start_parameter']}")
        for number, result in enumerate(found["results"], 1):
            line = result.get("description", "").partition("\n")[0]
            self._screen.note(f"{number}. {result['title']} · {line}")

    def _press(self, number: int) -> bool:
        message = self._screen.message
        assert message is not None
        key = message.keys[number - 1]
        if key.url:
            self._screen.note(f"↗ {key.label} opens {key.url}")
        elif key.copy:
            self._screen.note(f"⧉ copied: {key.copy}")
        elif not key.data:
            self._screen.note(f"↗ {key.label} asks which chat to send it to, which only Telegram's apps can.")
        else:
            self._screen.note(f"[{key.label}]")
            self._server.press(message, key)
            return True
        return False

    async def _answered(self) -> None:
        """Until the bot has taken the line, reacted to it and come to rest; or has not reacted for some seconds."""
        since = time.monotonic()
        while (waited := time.monotonic() - since) < FIRST_ANSWER_SECONDS or (
            self._busy() and waited < LAST_ANSWER_SECONDS
        ):
            await asyncio.sleep(QUIET_SECONDS / 10)
            last = self._last_call()
            if last > since and time.monotonic() - last > QUIET_SECONDS and not self._busy():
                return

    def _last_call(self) -> float:
        """When the last call of the bot was answered, polling aside; 0 before the first."""
        return next((call.answered for call in reversed(self._server.calls) if call.method != "getUpdates"), 0.0)

    def _busy(self) -> bool:
        recent = self._server.calls[-20:]
        return any(not call.answered and call.method != "getUpdates" for call in recent) or bool(self._server.unread)


def _menu(server: TelegramServer) -> list[Json]:
    """The commands that the bot has set for this kind of chat, else for all."""
    of_scope = {scope: commands for (scope, language), commands in server.methods.commands.items() if not language}
    for scope in ("all_private_chats", "default"):
        if commands := of_scope.get(f'{{"type": "{scope}"}}'):
            return commands
    return []
