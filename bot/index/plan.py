"""From the tree of a query to what makes a paper a candidate for it, and what is left to check then.

A paper with one of the `ways` of a query is a candidate: a way is one feature, or the two that the fewest queries have,
for which it is taken that the fewest papers have them. Where the ways say all, nothing is left to check.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import NamedTuple

from bot.index.features import Either, Every, Feature, Joined, Lacking, Part, Query, Way
from bot.query.tree import And, Leaf, Node, Not, Or, Words

MOST_WAYS = 12
Intern = Callable[[Words | Joined | Leaf], Feature]


class _Ways(NamedTuple):
    """whole: whether a paper with one of them meets the part, so that nothing is left to check."""

    ways: tuple[Way, ...]
    whole: bool


def planned(text: str, tree: Node, feature: Intern) -> Query:
    """The query for the index. feature: gives the one Feature of a leaf."""
    whole = _part(tree, feature, True)
    parts = whole.parts if isinstance(whole, Every) else (whole,)
    banned = tuple(part.feature for part in parts if isinstance(part, Lacking))
    wanted: list[Part] = [part for part in parts if not isinstance(part, Lacking)]
    ways, covered = _best(wanted)
    return Query(text, ways, banned, tuple(part for part in wanted if part not in covered))


def _part(tree: Node, feature: Intern, met: bool) -> Part:
    """The tree, or with `met` false its opposite, in features; what is lacking is pushed down to them."""
    match tree:
        case Not(node):
            return _part(node, feature, not met)
        case And(nodes) | Or(nodes):
            parts = [_part(node, feature, met) for node in nodes]
            return _every(parts) if isinstance(tree, And) is met else _either(parts)
        case Words(beside=(_, *_)):
            alone = replace(tree, beside=())
            leaves: list[Words | Joined] = [alone, *(Joined(word, tree.field) for word in tree.beside)]
            parts = [_part_of(feature(leaf), met) for leaf in leaves]
            return _either(parts) if met else _every(parts)
        case _:
            return _part_of(feature(tree), met)


def _part_of(feature: Feature, met: bool) -> Part:
    return feature if met else Lacking(feature)


def _every(parts: list[Part]) -> Part:
    flat = dict.fromkeys(inner for part in parts for inner in (part.parts if isinstance(part, Every) else (part,)))
    return Every(tuple(flat)) if len(flat) > 1 else next(iter(flat))


def _either(parts: list[Part]) -> Part:
    flat = dict.fromkeys(inner for part in parts for inner in (part.parts if isinstance(part, Either) else (part,)))
    return Either(tuple(flat)) if len(flat) > 1 else next(iter(flat))


def _best(parts: list[Part]) -> tuple[tuple[Way, ...], list[Part]]:
    """The ways to the two rarest of the parts (or to the rarest alone), and the parts that they make sure of."""
    known = [(part, ways) for part in parts if (ways := _ways(part))]
    if not known:
        return (), []
    known.sort(key=lambda one: sum(_commonness(feature) for way in one[1].ways for feature in way))
    both = _together(known[0][1].ways, known[1][1].ways) if len(known) > 1 else ()
    used = known[:2] if both else known[:1]
    return both or known[0][1].ways, [part for part, ways in used if ways.whole]


def _ways(part: Part) -> _Ways | None:
    match part:
        case Feature():
            return _Ways(((part,),), True)
        case Lacking():
            return None
        case Every(parts):
            ways, covered = _best(list(parts))
            return _Ways(ways, len(covered) == len(parts)) if ways else None
        case Either(parts):
            each = [_ways(inner) for inner in parts]
            known = [ways for ways in each if ways]
            if len(known) < len(each):
                return None
            different = dict.fromkeys(way for ways in known for way in ways.ways)
            return _Ways(tuple(different), all(ways.whole for ways in known))


def _together(one: tuple[Way, ...], other: tuple[Way, ...]) -> tuple[Way, ...]:
    """The ways to both; none where that would take more than two features a way, or too many ways."""
    if any(len(way) > 1 for way in (*one, *other)) or len(one) * len(other) > MOST_WAYS:
        return ()
    single = {way for way in one if way in other}
    pairs = dict.fromkeys(
        _ordered(way[0], beside[0]) for way in one for beside in other if way not in single and beside not in single
    )
    return (*single, *pairs)


def _ordered(one: Feature, other: Feature) -> Way:
    return (one, other) if _commonness(one) <= _commonness(other) else (other, one)


def _commonness(feature: Feature) -> int:
    """Grows with the share of papers that probably have it: rare is what has several words or few queries."""
    match feature.leaf:
        case Words(words, prefix=prefix):
            return 10_000 + feature.users if prefix else 1 if len(words) > 1 else 10 + feature.users
        case Joined():
            return 1
        case _:
            return 1_000_000 + feature.users
