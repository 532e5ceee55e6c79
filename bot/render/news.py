"""What is said when something becomes known of a paper that a chat waits for."""

from __future__ import annotations

from bot.render import facts, paper
from bot.render.language import _
from bot.render.message import Message
from storage.records import Paper


def code_is_out(known: Paper) -> Message:
    """That a paper's code is out, and where."""
    head = _("Code is out for {title}:").format(title=facts.title(known))
    return Message(f"{head}\n{paper.code(known)}")
