"""Nodes put together as the tree promises: nothing nested in its own kind, nothing twice, neighbours told apart."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from bot.query.sequences import joins
from bot.query.tree import And, Node, Or, Words


def any_of(nodes: Iterable[Node]) -> Node:
    """A node that matches where one of these does."""
    parts = dict.fromkeys(part for node in nodes for part in (node.nodes if isinstance(node, Or) else (node,)))
    return Or(tuple(parts)) if len(parts) > 1 else next(iter(parts))


def all_of(nodes: Iterable[Node]) -> Node:
    """A node that matches where all of these do; words that stand side by side may be met by their joined form."""
    flat = [part for node in nodes for part in (node.nodes if isinstance(node, And) else (node,))]
    parts = list(dict.fromkeys(replace(part, beside=()) if isinstance(part, Words) else part for part in flat))
    if len(parts) == 1:
        return parts[0]
    for place in range(1, len(parts)):
        left, right = parts[place - 1], parts[place]
        if isinstance(left, Words) and isinstance(right, Words) and _side_by_side(left, right):
            both = left.words[0] + right.words[0]
            parts[place - 1 : place + 1] = (
                replace(left, beside=(*left.beside, both)),
                replace(right, beside=(*right.beside, both)),
            )
    return And(tuple(parts))


def _side_by_side(left: Words, right: Words) -> bool:
    single = len(left.words) == len(right.words) == 1 and not (left.prefix or right.prefix)
    return single and left.field is right.field and joins(left.words[0], right.words[0])
