"""The terminal that shows the chat: what the bot says and does, the buttons that can be pressed, the prompt."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import TextIO

from rich.console import Console
from rich.text import Text

from bot.demo import lines
from bot.demo.chats import Event, File, Json, Key, Message
from bot.demo.keyboard import PROMPT

_CLEAR_LINE = "\r\x1b[2K"
_NARROWEST = 20


class Screen:
    """Writes to out; so_far: the line that is half typed below, which then is kept there behind the prompt.

    prompting: whether somebody is typing, to be set from outside. closed: nobody reads any more.
    """

    def __init__(self, out: TextIO, *, so_far: Callable[[], str] | None = None, width: int | None = None) -> None:
        self._out = out
        self._page = io.StringIO()  # what is printed is composed here, since out may break
        self._console = Console(
            file=self._page, force_terminal=out.isatty(), width=width, highlight=False, legacy_windows=False
        )
        self._wraps = width is not None or self._console.is_terminal
        self._styled = self._console.is_terminal and self._console.color_system is not None
        self._so_far = so_far
        self.prompting = False
        self._shown: list[Message] = []
        self.closed = False

    @property
    def message(self) -> Message | None:
        """The message whose buttons the numbers mean: of those that have any, the one that was shown last."""
        return next((message for message in reversed(self._shown) if message.rows and not message.deleted), None)

    @property
    def keys(self) -> list[Key]:
        """The buttons that the numbers 1, 2, 3 … mean."""
        return self.message.keys if self.message else []

    def note(self, *said: str) -> None:
        """Lines of the demo itself."""
        self._write([piece for line in said for piece in lines.wrapped(Text(lines.clean(line), "dim"), self._width)])

    def echo(self, line: str) -> None:
        """What was written, where the terminal does not show it by itself."""
        self._write([Text(f"{PROMPT}{lines.clean(line)}", "bold")])

    def end(self) -> None:
        """Leave the terminal on a line of its own."""
        if self._so_far is not None:
            self._put("\n")

    def show(self, event: Event) -> None:
        """What the bot did."""
        if event.kind == "answer":
            if event.content.text:
                mark = "‼" if event.alert else "✓"
                self._write([Text(f"{mark} {lines.clean(event.content.text)}", "italic"), Text()])
            return
        if event.message in self._shown:
            self._shown.remove(event.message)
        if event.kind == "delete":
            first = event.content.text.split("\n")[0]
            self._write([Text(f"✗ deleted: {lines.clean(first)}", "dim"), Text()])
            return
        self._shown.append(event.message)
        shown = [Text("✎ edited:" if event.kind == "edit" else "Paperwire:", "bold green")]
        if event.message.reply_to:
            first = event.message.reply_to.text.split("\n")[0]
            shown.append(Text(f"↩ in reply to: {lines.clean(first)}", "dim"))
        if event.message.file:
            shown.append(_file(event.message.file))
        if event.content.text:
            shown += lines.content(event.content, self._width, styled=self._styled)
        self._write([*shown, *lines.keys(event.rows, self._width), Text()])

    def menu(self, commands: list[Json]) -> None:
        """The bot's commands."""
        self._write([Text(f"/{command['command']}  {lines.clean(command['description'])}") for command in commands])

    @property
    def _width(self) -> int | None:
        return max(self._console.width, _NARROWEST) if self._wraps else None

    def _write(self, shown: list[Text]) -> None:
        for line in shown:
            self._console.print(line, soft_wrap=True)
        page = self._page.getvalue()
        self._page.seek(0)
        self._page.truncate()
        if self._so_far is not None and self.prompting:
            above = _CLEAR_LINE if self._styled else "\n"
            page = f"{above}{page}{PROMPT}{self._so_far()}"
        self._put(page)

    def _put(self, text: str) -> None:
        try:
            self._out.write(text)
            self._out.flush()
        except OSError:
            self.closed = True


def _file(file: File) -> Text:
    size = f"{len(file.content)} bytes" if len(file.content) < 1024 else f"{len(file.content) / 1024:.1f} kB"
    return Text(f"📎 {lines.clean(file.name)} ({size})")
