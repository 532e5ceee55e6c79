r"""Super- and subscripts in prose without dollar signs: H_2, R^2, M^3Eval, 10^-3, E_{und}, 14.3^\circ.

They are read only where base and form leave no doubt; snake_case, paths and code stay.
"""

from __future__ import annotations

import re

from bot.render import latex_math
from bot.render.latex_source import Source, Unshowable
from bot.render.latex_symbols import script

_NEAR = 60  # characters on either side that belong to the same word at most
_LOWERED = re.compile(r"(\d{1,2}(?![\w.]{0,20}_|[a-z]|\.\d|\d)|[a-z](?![\w(/]))")
_LOWERED_BASE = re.compile(r"(?:(?<![\w\\./])[^\W\d_]|(?<![\w\\./-])[A-Z]{1,2}[a-z]?|\))\Z")
_RAISED = re.compile(r"(-?\d{1,3}(?!\.?\d)|[A-Za-z](?!\w)|[*∗⋆†‡°∘′](?!\w))")
_RAISED_BASE = re.compile(r"[\w)\]}]\Z")
_WORD_BASE = re.compile(r"\w[^\W\d_]\Z")
_BRACED_BASE = re.compile(r"(?:(?<![\w\\./])\w{1,4}|(?<!\w)[^\W\d_a-z]\w{0,11}|[)\]}α-ωΑ-Ω])\Z")
_NUMBER = re.compile(r"[-+]?[\d.]+\Z")
_PATHLIKE = re.compile(r"\w{2,}/|/\w{2,}|\w\.\w{1,4}\Z|::|\(\)")


def bare(source: Source, mark: str, start: int, end: int, depth: int) -> tuple[str, int]:
    """What is shown for the mark (_ or ^) at `start`, and the place behind what was read."""
    text, behind = source.text, start + 1
    before = text[max(start - 24, 0) : start]
    if not before or before[-1].isspace() or before[-1] in "_^":
        return mark, behind
    if text.startswith(("{", "\\"), behind):
        return _built(source, mark, start, end, depth, before)
    base, form = (_LOWERED_BASE, _LOWERED) if mark == "_" else (_RAISED_BASE, _RAISED)
    match = form.match(text, behind, end)
    if match is None or not base.search(before) or _PATHLIKE.search(_word(text, start, end)):
        return mark, behind
    if mark == "^" and match[1].isalpha() and _WORD_BASE.search(before):
        return mark, behind
    shown = script(mark, match[1])
    return (shown, match.end()) if shown else (mark, behind)


def _built(source: Source, mark: str, start: int, end: int, depth: int, before: str) -> tuple[str, int]:
    """A script in braces or by a command."""
    group = source.group(start + 1, end) if source.text.startswith("{", start + 1) else None
    behind = group[2] if group else source.command(start + 1)[1]
    numeric = group is not None and _NUMBER.match(source.text[group[0] : group[1]][:_NEAR])
    if behind - start > _NEAR or behind > end or not (mark == "^" or numeric or _BRACED_BASE.search(before)):
        return mark, start + 1
    if _PATHLIKE.search(_word(source.text, start, end)):
        return mark, start + 1
    try:
        return latex_math.converted(source, start, behind, depth), behind
    except Unshowable:
        return source.text[start:behind], behind


def _word(text: str, place: int, end: int) -> str:
    """The word around a place, without the brackets and marks beside it."""
    before = re.split(r"[\s(\"“]", text[max(place - _NEAR, 0) : place])[-1]
    after = re.split(r"[\s)\"”,;]", text[place : min(place + _NEAR, end)])[0]
    return before + after.rstrip(".")
