"""Where a link leads, the same for all ways to write its address."""

from __future__ import annotations

from functools import lru_cache
from urllib.parse import urlsplit

_OWNED = frozenset({"github.com", "codeberg.org", "bitbucket.org", "anonymous.4open.science"})
"""Hosts whose projects are two steps deep (owner/name); what is behind those is a folder."""

_HUGGING_FACE = "huggingface.co"
_KINDS = ("datasets/", "spaces/", "collections/")

_SHELVES = frozenset(
    {_HUGGING_FACE, "zenodo.org", "figshare.com", "doi.org", "osf.io", "kaggle.com", "modelscope.cn"}
    | {"pypi.org", "gitee.com", "sourceforge.net", "gist.github.com"}
)
"""Hosts of models, data, packages and archived code."""


def place(url: str) -> str:
    """Host and path in small letters: of a repository or a model without its folders, and without www and .git."""
    parts = urlsplit(url)
    host, path = host_of(url), parts.path.strip("/").lower().removesuffix("index.html").rstrip("/")
    if host in _OWNED or host == _HUGGING_FACE:
        deep = 3 if path.startswith(_KINDS) else 2
        return "/".join([host, *path.split("/")[:deep]]).removesuffix(".git")
    return f"{host}/{path.removesuffix('.git')}?{parts.query}".removesuffix("?")


def is_repository(url: str) -> bool:
    """Whether an address is one of a host of repositories of code."""
    host = host_of(url)
    return host in _OWNED or host.startswith("gitlab.")


def holds_code(url: str) -> bool:
    """Whether code, a model or data are kept there, and not a page that tells of them."""
    host = host_of(url)
    on_shelf = host in _SHELVES and not place(url).startswith("huggingface.co/papers/")
    return is_repository(url) or on_shelf or host.endswith(".hf.space")


@lru_cache(maxsize=256)  # an address is looked at several times when its paper is taken in
def host_of(url: str) -> str:
    """The host of an address, without www, and of Hugging Face's short name the long one."""
    host = (urlsplit(url).hostname or "").removeprefix("www.")
    return _HUGGING_FACE if host == "hf.co" else host
