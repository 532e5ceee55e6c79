"""A message before it is Telegram's: HTML text and rows of buttons."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Button:
    """One of: data (callback, at most 64 bytes), url, or copy (text for the clipboard, at most 256 characters)."""

    label: str
    data: str = ""
    url: str = ""
    copy: str = ""


@dataclass(frozen=True, slots=True)
class Message:
    """text: Telegram HTML, at most 4,096 UTF-16 units after parsing; rows: inline buttons, at most 8 in a row."""

    text: str
    rows: tuple[tuple[Button, ...], ...] = ()
