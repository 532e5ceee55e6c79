"""Where a paper's code and project live: what its sources name, and what its abstract and comment mention."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from bot.code_mentions import mentions
from storage.places import host_of, is_repository, place
from storage.records import CodeLink, Origin, Statement

MOST = 30
"""Links kept of one paper; a real one has up to a dozen."""

_TRUST = {origin: rank for rank, origin in enumerate(Origin)}


def links(statements: Iterable[Statement]) -> tuple[CodeLink, ...]:
    """The links of one paper, each place once: its repositories before pages, models and data, then by origin.

    What a text only names, as the tools of others are, counts where nothing of its kind is offered as the paper's own.
    """
    seen = list(_seen(statements))
    if not seen:
        return ()
    found: dict[str, CodeLink] = {}
    own = max((_worth(link) for link, offered in seen if offered), default=-1)
    kept = (link for link, offered in seen if offered or _worth(link) > own)
    for link in sorted(kept, key=_rank):
        found.setdefault(place(link.url), link)
    return tuple(found.values())[:MOST]


def _seen(statements: Iterable[Statement]) -> Iterator[tuple[CodeLink, bool]]:
    """Every link, and whether it is said to be the paper's own."""
    for statement in statements:
        if statement.repository:
            yield CodeLink(statement.repository.removesuffix(".git"), Origin.REPOSITORY, statement.stars), True
        if statement.project_page and host_of(statement.project_page) != "arxiv.org":
            yield CodeLink(statement.project_page, Origin.PROJECT), True
        for text, origin in ((statement.comment, Origin.COMMENT), (statement.abstract, Origin.ABSTRACT)):
            for mention in mentions(text):
                yield CodeLink(mention.url, origin), mention.offered
        for url in statement.linked:
            yield CodeLink(url, Origin.MODEL), True


def _rank(link: CodeLink) -> tuple[bool, int, int]:
    return _worth(link) < 2, _TRUST[link.origin], -(link.stars or 0)


def _worth(link: CodeLink) -> int:
    """2 for a repository of code, 1 for a model or data, 0 for a page."""
    if link.origin is Origin.REPOSITORY or is_repository(link.url):
        return 2
    return int(link.is_code)
