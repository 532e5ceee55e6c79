"""Messages as lines of a terminal: formatting by style, or by plain marks where there are no styles."""

from __future__ import annotations

import re
from collections.abc import Iterable

from rich.cells import cell_len
from rich.text import Text

from bot.demo.chats import Key
from bot.demo.markup import Entity, Formatted

QUOTE = "│ "
_HOSTILE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_STYLES = {
    "bold": "bold", "italic": "italic", "underline": "underline", "strikethrough": "strike", "code": "cyan",
    "pre": "cyan", "text_link": "underline", "spoiler": "reverse", "blockquote": "dim", "expandable_blockquote": "dim",
}  # fmt: skip
_MARKS = {"bold": "*", "italic": "_", "strikethrough": "~", "code": "`", "spoiler": "||"}
_QUOTES = ("blockquote", "expandable_blockquote")


def clean(text: str) -> str:
    """Text that cannot command a terminal: control and direction characters but line breaks become a replacement."""
    return _HOSTILE.sub("�", text.replace("\t", " "))


def content(said: Formatted, width: int | None, *, styled: bool) -> list[Text]:
    """The lines of a message. width: columns to wrap at, None for one line a paragraph; styled: styles, not marks.

    A link's address follows its text; quotations stand behind a bar.
    """
    lines: list[Text] = []
    start = 0
    for line in said.text.split("\n"):
        end = start + len(line)
        here = [entity for entity in said.entities if entity.start <= end and entity.end >= start]
        quoted = any(entity.kind in _QUOTES and entity.start <= start < entity.end for entity in here)
        text = _line(said.text, start, end, here, styled)
        rigid = any(entity.kind == "pre" for entity in here)
        bar = QUOTE if quoted else ""
        room = None if width is None or rigid else width - cell_len(bar)
        lines += [Text.assemble((bar, "dim"), piece) for piece in wrapped(text, room)]
        start = end + 1
    return lines


def keys(rows: Iterable[Iterable[Key]], width: int | None) -> list[Text]:
    """The buttons, a line a row, numbered from 1 on; where one opens an address, it is printed."""
    lines: list[Text] = []
    number = 0
    for row in rows:
        line = Text()
        for key in row:
            number += 1
            line.append("  " if line else "").append(f"[{number}]", "bold").append(f" {clean(key.label)}")
            if key.url:
                line.append(f" <{clean(key.url)}>", "dim")
        lines += wrapped(line, width)
    return lines


def wrapped(line: Text, width: int | None) -> list[Text]:
    """The line broken between words to the width in columns; a word that is longer stays whole, for URLs."""
    if width is None:
        line.rstrip()
        return [line]
    plain = line.plain
    column = cell_len(plain) - cell_len(plain.lstrip())
    breaks: list[int] = []
    for word in re.finditer(r"\S+\s*", plain):
        if column and column + cell_len(word[0].rstrip()) > width:
            breaks.append(word.start())
            column = 0
        column += cell_len(word[0])
    pieces = list(line.divide(breaks))
    for piece in pieces:
        piece.rstrip()
    return pieces


def _line(text: str, start: int, end: int, entities: list[Entity], styled: bool) -> Text:
    """text[start:end] with its formatting."""
    cuts = sorted(
        {start, end} | {min(max(cut, start), end) for entity in entities for cut in (entity.start, entity.end)}
    )
    line = Text()
    for place, following in zip(cuts, [*cuts[1:], end], strict=True):
        _close(line, text, place, entities, styled)
        for entity in (entity for entity in entities if entity.start == place < entity.end):
            line.append(_opening(text, entity, styled))
        active = [entity for entity in entities if entity.start <= place and following <= entity.end]
        style = " ".join(_STYLES.get(entity.kind, "") for entity in active) if styled else ""
        line.append(clean(text[place:following]), style.strip())
    return line


def _close(line: Text, text: str, place: int, entities: list[Entity], styled: bool) -> None:
    """What stands behind the entities that end here, the innermost first."""
    for entity in reversed(entities):
        if entity.end != place:
            continue
        if not styled:
            line.append(_mark(text, entity))
        if entity.kind == "text_link" and not _is_address(text, entity):
            line.append(f" <{clean(entity.url)}>", "dim" if styled else "")


def _opening(text: str, entity: Entity, styled: bool) -> str:
    scheme = entity.url.split("//")[0] + "//" if entity.kind == "text_link" and _is_address(text, entity) else ""
    if scheme and text[entity.start : entity.end].startswith(scheme):
        scheme = ""
    return scheme + ("" if styled else _mark(text, entity))


def _mark(text: str, entity: Entity) -> str:
    """The plain mark around an entity; none around code of several lines, which would lose its columns."""
    if entity.kind == "code" and "\n" in text[entity.start : entity.end]:
        return ""
    return _MARKS.get(entity.kind, "")


def _is_address(text: str, entity: Entity) -> bool:
    """Whether a link's text is its address already, if without the scheme."""
    shown = text[entity.start : entity.end].rstrip("/")
    address = entity.url.rstrip("/")
    return shown in (address, address.removeprefix("https://"), address.removeprefix("http://"))
