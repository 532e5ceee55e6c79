"""Prose with LaTeX in it as Unicode text."""

from __future__ import annotations

import re
import unicodedata

from bot.render import latex_math
from bot.render.latex_commands import LETTERS, Commands, address
from bot.render.latex_scripts import bare
from bot.render.latex_source import MOST_DEPTH, Source, Unshowable
from bot.render.latex_symbols import ACCENTS, DRESS, SILENT, symbol

_FARTHEST = 2000  # characters that mathematics or a look ahead may span
_SPECIAL = re.compile(
    r"(?P<url>https?://(?:[^\s{}\\<>]|\\[_%#&~])+)"
    r"|(?P<path>\b[A-Za-z]:\\[^\s{}]*|(?<!\S)\\\\\w+\\\w[^\s{}]*)"
    r"|(?P<code>(?<!`)`(?!`)[^`'\n]{1,80}`(?!`))"
    r'|(?P<string>\\"[\w .:/-]{1,60}\\"(?![A-Za-z]))'
    r"|(?P<damaged>(?<![A-Za-z\\])(?:text(?:bf|it|tt|sc|sf|rm)?|emph|math(?:cal|bb|bf|rm|it|sf|tt))(?=\{))"
    r"|(?P<command>\\)|(?P<dollar>\$\$?)|(?P<brace>[{}])|(?P<tie>~)|(?P<dash>-{2,})|(?P<script>[_^])|(?P<quote>``|'')"
)
_CLOSERS = {"(": r"\)", "[": r"\]"}
_EQUATION = re.compile(r"\\begin\{(equation|displaymath|math)(\*?)\}")
_DRESSED = re.compile(r"\s*\{?\\(?:href|url|text\w\w|emph)\{")
_PUNCTUATION = re.compile(r"[,=.<>:;/+–-]{1,2}\Z")
_PHRASE = re.compile(r"(?:[A-Z]|[^\W\d_]+(?:-\w+)* [^\W\d_])[^\"'=:{}\\$<>|;]*\Z")
_DAMAGED_SIGNS = frozenset({"sim", "approx", "pm", "geq", "leq", "rightarrow", "circ", "cdot"})


def converted(source: Source, begin: int, end: int, depth: int = 0) -> str:
    """The prose between two places of the source; raises Unshowable only where arguments nest too deep."""
    if depth > MOST_DEPTH:
        raise Unshowable
    return unicodedata.normalize("NFC", _Prose(source, end, depth).read(begin))


