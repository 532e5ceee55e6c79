"""All features that queries ask for, and which of them a paper has."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from functools import lru_cache

from bot.index.features import Feature, Joined
from bot.index.sequences import BeginningTable, Sequence, SequenceTable
from bot.index.text import Text, stands, text_of
from bot.query import sequences, verdict
from bot.query.tree import Category, Code, Count, Field, Leaf, Source, Words
from storage.records import Paper
from storage.stems import stem

_NO_TEXT = verdict.Text([], [], [])


class FeatureTable:
    """Features by their leaves, and the tables by which a paper's are found without trying the others.

    Words of titles and abstracts are found by stems. Names have none, their stems only make candidates, which are then
    compared word by word; so are beginnings that belong to a field or follow other words.
    """

    def __init__(self) -> None:
        self._features: dict[Leaf | Joined, Feature] = {}
        self._sequences: SequenceTable[Feature] = SequenceTable()
        self._beginnings: BeginningTable[Feature] = BeginningTable()
        self._only: dict[Field, set[Feature]] = {field: set() for field in Field if field is not Field.ANY}
        self._compared: set[Feature] = set()
        self._counts: set[Feature] = set()

    def feature(self, leaf: Leaf | Joined) -> Feature:
        """The feature of a leaf without `beside`, a new one where nobody asked for it yet."""
        if isinstance(leaf, Words):
            leaf = replace(leaf, typed="")
        elif isinstance(leaf, Category):
            leaf = replace(leaf, name=leaf.name.casefold())
        known = self._features.get(leaf)
        if known is None:
            known = self._features[leaf] = Feature(leaf)
            self._enter(known)
        return known

    def discard(self, feature: Feature) -> None:
        """Forget a feature that no query has any more."""
        leaf = feature.leaf
        del self._features[leaf]
        if isinstance(leaf, Count):
            self._counts.discard(feature)
        elif isinstance(leaf, Words | Joined):
            if leaf.field is not Field.ANY:
                self._only[leaf.field].discard(feature)
            self._compared.discard(feature)
            for beginning in _beginnings(leaf):
                self._beginnings.discard(beginning, feature)
            for sequence in _stems(leaf):
                self._sequences.discard(sequence, feature)

    def _enter(self, feature: Feature) -> None:
        leaf = feature.leaf
        if isinstance(leaf, Count):
            self._counts.add(feature)
        elif isinstance(leaf, Words | Joined):
            if leaf.field is not Field.ANY:
                self._only[leaf.field].add(feature)
            for beginning in _beginnings(leaf):
                self._beginnings.add(beginning, feature)
                if leaf.field is not Field.ANY or (beginning,) not in sequences.exact(leaf):
                    self._compared.add(feature)
            for sequence in _stems(leaf):
                self._sequences.add(sequence, feature)

    def met(self, paper: Paper) -> set[Feature]:
        """The features that a paper has."""
        text = text_of(paper)
        met = self._in_texts(text)
        met.update(self._in_names(text), self._begun(text), self.conditions(paper))
        return met

    def _in_texts(self, text: Text) -> set[Feature]:
        title = self._sequences.found(text.title.stems, text.title.compound_stems)
        abstract = self._sequences.found(text.abstract.stems, text.abstract.compound_stems)
        met = (title - self._only[Field.ABSTRACT]) | (abstract - self._only[Field.TITLE])
        return met - self._only[Field.AUTHOR]

    def _in_names(self, text: Text) -> Iterable[Feature]:
        candidates = self._sequences.found([stem for name in text.names for stem in name.stems])
        if candidates:
            passages = text.passages(Field.AUTHOR)
            for feature in candidates - self._only[Field.TITLE] - self._only[Field.ABSTRACT]:
                assert isinstance(feature.leaf, Words | Joined)
                if stands(_exact(feature.leaf), passages, beginning=False):
                    yield feature

    def _begun(self, text: Text) -> Iterable[Feature]:
        if not self._beginnings:
            return
        candidates = self._beginnings.found(text.words())
        yield from candidates - self._compared
        for feature in candidates & self._compared:
            leaf = feature.leaf
            assert isinstance(leaf, Words)
            if stands(sequences.exact(leaf), text.passages(leaf.field), beginning=True):
                yield feature

    def conditions(self, paper: Paper) -> set[Feature]:
        """Those of the features that its words have no part in."""
        leaves: list[Leaf] = [Code(bool(paper.code)), *map(Source, paper.sources)]
        for name in paper.categories:
            leaves += _categories(name)
        met = set(filter(None, map(self._features.get, leaves)))
        for feature in self._counts:
            assert isinstance(feature.leaf, Count)
            if verdict.holds(feature.leaf, paper, _NO_TEXT):
                met.add(feature)
        return met


def _exact(leaf: Words | Joined) -> tuple[Sequence, ...]:
    return ((leaf.word,),) if isinstance(leaf, Joined) else sequences.exact(leaf)


def _stems(leaf: Words | Joined) -> tuple[Sequence, ...]:
    if isinstance(leaf, Joined):
        return ((stem(leaf.word),),)
    return () if leaf.prefix else sequences.inflected(leaf)


def _beginnings(leaf: Words | Joined) -> set[str]:
    return {sequence[-1] for sequence in sequences.exact(leaf)} if isinstance(leaf, Words) and leaf.prefix else set()


@lru_cache(maxsize=512)
def _categories(name: str) -> tuple[Category, ...]:
    """The leaves that a paper of this category meets: cs.LG is met by cs.LG and cs.*."""
    name = name.casefold()
    archives = (name[:place] for place, letter in enumerate(name) if letter == ".")
    return (Category(name), Category(name, whole=True), *(Category(archive, whole=True) for archive in archives))
