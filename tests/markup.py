"""A strict reader of Telegram's HTML, written from its documentation and apart from what renders it."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from bot.render.message import Message

_TOKEN = re.compile(r"<[^>]*>|&[^;\s]*;|[^<&]+|[<&]")
_TAGS = {"<b>": "b", "<i>": "i", "<code>": "code", "<pre>": "pre", "<blockquote>": "blockquote",
         "<blockquote expandable>": "blockquote"}  # fmt: skip
_LINK = re.compile(r'<a href="([^"<>]+)">')
_REFERENCES = {"&lt;": "<", "&gt;": ">", "&amp;": "&", "&quot;": '"'}
_FORBIDDEN = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\u00ad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\U000e0000-\U000e007f\ud800-\udfff]"
)
_MENTION = re.compile(r"(?<![\w@/.])@[A-Za-z][A-Za-z0-9_]{3,31}\b|(?<![\w/>])/[A-Za-z0-9_]{1,64}(?![\w/])|\btg://\w+")


@dataclass(frozen=True)
class Entity:
    """kind: the tag's name. text: what it covers. url: of links."""

    kind: str
    text: str
    start: int
    url: str = ""


@dataclass(frozen=True)
class Read:
    """What Telegram would show."""

    text: str
    entities: tuple[Entity, ...]

    def of(self, kind: str) -> list[str]:
        """The texts that have an entity of a kind."""
        return [entity.text for entity in self.entities if entity.kind == kind]

    @property
    def links(self) -> dict[str, str]:
        """Link text → address."""
        return {entity.text: entity.url for entity in self.entities if entity.kind == "a"}

    @property
    def tappable(self) -> list[str]:
        """Mentions, commands and in-app links that Telegram would find: not in code, not in links."""
        taken = [(e.start, e.start + len(e.text)) for e in self.entities if e.kind in ("code", "pre", "a")]
        found = _MENTION.finditer(self.text)
        return [m[0] for m in found if not any(start < m.end() and m.start() < end for start, end in taken)]


def read(message: Message) -> Read:
    """What is shown; AssertionError for anything that Telegram would refuse, ignore or cut."""
    assert len(message.text.encode()) < 40_000 and len(message.text) <= 32_768
    text, entities = _parsed(message.text)
    units = len(text.encode("utf-16-le", "surrogatepass")) // 2
    assert 0 < units <= 4096, units
    assert len(entities) <= 100, len(entities)
    assert text.strip() == text and not _FORBIDDEN.search(text), ascii(_FORBIDDEN.findall(text))
    assert "\n\n\n" not in text
    _check_rows(message)
    return Read(text, tuple(entities))


def _parsed(source: str) -> tuple[str, list[Entity]]:
    shown, entities = "", []
    stack: list[tuple[str, int, str]] = []
    for token in _TOKEN.findall(source):
        if token.startswith("</"):
            kind, start, url = stack.pop()
            assert token == f"</{kind}>" and len(shown) > start, token
            entities.append(Entity(kind, shown[start:], start, url))
        elif token.startswith("<"):
            link = _LINK.fullmatch(token)
            kind = "a" if link else _TAGS[token]
            open_kinds = {name for name, _, _ in stack}
            assert kind not in open_kinds and not open_kinds & {"code", "pre"}
            assert kind not in ("code", "pre") or not open_kinds - {"blockquote"}
            stack.append((kind, len(shown), _checked(html.unescape(link[1])) if link else ""))
        else:
            assert token != "&" and (token[0] != "&" or token in _REFERENCES), token
            shown += _REFERENCES.get(token, token)
    assert not stack
    return shown, entities


def _checked(url: str) -> str:
    parts = urlsplit(url)
    assert parts.scheme in ("http", "https") and "." in (parts.hostname or "") and "@" not in parts.netloc
    assert not re.search(r"[\s\"<>]", url)
    return url


def _check_rows(message: Message) -> None:
    assert sum(map(len, message.rows)) <= 100
    for row in message.rows:
        assert 0 < len(row) <= 8
        for button in row:
            assert button.label and bool(button.data) + bool(button.url) + bool(button.copy) == 1
            assert len(button.data.encode()) <= 64
            if button.url:
                _checked(button.url)
