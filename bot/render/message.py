"""A message before it is Telegram's: HTML text and rows of buttons."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Button:
    """One of: data (callback, at most 64 bytes), url, copy (text for the clipboard, at most 256 characters), or inline.

    inline: a query to this bot that is put into a chat which the person picks; not for messages in channels.
    """

    label: str
    data: str = ""
    url: str = ""
    copy: str = ""
    inline: str = ""


@dataclass(frozen=True, slots=True)
class Message:
    """text: Telegram HTML, at most 4,096 UTF-16 units after parsing; rows: inline buttons, at most 8 in a row.

    shows: data of a button that would show the same anew, where that is kept true; paper_id: the paper that it shows.
    """

    text: str
    rows: tuple[tuple[Button, ...], ...] = ()
    shows: str = ""
    paper_id: str = ""


@dataclass(frozen=True, slots=True)
class File:
    """A file to be sent. caption: Telegram HTML, at most 1,024 UTF-16 units after parsing."""

    name: str
    content: bytes
    caption: str = ""
