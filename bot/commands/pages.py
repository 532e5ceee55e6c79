"""Lists that are too long for one message: how they are turned."""

from __future__ import annotations

from collections.abc import Callable

from bot.render.message import Button

PAGE = 5
"""Papers on a page."""


def turning(total: int, offset: int, data: Callable[[int], str], page: int = PAGE) -> tuple[tuple[Button, ...], ...]:
    """A row ‹, "6–10 of 12", › for a list of several pages; data gives a page's callback data by its offset.

    At either end the arrow leads round to the other one, so no button is dead.
    """
    if total <= page:
        return ()
    last = (total - 1) // page * page
    before = offset - page if offset >= page else last
    after = offset + page if offset + page < total else 0
    end = min(offset + page, total)
    shown = f"{offset + 1:,}–{end:,} of {total:,}" if end > offset + 1 else f"{end:,} of {total:,}"
    return ((Button("‹", data=data(before)), Button(shown, data=data(offset)), Button("›", data=data(after))),)
