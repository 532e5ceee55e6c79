"""What the words of a query may look like in a text: one rule for the matcher, the search and the evaluator.

Spaces and hyphens do not matter, so a leaf stands for several sequences of words, any of which will do:
`high-cardinality` is `high cardinality` or `highcardinality`; `finetuning` is also `fine tuning`; in a phrase one word
at a time is so cut or joined. Words of grammar are neither cut off nor joined, save in a compound of the query itself.
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import pairwise
from typing import TypeAlias

from bot.query.tree import Words
from storage.folding import is_character
from storage.stems import stem
from storage.text import FUNCTION_WORDS, MOST_PARTS

Sequence: TypeAlias = tuple[str, ...]
_LONGEST_VARIED = 8  # words; longer phrases are pasted, and looked for as they are
_LONGEST_CUT = 32  # letters; longer words are no English compounds
# What may be two words: gpt 3.5, yolo v8, 7 b, fine tuning, k means; of two words of letters the second begins as
# English words do.
_CUT = re.compile(
    r"[a-z]+ v?[0-9].*|[0-9.]*[0-9] [a-z].*|(?:[a-z]|[a-z0-9.]*[aeiouy][a-z]*) (?=[a-z]{3})(?=[a-z]*[aeiouy])"
    r"(?:[a-z]?[aeiouy]|b[lr]|c[hlr]|dr|f[lr]|g[hlr]|kn|p[hlrs]|rh|s[chklmnpqtw]|t[hrsw]|w[hr]).*"
)


@lru_cache(maxsize=1 << 12)
def exact(leaf: Words) -> tuple[Sequence, ...]:
    """The sequences of exact words that meet the leaf, the plain one first.

    Where the leaf is a prefix, the last word of each is a beginning. Of `beside` each is one word.
    """
    return _exact(leaf)


@lru_cache(maxsize=1 << 8)  # for a query that many papers are held against; an index asks once
def inflected(leaf: Words) -> tuple[Sequence, ...]:
    """The sequences of stems that meet the leaf in a title or abstract.

    Names of authors have no inflection, nor has a prefix: there `exact` holds.
    """
    return tuple(dict.fromkeys(tuple(stem(word) for word in sequence) for sequence in _exact(leaf)))


def _exact(leaf: Words) -> tuple[Sequence, ...]:
    words = leaf.words
    if len(words) > _LONGEST_VARIED:
        return (words,)
    found = dict.fromkeys([words, *_joined(leaf)])
    for place, word in enumerate(words[:-1] if leaf.prefix else words):
        found.update(dict.fromkeys((*words[:place], *cut, *words[place + 1 :]) for cut in cuts(word)))
    found.update(dict.fromkeys((word,) for word in leaf.beside))
    return tuple(found)


def cuts(word: str) -> list[tuple[str, str]]:
    """The pairs that may be meant by a word that lacks a space: finetuning as (fine, tuning), (fin, etuning) …"""
    if not word.isascii() or len(word) > _LONGEST_CUT:
        return []
    pairs = ((word[:place], word[place:]) for place in range(1, len(word)))
    return [pair for pair in pairs if _CUT.fullmatch(" ".join(pair)) and joins(*pair)]


def joins(first: str, second: str) -> bool:
    """Whether two neighbouring words may be one: no words of grammar, no characters, not both letters (R & D)."""
    if (first + second).isalpha() and len(first) == len(second) == 1:
        return False
    return not any(word in FUNCTION_WORDS or is_character(word) for word in (first, second))


def _joined(leaf: Words) -> list[Sequence]:
    words = leaf.words
    found: list[Sequence] = []
    if 2 <= len(words) <= MOST_PARTS and " " not in leaf.text and not any(map(is_character, words)):
        found.append(("".join(words),))
    for place, (first, second) in enumerate(pairwise(words)):
        if joins(first, second):
            found.append((*words[:place], first + second, *words[place + 2 :]))
    return found
