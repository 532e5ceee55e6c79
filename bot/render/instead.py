"""What is said where a query finds nothing, and other papers are shown instead."""

from __future__ import annotations

from collections.abc import Callable

from bot.render import facts
from bot.render.language import _


def announced(asked: str, respelled: str, *, nearest: bool, mark: Callable[[str], str] = str) -> str:
    """What the papers are that follow: for another spelling, or nearest; '' where they are just what was asked for.

    mark: puts a query into markup, escaped.
    """
    shown = mark(facts.query(asked))
    if respelled:
        text = _("Nothing has {asked}; this is for {respelled}.")
        return text.format(asked=shown, respelled=mark(facts.query(respelled)))
    return _("Nothing has all of {asked}; this has all but one of its words.").format(asked=shown) if nearest else ""


def asked(*, over: bool, silent: bool) -> str:
    """What the sources say to a query that finds nothing. over: they have answered; silent: not all of them could."""
    if silent:
        return _("Not every source can be asked right now; send it again in a few minutes.")
    return _("arXiv and Hugging Face add none.") if over else _("I am asking arXiv and Hugging Face, too.")
