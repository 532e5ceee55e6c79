"""Letters to the forms that are compared: case, accents, ligatures, Greek names, LaTeX accents."""

from __future__ import annotations

import re
import unicodedata

# Scripts written without spaces (Thai, Lao, Burmese, Khmer, kana, Han, Hangul): every character is a word.
CHARACTERS = (
    "\u0e01-\u0e3a\u0e40-\u0e4e\u0e81-\u0eb9\u0ebb-\u0ecd\u1000-\u103f\u1780-\u17d3"
    "\u3005-\u3007\u3041-\u3096\u3099-\u309a\u309d-\u30fa\u30fc-\u30ff\u3105-\u312f\u31f0-\u31ff"
    "\u3400-\u4dbf\u4e00-\u9fff\ua960-\ua97c\uac00-\ud7a3\uf900-\ufaff\U00020000-\U0003134f"
)
# Marks that belong to the letter before them and that `\w` leaves out: accents, vowel signs of many scripts.
MARKS = (
    "\u0300-\u036f\u0483-\u0487\u0591-\u05bd\u05bf\u05c1-\u05c2\u05c4-\u05c5\u05c7\u0610-\u061a\u064b-\u065f\u0670"
    "\u06d6-\u06dc\u06df-\u06e8\u06ea-\u06ed\u0900-\u0903\u093a-\u094f\u0951-\u0957\u0962-\u0963\u0981-\u0983"
    "\u09bc-\u09cd\u0a01-\u0a03\u0a3c-\u0a4d\u0a81-\u0a83\u0abc-\u0acd\u0b01-\u0b03\u0b3c-\u0b4d\u0bbe-\u0bcd"
    "\u0c00-\u0c04\u0c3e-\u0c4d\u0c81-\u0c83\u0cbc-\u0ccd\u0d00-\u0d03\u0d3b-\u0d4d\u0dca-\u0ddf"
)
# Invisible inside words: soft hyphen, zero-width space and joiners, word joiner, byte order mark.
INVISIBLE = "\u00ad\u200b-\u200f\u2060\ufeff"

_NAMES = (
    "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi omicron pi rho sigma tau upsilon phi chi"
    " psi omega"
)
_GREEK_LETTERS = dict(zip("αβγδεζηθικλμνξοπρστυφχψω", _NAMES.split(), strict=True))
GREEK_NAMES = frozenset(_GREEK_LETTERS.values())
_LATIN = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ħ": "h"})
_ACCENTS = re.compile("(?<=[a-zα-ω])[\u0300-\u036f]+|(?<=е)\u0308|[\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670]")
_CHARACTER = re.compile(f"[{CHARACTERS}]")
_GREEK_ONLY = re.compile("[α-ω]{2,}")
_GREEK_LETTER = re.compile("[α-ω]")
_DROPPED = re.compile(f"[{INVISIBLE}'’ʼ＇™®©,]")
_POSSESSIVE = re.compile("['’ʼ＇][sS]$")
_TEX_ACCENT = re.compile(r"""\{?\\(?:["'`^~=.]\{?\\?|[cvHukr]\{)([A-Za-z])\}*""")


def folded(raw: str) -> str:
    """One raw word as it is compared. Greek letters that stand for themselves become their names (β1: beta1)."""
    if raw.isascii() and raw.isalnum():
        return raw.lower()
    if "\\" in raw:
        raw = _TEX_ACCENT.sub(r"\1", raw)
    raw = _DROPPED.sub("", _POSSESSIVE.sub("", raw))
    if raw.isascii():
        return raw.lower()
    form = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", raw).casefold()).translate(_LATIN)
    form = unicodedata.normalize("NFC", _ACCENTS.sub("", form))
    if _GREEK_ONLY.fullmatch(form):
        return form
    return _GREEK_LETTER.sub(lambda match: _GREEK_LETTERS.get(match[0], match[0]), form)


def query_key(query: str) -> str:
    """What canonical queries share that differ in case and accents only; OR is not the word `or`."""
    return " OR ".join(folded(part) for part in query.split(" OR "))


def is_character(word: str) -> bool:
    """Whether a word is a single character of a script written without spaces."""
    return _CHARACTER.fullmatch(word) is not None
