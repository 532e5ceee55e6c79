"""Mathematics of LaTeX as Unicode text."""

from __future__ import annotations

import re
import unicodedata

from bot.render.latex_source import MOST_DEPTH, Source, Unshowable
from bot.render.latex_symbols import (
    ALPHABETS,
    DELIMITERS,
    DRESS,
    FUNCTIONS,
    MATH_ACCENTS,
    SILENT,
    letter,
    script,
    symbol,
)

_SPACES = {",": " ", ";": " ", ":": " ", ">": " ", " ": " ", "!": "", "/": "", "-": ""}
_LITERAL = "%&_#{}$"
_SIMPLE = re.compile(r"(?:(?![ᴬ-ᵿ⁰-ₜ²³¹ˡʰʲʳʷˣʸ])[^\W_])+[\u0300-\u036f]?\Z")
_ROOTS = {"": "√", "2": "√", "3": "∛", "4": "∜"}
_WORD = re.compile(r"(?<!\w)[A-Za-z]{3,}(?!\w)")
_PRICE = re.compile(r"\d[\d.,]*\s*(?:[kKmMbB]?\s+[A-Za-z]{2,}\b|[A-Za-z]{3,}\b|[.,;]\s)")


def likely(content: str, after: str) -> bool:
    """Whether what stands between two dollar signs is mathematics rather than two prices; after: what follows."""
    bare = re.sub(r"\\(?:text\w*|mathrm|operatorname|mbox)\s*\{[^{}]*\}", "", content)
    bare = re.sub(r"\\[%&#$_]", "", bare)
    marked = bool(re.search(r"[\\^_{]", bare))
    words = [word for word in _WORD.findall(re.sub(r"\\[A-Za-z]+", " ", bare)) if word not in FUNCTIONS]
    if not content.strip() or "\n\n" in content or _PRICE.match(content):
        return False
    if marked:
        return len(words) < 3 or " " not in content.strip()
    if content[0].isspace() != content[-1].isspace() or (content[0].isspace() and len(content) > 20):
        return False
    if content[0].isdigit() and (after.isdigit() or content[-1] in "-–/,+"):
        return False
    if " " not in content.strip():
        return content[-1] not in "-–/,:;="
    return not re.search(r"(?:^|\s)[A-Za-z]{2,}(?:[\s,.;]|$)", content)


def converted(source: Source, begin: int, end: int, depth: int = 0) -> str:
    """Mathematics between two places of the source as text; raises Unshowable."""
    return " ".join(_Formula(source, end, depth).read(begin).split())


