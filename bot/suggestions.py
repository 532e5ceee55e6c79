"""Queries near to one that finds nothing: other spellings, then broader forms; and what almost equals another query."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from itertools import chain, product
from string import ascii_lowercase
from typing import Protocol

from bot.errors import QueryError
from bot.query import canonical
from bot.query.joining import all_of, any_of
from bot.query.parser import parse
from bot.query.tree import And, Field, Node, Not, Or, Words
from storage.stems import stem
from storage.text import FUNCTION_WORDS, analyse

ALTERNATIVES = 3  # spellings of one word
_LEAST_LETTERS = 4  # shorter words have too many neighbours
_INTACT = 3  # first letters; who mistypes a second time does it behind them
_RARE = 3  # papers; a word that no more have may be a slip itself, of one that is _FREQUENT times as frequent
_FREQUENT = 50
_LONG = 6  # letters; shorter words that differ in one are different words
_WORD = re.compile(r"[^\W\d_]+")


class Vocabulary(Protocol):
    """The words of an archive, and in how many papers each stands."""

    def counts(self, words: Collection[str]) -> Mapping[str, int]:
        """Those of the words that are known."""

    def beginning(self, letters: str) -> Mapping[str, int]:
        """All words that begin with these letters."""


def spellings(tree: Node, vocabulary: Vocabulary) -> Iterator[str]:
    """The query with words unknown to the archive spelled as its words nearest to them, likeliest first.

    A word that hardly any paper has counts as unknown beside one that many have. Last come those with a known word
    that may be a slip for one that more papers have. None where no word is near.
    """
    leaves = [leaf for leaf in _words(tree) if leaf.field is not Field.AUTHOR and not leaf.prefix]
    words = list(dict.fromkeys(word for leaf in leaves for word in leaf.words))
    unknown = {word: near for word in words if (near := neighbours(word, vocabulary)[:ALTERNATIVES])}
    choices = product(*(list(enumerate((word, other) for other in near)) for word, near in unknown.items()))
    likeliest = sorted(choices, key=lambda choice: sum(place for place, _ in choice))
    known = [word for word in words if word not in unknown] if len(words) > 1 else []
    spelled = chain(
        (dict(pair for _, pair in choice) for choice in likeliest if choice),
        ({word: other} for word in known for other in _meant(word, vocabulary)),
    )
    yield from _readable(canonical.text(_respelled(tree, each)) for each in spelled)


def broader(tree: Node) -> list[str]:
    """Forms of the query that match more, least changed first: beginnings, words of a phrase, a part left out."""
    return list(_readable(text for text in map(canonical.text, _broader(tree)) if text != canonical.text(tree)))


def nearest(tree: Node) -> Node | None:
    """The query with any one of its words (or groups of words) left out; None where there is but one."""
    parts = tree.nodes if isinstance(tree, And) else ()
    plain = [part for part in parts if isinstance(part, (Words, Or))]
    if len(plain) < 2:
        return None
    return any_of([all_of([part for part in parts if part is not left_out]) for left_out in plain])


def nearly(text: str, others: Iterable[str]) -> str:
    """The one of the other queries that says almost the same as this one; '' where none does.

    Inflections, the order of words and whether they make a phrase are no difference, nor is a slip in a long word.
    """
    mine = _said(parse(text))
    return next(
        (other for other in others if other != text and (_slip(text, other) or mine == _said(parse(other)))), ""
    )


def neighbours(word: str, vocabulary: Vocabulary) -> list[str]:
    """The words at most two slips (one for up to five letters) from a mistyped one; fewer slips, then more papers.

    A slip in the first letters is undone in every way and looked up; what has those letters right is compared. On the
    recorded papers the first of them is right for 92 to 95 % of words with one slip, in .02 of the time of comparing
    all words.
    """
    known = _around(word, vocabulary)
    papers = known.pop(word, 0)
    return _nearest(word, known, 1 if len(word) <= 5 else 2, papers * _FREQUENT) if papers <= _RARE else []


def _meant(word: str, vocabulary: Vocabulary) -> list[str]:
    """The words at one slip from a known one that no fewer papers have."""
    known = _around(word, vocabulary)
    papers = known.pop(word, 0)
    return _nearest(word, known, 1, papers)


def _around(word: str, vocabulary: Vocabulary) -> dict[str, int]:
    """Words among which are all with at most one slip, and the word itself; in how many papers each stands."""
    if len(word) < _LEAST_LETTERS or not word.isalpha():
        return {}
    return {**vocabulary.beginning(word[:_INTACT]), **vocabulary.counts({word, *_mended_at_the_start(word)})}


def _nearest(word: str, known: Mapping[str, int], most: int, papers: int) -> list[str]:
    """Those of the known words at most so many slips away, in no fewer papers; fewer slips, then likelier ones."""
    from rapidfuzz import process
    from rapidfuzz.distance import OSA

    near = [
        other for other, count in known.items() if count >= papers and other.isalpha() and other not in FUNCTION_WORDS
    ]
    found = process.extract(word, near, scorer=OSA.distance, score_cutoff=most, limit=None)
    return [
        other for other, _, _ in sorted(found, key=lambda hit: (hit[1], -known[hit[0]] * _ease(word, hit[0]), hit[0]))
    ]


def _ease(word: str, meant: str) -> int:
    """How much likelier than another this slip is: a letter lost or swapped leaves one word, a wrong letter many."""
    return len(ascii_lowercase) if len(meant) > len(word) or sorted(meant) == sorted(word) else 1


def _mended_at_the_start(word: str) -> set[str]:
    """All words from which one slip in the first letters leads to this one."""
    mended = set()
    for place in range(_INTACT):
        before, first, second, after = word[:place], word[place], word[place + 1], word[place + 2 :]
        mended |= {before + second + after, before + second + first + after}
        for letter in ascii_lowercase:
            mended |= {before + letter + word[place:], before + letter + second + after}
    return mended


def _respelled(node: Node, spelled: Mapping[str, str]) -> Node:
    match node:
        case And(nodes) | Or(nodes):
            return replace(node, nodes=tuple(_respelled(part, spelled) for part in nodes))
        case Not(part):
            return Not(_respelled(part, spelled))
        case Words() if any(word in spelled for word in node.words):
            text = node.text
            for token in reversed(analyse(text)):
                text = text[: token.start] + spelled.get(token.word, token.word) + text[token.end :]
            return replace(
                node, words=tuple(spelled.get(word, word) for word in node.words), text=text, beside=(), typed=""
            )
    return node


def _broader(node: Node) -> Iterator[Node]:
    match node:
        case Words(words, _, Field.ANY | Field.TITLE | Field.ABSTRACT as field, False) if len(words) == 1:
            beginning = stem(words[0])
            if len(beginning) >= _LEAST_LETTERS and beginning.isalpha():
                yield replace(node, words=(beginning,), text=beginning, prefix=True, beside=(), typed="")
            if field is not Field.ANY:
                yield replace(node, field=Field.ANY)
        case Words(words, _, field, False) if len(words) > 1:
            yield And(tuple(Words((word,), word, field) for word in dict.fromkeys(words)))
        case And(nodes):
            # What narrows without saying the topic is left out first, then one topic after the other.
            plain = [part for part in nodes if isinstance(part, (Words, Or))]
            others = [part for part in nodes if part not in plain]
            for left_out in others + (plain if len(plain) > 1 else []):
                yield all_of([part for part in nodes if part is not left_out])
            if len(plain) > 1:
                yield all_of([any_of(plain), *others])


def _words(node: Node) -> Iterator[Words]:
    match node:
        case And(nodes) | Or(nodes):
            for part in nodes:
                yield from _words(part)
        case Words():
            yield node


def _readable(texts: Iterable[str]) -> Iterator[str]:
    """The texts, each once, that are queries; a part alone can be one that is refused."""
    seen = set()
    for text in texts:
        if text not in seen:
            seen.add(text)
            with suppress(QueryError):
                parse(text)
                yield text


def _said(node: Node) -> list[str]:
    """What a query says, part by part, whatever the inflections and the order of what it joins."""
    match node:
        case And(nodes):
            return sorted(part for node in nodes for part in _said(node))
        case Or(nodes):
            return ["|".join(sorted(" ".join(_said(node)) for node in nodes))]
        case Not(part):
            return ["-" + " ".join(_said(part))]
        case Words(words, _, field, True):
            return [f"{field}:{' '.join(words)}*"]
        case Words(words, _, field):
            return sorted(f"{field}:{stem(word)}" for word in words)
        case _:
            return [canonical.leaf(node)]


def _slip(text: str, other: str) -> bool:
    """Whether one long word is mistyped in one of them, and all else is equal: another number is another thing."""
    if _WORD.sub("", text) != _WORD.sub("", other):
        return False
    different = [pair for pair in zip(_WORD.findall(text), _WORD.findall(other), strict=True) if len(set(pair)) > 1]
    return len(different) == 1 and len(min(different[0], key=len)) >= _LONG and _slips(*different[0]) == 1


def _slips(one: str, other: str) -> int:
    from rapidfuzz.distance import OSA  # loaded on the first comparison: it costs memory at start

    return OSA.distance(one, other)
