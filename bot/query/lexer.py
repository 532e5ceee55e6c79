"""A query cut into lexemes: words, fields, parentheses and operators, each with its place."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum, auto

from bot.query.conditions import COUNTS, FIELDS, TEXT_FIELDS, nearest_field
from bot.query.mistake import Edit, Mistake
from bot.render.language import _
from storage.text import analyse


class Kind(Enum):
    """What a lexeme is."""

    WORDS = auto()
    FIELD = auto()
    OPEN = auto()
    CLOSE = auto()
    AND = auto()
    OR = auto()
    NOT = auto()
    END = auto()


@dataclass(frozen=True, slots=True)
class Lexeme:
    """query[start:end]. text: of WORDS what is inside the quotation marks, from `inside` on; of FIELD its name."""

    kind: Kind
    start: int
    end: int
    text: str = ""
    inside: int = 0
    quoted: bool = False


# Typed by phones and pasted from pages for what the language has: every sign for one sign, so that places stay.
_MEANT = str.maketrans({**dict.fromkeys("“”„‟«»＂″〝〞", '"'), "（": "(", "）": ")", "｜": "|", "＆": "&", "＊": "*"})
OPERATORS = {"AND": Kind.AND, "OR": Kind.OR, "NOT": Kind.NOT}
# Before a colon they belong to an address or an identifier.
_SCHEMES = frozenset({"http", "https", "ftp", "mailto", "doi", "arxiv", "isbn", "urn", "pmid"})
_LEXEME = re.compile(
    r"""(?P<open>\()|(?P<close>\))|(?P<or>\|+)|(?P<and>&+)|(?P<quotation>")"""
    r"""|(?P<not>(?<![^\s(|&"])[-‐‑–—−]+(?=["(]|['‘]?[$\\{]*\w))"""
    r"""|(?P<single>(?<![^\s(|&:\-])['‘](?P<quoted>[^\s'‘’"()|][^'‘’"()|]*)['’](?=[\s)|]|\Z))"""
    r"""|(?P<chunk>[^\s()|"&]+(?:&[^\s()|"&]+)*)"""
)
_FIELD = re.compile(r"([A-Za-z][A-Za-z_]+):(?=[^\s)|&])(?!//|[:\\])")
_FIELD_BEFORE = re.compile(r"[A-Za-z]+:\Z")
_NO_PHRASE = re.compile(rf"\s+(?:(?:OR|AND|NOT)(?=\s|\Z)|[|&(]|[-–—−]\w|(?:{'|'.join(FIELDS)}):\S)")
_COMPARISON = re.compile(r"[<>=≥≤]{1,2}\s+\d+(?=[\s)|&]|\Z)", re.ASCII)
_SHORT = 2  # letters beside an & that make it part of a name: R&D, AT&T


def lexemes(query: str) -> list[Lexeme]:
    """The lexemes of a query, END last; punctuation and signs that are no words are left out. Raises Mistake."""
    text = query.translate(_MEANT)
    found: list[Lexeme] = []
    place, wanted = 0, ""
    while match := _LEXEME.search(text, place):
        lexeme = _lexeme(text, match, wanted)
        place = lexeme.end
        if lexeme.kind is not Kind.WORDS or analyse(lexeme.text) or (wanted and wanted not in TEXT_FIELDS):
            found.append(lexeme)
        elif wanted or lexeme.quoted:
            start = found[-1].start if wanted else lexeme.start
            raise Mistake(_("there is no word here to look for"), start, place, Edit(start, place, " "))
        wanted = lexeme.text if lexeme.kind is Kind.FIELD else ""
    return [*found, Lexeme(Kind.END, len(text), len(text))]


def _lexeme(text: str, match: re.Match[str], wanted: str) -> Lexeme:
    """The lexeme at the match; wanted: the field before it, of which it is the value."""
    start, end, kind = match.start(), match.end(), match.lastgroup
    if kind == "quotation":
        return _quotation(text, start)
    if match["single"] is not None:
        return Lexeme(Kind.WORDS, start, end, match["quoted"], start + 1, True)
    if kind != "chunk":
        return Lexeme(Kind[str(kind).upper()], start, end)
    if wanted:
        spaced = _COMPARISON.match(text, start) if wanted in COUNTS else None
        return _value(text, start, spaced.end() if spaced else end)
    chunk = match[0]
    parts = chunk.split("&")
    if len(parts) > 1 and min(map(len, parts)) > _SHORT:
        chunk, end = parts[0], start + len(parts[0])
    if chunk in OPERATORS:
        return Lexeme(OPERATORS[chunk], start, end)
    field = _FIELD.match(text, start, max(end, start + 1) + 1)
    if field and field[1].casefold() not in _SCHEMES:
        return _field(field)
    return Lexeme(Kind.WORDS, start, end, chunk, start)


def _quotation(text: str, start: int) -> Lexeme:
    end = text.find('"', start + 1)
    if end >= 0:
        return Lexeme(Kind.WORDS, start, end + 1, text[start + 1 : end], start + 1, True)
    close = _end_of_phrase(text, start + 1)
    begins = not text[start - 1 : start].isalnum() and analyse(text[start + 1 : close])
    edit = Edit(close, close, '"') if begins else Edit(start, start + 1, " ")
    raise Mistake(_("this quotation mark is never closed"), start, start + 1, edit)


def _end_of_phrase(text: str, start: int) -> int:
    """Where a phrase that begins at start most likely ends: before an operator, a field or an exclusion."""
    sign = _NO_PHRASE.search(text, start)
    return sign.start() if sign else len(text.rstrip(" )"))


def _value(text: str, start: int, end: int) -> Lexeme:
    if text[start] in "-–—−":
        field = _FIELD_BEFORE.search(text, 0, start)
        begin = field.start() if field else start
        edits = Edit(begin, begin, "-"), Edit(start, start + 1)
        raise Mistake(_("the - belongs before the field"), start, start + 1, *edits)
    return Lexeme(Kind.WORDS, start, end, text[start:end], start)


def _field(match: re.Match[str]) -> Lexeme:
    name = match[1].casefold()
    if name in FIELDS:
        return Lexeme(Kind.FIELD, match.start(), match.end(), name)
    near, likely = nearest_field(name)
    edit = Edit(match.start(), match.end(), f"{near}:" if likely else f"{match[1]}: ")
    reason = _("there is no field {name}:, the nearest is {near}:").format(name=match[1], near=near)
    raise Mistake(reason, match.start(), match.end(), edit)