class _Formula:
    """Reads one stretch of mathematics; out holds what is read."""

    def __init__(self, source: Source, end: int, depth: int) -> None:
        if depth > MOST_DEPTH:
            raise Unshowable
        self.source, self.end, self.depth = source, end, depth
        self.out: list[str] = []

    def read(self, place: int) -> str:
        while place < self.end:
            place = self._atom(place)
        return unicodedata.normalize("NFC", "".join(self.out))

    def _atom(self, place: int) -> int:
        """Read what stands at a place; the place behind it."""
        char = self.source.text[place]
        if char == "\\":
            return self._command(*self.source.command(place))
        if char in "^_":
            return self._script(char, place + 1)
        if char == "{":
            inner, close, behind = self.source.needed(place, self.end)
            self.out.append(_Formula(self.source, close, self.depth + 1).read(inner))
            return behind
        if char in "}&#$":
            raise Unshowable
        self.out.append(" " if char == "~" or char.isspace() else "′" if char == "'" else char)
        return place + 1

    def _command(self, name: str, place: int) -> int:
        if name in _SPACES:
            self.out.append(_SPACES[name])
        elif name in ("|", "Vert"):
            self.out.append("‖")
        elif name in _LITERAL:
            self.out.append(name)
        elif name in FUNCTIONS:
            self._function(name, place)
        elif name in SILENT or name in DELIMITERS:
            return self._delimiter(place) if name in DELIMITERS else self.source.blanks(place, self.end)
        elif name in DRESS or name in ALPHABETS or name in MATH_ACCENTS:
            content, place = self._argument(place, prose=name in DRESS)
            self.out.append(_styled(name, content))
        else:
            return self._built(name, place)
        return place

    def _built(self, name: str, place: int) -> int:
        """Fractions, roots and the like, else a symbol."""
        if name in ("frac", "dfrac", "tfrac", "nicefrac", "sfrac"):
            above, place = self._argument(place)
            below, place = self._argument(place)
            self.out.append(f"{_whole(above)}/{_whole(below)}")
        elif name == "sqrt":
            degree, place = self.source.option(place, self.end)
            under, place = self._argument(place)
            if degree not in _ROOTS:
                raise Unshowable
            self.out.append(f"{_ROOTS[degree]}{_whole(under)}")
        elif name in ("binom", "tbinom", "dbinom"):
            above, place = self._argument(place)
            below, place = self._argument(place)
            self.out.append(f"({above} choose {below})")
        elif name in ("pmod", "pod"):
            content, place = self._argument(place)
            self.out.append(f" (mod {content})")
        elif name == "not":
            content, place = self._argument(place)
            self.out.append(f"{content[:1]}\u0338{content[1:]}")
        elif name in ("textcolor", "color"):
            place = self.source.needed(place, self.end)[2]
        elif name in ("textsuperscript", "textsubscript"):
            return self._script("^" if name == "textsuperscript" else "_", place)
        else:
            return self._symbol(name, place)
        return place

    def _symbol(self, name: str, place: int) -> int:
        sign = symbol(name)
        if sign is None or name in ("begin", "end", "item"):
            raise Unshowable
        self.out.append(sign)
        behind = self.source.blanks(place, self.end)
        spaced = len(self.out) > 1 and self.out[-2].endswith(" ") and unicodedata.category(sign[0]) == "Sm"
        return place if spaced else behind

    def _function(self, name: str, place: int) -> None:
        before = "".join(self.out[-1:])[-1:]
        after = self.source.text[place : min(place + 1, self.end)]
        gap = " " if before.isalnum() or before in (")", "]", "}") else ""
        self.out.append(gap + name + (" " if after.isalnum() or after == "\\" else ""))

    def _delimiter(self, place: int) -> int:
        """Skip the dot of an invisible delimiter; others are read as usual."""
        place = self.source.blanks(place, self.end)
        return place + 1 if self.source.text.startswith(".", place) and place < self.end else place

    def _script(self, mark: str, place: int) -> int:
        content, place = self._argument(place)
        raised = script(mark, content)
        if raised is None and not content.strip():
            raise Unshowable
        if raised is None:
            follows = self.source.text[place : min(place + 1, self.end)]
            plain = _SIMPLE.match(content) and not follows.isalnum()
            raised = mark + (content if plain else f"({content})")
        self.out.append(raised)
        return place

    def _argument(self, place: int, *, prose: bool = False) -> tuple[str, int]:
        """A group, a command or one character, as text, and the place behind it."""
        place = self.source.blanks(place, self.end)
        if place >= self.end:
            raise Unshowable
        found = self.source.group(place, self.end)
        if found:
            inner, close, behind = found
            if prose and "$" in self.source.text[inner:close]:
                raise Unshowable
            return _Formula(self.source, close, self.depth + 1).read(inner), behind
        one = _Formula(self.source, self.end, self.depth + 1)
        behind = one._atom(place)
        return "".join(one.out).rstrip(), behind


def _styled(name: str, content: str) -> str:
    """The content in an alphabet or under an accent; raises Unshowable for an accent over a word."""
    if name in DRESS:
        return content
    if name in ALPHABETS:
        style = ALPHABETS[name]
        if style == "BOLD" and len(content) > 1:
            return content
        return "".join(letter(style, char) for char in content)
    if len(content) != 1 and not (name in ("overline", "bar") and content.isalnum() and len(content) <= 3):
        raise Unshowable
    return "".join(char + MATH_ACCENTS[name] for char in content)


def _whole(content: str) -> str:
    """The content in parentheses where it has parts."""
    parts = re.sub(r"\([^()]*\)\Z", "", content)
    return (
        content if re.fullmatch(r"[\w.∂∇\u2070-\u209f\u00b2\u00b3\u00b9ᵃ-ᵿ\u0300-\u036f|]+", parts) else f"({content})"
    )
