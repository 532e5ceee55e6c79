"""The one analyser: text to terms, for the search index, the matcher and the query language alike.

A text is cut at spaces into chunks, a chunk into words; what a chunk gives is remembered, as most come again.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from string import ascii_lowercase, ascii_uppercase
from typing import NamedTuple, TypeAlias

from storage.folding import CHARACTERS, GREEK_NAMES, INVISIBLE, MARKS, folded
from storage.stems import stem

# Words that hold sentences together. They never join a neighbour: "gains in stability" is not about instability.
_FUNCTION = (
    "a am an and are as at be been but by can cannot could did do does for from had has have he her him his how i if"
    " in into is it its may me might must my no nor not of on or our shall she should so such than that the their them"
    " then there these they this those to us was we were what when where which while who why will with would you your"
)
FUNCTION_WORDS = frozenset(_FUNCTION.split())
MOST_PARTS = 6  # of a compound that is also one word; longer ones are addresses and the like
_MOST_PLAIN = 1 << 15  # of them are remembered
_REMEMBERED = 48  # characters; longer chunks hardly come again

_RUN = rf"[^\W_{CHARACTERS}{MARKS}](?:[^\W_{CHARACTERS}]|[{MARKS}{INVISIBLE}])*"
_TEX_LETTER = r"""\{?\\(?:["'`^~=.]\{?\\?[A-Za-z]\}?|[cvHukr]\{[A-Za-z]\})\}?"""
_POINT = r"(?<=[0-9])(?:\.(?=[0-9])|,(?=[0-9]{3}(?![0-9])))"  # 3.5, 1,000
_TEX_RUN = rf"(?:{_RUN}|{_TEX_LETTER})+"
_APOSTROPHES = "'’ʼ＇"
_HYPHENS = frozenset("-‐‑‒–−﹣－_")
_AROUND = ".,;:?!()[]"
# ASCII letters to small ones, and to spaces what neither holds the parts of a compound together nor is part of a word.
_SPACED = ';:?!()[]"*/=<>|&%@'
_SIMPLER = str.maketrans(ascii_uppercase + _SPACED, ascii_lowercase + " " * len(_SPACED))
_NUMBER = re.compile(r"[0-9]+(?:\.[0-9]+)+")
_CHUNK = re.compile(r"\S+")


@cache
def _words(run: str) -> re.Pattern[str]:
    """The pattern of words over runs of letters; compiled when it is first asked for, which takes a while."""
    letter = rf"[^\W\d_{CHARACTERS}]"
    return re.compile(
        rf"(?P<initials>(?<![^\W_])(?:{letter}\.)+{letter}(?![^\W_]))"  # i.i.d.
        rf"|(?P<word>{run}(?:[{_APOSTROPHES}]{run})*(?:{_POINT}{run})*"  # Newton's, 3.5
        rf"(?:(?<=[A-Za-z])(?<![^\W_].)(?:\+\+|\\?\#))?)"  # C++, C#
        rf"|(?P<command>\\[A-Za-z]+)|(?P<character>[{CHARACTERS}])"
    )


class Token(NamedTuple):
    """A word of a text. word: its folded exact form; stem: free of inflection; text[start:end] is where it stands."""

    word: str
    stem: str
    start: int
    end: int


class Terms(NamedTuple):
    """The words of a text in order, and apart from them its hyphenated compounds as single words; with their stems."""

    words: list[str]
    stems: list[str]
    compounds: list[str]
    compound_stems: list[str]


class Name(NamedTuple):
    """The words of a person's name as they follow each other, and their stems."""

    words: list[str]
    stems: list[str]


_Lists: TypeAlias = tuple[list[str], list[str], list[str], list[str]]  # as Terms
# What a chunk gives: words, stems, their places, compounds. A plain tuple, as naming its parts takes most of the time.
_Chunk: TypeAlias = tuple[tuple[str, ...], tuple[str, ...], tuple[tuple[int, int], ...], tuple[Token, ...]]


@lru_cache(maxsize=8)
def terms(text: str) -> Terms:
    """What is compared of a text; not to be changed, as index and matcher get the same one after the other."""
    found = Terms([], [], [], [])
    words, stems, compounds, compound_stems = found
    raws = _cut(text)
    known = list(map(_plain.__getitem__, raws))
    begun = 0
    for place in [place for place, stemmed in enumerate(known) if not stemmed]:
        words += raws[begun:place]
        stems += known[begun:place]
        begun = place + 1
        here, here_stems, joined, joined_stems = _hyphenated(raws[place]) or _irregular(raws[place])
        words += here
        stems += here_stems
        compounds += joined
        compound_stems += joined_stems
    words += raws[begun:]
    stems += known[begun:]
    return found


def _cut(text: str) -> list[str]:
    """The chunks of a text, without the case and punctuation that make no difference to their words."""
    if text.isascii() and "\\" not in text:
        return text.translate(_SIMPLER).removesuffix(".").replace(", ", " ").replace(". ", " ").split()
    return [raw.lower().strip(_AROUND) if raw.isascii() and "\\" not in raw else raw for raw in text.split()]


def _hyphenated(raw: str) -> _Lists | None:
    """A chunk of plain words between hyphens; None for another one."""
    words = raw.split("-")
    stems = list(map(_plain.__getitem__, words))
    if not all(stems):
        return None
    if len(words) > MOST_PARTS:
        return words, stems, [], []
    whole = "".join(words)
    return words, stems, [whole], [stem(whole)]


def _irregular(raw: str) -> _Lists:
    words, stems, _, joined = _chunk(raw)
    return list(words), list(stems), [token.word for token in joined], [token.stem for token in joined]


def analyse(text: str) -> list[Token]:
    """The words of a text in order, with their places."""
    tokens = []
    for match in _CHUNK.finditer(text):
        start, (words, stems, places, _) = match.start(), _chunk(match[0])
        for word, stemmed, (first, last) in zip(words, stems, places, strict=True):
            tokens.append(Token(word, stemmed, start + first, start + last))
    return tokens


def compounds(text: str) -> list[Token]:
    """The hyphenated compounds of a text as single words (`state-of-the-art`: stateoftheart), with their places."""
    return [
        Token(token.word, token.stem, match.start() + token.start, match.start() + token.end)
        for match in _CHUNK.finditer(text)
        for token in _chunk(match[0])[-1]
    ]


def passages(text: str) -> list[list[Token]]:
    """All in a text that a sequence of words is looked for in: its words, and apart from them each compound."""
    return [analyse(text), *([compound] for compound in compounds(text))]


def name_passages(name: str) -> list[list[Token]]:
    """The same of a person's name, and where initials stand in it the name without (Geoffrey E. Hinton)."""
    parts = passages(name.replace(".", " "))
    full = parts[0]
    short = [token for place, token in enumerate(full) if place in (0, len(full) - 1) or len(token.word) > 1]
    return [*parts, short] if len(short) < len(full) else parts


@lru_cache(maxsize=64)
def names(name: str) -> list[Name]:
    """What is compared of a person's name, as in name_passages; not to be changed, as with terms."""
    words = name.replace(".", " ").lower().split()
    if name.isascii() and all(map(str.isalnum, words)):
        full = Terms(words, list(map(stem, words)), [], [])
    else:
        full = terms.__wrapped__(name.replace(".", " "))
    found = [Name(full.words, full.stems)]
    found += [Name([word], [stem]) for word, stem in zip(full.compounds, full.compound_stems, strict=True)]
    last = len(full.words) - 1
    kept = [place for place, word in enumerate(full.words) if place in (0, last) or len(word) > 1]
    if len(kept) <= last:
        found.append(Name([full.words[place] for place in kept], [full.stems[place] for place in kept]))
    return found


def _chunk(raw: str) -> _Chunk:
    return _remembered(raw) if len(raw) <= _REMEMBERED else _analysed(raw)


def _analysed(raw: str) -> _Chunk:
    plain = raw.strip(_AROUND)
    if plain.isascii() and plain.isalnum():
        word, start = plain.lower(), raw.index(plain)
        return (word,), (stem(word),), ((start, start + len(plain)),), ()
    tokens: list[Token] = []
    parts: list[Token] = []
    found: list[Token] = []
    for match in _words(_TEX_RUN if "\\" in raw else _RUN).finditer(raw):
        here = [Token(word, stem(word), *match.span()) for word in _forms(match)]
        part = here if len(here) == 1 and match["character"] is None else []
        if parts and not (part and _joins(raw[parts[-1].end : match.start()])):
            found += _compound(parts)
            parts = []
        parts += part
        tokens += here
    found += _compound(parts)
    return (
        tuple(token.word for token in tokens),
        tuple(token.stem for token in tokens),
        tuple((token.start, token.end) for token in tokens),
        tuple(found),
    )


class _Plain(dict[str, str]):
    """The stems of chunks that are a word as it is compared, or a number; "" for other chunks."""

    def __missing__(self, raw: str) -> str:
        found = stem(raw) if raw.isascii() and (raw.isalnum() or _NUMBER.fullmatch(raw)) else ""
        if len(raw) <= _REMEMBERED:
            if len(self) >= _MOST_PLAIN:
                self.clear()
            self[raw] = found
        return found


_plain = _Plain()
_remembered = lru_cache(maxsize=1 << 12)(_analysed)


def _forms(match: re.Match[str]) -> list[str]:
    if match["command"] is not None:
        name = match[0][1:].lower().removeprefix("var")
        return [name] if name in GREEK_NAMES else ["l"] if name == "ell" else []
    form = folded(match[0].replace(".", "") if match["initials"] is not None else match[0])
    if form.isascii() and form.isalnum():
        return [form]
    # Folding can give what is no word character or several words: ⅓, ㈱.
    return [folded(piece[0]) for piece in _words(_RUN).finditer(form)]


def _joins(gap: str) -> bool:
    return gap.strip("${}\\") in _HYPHENS


def _compound(parts: list[Token]) -> list[Token]:
    if not 2 <= len(parts) <= MOST_PARTS:
        return []
    word = "".join(part.word for part in parts)
    return [Token(word, stem(word), parts[0].start, parts[-1].end)]
