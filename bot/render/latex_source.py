"""A text with its braces paired, which prose and mathematics read together."""

from __future__ import annotations

import re

_BRACE = re.compile(r"\\.|[{}]", re.S)
_TYPESET = re.compile(r"[\\$^{~]")
_COMMAND = re.compile(r"\\([A-Za-z]+)\*?")
MOST_DEPTH = 8  # arguments within arguments; deeper is no text that a person wrote


class Unshowable(Exception):
    """LaTeX that has no form as plain text; the caller leaves it as typed."""


class Source:
    """text; where each opening brace closes; typeset: whether there is LaTeX in it beyond dashes and quotes."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.typeset = _TYPESET.search(text) is not None
        self.closing: dict[int, int] = {}
        opened: list[int] = []
        for match in _BRACE.finditer(text):
            if match[0] == "{":
                opened.append(match.start())
            elif match[0] == "}" and opened:
                self.closing[opened.pop()] = match.start()

    def command(self, place: int) -> tuple[str, int]:
        """Name of the command at a backslash, one character where it is no letter; and the place behind it."""
        match = _COMMAND.match(self.text, place)
        if match:
            return match[1], match.end()
        return self.text[place + 1 : place + 2], min(place + 2, len(self.text))

    def group(self, place: int, end: int) -> tuple[int, int, int] | None:
        """The braced argument at or behind blanks at `place`: begin and end of its content, and the place behind it."""
        place = self.blanks(place, end)
        close = self.closing.get(place)
        return (place + 1, close, close + 1) if close is not None and close < end else None

    def needed(self, place: int, end: int) -> tuple[int, int, int]:
        """The same, where it must be there; raises Unshowable."""
        found = self.group(place, end)
        if found is None:
            raise Unshowable
        return found

    def option(self, place: int, end: int) -> tuple[str, int]:
        """The short argument in brackets at `place`, '' where there is none, and the place behind it."""
        if self.text.startswith("[", place):
            close = self.text.find("]", place, min(end, place + 80))
            if close >= 0:
                return self.text[place + 1 : close], close + 1
        return "", place

    def blanks(self, place: int, end: int) -> int:
        """The place behind white space."""
        while place < end and self.text[place].isspace():
            place += 1
        return place
