"""`python docs/picture.py`: draws docs/conversation.svg, a conversation that the demo really has.

The bot runs as in `paperwire demo`, on its sample papers; a person writes, presses a button and sees an alert come.
What was said is drawn as a chat of two columns. Fonts are the reader's own; widths are estimated by Helvetica's.
"""

from __future__ import annotations

import asyncio
import os
import tempfile
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from html import escape
from itertools import groupby
from pathlib import Path

from bot.demo.chats import Chat, Key, Message, Person
from bot.demo.demo import ready, served
from bot.demo.markup import Entity
from bot.demo.samples import Library, load
from bot.demo.source_server import SourceServer
from bot.demo.telegram_server import TelegramServer

PICTURE = Path(__file__).with_name("conversation.svg")
COLUMN, GAP, MARGIN = 408, 14, 14
BUBBLE, PADDING, RADIUS = 366, 12, 12
SIZE, LEADING = 14.0, 19.5
FOLDED = 3  # lines of a quotation that a chat shows before it is opened
QUOTES = ("blockquote", "expandable_blockquote")

STYLE = """
text{font:14px -apple-system,BlinkMacSystemFont,"Segoe UI",Helvetica,Arial,sans-serif;fill:#10181f;white-space:pre}
.b{font-weight:600}.i{font-style:italic}.l{fill:#1672b8}.c{font-family:ui-monospace,Menlo,Consolas,monospace}
.k{fill:#1672b8;text-anchor:middle;font-size:13px;font-weight:500}.h{font-size:12px;text-anchor:middle;fill:#5d7186}
.page{fill:#dfe8ee}.bot{fill:#fff}.me{fill:#d6f3c4}.key{fill:#fff;fill-opacity:.75}
.bar{fill:#3a95d5}.quote{fill:#3a95d5;fill-opacity:.1}
@media(prefers-color-scheme:dark){text{fill:#eef3f7}.l,.k{fill:#7cc0f5}.h{fill:#93a7b8}.page{fill:#0e1620}
.bot{fill:#1b2836}.me{fill:#2a5b45}.key{fill:#24384b;fill-opacity:1}}
"""

# Helvetica's widths in thousandths of its size; what is not here is 556, signs beyond Latin count as wide.
_WIDTHS = {
    sign: width
    for signs, width in (
        ("ijl'|", 222), (" !,./:;ftI[]", 278), ("()-r`", 333), ("\"*", 370), ("ckszvyxJ", 500), ("FTZ", 611),
        ("EKPSVXYAB&", 667), ("CDHNRUw", 722), ("GOQ", 778), ("mM%", 850), ("W@", 980), ("▲★", 800), ("…—", 1000),
    )
    for sign in signs
}  # fmt: skip
_CLASSES = {"bold": "b", "italic": "i", "text_link": "l", "url": "l", "code": "c", "pre": "c"}


@dataclass(frozen=True, slots=True)
class Turn:
    """What the person writes, the button that they press then, and whether an alert is awaited."""

    text: str
    press: str = ""
    alert: bool = False


COLUMNS = (
    (Turn("/subscribe diffusion", press="Get them instantly", alert=True),),
    (Turn("/search long-context agents"), Turn("/trending")),
)


@dataclass(frozen=True, slots=True)
class Said:
    """What stands in the chat in the end. note: what happened before, said above it."""

    text: str
    entities: tuple[Entity, ...]
    rows: tuple[tuple[Key, ...], ...] = ()
    mine: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True)
