"""The question turned around: subscriptions are indexed, and papers are looked up in them.

What queries ask for is kept once, each thing with the queries that hang on it (bot.index). A paper's words are looked
up in that, and only what hangs on those that are there is looked at; how many other subscriptions there are plays no
part. The verdict is that of bot.query.verdict.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache, partial
from threading import Lock
from typing import NamedTuple

from bot.index.features import Feature, Joined, Query, Way
from bot.index.plan import planned
from bot.index.table import FeatureTable
from bot.query.parser import parse
from bot.query.tree import And, Code, Count, Leaf, Node, Not, Or, Source
from bot.query.verdict import Hit, found
from storage.records import Paper


class Match(NamedTuple):
    """A query that a paper matches. entry: the index's, out of which the rest is read when it is asked for."""

    entry: Query
    paper: Paper

    @property
    def query(self) -> str:
        """The text of the query."""
        return self.entry.text

    @property
    def subscriptions(self) -> tuple[int, ...]:
        """The ids of the subscriptions that have it, as they are now."""
        return tuple(self.entry.subscriptions)

    @property
    def found(self) -> tuple[Hit, ...]:
        """Which parts of the query were found where, worked out when it is asked for."""
        return found(parse(self.query), self.paper)


# Match's own constructor, written in Python, would take a third of all the time of matching.
_match = partial(tuple.__new__, Match)


class Matcher:
    """An index of subscriptions, which changes without being rebuilt; threads may share it."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._table = FeatureTable()
        self._queries: dict[str, Query] = {}
        self._of_subscription: dict[int, Query] = {}
        self._unbound: tuple[Query, ...] = ()

    def add(self, subscription_id: int, query: str, tree: Node) -> None:
        """Follow a query, of which tree is the parsed form; instead of the one that the subscription followed."""
        with self._lock:
            self._remove(subscription_id)
            known = self._queries.get(query)
            if known is None:
                known = self._queries[query] = self._enter(query, tree)
            known.add(subscription_id)
            self._of_subscription[subscription_id] = known

    def remove(self, subscription_id: int) -> None:
        """Follow its query no more; an unknown id changes nothing."""
        with self._lock:
            self._remove(subscription_id)

    def match(self, paper: Paper) -> list[Match]:
        """The queries that the paper matches, each once, in no order."""
        with self._lock:
            return [_match((query, paper)) for query in self._matching(paper)]

    def followers(self, paper: Paper) -> list[int]:
        """The ids of all subscriptions whose queries the paper matches, each once, in no order."""
        ids: list[int] = []
        with self._lock:
            for query in self._matching(paper):
                ids += query.subscriptions
        return ids

    def distinguishes(self, one: Paper, other: Paper) -> bool:
        """Whether a query could match only one of two forms of a paper."""
        if (one.title, one.abstract, one.authors) != (other.title, other.abstract, other.authors):
            return True
        with self._lock:
            return self._table.conditions(one) != self._table.conditions(other)

    def _matching(self, paper: Paper) -> list[Query]:
        met = self._table.met(paper)
        return [
            query
            for query in dict.fromkeys(self._candidates(met))
            if query.certain or (met.isdisjoint(query.banned) and (not query.rest or query.completed(met)))
        ]

    def _candidates(self, met: set[Feature]) -> list[Query]:
        found = [*self._unbound]
        for feature in met:
            found += feature.queries
            pairs = feature.pairs
            if pairs:
                for other in pairs.keys() & met:
                    found += pairs[other]
        return found

    def _enter(self, text: str, tree: Node) -> Query:
        asked: dict[Feature, None] = {}

        def feature(leaf: Leaf | Joined) -> Feature:
            one = self._table.feature(leaf)
            asked[one] = None
            return one

        query = planned(text, tree, feature)
        for one in query.features():
            one.users += 1
        for way in query.ways:
            _hang(query, way)
        if not query.ways:
            self._unbound += (query,)
        self._sweep(asked)
        return query

    def _remove(self, subscription_id: int) -> None:
        query = self._of_subscription.pop(subscription_id, None)
        if query is None or query.remove(subscription_id):
            return
        del self._queries[query.text]
        for way in query.ways:
            _unhang(query, way)
        self._unbound = tuple(other for other in self._unbound if other is not query)
        features = query.features()
        for one in features:
            one.users -= 1
        self._sweep(features)

    def _sweep(self, features: Iterable[Feature]) -> None:
        for feature in features:
            if not feature.users:
                self._table.discard(feature)


def newly(matcher: Matcher, before: Paper | None, after: Paper) -> list[Match]:
    """What a paper matches as it is now and did not match as it was; everything where it was not known."""
    if before is not None and not matcher.distinguishes(before, after):
        return []
    matches = matcher.match(after)
    if before is None or not matches:
        return matches
    already = {match.query for match in matcher.match(before)}
    return [match for match in matches if match.query not in already]


@lru_cache(maxsize=1024)
def conditional(query: str) -> bool:
    """Whether a query (one that can be parsed) depends on votes, stars, code or source, which change later."""
    return _conditional(parse(query))


def _conditional(tree: Node) -> bool:
    match tree:
        case And(nodes) | Or(nodes):
            return any(map(_conditional, nodes))
        case Not(node):
            return _conditional(node)
        case _:
            return isinstance(tree, Code | Count | Source)


def _hang(query: Query, way: Way) -> None:
    first, *second = way
    if not second:
        first.queries += (query,)
        return
    if first.pairs is None:
        first.pairs = {}
    first.pairs[second[0]] = (*first.pairs.get(second[0], ()), query)


def _unhang(query: Query, way: Way) -> None:
    first, *second = way
    if not second:
        first.queries = _without(first.queries, query)
        return
    assert first.pairs is not None
    left = _without(first.pairs.pop(second[0]), query)
    if left:
        first.pairs[second[0]] = left
    elif not first.pairs:
        first.pairs = None


def _without(queries: tuple[Query, ...], query: Query) -> tuple[Query, ...]:
    return tuple(other for other in queries if other is not query)
