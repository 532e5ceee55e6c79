"""Lists that are too long for one message: how they are turned."""

from __future__ import annotations

from collections.abc import Callable

from bot.commands.request import Notice, Request
from bot.render.language import _
from bot.render.message import Button
from bot.render.times import digits

PAGE = 5
"""Papers on a page."""


def turning(total: int, offset: int, data: Callable[[int], str], page: int = PAGE) -> tuple[tuple[Button, ...], ...]:
    """A row ‹, "6–10 of 12", › for a list of several pages; data gives a page's callback data by its offset.

    At either end only the arrow is there that leads on; the middle says which page it is.
    """
    if total <= page:
        return ()
    end = min(offset + page, total)
    here = f"{digits(offset + 1)}–{digits(end)}" if end > offset + 1 else digits(end)
    before = (Button("‹", data=data(offset - page)),) if offset >= page else ()
    after = (Button("›", data=data(offset + page)),) if offset + page < total else ()
    shown = _("{place} of {total}").format(place=here, total=digits(total))
    middle = Button(shown, data=f"pg:{offset // page + 1}:{(total - 1) // page + 1}")
    return ((*before, middle, *after),)


async def where(request: Request) -> Notice:
    """pg:PAGE:PAGES says which page this is."""
    return Notice(_("Page {page} of {pages}").format(page=request.number(0), pages=request.number(1)))
