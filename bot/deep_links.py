"""Links into the bot, and what they open: t.me/NAME?start=PAYLOAD, in the few characters that Telegram allows there.

p and a paper's id, with _ for the dot and the slash that arXiv's ids have; s and a query to follow; q and a query to
search for. What has other characters is base64url of its UTF-8, ids then after a "-". s- is followed by the key of a
query that is too long for a link.
"""

from __future__ import annotations

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from typing import TypeAlias
from urllib.parse import quote

from bot.papers import canonical_id

LONGEST = 64
"""Characters of a payload: https://core.telegram.org/bots/features#deep-linking"""

TOO_LONG = "q"
"""Asks what to search for, in place of a query that does not fit."""

_ALLOWED = re.compile(rf"[A-Za-z0-9_-]{{1,{LONGEST}}}")
_TYPED_ID = re.compile(r"[!-~]{1,100}")  # also with a dot, since a command can be typed
_WITHOUT_DOT = re.compile(r"(\d{4})_(\d{4,5}(?:v\d+)?)")
_WITHOUT_SLASH = re.compile(r"([a-z]+(?:-[a-z]+)?)(?:_([A-Z]{2}))?_(\d{7}(?:v\d+)?)")


@dataclass(frozen=True, slots=True)
class OfPaper:
    """Opens a paper."""

    id: str


@dataclass(frozen=True, slots=True)
class OfQuery:
    """Offers to follow a query."""

    query: str


@dataclass(frozen=True, slots=True)
class OfKey:
    """The same, for the query that is kept under a key."""

    key: str


@dataclass(frozen=True, slots=True)
class OfSearch:
    """Searches."""

    query: str


Link: TypeAlias = OfPaper | OfQuery | OfKey | OfSearch


def payload(link: Link) -> str:
    """The payload that opens this; '' where none can, because it is too long."""
    match link:
        case OfPaper(id):
            return next(filter(None, (_fitting(f"p{text}", link) for text in _written(id))), "")
        case OfQuery(query):
            return _fitting(f"s{_encoded(query)}", link)
        case OfKey(key):
            return _fitting(f"s-{key}", link)
        case OfSearch(query):
            return _fitting(f"q{_encoded(query)}", link)


def read(payload: str) -> Link | None:
    """What a payload opens; None where it is none of this bot's."""
    kind, text = payload[:1], payload[1:]
    if kind == "p":
        id = _decoded(text[1:]) if text.startswith("-") else _id(text)
        return OfPaper(id) if id else None
    if kind == "s" and text.startswith("-"):
        return OfKey(text[1:]) if _ALLOWED.fullmatch(payload) else None
    query = _decoded(text) if kind in ("s", "q") else None
    if query is None:
        return None
    return OfQuery(query) if kind == "s" else OfSearch(query)


def address(bot: str, payload: str, *, group: bool = False) -> str:
    """The link for a bot's user name; group: it asks for a group first, and adds the bot there."""
    return f"https://t.me/{bot}?{'startgroup' if group else 'start'}={payload}"


def sharing(address: str, text: str) -> str:
    """A link that asks which chats to send an address to, with a text."""
    return f"https://t.me/share/url?url={quote(address, safe='')}&text={quote(text, safe='')}"


def _written(id: str) -> tuple[str, ...]:
    """Ways to write an id, best first; the first that is read as this id is the one to take."""
    return id, re.sub(r"[./]", "_", id), f"-{_encoded(id)}"


def _fitting(payload: str, link: Link) -> str:
    return payload if _ALLOWED.fullmatch(payload) and read(payload) == link else ""


def _id(text: str) -> str | None:
    if not _TYPED_ID.fullmatch(text):
        return None
    if new := _WITHOUT_DOT.fullmatch(text):
        text = f"{new[1]}.{new[2]}"
    elif old := _WITHOUT_SLASH.fullmatch(text):
        text = f"{old[1]}.{old[2]}/{old[3]}" if old[2] else f"{old[1]}/{old[3]}"
    return canonical_id(text) or text


def _encoded(text: str) -> str:
    return urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _decoded(text: str) -> str | None:
    """None where it is no text in base64url."""
    if not _ALLOWED.fullmatch(text):
        return None
    try:
        return urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode()
    except ValueError:
        return None
