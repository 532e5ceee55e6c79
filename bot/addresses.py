"""What leads straight to a paper in what a person typed or pasted: its id, its page, the repository of its code."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.code_mentions import cleaned
from bot.papers import canonical_id
from storage.places import host_of

_AROUND = "<>()[]{}\"'“”‘’«»,.;:!?"
_PREFIXED = re.compile(r"(?i)arxiv\s+(?=\S+\s*\Z)")
_WEB = re.compile(
    r"(?i)https?://|arxiv:|(?:www\.|export\.)?(?:arxiv|huggingface|hf|alphaxiv|github|gitlab)\.(?:org|com?)/"
)
_PAGE = re.compile(r"(?i)https?://\S+")
_REPOSITORIES = ("github.com", "gitlab.com", "codeberg.org", "bitbucket.org")


@dataclass(frozen=True, slots=True)
class Address:
    """Either of: the id of a paper, or the address of a repository."""

    paper_id: str = ""
    repository: str = ""


def address(text: str) -> Address | None:
    """The one thing that the text is or, among other words, links to first; None where it is no address.

    A bare id counts only when it is all of the text.
    """
    text = text.strip().strip(_AROUND)
    if paper_id := canonical_id(_PREFIXED.sub("arxiv:", text)):
        return Address(paper_id=paper_id)
    links = (chunk.strip(_AROUND) for chunk in text.split() if _WEB.match(chunk.strip(_AROUND)))
    return next((found for link in links if (found := _of_link(link))), None)


def is_page(text: str) -> bool:
    """Whether the text is the address of a page in the web and nothing else, which address may not know."""
    return bool(_PAGE.fullmatch(text.strip().strip(_AROUND)))


def _of_link(link: str) -> Address | None:
    if paper_id := canonical_id(link):
        return Address(paper_id=paper_id)
    repository = cleaned(link)
    return Address(repository=repository) if host_of(repository) in _REPOSITORIES else None
