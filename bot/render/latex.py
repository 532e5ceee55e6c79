r"""LaTeX as Unicode text: `$\mathcal{O}(n^2)$` is 𝒪(n²). What cannot be shown stays as typed, never half-converted.

Symbols are pylatexenc's; the reader is our own, since that library drops what it does not know, leaves super- and
subscripts, and fails on some real abstracts. Every step looks at most a fixed distance ahead: linear time.
"""

from __future__ import annotations

import re

from bot.render.latex_prose import converted
from bot.render.latex_source import Source

_HINT = re.compile(r"[\\$^{~]|--|\w_\w|\)_\w")


def readable(text: str) -> str:
    """The text with its LaTeX as Unicode; text without LaTeX, prices, code, paths and snake_case come out unchanged."""
    if not _HINT.search(text):
        return text
    return converted(Source(text), 0, len(text))
