"""LaTeX as Unicode text."""

from __future__ import annotations


def readable(text: str) -> str:
    """The text with its LaTeX as Unicode; what cannot be shown stays as typed."""
    return text
