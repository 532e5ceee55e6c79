"""What queries ask of a paper, each thing once, and the queries that hang on it."""

from __future__ import annotations

from typing import NamedTuple, TypeAlias

from bot.query.tree import Category, Code, Count, Field, Source, Words


class Joined(NamedTuple):
    """Two words of a query as one, which is looked for as it stands: of a Words its `beside`."""

    word: str
    field: Field


Condition: TypeAlias = Category | Source | Code | Count


class Feature:
    """A leaf, shared by all queries that have it; the same leaf is the same object.

    users: how many queries have it. queries: those that it alone makes candidates. pairs: those that it does together
    with another.
    """

    __slots__ = ("leaf", "pairs", "queries", "users")

    def __init__(self, leaf: Words | Joined | Condition) -> None:
        self.leaf = leaf
        self.users = 0
        self.queries: tuple[Query, ...] = ()
        self.pairs: dict[Feature, tuple[Query, ...]] | None = None


Way: TypeAlias = tuple[Feature] | tuple[Feature, Feature]


class Every(NamedTuple):
    """All of these."""

    parts: tuple[Part, ...]


class Either(NamedTuple):
    """One or more of these."""

    parts: tuple[Part, ...]


class Lacking(NamedTuple):
    """Not this."""

    feature: Feature


Part: TypeAlias = Feature | Every | Either | Lacking


class Query:
    """A query text and the subscriptions that have it.

    ways: a paper can only match if it has all features of one of them. What more must hold: none of `banned`, all of
    `rest`; certain: nothing more.
    """

    __slots__ = ("banned", "certain", "rest", "subscriptions", "text", "ways")

    def __init__(self, text: str, ways: tuple[Way, ...], banned: tuple[Feature, ...], rest: tuple[Part, ...]) -> None:
        self.text, self.ways, self.banned, self.rest = text, ways, banned, rest
        self.certain = bool(ways) and not (banned or rest)
        self.subscriptions: list[int] = []

    def add(self, subscription_id: int) -> None:
        """Let one more subscription have it."""
        self.subscriptions.append(subscription_id)

    def remove(self, subscription_id: int) -> bool:
        """Let a subscription that has it have it no more; whether others still do."""
        self.subscriptions = [other for other in self.subscriptions if other != subscription_id]
        return bool(self.subscriptions)

    def completed(self, met: set[Feature]) -> bool:
        """Whether a paper with these features, one of its ways among them, has what it asks for besides."""
        return all(holds(part, met) for part in self.rest)

    def features(self) -> set[Feature]:
        """All that it asks for or excludes."""
        return {feature for way in self.ways for feature in way}.union(self.banned, *map(_features, self.rest))


def holds(part: Part, met: set[Feature]) -> bool:
    """Whether a paper with these features meets a part of a query."""
    match part:
        case Feature():
            return part in met
        case Lacking(feature):
            return feature not in met
        case Every(parts):
            return all(holds(inner, met) for inner in parts)
        case Either(parts):
            return any(holds(inner, met) for inner in parts)


def _features(part: Part) -> set[Feature]:
    match part:
        case Feature():
            return {part}
        case Lacking(feature):
            return {feature}
        case Every(parts) | Either(parts):
            return set().union(*map(_features, parts))
