"""Queries near to one that finds nothing: other spellings, then broader forms; and what almost equals another query."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import product

from bot.errors import QueryError
from bot.query import canonical
from bot.query.parser import parse
from bot.query.tree import And, Field, Node, Not, Or, Words
from storage.stems import stem

ALTERNATIVES = 3  # spellings of one word
_LEAST_LETTERS = 4  # shorter words have too many neighbours
_NEARLY = 91.0  # of 100, the likeness from which one query is a slip of the other


def spellings(tree: Node, vocabulary: Mapping[str, int]) -> list[str]:
    """The query with its unknown words spelled as the archive's words nearest to them, most likely first.

    vocabulary: words and in how many papers each stands. Empty where all words are known or none is near.
    """
    choices = {
        word: near
        for leaf in _words(tree)
        if leaf.field is not Field.AUTHOR and not leaf.prefix
        for word in leaf.words
        if word not in vocabulary and (near := neighbours(word, vocabulary))
    }
    most = ALTERNATIVES if len(choices) == 1 else 1
    corrections = product(*([(word, other) for other in near[:most]] for word, near in choices.items()))
    return _readable(canonical.text(_respelled(tree, dict(each))) for each in corrections) if choices else []


def broader(tree: Node) -> list[str]:
    """Forms of the query that match more, least changed first: beginnings, words of a phrase, a part left out."""
    return _readable(text for text in map(canonical.text, _broader(tree)) if text != canonical.text(tree))


def nearly(text: str, others: Iterable[str]) -> str:
    """The one of the other queries that says almost the same as this one: inflected or mistyped; '' where none does."""
    from rapidfuzz import fuzz  # loaded on the first comparison: it costs memory at start

    mine, marks = _said(parse(text)), _marks(text)
    for other in others:
        slip = marks == _marks(other) and fuzz.ratio(text, other) >= _NEARLY
        if other != text and (slip or mine == _said(parse(other))):
            return other
    return ""


def neighbours(word: str, vocabulary: Mapping[str, int]) -> list[str]:
    """The words at most two slips (one for up to five letters) from a mistyped one; fewer slips, then more papers."""
    from rapidfuzz import process
    from rapidfuzz.distance import OSA

    if len(word) < _LEAST_LETTERS or not word.isalpha():
        return []
    most = 1 if len(word) <= 5 else 2
    near = [known for known in vocabulary if abs(len(known) - len(word)) <= most and known.isalpha()]
    found = process.extract(word, near, scorer=OSA.distance, score_cutoff=most, limit=None)
    ranked = sorted(found, key=lambda hit: (hit[1], hit[0][0] != word[0], -vocabulary[hit[0]], hit[0]))
    return [known for known, _, _ in ranked]


def _respelled(node: Node, spelled: Mapping[str, str]) -> Node:
    match node:
        case And(nodes) | Or(nodes):
            return replace(node, nodes=tuple(_respelled(part, spelled) for part in nodes))
        case Not(part):
            return Not(_respelled(part, spelled))
        case Words() if any(word in spelled for word in node.words):
            words = tuple(spelled.get(word, word) for word in node.words)
            return replace(node, words=words, text=" ".join(words), beside=())
    return node


def _broader(node: Node) -> Iterator[Node]:
    match node:
        case Words(words, _, Field.ANY | Field.TITLE | Field.ABSTRACT as field, False) if len(words) == 1:
            beginning = stem(words[0])
            if len(beginning) >= _LEAST_LETTERS and beginning.isalpha():
                yield replace(node, words=(beginning,), text=beginning, prefix=True, beside=())
            if field is not Field.ANY:
                yield replace(node, field=Field.ANY)
        case Words(words, _, field, False) if len(words) > 1:
            yield And(tuple(Words((word,), word, field) for word in dict.fromkeys(words)))
        case And(nodes):
            # What narrows without saying the topic is left out first, then one topic after the other.
            plain = [part for part in nodes if isinstance(part, (Words, Or))]
            for left_out in [part for part in nodes if part not in plain] + (plain if len(plain) > 1 else []):
                kept = tuple(part for part in nodes if part is not left_out)
                yield kept[0] if len(kept) == 1 else And(kept)


def _words(node: Node) -> Iterator[Words]:
    match node:
        case And(nodes) | Or(nodes):
            for part in nodes:
                yield from _words(part)
        case Words():
            yield node


def _readable(texts: Iterable[str]) -> list[str]:
    """The texts, each once, that are queries; a part alone can be one that is refused."""
    good = []
    for text in dict.fromkeys(texts):
        try:
            parse(text)
        except QueryError:
            continue
        good.append(text)
    return good


def _said(node: Node) -> list[str]:
    """What a query says, part by part, whatever the inflections and the order of what it joins."""
    match node:
        case And(nodes):
            return sorted(part for node in nodes for part in _said(node))
        case Or(nodes):
            return ["|".join(sorted(" ".join(_said(node)) for node in nodes))]
        case Not(part):
            return ["-" + " ".join(_said(part))]
        case Words(words, _, field, prefix):
            stems = words if prefix else map(stem, words)
            return [f"{field}:{' '.join(stems)}{'*' * prefix}"]
        case _:
            return [canonical.leaf(node)]


def _marks(text: str) -> list[str]:
    """What is no letter: another number or sign is another query, however alike the rest is."""
    return [sign for sign in text if not sign.isalpha()]