class Run:
    """Characters of one look. classes: of STYLE, parted by spaces."""

    text: str
    classes: str

    @property
    def width(self) -> float:
        """In pixels, estimated."""
        if "c" in self.classes.split():
            return 0.602 * SIZE * len(self.text)
        units = sum(_WIDTHS.get(sign, 556 if ord(sign) < 0x2000 else 1250) for sign in self.text)
        return units * SIZE / 1000 * (1.06 if "b" in self.classes.split() else 1.0)


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a message; quoted: within a quotation."""

    runs: tuple[Run, ...]
    quoted: bool = False

    @property
    def height(self) -> float:
        """In pixels; an empty line is a small gap."""
        return LEADING if self.runs else LEADING / 2


async def conversation() -> list[list[Said]]:
    """What is said, by column."""
    library = Library(load(), datetime.now(UTC))
    telegram, source = TelegramServer(), SourceServer(lambda day: library.listing(day, datetime.now(UTC)))
    chat = telegram.private(Person(1, "You"))
    with tempfile.TemporaryDirectory() as folder:
        async with served(telegram, source, Path(folder)):
            await ready(telegram, source, library)
            # The last column first: meanwhile the alert that ends the first one is on its way.
            spoken = [
                [said for turn in turns async for said in _taken(telegram, chat, turn)] for turns in COLUMNS[::-1]
            ]
            return spoken[::-1]


async def _taken(telegram: TelegramServer, chat: Chat, turn: Turn) -> AsyncIterator[Said]:
    told = telegram.watch()
    telegram.say(chat, turn.text)
    answer = (await told.get()).message
    yield Said(turn.text, (), mine=True)
    if turn.press:
        telegram.press(answer, answer.key(turn.press))
        while (await told.get()).kind != "edit":
            continue
    yield _said(answer, f"“{turn.press}” was pressed" if turn.press else "")
    if turn.alert:
        yield _said((await told.get()).message, "a few seconds later, a new paper")


def _said(message: Message, note: str = "") -> Said:
    return Said(message.text, message.entities, message.rows, note=note)


def lines(said: Said, room: float) -> list[Line]:
    """The lines of a message, broken to the room; a quotation is folded as Telegram folds it."""
    found: list[Line] = []
    start = 0
    for paragraph in said.text.split("\n"):
        end = start + len(paragraph)
        quoted = any(one.kind in QUOTES and one.start <= start < one.end for one in said.entities)
        broken = list(_broken(_runs(said, start, end), room - (2 * PADDING if quoted else 0)))
        if quoted and len(broken) > FOLDED:
            broken = [*broken[: FOLDED - 1], [*broken[FOLDED - 1], Run(" …", "")]]
        found += [Line(tuple(runs), quoted) for runs in broken]
        start = end + 1
    return found


def _runs(said: Said, start: int, end: int) -> Iterator[Run]:
    """The words of a paragraph, each with the space behind it, cut where the look changes."""
    text = said.text
    for place in range(start, end):
        if place > start and (text[place - 1] != " " or text[place] == " ") and not _changes(said, place):
            continue
        stop = place + 1
        while stop < end and not _changes(said, stop) and (text[stop - 1] != " " or text[stop] == " "):
            stop += 1
        active = {_CLASSES.get(one.kind, "") for one in said.entities if one.start <= place < one.end}
        yield Run(text[place:stop], " ".join(sorted(active - {""})))


def _changes(said: Said, place: int) -> bool:
    return any(place in (one.start, one.end) for one in said.entities)


def _broken(words: Iterable[Run], room: float) -> Iterator[list[Run]]:
    line: list[Run] = []
    for word in words:
        used = sum(run.width for run in line)
        if line and line[-1].text.endswith(" ") and used + Run(word.text.rstrip(), word.classes).width > room:
            yield line
            line = []
        line.append(word)
    yield line


class Canvas:
    """One column, drawn from the top."""

    def __init__(self, left: float) -> None:
        self.parts: list[str] = []
        self.left, self.y = left, float(MARGIN)

    def draw(self, said: Said) -> None:
        """The message below what is there."""
        if said.note:
            self._centred(said.note, self.left + COLUMN / 2, self.y + 11, "h")
            self.y += 22
        shown = lines(said, BUBBLE - 2 * PADDING)
        widest = max(sum(run.width for run in line.runs) for line in shown)
        width = min(BUBBLE, widest + 2 * PADDING + 4) if said.mine else BUBBLE
        height = sum(line.height for line in shown) + 2 * PADDING - 4
        x = self.left + COLUMN - MARGIN - width if said.mine else self.left + MARGIN
        self._box(x, self.y, width, height, "me" if said.mine else "bot")
        self._text(shown, x + PADDING)
        self.y += height + 4
        for row in said.rows:
            self._keys(row, x)
        self.y += 10

    def _text(self, shown: Sequence[Line], x: float) -> None:
        y = self.y + PADDING - 2
        for quoted, group in groupby(shown, key=lambda line: line.quoted):
            part = list(group)
            if quoted:
                height = len(part) * LEADING
                self._box(x, y, BUBBLE - 2 * PADDING, height, "quote", 3)
                self._box(x, y, 3, height, "bar", 1.5)
            for line in part:
                spans = "".join(_span(run) for run in _joined(line.runs))
                if spans:
                    inset = x + (PADDING if quoted else 0)
                    self.parts.append(f'<text x="{inset:.1f}" y="{y + 14:.1f}">{spans}</text>')
                y += line.height

    def _keys(self, row: Sequence[Key], x: float) -> None:
        width = (BUBBLE - 4 * (len(row) - 1)) / len(row)
        for number, key in enumerate(row):
            left = x + number * (width + 4)
            self._box(left, self.y, width, 30, "key", 8)
            self._centred(key.label + (" ↗" if key.url else ""), left + width / 2, self.y + 19.5, "k")
        self.y += 34

    def _box(self, x: float, y: float, width: float, height: float, kind: str, radius: float = RADIUS) -> None:
        self.parts.append(
            f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}" rx="{radius:g}" class="{kind}"/>'
        )

    def _centred(self, text: str, x: float, y: float, kind: str) -> None:
        self.parts.append(f'<text x="{x:.1f}" y="{y:.1f}" class="{kind}">{escape(text, False)}</text>')


def _joined(runs: Iterable[Run]) -> Iterator[Run]:
    """Neighbours of one look as one."""
    text, classes = "", ""
    for run in runs:
        if text and run.classes != classes:
            yield Run(text, classes)
            text = ""
        text, classes = text + run.text, run.classes
    if text:
        yield Run(text, classes)


def _span(run: Run) -> str:
    text = escape(run.text, False)
    return f'<tspan class="{run.classes}">{text}</tspan>' if run.classes else text


def picture(columns: Sequence[Sequence[Said]]) -> str:
    """The conversation as SVG."""
    canvases = [Canvas(number * (COLUMN + GAP)) for number in range(len(columns))]
    for canvas, column in zip(canvases, columns, strict=True):
        for said in column:
            canvas.draw(said)
    width = len(columns) * (COLUMN + GAP) - GAP
    height = max(canvas.y for canvas in canvases) + MARGIN - 10
    pages = "".join(
        f'<rect x="{canvas.left:.0f}" width="{COLUMN}" height="{height:.0f}" rx="18" class="page"/>'
        for canvas in canvases
    )
    spoken = "; ".join(said.text.split("\n")[0] for column in columns for said in column)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height:.0f}" width="{width}" role="img">\n'
        f"<title>A conversation with Paperwire</title><desc>{escape(spoken, False)}</desc><style>{STYLE}</style>\n"
        f"{pages}\n" + "\n".join(part for canvas in canvases for part in canvas.parts) + "\n</svg>\n"
    )


def main() -> None:
    """Draw it anew."""
    os.environ["no_proxy"] = "*"
    PICTURE.write_text(picture(asyncio.run(conversation())), encoding="utf-8")


if __name__ == "__main__":
    main()
