"""What is said where an address leads to no paper of the archive, or not yet."""

from __future__ import annotations

from collections.abc import Sequence

from bot.render import html
from bot.render.language import _
from bot.render.message import Button, Message

Rows = tuple[tuple[Button, ...], ...]


def asking(paper_id: str) -> Message:
    """The sources are asked about an id that the archive lacks."""
    text = _("I don't have {id} yet. I am asking arXiv and Hugging Face, and show it here as soon as they answer.")
    return Message(text.format(id=html.code(paper_id)))


def nowhere(paper_id: str, silent: Sequence[str]) -> Message:
    """The sources were asked; silent: those that could not be."""
    if not silent:
        text = _("Nobody knows a paper {id}: neither my archive nor arXiv nor Hugging Face.")
        return Message(text.format(id=html.code(paper_id)))
    text = _("I don't have {id}, and the sources cannot be asked right now. Send it again in a few minutes.")
    at_arxiv = Button(_("Look at arXiv"), url=f"https://arxiv.org/abs/{paper_id}")
    return Message(text.format(id=html.code(paper_id)), ((at_arxiv,),))


def no_page() -> Message:
    """An address leads to no paper that is known."""
    return Message(
        _(
            "I know no paper at that address. Send me an address at arXiv or Hugging Face, that of a paper's code or "
            "project, or its title."
        )
    )


def no_code(place: str, *, rows: Rows) -> Message:
    """No paper names a repository as its code."""
    text = _("No paper in my archive names {repository} as its code.")
    return Message(text.format(repository=html.code(place)), rows)
