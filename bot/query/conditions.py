"""The fields of the language, and the values that the conditions among them take."""

from __future__ import annotations

import re
from collections.abc import Callable

from bot.nearest import nearest
from bot.query.categories import ARCHIVES, CATEGORIES
from bot.query.tree import Category, Code, Count, Field, Leaf, Source
from bot.render.language import _

TEXT_FIELDS = {"title": Field.TITLE, "abstract": Field.ABSTRACT, "author": Field.AUTHOR}
SOURCES = {"hf": "huggingface", "huggingface": "huggingface", "arxiv": "arxiv"}
COUNTS = ("upvotes", "stars")
SIGNS = (">=", "<=", ">", "<", "=")
LARGEST = 999_999_999
_CATEGORIES = {name.casefold(): name for name in CATEGORIES}
_COMPARISON = re.compile(r"(>=|<=|=>|=<|>|<|=|≥|≤)?\s*(\d{1,9})", re.ASCII)
_MEANT = {"": ">=", "=>": ">=", "≥": ">=", "=<": "<=", "≤": "<="}
# How else people call the fields, for the nearest name.
_ALSO = {
    "abs": "abstract",
    "authors": "author",
    "by": "author",
    "category": "cat",
    "github": "code",
    "likes": "upvotes",
    "repo": "code",
    "summary": "abstract",
    "ti": "title",
    "votes": "upvotes",
}


class UnknownValue(Exception):
    """str() says what the field takes; meant: a value that it has, '' where none is near."""

    def __init__(self, reason: str, meant: str = "") -> None:
        super().__init__(reason)
        self.meant = meant


def nearest_field(name: str) -> tuple[str, bool]:
    """The known field nearest to an unknown name, and whether it is likely to be meant."""
    near = nearest(name, [*FIELDS, *_ALSO], 67)
    if near:
        return _ALSO.get(near, near), True
    return nearest(name, FIELDS, 0), False


def condition(field: str, value: str) -> Leaf:
    """The leaf of a field that holds no words, such as `cat` with `cs.LG`. Raises UnknownValue."""
    return _CONDITIONS[field](field, value.strip())


def _category(_field: str, value: str) -> Leaf:
    name = value.casefold()
    if name in _CATEGORIES:
        return Category(_CATEGORIES[name])
    archive = name.removesuffix(".*")
    if archive in ARCHIVES:
        return Category(archive, whole=True)
    near = _nearest_category(name)
    reason = _("arXiv has no category {value}, the nearest is {near}") if near else _("arXiv has no category {value}")
    raise UnknownValue(reason.format(value=value, near=near), near)


def _nearest_category(name: str) -> str:
    """What is most likely meant: lg and cs.lgg are cs.LG, cs.l* is cs.*; '' when nothing is near."""
    archive = name.partition(".")[0]
    if "*" in name and archive in ARCHIVES:
        return f"{archive}.*"
    for known in ("cs", "stat", "eess"):
        if f"{known}.{name}" in _CATEGORIES:
            return _CATEGORIES[f"{known}.{name}"]
    near = nearest(name, [*CATEGORIES, *ARCHIVES], 60)
    return f"{near}.*" if near in ARCHIVES else near


def _source(_field: str, value: str) -> Leaf:
    name = value.casefold()
    if name in SOURCES:
        return Source(SOURCES[name])
    raise UnknownValue(_("the sources are hf and arxiv"), nearest(name, SOURCES, 0))


def _code(_field: str, value: str) -> Leaf:
    name = value.casefold()
    if name in ("yes", "no"):
        return Code(name == "yes")
    raise UnknownValue(_("code: is yes or no"), "no" if name[:1] in ("n", "f", "0") else "yes")


def _count(field: str, value: str) -> Leaf:
    match = _COMPARISON.fullmatch(value)
    if match:
        sign = match[1] or ""
        return Count(field, _MEANT.get(sign, sign), int(match[2]))
    sign, digits = next((sign for sign in SIGNS if value.startswith(sign)), ">="), re.sub(r"[^0-9]", "", value)
    meant = min(int(digits[:10]) * (1000 if value[-1:] in "kK" else 1), LARGEST) if digits else None
    reason = _("{field}: needs a number, as in {field}:>=20").format(field=field)
    raise UnknownValue(reason, f"{sign}{meant}" if digits else "")


_CONDITIONS: dict[str, Callable[[str, str], Leaf]] = {
    "cat": _category,
    "source": _source,
    "code": _code,
    **dict.fromkeys(COUNTS, _count),
}
FIELDS = (*TEXT_FIELDS, *_CONDITIONS)
