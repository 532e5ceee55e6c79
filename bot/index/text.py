"""A paper's words, in the shapes that the index looks them up in."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from bot.index.sequences import Sequence
from bot.query.tree import Field
from storage.records import Paper
from storage.text import Name, Terms, names, terms


class Text(NamedTuple):
    """What of a paper is compared with words."""

    title: Terms
    abstract: Terms
    names: list[Name]

    def words(self) -> set[str]:
        """All its words, however they are spelt."""
        parts = self.title, self.abstract
        return set().union(*(part.words for part in parts), *(part.compounds for part in parts), *self._name_words())

    def passages(self, field: Field) -> list[list[str]]:
        """Words that follow each other in a field, compounds apart from the others."""
        found = [] if field in (Field.TITLE, Field.ABSTRACT) else list(self._name_words())
        for part, name in ((self.title, Field.TITLE), (self.abstract, Field.ABSTRACT)):
            if field in (Field.ANY, name):
                found += [part.words, *([compound] for compound in part.compounds)]
        return found

    def _name_words(self) -> Iterable[list[str]]:
        return (name.words for name in self.names)


def text_of(paper: Paper) -> Text:
    """The words of a paper, the same as bot.query.verdict compares."""
    return Text(terms(paper.title), terms(paper.abstract), [part for name in paper.authors for part in names(name)])


def stands(sequences: Iterable[Sequence], passages: list[list[str]], *, beginning: bool) -> bool:
    """Whether one of the sequences stands in a passage; beginning: its last word need only begin so."""
    return any(_stands(sequence, words, beginning) for sequence in sequences for words in passages)


def _stands(sequence: Sequence, words: list[str], beginning: bool) -> bool:
    *before, last = sequence
    length = len(before)
    return any(
        (word.startswith(last) if beginning else word == last) and words[place : place + length] == before
        for place, word in enumerate(words[length:])
    )
