"""A query as a tree: leaves that a paper meets or not, joined by And, Or and Not.

The parser promises of every tree: And and Or have at least two children, none of their own kind; Not holds no Not;
without a leaf that is met (under an even number of Nots) no paper matches, so that exclusions never stand alone.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias


class Field(StrEnum):
    """Where words are looked for; ANY is title, abstract and authors' names."""

    ANY = "any"
    TITLE = "title"
    ABSTRACT = "abstract"
    AUTHOR = "author"


@dataclass(frozen=True, slots=True)
class Words:
    """A word, a compound or a phrase: words that follow each other in one field (in the name of one author).

    words: analysed exact forms. prefix: the last of them is only a beginning. text: as in the canonical query, without
    quotation marks. beside: its joined forms with neighbours in the query, either of which will do instead
    (`high cardinality` also means `highcardinality`). typed: the text in the letters of who typed it, for people.
    """

    words: tuple[str, ...]
    text: str
    field: Field = Field.ANY
    prefix: bool = False
    beside: tuple[str, ...] = ()
    typed: str = dataclasses.field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Category:
    """A category of arXiv (`cs.LG`), or with whole all of an archive (`cs`)."""

    name: str
    whole: bool = False


@dataclass(frozen=True, slots=True)
class Source:
    """Papers that this source told of, by its name in the archive."""

    name: str


@dataclass(frozen=True, slots=True)
class Code:
    """Papers with known code, or without."""

    known: bool


@dataclass(frozen=True, slots=True)
class Count:
    """A comparison of `upvotes` or `stars` with a number; unknown counts meet none."""

    of: str
    sign: str
    number: int


@dataclass(frozen=True, slots=True)
class Not:
    """Papers that do not match."""

    node: Node


@dataclass(frozen=True, slots=True)
class And:
    """Papers that match all."""

    nodes: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Or:
    """Papers that match one or more."""

    nodes: tuple[Node, ...]


Leaf: TypeAlias = Words | Category | Source | Code | Count
Node: TypeAlias = Leaf | Not | And | Or
