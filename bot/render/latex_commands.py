"""LaTeX's commands in prose: accents, emphasis, addresses, citations, notes, symbols."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

from bot.render import latex_math
from bot.render.latex_source import Source, Unshowable
from bot.render.latex_symbols import ACCENTS, DRESS, SILENT, script, symbol

LETTERS = frozenset({"o", "O", "l", "L", "i", "j", "ss", "ae", "AE", "oe", "OE", "aa", "AA"})
_LITERAL = "%&_#{}$"
_SPACES = {" ": " ", "\n": " ", ",": " ", ";": " ", ":": " ", ">": " ", "!": "", "/": "", "-": "", "@": "", "\\": " "}
_CITATION = re.compile(
    r"(?:[cC]ite(?:p|t|alp|alt|author|year|yearpar|num)?|parencite|textcite|(?:eq|auto|c|C|page)?ref)\Z"
)
_ADDRESSES = frozenset({"url", "nolinkurl", "path"})
_LISTS = frozenset({"itemize", "enumerate", "description", "quote", "quotation", "center", "abstract"})
_WRITTEN = re.compile(r"[^\W\d_]")
_AFTER_LETTER_ACCENT = re.compile(r"\s+([A-Za-z])(?!\w)|\s*(\\[ij])(?![A-Za-z])")
_AFTER_SIGN_ACCENT = re.compile(r"([^\W\d_])|(\\[ij])(?![A-Za-z])\s?")

Prose = Callable[[int, int], str]  # reads the prose between two places, one argument deeper
Read = tuple[str, int]  # what is shown, and the place behind what was read


class Commands:
    """Reads commands of a source up to an end. Every method raises Unshowable where it knows no form in plain text."""

    def __init__(self, source: Source, end: int, depth: int, prose: Prose) -> None:
        self.source, self.text, self.end, self.depth, self.prose = source, source.text, end, depth, prose

    def read(self, name: str, start: int, behind: int) -> Read:
        """The command `name` that begins at `start` and whose name ends before `behind`."""
        if name in _SPACES:
            return _SPACES[name], behind
        if name and name in _LITERAL:
            return name, behind
        if name in ACCENTS:
            return self._accent(name, behind)
        if name in DRESS:
            inner, close, after = self.source.needed(behind, self.end)
            return self.prose(inner, close), after
        if name in SILENT:
            return "", self.source.blanks(behind, self.end)
        if name in ("textsuperscript", "textsubscript"):
            return self._raised(name, behind)
        if name in ("begin", "end", "item"):
            return self._list(name, behind)
        return self._referring(name, start, behind)

    def arguments_end(self, place: int) -> int:
        """The place behind all arguments that follow."""
        while True:
            after = self.source.option(place, self.end)[1]
            close = self.source.closing.get(after)
            if close is None or close >= self.end:
                return place
            place = close + 1

    def _accent(self, name: str, behind: int) -> Read:
        """An accent on a letter; Unshowable where the letter with it is none that is written."""
        group = self.source.group(behind, self.end)
        if group and group[0] == group[1] and name in "^~":
            return name, group[2]
        if group:
            base, after = self.text[group[0] : min(group[1], group[0] + 3)], group[2]
        else:
            pattern = _AFTER_LETTER_ACCENT if name.isalpha() else _AFTER_SIGN_ACCENT
            match = pattern.match(self.text, behind, self.end)
            base, after = (match[1] or match[2], match.end()) if match else ("", behind)
        base = {"\\i": "i", "\\j": "j"}.get(base, base)
        accented = unicodedata.normalize("NFC", base + ACCENTS[name])
        if len(base) != 1 or not _WRITTEN.match(base) or len(accented) != 1:
            raise Unshowable
        return accented, after

    def _raised(self, name: str, behind: int) -> Read:
        inner, close, after = self.source.needed(behind, self.end)
        content = self.prose(inner, close)
        return script("^" if name == "textsuperscript" else "_", content) or content, after

    def _list(self, name: str, behind: int) -> Read:
        if name == "item":
            return "• ", self.source.blanks(self.source.option(behind, self.end)[1], self.end)
        inner, close, after = self.source.needed(behind, self.end)
        if self.text[inner:close] not in _LISTS:
            raise Unshowable
        return "", self.source.option(after, self.end)[1]

    def _referring(self, name: str, start: int, behind: int) -> Read:
        """Addresses, notes, citations and colours, else a symbol."""
        if _CITATION.match(name):
            for _ in range(2):
                behind = self.source.option(behind, self.end)[1]
            inner, close, after = self.source.needed(behind, self.end)
            return f"[{' '.join(self.text[inner:close].split())}]", after
        if name not in _ADDRESSES and name not in ("href", "textcolor", "color", "label", "footnote", "footnotetext"):
            return self._symbol(name, start, behind)
        inner, close, after = self.source.needed(behind, self.end)
        if name in _ADDRESSES:
            return address(self.text[inner:close]), after
        if name in ("footnote", "footnotetext"):
            return f" ({self.prose(inner, close).strip()})", after
        if name in ("color", "label"):
            return "", after
        first, last, after = self.source.needed(after, self.end)
        shown = self.prose(first, last)
        aim = address(self.text[inner:close]) if name == "href" else shown
        return shown if aim in shown else f"{shown} ({aim})", after

    def _symbol(self, name: str, start: int, behind: int) -> Read:
        r"""A symbol, or mathematics that stands in prose without dollar signs, such as \frac{1}{2} or \mathcal{O}."""
        sign = symbol(name) if len(name) > 1 or name in LETTERS else None
        if sign is None:
            after = self.arguments_end(behind)
            if after == behind:
                raise Unshowable
            return latex_math.converted(self.source, start, after, self.depth), after
        if name in LETTERS and not self._within_word(start, behind):
            raise Unshowable
        if self.text.startswith("{}", behind):
            return sign, behind + 2
        return sign, self.source.blanks(behind, self.end) if name in LETTERS else behind

    def _within_word(self, start: int, behind: int) -> bool:
        r"""Whether a letter's command (as in S\o ren, \L{}ukasz) stands in or before a word."""
        before, after = self.text[max(start - 1, 0) : start], self.text[behind : behind + 3]
        return bool(before.isalpha() or before == "{" or re.match(r"\{\}|\s[a-z]", after))


def address(text: str) -> str:
    """A URL as typed into LaTeX, without the backslashes that it needs there."""
    return re.sub(r"\\([_%#&~{}])", r"\1", text).strip()
