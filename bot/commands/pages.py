"""Lists that are too long for one message: how they are turned."""

from __future__ import annotations

from collections.abc import Callable

from bot.commands.request import Notice, Request
from bot.render.message import Button

PAGE = 5
"""Papers on a page."""


def turning(total: int, offset: int, data: Callable[[int], str], page: int = PAGE) -> tuple[tuple[Button, ...], ...]:
    """A row ‹, "6–10 of 12", › for a list of several pages; data gives a page's callback data by its offset.

    At either end only the arrow is there that leads on; the middle says which page it is.
    """
    if total <= page:
        return ()
    end = min(offset + page, total)
    shown = f"{offset + 1:,}–{end:,} of {total:,}" if end > offset + 1 else f"{end:,} of {total:,}"
    before = (Button("‹", data=data(offset - page)),) if offset >= page else ()
    after = (Button("›", data=data(offset + page)),) if offset + page < total else ()
    here = Button(shown, data=f"pg:{offset // page + 1}:{(total - 1) // page + 1}")
    return ((*before, here, *after),)


async def where(request: Request) -> Notice:
    """pg:PAGE:PAGES says which page this is."""
    return Notice(f"Page {request.number(0)} of {request.number(1)}")
