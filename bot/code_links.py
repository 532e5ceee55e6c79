"""Where a paper's code and project live: the addresses that its sources name and those in its abstract and comment."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from urllib.parse import urlsplit

from storage.records import CodeLink, Origin, Statement

_LATEX_LINK = re.compile(r"\\(?:url|href)\s*\{\s*([^{}\s]+)\s*\}")
_URL = re.compile(r"https?://[^\s<>\"{}|\\^`\[\]]+", re.IGNORECASE)
_FORGES = ("github.com", "gitlab.com", "codeberg.org", "bitbucket.org", "huggingface.co")
_TRUST = list(Origin)


def links(statements: Iterable[Statement]) -> tuple[CodeLink, ...]:
    """The links of one paper, most trusted first, each once."""
    found: dict[str, CodeLink] = {}
    for link in sorted(_seen(statements), key=lambda link: (_TRUST.index(link.origin), -(link.stars or 0))):
        found.setdefault(_same(link.url), link)
    return tuple(found.values())


def _seen(statements: Iterable[Statement]) -> Iterator[CodeLink]:
    for statement in statements:
        if statement.repository:
            yield CodeLink(statement.repository, Origin.REPOSITORY, statement.stars)
        if statement.project_page:
            yield CodeLink(statement.project_page, Origin.PROJECT)
        for text, origin in ((statement.comment, Origin.COMMENT), (statement.abstract, Origin.ABSTRACT)):
            for url in _urls(text):
                yield CodeLink(url, origin)
        for url in statement.linked:
            yield CodeLink(url, Origin.MODEL)


def _urls(text: str) -> Iterator[str]:
    for found in _URL.findall(_LATEX_LINK.sub(r" \1 ", text)):
        url = found.rstrip(".,;:!?)'*_~")
        host = urlsplit(url).netloc.lower().removeprefix("www.")
        if host in _FORGES or host.endswith(".github.io"):
            yield url


def _same(url: str) -> str:
    return re.sub(r"^https?://(www\.)?", "", url.lower()).rstrip("/").removesuffix(".git")
