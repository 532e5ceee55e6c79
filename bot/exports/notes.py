"""What an export notes beside a paper's facts."""

from __future__ import annotations

from bot.render.clean import one_line
from storage.records import Paper


def link(paper: Paper) -> str:
    """Where the paper's code is, else its page; '' where neither is known."""
    code = next((link for link in paper.code if link.is_code), None)
    if code or not paper.code:
        return f"Code: {one_line(code.url)}" if code else ""
    return f"Project page: {one_line(paper.code[0].url)}"
