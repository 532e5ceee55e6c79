"""Where a paper's code and project live: what its sources name, and what its abstract and comment mention."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from bot.code_mentions import CODE_HOSTS, own_addresses
from storage.places import host_of, place
from storage.records import CodeLink, Origin, Statement

MOST = 30
"""Links kept of one paper; a real one has up to a dozen."""

_TRUST = {origin: rank for rank, origin in enumerate(Origin)}


def links(statements: Iterable[Statement]) -> tuple[CodeLink, ...]:
    """The links of one paper, each place once: its repositories before pages, models and data, then by origin."""
    found: dict[str, CodeLink] = {}
    for link in sorted(_named(statements), key=_rank):
        found.setdefault(place(link.url), link)
    return tuple(found.values())[:MOST]


def _named(statements: Iterable[Statement]) -> Iterator[CodeLink]:
    for statement in statements:
        if statement.repository:
            yield CodeLink(statement.repository.removesuffix(".git"), Origin.REPOSITORY, statement.stars)
        if statement.project_page and host_of(statement.project_page) != "arxiv.org":
            yield CodeLink(statement.project_page, Origin.PROJECT)
        for text, origin in ((statement.comment, Origin.COMMENT), (statement.abstract, Origin.ABSTRACT)):
            for url in own_addresses(text):
                yield CodeLink(url, origin)
        for url in statement.linked:
            yield CodeLink(url, Origin.MODEL)


def _rank(link: CodeLink) -> tuple[bool, int, int]:
    return not _holds_code(link), _TRUST[link.origin], -(link.stars or 0)


def _holds_code(link: CodeLink) -> bool:
    host = host_of(link.url)
    return link.origin is Origin.REPOSITORY or host in CODE_HOSTS or host.startswith("gitlab.")
