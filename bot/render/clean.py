"""What may be shown of a text that a stranger wrote: nothing invisible, nothing that turns the line around."""

from __future__ import annotations

import re
import unicodedata

ZWNJ, ZWJ = "\u200c", "\u200d"
# Blank or invisible although Unicode counts them as letters or symbols: Hangul and Khmer fillers, Braille blank.
_BLANK = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180e\u180f\u2800\u3164\uffa0")
_MOST_MARKS = 4  # accents on one letter; Vietnamese needs two, vocalised Hebrew and Tibetan four
_SIMPLE = re.compile(
    r"[\n\x20-\x7e\u00a1-\u00ac\u00ae-\u02ff\u0370-\u0373\u0391-\u03ff\u0400-\u0482\u048a-\u052f"
    r"\u2010-\u2015\u2018-\u201f\u2020-\u2026\u3041-\u3096\u4e00-\u9fff]*\Z"
)


def clean(text: str) -> str:
    """The text without control, bidirectional and invisible characters, lone surrogates and noncharacters.

    Line breaks stay, other white space becomes a space. Joiners stay inside emoji and between letters of scripts
    that are written with them (Arabic, Indic); more than four accents on a letter are cut.
    """
    if _SIMPLE.match(text):
        return text
    kept: list[str] = []
    marks = 0
    for place, char in enumerate(text):
        kind = unicodedata.category(char)
        if kind[0] == "M":
            marks += 1
            if marks > _MOST_MARKS or char in _BLANK or not _selects(char, kept):
                continue
        else:
            marks = 0
        if char in (ZWJ, ZWNJ):
            if _joins(char, text[place - 1 : place], text[place + 1 : place + 2]):
                kept.append(char)
        elif kind in ("Zs", "Zl", "Zp", "Cc") or char in _BLANK:
            kept.append(_space(char))
        elif kind not in ("Cf", "Cs", "Cn") or _newer_emoji(char):
            kept.append(char)
    return "".join(kept)


def one_line(text: str) -> str:
    """The clean text with every run of white space as one space."""
    return " ".join(clean(text).split())


def paragraphs(text: str) -> str:
    """The clean text with line breaks only where the author left a line empty or indented the next one."""
    parts = re.split(r"\n(?=[ \t]*\n|[ \t]{2,}\S)", clean(text.replace("\r\n", "\n")))
    return "\n".join(line for line in (" ".join(part.split()) for part in parts) if line)


def _space(char: str) -> str:
    if char in "\n\u2028\u2029\x0b\x0c\r\x85":
        return "\n"
    return " " if char in "\t\u2800\u3164\uffa0" or unicodedata.category(char) == "Zs" else ""


def _selects(mark: str, kept: list[str]) -> bool:
    """Whether a mark is an accent, or a variation selector behind something that has variants."""
    code = ord(mark)
    if not (0xFE00 <= code <= 0xFE0F or 0xE0100 <= code <= 0xE01EF):
        return True
    before = (kept[-1] if kept else "") or " "
    return _symbol(before) or before in "0123456789#*" or "\u3400" <= before <= "\u9fff"


def _joins(joiner: str, before: str, after: str) -> bool:
    """Whether a joiner stands where writing needs it."""
    if not before or not after:
        return False
    if joiner == ZWJ and _symbol(after) and (_symbol(before) or before == "\ufe0f"):
        return True
    return "\u0600" <= before <= "\u1cff" and "\u0600" <= after <= "\u1cff"


def _symbol(char: str) -> bool:
    return (unicodedata.category(char) in ("So", "Sk", "Sm") and char > "\u00a0") or _newer_emoji(char)


def _newer_emoji(char: str) -> bool:
    """A pictograph that this Python's Unicode tables do not know yet."""
    return "\U0001f000" <= char <= "\U0001faff"
