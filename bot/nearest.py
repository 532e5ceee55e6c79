"""The known name nearest to a mistyped one."""

from __future__ import annotations

from collections.abc import Iterable


def nearest(name: str, known: Iterable[str], least: float = 70) -> str:
    """The known name most like the given one, letter case aside; '' when none reaches `least` of 100."""
    from rapidfuzz import fuzz, process  # loaded on the first mistake: it costs memory at start

    found = process.extractOne(name, sorted(known), scorer=fuzz.ratio, processor=str.casefold, score_cutoff=least)
    return str(found[0]) if found else ""
