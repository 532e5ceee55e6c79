"""Leaves from what stands in a query: words of a field, or a condition."""

from __future__ import annotations

import re
from itertools import pairwise

from bot.query.conditions import TEXT_FIELDS, UnknownValue, condition
from bot.query.lexer import OPERATORS, Lexeme
from bot.query.mistake import Edit, Mistake
from bot.query.tree import Field, Leaf, Words
from bot.render.language import _
from storage.folding import folded, is_character
from storage.text import Token, analyse

LEAST_PREFIX = 2  # letters; a beginning of one would match nearly every paper
_LETTERS = re.compile(r"[^\W_]+[+#]*")
_HYPHENS = frozenset("-‐‑–−_")
_STAR_AT_END = re.compile(r"\*+[^\w*]*\Z")
_STAR_INSIDE = re.compile(r"(?<=\w\w)\*+\w+|(?<=\w)\*+(?=\w)|\A\*+(?=\w)")


def leaf(lexeme: Lexeme, field: Lexeme | None) -> Leaf:
    """The leaf of a WORDS lexeme, looked for in the field where there is one. Raises Mistake."""
    if field is None or field.text in TEXT_FIELDS:
        return words(lexeme, Field.ANY if field is None else TEXT_FIELDS[field.text])
    try:
        return condition(field.text, lexeme.text)
    except UnknownValue as unknown:
        place = lexeme.inside, lexeme.inside + len(lexeme.text)
        start = field.start if field.end == lexeme.start else lexeme.start
        edit = Edit(*place, unknown.meant) if unknown.meant else Edit(start, lexeme.end)
        raise Mistake(str(unknown), *place, edit) from None


def words(lexeme: Lexeme, field: Field) -> Words:
    """The words of a lexeme, which has at least one. Raises Mistake where a * stands elsewhere than at the end."""
    raw = lexeme.text
    tokens = analyse(raw)
    end = _STAR_AT_END.search(raw)
    prefix = end is not None and tokens[-1].end == end.start() and not is_character(tokens[-1].word)
    if raw.startswith("*") and end:
        prefix = False  # **bold**
    elif not lexeme.quoted and (star := _STAR_INSIDE.search(raw)):
        raise _star(_("a * stands only at the end of a word"), lexeme, star)
    if end and prefix and len(tokens[-1].word) < LEAST_PREFIX:
        raise _star(_("at least {count} letters belong before a *").format(count=LEAST_PREFIX), lexeme, end)
    written = [token.word for token in tokens]
    typed = [_typed(raw, token) for token in tokens]
    return Words(tuple(written), _text(raw, tokens, written), field, prefix, typed=_text(raw, tokens, typed))


def _star(reason: str, lexeme: Lexeme, star: re.Match[str]) -> Mistake:
    start, end = (lexeme.inside + place for place in star.span())
    return Mistake(reason, start, end, Edit(start, end, "*" if star[0][-1] != "*" else " "))


def _typed(raw: str, token: Token) -> str:
    """A word in the letters in which it was typed, where those make the same word again."""
    typed = raw[token.start : token.end]
    same = _LETTERS.fullmatch(typed) and folded(typed) == token.word
    return typed if same and typed not in OPERATORS else token.word


def _text(raw: str, tokens: list[Token], words: list[str]) -> str:
    """The words as the canonical query has them: compounds keep their hyphens, all else is parted by spaces."""
    parts = words[:1]
    for (before, token), word in zip(pairwise(tokens), words[1:], strict=True):
        parts += [_between(raw[before.end : token.start], before, token), word]
    text = "".join(parts)
    return text if [token.word for token in analyse(text)] == [token.word for token in tokens] else " ".join(parts[::2])


def _between(gap: str, before: Token, after: Token) -> str:
    if gap.strip("${}\\") in _HYPHENS:
        return "-"
    close = not gap and before.end == after.start and (is_character(before.word) or is_character(after.word))
    return "" if close or (not gap and before.word[-1] in "+#") else " "
