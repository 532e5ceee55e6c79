"""Rows of buttons that several messages share."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from bot.render.message import Button
from storage.records import Paper

NumberData = Callable[[Paper], str]  # the callback data that opens a paper
_IN_A_ROW = 5


def capitalised(text: str) -> str:
    """Words of a sentence as a label of their own."""
    return text[:1].upper() + text[1:]


def numbers(papers: Sequence[Paper], data: NumberData, first: int = 1) -> tuple[tuple[Button, ...], ...]:
    """A button per paper, numbered from `first`, five in a row."""
    buttons = [Button(str(number), data=data(paper)) for number, paper in enumerate(papers, first)]
    return tuple(tuple(buttons[i : i + _IN_A_ROW]) for i in range(0, len(buttons), _IN_A_ROW))
