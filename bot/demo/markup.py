"""Telegram's HTML as Telegram reads it: what people see, and where it is formatted.

The rules and the wording of the refusals are those of https://core.telegram.org/bots/api#html-style.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

ENTITY_LIMIT = 100  # Telegram ignores what is formatted beyond
_KINDS = {
    "b": "bold", "strong": "bold", "i": "italic", "em": "italic", "u": "underline", "ins": "underline",
    "s": "strikethrough", "strike": "strikethrough", "del": "strikethrough", "tg-spoiler": "spoiler",
    "span": "spoiler", "a": "text_link", "code": "code", "pre": "pre", "blockquote": "blockquote",
}  # fmt: skip
_TAG = re.compile(r"""<(/?)([a-zA-Z][\w-]*)((?:\s+[^\s=>"']+(?:\s*=\s*(?:"[^"]*"|'[^']*'|[\w.-]+))?)*)\s*>""")
_ATTRIBUTE = re.compile(r"""([^\s=>"']+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([\w.-]+)))?""")
_REFERENCE = re.compile(r"&(?:(lt|gt|amp|quot)(?![a-zA-Z])|#(\d{1,7})|#x([0-9a-fA-F]{1,6}));?")
_NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
_LINK = re.compile(r"(?:https?://)?[^\s/?#\"<>]+\.[^\s/?#\"<>.]+(?:[:/?#]\S*)?|tg:\S+", re.IGNORECASE)
_COMMAND = re.compile(r"(?<![\w/>])/\w{1,64}(?:@\w{3,32})?(?![\w/])", re.ASCII)


class MarkupError(ValueError):
    """The text is not Telegram's HTML; str() is Telegram's reason."""


@dataclass(frozen=True, slots=True)
class Entity:
    """text[start:end] is formatted as kind, one of the Bot API's MessageEntity types."""

    kind: str
    start: int
    end: int
    url: str = ""
    language: str = ""


@dataclass(frozen=True, slots=True)
class Formatted:
    """What people see, and its formatting in order of place."""

    text: str
    entities: tuple[Entity, ...] = ()

    def parts(self, kind: str) -> list[str]:
        """The pieces of text that are formatted as kind."""
        return [self.text[entity.start : entity.end] for entity in self.entities if entity.kind == kind]


@dataclass(frozen=True, slots=True)
class _Open:
    tag: str
    start: int
    attributes: dict[str, str]


def units(text: str) -> int:
    """Length in UTF-16 code units, in which Telegram counts."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def parse(html: str) -> Formatted:
    """The visible text of Telegram HTML, trimmed as Telegram trims it. Raises MarkupError."""
    pieces: list[str] = []
    length = place = 0
    stack: list[_Open] = []
    entities: list[Entity] = []
    while place < len(html):
        if html[place] == "<":
            tag = _tag(html, place)
            if tag[1]:
                entities += _closed(html, place, tag[2].lower(), stack, length)
            else:
                stack.append(_opened(html, place, tag, length))
            place = tag.end()
            continue
        piece, place = _visible(html, place)
        pieces.append(piece)
        length += len(piece)
    if stack:
        raise MarkupError(f'Can\'t find end tag corresponding to start tag "{stack[-1].tag}"')
    return trimmed("".join(pieces), entities)


def commands(text: str) -> list[Entity]:
    """Where Telegram sees bot commands in what a person wrote."""
    return [Entity("bot_command", *match.span()) for match in _COMMAND.finditer(text)]


def trimmed(text: str, entities: list[Entity]) -> Formatted:
    """Text without surrounding white space and control characters; formatting of nothing falls away."""
    text = "".join(character if character == "\n" or character >= " " else " " for character in text)
    lead, end = len(text) - len(text.lstrip()), len(text.rstrip())
    kept = []
    for entity in entities:
        start, stop = max(entity.start, lead), min(entity.end, end)
        if text[start:stop].strip():
            kept.append(replace(entity, start=start - lead, end=stop - lead))
    kept.reverse()  # entities come in the order of their ends: of two around the same text, the outer one last
    kept.sort(key=lambda entity: (entity.start, -entity.end))
    return Formatted(text[lead:end], tuple(kept[:ENTITY_LIMIT]))


def link(url: str) -> str:
    """The address if Telegram would keep it as a link, else ''."""
    return url if _LINK.fullmatch(url) else ""


def _visible(html: str, place: int) -> tuple[str, int]:
    """The text that begins at place, one character reference or up to the next special character, and its end."""
    if (match := _REFERENCE.match(html, place)) is not None:
        if match[1]:
            return _NAMED[match[1]], match.end()
        code = int(match[2]) if match[2] else int(match[3], 16)
        if 0 < code < 0x110000 and not 0xD800 <= code < 0xE000:
            return chr(code), match.end()
    stops = [found for found in (html.find("<", place), html.find("&", place + 1)) if found >= 0]
    end = min(stops, default=len(html))
    return html[place:end], end


def _tag(html: str, place: int) -> re.Match[str]:
    match = _TAG.match(html, place)
    if match is None:
        name = re.match(r"</?([^\s>]*)", html[place:])
        assert name is not None
        if ">" not in html[place:]:
            raise MarkupError(f"Unclosed start tag at byte offset {_bytes(html, place)}")
        raise MarkupError(f'Unsupported start tag "{name[1].lower()}" at byte offset {_bytes(html, place)}')
    return match


def _opened(html: str, place: int, tag: re.Match[str], length: int) -> _Open:
    name = tag[2].lower()
    attributes = {
        match[1].lower(): _decoded(match[2] or match[3] or match[4] or "") for match in _ATTRIBUTE.finditer(tag[3])
    }
    if name not in _KINDS:
        raise MarkupError(f'Unsupported start tag "{name}" at byte offset {_bytes(html, place)}')
    if name == "span" and attributes.get("class") != "tg-spoiler":
        raise MarkupError(f'Tag "span" must have class "tg-spoiler" at byte offset {_bytes(html, place)}')
    return _Open(name, length, attributes)


def _closed(html: str, place: int, name: str, stack: list[_Open], length: int) -> list[Entity]:
    if not stack:
        raise MarkupError(f"Unexpected end tag at byte offset {_bytes(html, place)}")
    opened = stack.pop()
    if name != opened.tag:
        raise MarkupError(
            f'Unmatched end tag at byte offset {_bytes(html, place)}, expected "</{opened.tag}>", found "</{name}>"'
        )
    if length == opened.start:
        return []
    kind = _KINDS[name]
    if name == "blockquote" and "expandable" in opened.attributes:
        kind = "expandable_blockquote"
    url = ""
    if name == "a":
        url = link(opened.attributes.get("href", ""))
        if not url:
            return []
    language = opened.attributes.get("class", "").removeprefix("language-") if name == "code" else ""
    return [Entity(kind, opened.start, length, url, language)]


def _decoded(value: str) -> str:
    pieces, place = [], 0
    while place < len(value):
        piece, place = _visible(value, place) if value[place] != "<" else ("<", place + 1)
        pieces.append(piece)
    return "".join(pieces)


def _bytes(html: str, place: int) -> int:
    return len(html[:place].encode("utf-8", "surrogatepass"))
