"""Where the demo's lines come from: somebody at a terminal, or a pipe."""

from __future__ import annotations

import asyncio
import codecs
import importlib
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import TextIO

PROMPT = "› "


class Keyboard:
    """Reads in a thread of its own, which holds no lock that the end of the program would wait for.

    Make it inside the event loop. interactive: somebody types at a terminal, with a prompt and with what is half
    typed kept in sight by `so_far`.
    """

    def __init__(self, source: TextIO, *, interactive: bool) -> None:
        self.interactive = interactive
        self._loop = asyncio.get_running_loop()
        self._lines: asyncio.Queue[str | None] = asyncio.Queue()
        self._wanted = threading.Semaphore(0)
        self.so_far, self.close = _editing(source) if interactive else (_nothing, _no_more)
        given = self._asked() if interactive else piped(source)
        threading.Thread(target=self._read, args=(given,), name="typing", daemon=True).start()

    async def line(self) -> str | None:
        """The next line, None when there is none any more."""
        self._wanted.release()
        return await self._lines.get()

    def end(self) -> None:
        """Let the line that is waited for be the end."""
        self._lines.put_nowait(None)

    def _asked(self) -> Iterator[str]:
        """Lines typed at the terminal, each asked for when it is wanted."""
        with suppress(EOFError, OSError):
            while self._wanted.acquire():
                yield input(PROMPT)

    def _read(self, given: Iterator[str]) -> None:
        with suppress(RuntimeError):  # the loop is closed, the demo has ended
            for line in given:
                self._loop.call_soon_threadsafe(self._lines.put_nowait, line)
            self._loop.call_soon_threadsafe(self._lines.put_nowait, None)


def piped(source: TextIO) -> Iterator[str]:
    """The lines of a pipe or file, as soon as each is there."""
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    rest = ""
    with open(source.fileno(), "rb", buffering=0, closefd=False) as raw, suppress(OSError):
        while chunk := raw.read(65536):
            *complete, rest = re.split(r"\r?\n", rest + decoder.decode(chunk))
            yield from complete
    if rest:
        yield rest


def _editing(source: TextIO) -> tuple[Callable[[], str], Callable[[], None]]:
    """What tells the half-typed line, and what gives the terminal back as it was; both do little on Windows."""
    try:
        readline, termios = importlib.import_module("readline"), importlib.import_module("termios")
    except ImportError:
        return _nothing, _no_more
    readline.parse_and_bind("set enable-bracketed-paste off")
    readline.set_auto_history(True)
    before = termios.tcgetattr(source.fileno())
    return readline.get_line_buffer, lambda: termios.tcsetattr(source.fileno(), termios.TCSADRAIN, before)


def _nothing() -> str:
    return ""


def _no_more() -> None:
    return None
