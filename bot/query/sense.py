"""Queries that can be read but make no sense: exclusions alone, and what no paper can match."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

from bot.query.tree import And, Category, Code, Count, Field, Leaf, Node, Not, Or, Words
from storage.stems import stem

_INFINITY = 1 << 62


class Wanted(NamedTuple):
    """A leaf that must be met (or with `met` false must not); read: the leaf as it stands in the query."""

    leaf: Leaf
    met: bool
    read: Leaf


def only_excludes(tree: Node) -> bool:
    """Whether a paper that meets no leaf at all would match."""
    match tree:
        case Not(node):
            return not only_excludes(node)
        case And(nodes):
            return all(map(only_excludes, nodes))
        case Or(nodes):
            return any(map(only_excludes, nodes))
        case _:
            return False


def contradiction(tree: Node) -> Leaf | None:
    """The leaf, as it was read, for which no paper can match; None where nothing simple speaks against it."""
    return _against(tree, True, ())


def _against(node: Node, met: bool, given: tuple[Wanted, ...]) -> Leaf | None:
    if isinstance(node, Not):
        return _against(node.node, not met, given)
    if not isinstance(node, And | Or):
        return _conflict(_literal(node, met), given)
    if isinstance(node, And) is not met:  # one of them will do
        conflicts = [_against(part, met, given) for part in node.nodes]
        return conflicts[0] if all(conflicts) else None
    rest: list[Node] = []
    for part in node.nodes:
        bare = part.node if isinstance(part, Not) else part
        if isinstance(bare, And | Or | Not):
            rest.append(part)
            continue
        wanted = _literal(bare, met is not isinstance(part, Not))
        if conflict := _conflict(wanted, given):
            return conflict
        given = (*given, wanted)
    return next((conflict for part in rest if (conflict := _against(part, met, given))), None)


def _literal(leaf: Leaf, met: bool) -> Wanted:
    if isinstance(leaf, Words):
        leaf = replace(leaf, beside=())
    return Wanted(Code(leaf.known is met), True, leaf) if isinstance(leaf, Code) else Wanted(leaf, met, leaf)


def _conflict(wanted: Wanted, given: tuple[Wanted, ...]) -> Leaf | None:
    """The leaf to blame when `wanted` cannot go with what is given: the excluded one, else the later."""
    if isinstance(wanted.leaf, Count) and wanted.met and not _overlap(wanted.leaf, wanted.leaf):
        return wanted.read
    for other in given:
        if wanted.met and other.met and _apart(wanted.leaf, other.leaf):
            return wanted.read
        if wanted.met and not other.met and _implies(wanted.leaf, other.leaf):
            return other.read
        if other.met and not wanted.met and _implies(other.leaf, wanted.leaf):
            return wanted.read
    return None


def _apart(one: Leaf, other: Leaf) -> bool:
    if isinstance(one, Count) and isinstance(other, Count):
        return one.of == other.of and not _overlap(one, other)
    return isinstance(one, Code) and isinstance(other, Code) and one != other


def _implies(one: Leaf, other: Leaf) -> bool:
    match one, other:
        case Words(), Words():
            return other.field in (Field.ANY, one.field) and _contains(one, other)
        case Category(), Category(name, whole=True):
            return one.name.partition(".")[0] == name
        case Count(), Count():
            (low, high), (least, most) = _range(one), _range(other)
            return one.of == other.of and least <= low and high <= most
        case _:
            return one == other


def _contains(one: Words, other: Words) -> bool:
    """Whether wherever the words of `one` stand, those of `other` stand too."""
    exact = other.prefix or Field.AUTHOR in (one.field, other.field)
    whole, part = (words.words if exact else tuple(map(stem, words.words)) for words in (one, other))
    if one.prefix and not other.prefix:
        whole = whole[:-1]
    for start in range(len(whole) - len(part) + 1):
        here = whole[start : start + len(part)]
        if here == part or (other.prefix and here[:-1] == part[:-1] and here[-1].startswith(part[-1])):
            return True
    return False


def _overlap(one: Count, other: Count) -> bool:
    (low, high), (least, most) = _range(one), _range(other)
    return max(low, least) <= min(high, most)


def _range(count: Count) -> tuple[int, int]:
    number = count.number
    return {
        ">=": (number, _INFINITY),
        ">": (number + 1, _INFINITY),
        "<=": (0, number),
        "<": (0, number - 1),
        "=": (number, number),
    }[count.sign]