class _Prose:
    """Reads one stretch of prose. out: what is read. dropped: closing braces that are not shown."""

    def __init__(self, source: Source, end: int, depth: int) -> None:
        self.source, self.text, self.end, self.depth = source, source.text, end, depth
        self.commands = Commands(source, end, depth, lambda inner, close: converted(source, inner, close, depth + 1))
        self.out: list[str] = []
        self.dropped: set[int] = set()
        self.quoted = False

    def read(self, place: int) -> str:
        while place < self.end:
            match = _SPECIAL.search(self.text, place, self.end)
            if not match:
                self.out.append(self.text[place : self.end])
                break
            self.out.append(self.text[place : match.start()])
            shown, place = self._special(str(match.lastgroup), match[0], match.start(), match.end())
            self.out.append(shown)
        return "".join(self.out)

    def _special(self, kind: str, found: str, start: int, behind: int) -> tuple[str, int]:
        """What is shown for one special thing, and the place behind it."""
        match kind:
            case "url":
                rest, behind = self._remnant(address(found), behind)
                return address(found) + rest, behind
            case "damaged":
                return self._damaged(found, behind)
            case "command":
                return self._command(start)
            case "dollar":
                return self._dollar(found, start, behind)
            case "brace":
                return self._brace(found, start)
            case "tie":
                return " " if self._ties(start) else found, behind
            case "dash":
                return self._dash(found, start, behind), behind
            case "script":
                return bare(self.source, found, start, self.end, self.depth)
            case "quote" if self.source.typeset and (found == "``" or self.quoted):
                self.quoted = found == "``"
                return "“" if self.quoted else "”", behind
        return found, behind

    # ---------------------------------------------------------------- mathematics

    def _dollar(self, found: str, start: int, behind: int) -> tuple[str, int]:
        close = self._closing_dollar(found, behind)
        after = close + len(found)
        if close < 0 or not latex_math.likely(self.text[behind:close], self.text[after : after + 1]):
            return found, behind
        return self._formula(start, behind, close, after)

    def _closing_dollar(self, found: str, place: int) -> int:
        last = min(self.end, place + _FARTHEST)
        while True:
            close = self.text.find(found, place, last)
            if close < 0 or self.text[close - 1] != "\\" or self.text[close - 2 : close] == "\\\\":
                return close
            place = close + 1

    def _formula(self, start: int, begin: int, close: int, behind: int) -> tuple[str, int]:
        """Mathematics as text, or all of it as typed."""
        try:
            if _DRESSED.match(self.text, begin, close) and close - begin < _FARTHEST:
                return converted(self.source, begin, close, self.depth + 1), behind
            return latex_math.converted(self.source, begin, close, self.depth), behind
        except Unshowable:
            return self.text[start:behind], behind

    # ---------------------------------------------------------------- commands and braces

    def _command(self, start: int) -> tuple[str, int]:
        name, behind = self.source.command(start)
        equation = _EQUATION.match(self.text, start, self.end) if name == "begin" else None
        closer = f"\\end{{{equation[1]}{equation[2]}}}" if equation else _CLOSERS.get(name)
        if closer:
            behind = equation.end() if equation else behind
            close = self.text.find(closer, behind, min(self.end, behind + _FARTHEST))
            if close > behind:
                return self._formula(start, behind, close, close + len(closer))
        try:
            return self.commands.read(name, start, behind)
        except Unshowable:
            behind = self.commands.arguments_end(behind)
            return self.text[start:behind], behind

    def _brace(self, found: str, start: int) -> tuple[str, int]:
        if found == "}":
            return "" if start in self.dropped else found, start + 1
        close = self.source.closing.get(start, self.end)
        content = self.text[start + 1 : min(close, start + _FARTHEST)]
        if close < self.end and content in _DAMAGED_SIGNS:
            return symbol(content) or found, close + 1
        if close < self.end and self._only_holds(start, content):
            self.dropped.add(close)
            return "", start + 1
        return found, start + 1

    def _only_holds(self, start: int, content: str) -> bool:
        """Whether braces only hold together what is in them, and are no code, no set and no place holder."""
        before = self.text[max(start - 1, 0) : start]
        if before in ("_", "^") or not content:
            return before.isalnum()
        if content.startswith("\\"):
            name = self.source.command(start + 1)[0]
            return name in SILENT or name in DRESS or name in LETTERS or (name in ACCENTS and 2 < len(content) < 8)
        return bool(_PUNCTUATION.match(content) or _PHRASE.match(content))

    # ---------------------------------------------------------------- what a source has damaged

    def _damaged(self, found: str, behind: int) -> tuple[str, int]:
        """What is left of a command whose backslash the source lost: text{Jump}."""
        group = self.source.group(behind, self.end)
        if group is None:
            return found, behind
        inner, close, after = group
        try:
            if found.startswith("text") or found == "emph":
                return converted(self.source, inner, close, self.depth + 1), after
            mended = f"\\{found}{self.text[behind:after][:_FARTHEST]}"
            return latex_math.converted(Source(mended), 0, len(mended)), after
        except Unshowable:
            return self.text[behind - len(found) : after], after

    def _remnant(self, url: str, behind: int) -> tuple[str, int]:
        r"""What is left of \href by a source that dropped its name: https://…{text}, https://…}{https://…"""
        again = self.text[behind + 2 : behind + 2 + len(url)] if self.text.startswith("}{", behind) else ""
        for twin in (url, url.split("://", 1)[1]):
            if again.startswith(twin):
                return "", behind + 2 + len(twin)
        group = self.source.group(behind, self.end) if self.text.startswith("{", behind) else None
        if group is None or self.depth == MOST_DEPTH:
            return "", behind
        shown = converted(self.source, group[0], group[1], self.depth + 1)
        return "" if shown.rstrip("/") == url.rstrip("/") else f" ({shown})", group[2]

    # ---------------------------------------------------------------- single signs

    def _ties(self, place: int) -> bool:
        """Whether a tilde binds two words; before a number (~9K) or in a path it means something else."""
        before, after = self.text[max(place - 1, 0) : place], self.text[place + 1 : place + 2]
        if before.isdigit() and after.isdigit():
            return False
        return bool(re.match(r"[\w.,:;)\]}%$°]", before) and re.match(r"[\w(\[\\$“`{]", after))

    def _dash(self, found: str, start: int, behind: int) -> str:
        """A dash between words or numbers; an option (--flag) and a ruler (-----) stay."""
        before, after = self.text[max(start - 1, 0) : start], self.text[behind : behind + 1]
        starts = not before or before.isspace() or before in "`'\"([="
        if len(found) > 3 or (starts and after.isalpha()):
            return found
        return "–" if len(found) == 2 else "—"
