"""Whether a paper matches a query, found out the plain way: the measure of the matcher and of the search."""

from __future__ import annotations

import operator
from collections.abc import Iterator
from typing import NamedTuple

from bot.query import sequences
from bot.query.tree import And, Category, Code, Count, Field, Leaf, Node, Not, Or, Source, Words
from storage.records import Paper
from storage.text import Token, name_passages, passages

_SIGNS = {">=": operator.ge, "<=": operator.le, ">": operator.gt, "<": operator.lt, "=": operator.eq}


class Passage(NamedTuple):
    """Tokens that follow each other, and their words and stems."""

    tokens: list[Token]
    words: list[str]
    stems: list[str]


class Place(NamedTuple):
    """Where words stand: title, abstract or one author's name, [start:end] of its text; author: which of them."""

    field: Field
    start: int
    end: int
    author: int = 0


class Hit(NamedTuple):
    """A leaf that the paper meets, and where; conditions have no places."""

    leaf: Leaf
    places: tuple[Place, ...]


class Text(NamedTuple):
    """What of a paper is compared with words: the passages of title and abstract, and of each author's name."""

    title: list[Passage]
    abstract: list[Passage]
    authors: list[list[Passage]]


def text_of(paper: Paper) -> Text:
    """The analysed text of a paper."""
    names = [_passages(name_passages(name)) for name in paper.authors]
    return Text(_passages(passages(paper.title)), _passages(passages(paper.abstract)), names)


def holds(tree: Node, paper: Paper, text: Text | None = None, *, exactly: bool = False) -> bool:
    """Whether the paper matches. text: its text_of, where that is known already.

    exactly: inflections count only against it, in exclusions.
    """
    text = text or text_of(paper)
    match tree:
        case And(nodes):
            return all(holds(node, paper, text, exactly=exactly) for node in nodes)
        case Or(nodes):
            return any(holds(node, paper, text, exactly=exactly) for node in nodes)
        case Not(node):
            return not holds(node, paper, text)
        case Words():
            return next(_places(tree, text, exactly), None) is not None
        case _:
            return _meets(tree, paper)


def found(tree: Node, paper: Paper) -> tuple[Hit, ...]:
    """The leaves that the paper meets, in the order of the query, without those that are excluded."""
    text = text_of(paper)
    hits = []
    for leaf in dict.fromkeys(_wanted(tree, True)):
        if isinstance(leaf, Words):
            places = _shortest(set(_places(leaf, text, False)))
            hits += [Hit(leaf, places)] if places else []
        elif _meets(leaf, paper):
            hits.append(Hit(leaf, ()))
    return tuple(hits)


def _shortest(places: set[Place]) -> tuple[Place, ...]:
    """In order, without those in which another one lies: a compound, where one of its words is meant."""
    kept: list[Place] = []
    order = list(Field).index
    for place in sorted(places, key=lambda place: (order(place.field), place.author, place.end, -place.start)):
        if not kept or kept[-1][0::3] != place[0::3] or kept[-1].start < place.start:
            kept.append(place)
    return tuple(kept)


def _wanted(tree: Node, met: bool) -> Iterator[Leaf]:
    match tree:
        case And(nodes) | Or(nodes):
            for node in nodes:
                yield from _wanted(node, met)
        case Not(node):
            yield from _wanted(node, not met)
        case _ if met:
            yield tree


def _passages(parts: list[list[Token]]) -> list[Passage]:
    return [Passage(part, [token.word for token in part], [token.stem for token in part]) for part in parts]


def _places(leaf: Words, text: Text, exactly: bool) -> Iterator[Place]:
    exact = sequences.exact(leaf)
    for field, parts in ((Field.TITLE, text.title), (Field.ABSTRACT, text.abstract)):
        if leaf.field in (Field.ANY, field):
            for part in parts:
                if exactly or leaf.prefix:
                    spans = _spans(exact, part.words, leaf.prefix)
                else:
                    spans = _spans(sequences.inflected(leaf), part.stems, False)
                yield from (_place(field, part, span) for span in spans)
    if leaf.field in (Field.ANY, Field.AUTHOR):
        for author, name in enumerate(text.authors):
            for part in name:
                spans = _spans(exact, part.words, leaf.prefix)
                yield from (_place(Field.AUTHOR, part, span, author) for span in spans)


def _place(field: Field, part: Passage, span: tuple[int, int], author: int = 0) -> Place:
    return Place(field, part.tokens[span[0]].start, part.tokens[span[1] - 1].end, author)


def _spans(wanted: tuple[sequences.Sequence, ...], words: list[str], prefix: bool) -> Iterator[tuple[int, int]]:
    """Where in the words one of the sequences stands; prefix: its last word may go on."""
    for sequence in wanted:
        *first, last = sequence
        if (first and first[0] not in words) or not (prefix or last in words):
            continue
        for start in range(len(words) - len(first)):
            end = start + len(first)
            if words[start:end] == first and (words[end].startswith(last) if prefix else words[end] == last):
                yield start, end + 1


def _meets(condition: Category | Source | Code | Count, paper: Paper) -> bool:
    match condition:
        case Category(name, whole):
            names = [category.casefold() for category in paper.categories]
            name = name.casefold()
            return any(given == name or (whole and given.startswith(f"{name}.")) for given in names)
        case Source(name):
            return name in paper.sources
        case Code(known):
            return bool(paper.code) is known
        case Count(of, sign, number):
            value = paper.upvotes if of == "upvotes" else paper.stars
            return value is not None and _SIGNS[sign](value, number)
