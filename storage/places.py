"""Where a link leads, the same for all ways to write its address."""

from __future__ import annotations

from functools import lru_cache
from urllib.parse import urlsplit

_OWNED = frozenset({"github.com", "codeberg.org", "bitbucket.org", "anonymous.4open.science"})
"""Hosts whose projects are two steps deep (owner/name); what is behind those is a folder."""


def place(url: str) -> str:
    """Host and path in small letters: of a repository without its folders, and without www and .git."""
    parts = urlsplit(url)
    host, path = host_of(url), parts.path.strip("/").lower().removesuffix(".git")
    if host in _OWNED:
        return "/".join([host, *path.split("/")[:2]]).removesuffix(".git")
    return f"{host}/{path}?{parts.query}".removesuffix("?")


@lru_cache(maxsize=256)  # an address is looked at several times when its paper is taken in
def host_of(url: str) -> str:
    """The host of an address, without www."""
    return (urlsplit(url).hostname or "").removeprefix("www.")
