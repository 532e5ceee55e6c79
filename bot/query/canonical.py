"""A tree as the text that gives it again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from bot.query.tree import And, Category, Code, Count, Field, Leaf, Node, Not, Or, Source, Words

_SOURCES = {"huggingface": "hf"}


def text(tree: Node) -> str:
    """The canonical query: parse(text(tree)) == tree, and queries that differ in case, spaces or quotes share it."""
    return _text(tree, leaf)


def written(tree: Node) -> str:
    """The same with its words in the letters in which they were typed; storage.folding.query_key makes it one again."""
    return _text(tree, _written)


def _text(tree: Node, leaf_text: Callable[[Leaf], str]) -> str:
    def grouped(node: Node, *kinds: type[And] | type[Or]) -> str:
        inner = _text(node, leaf_text)
        return f"({inner})" if isinstance(node, kinds) else inner

    match tree:
        case Or(nodes):
            return " OR ".join(_text(node, leaf_text) for node in nodes)
        case And(nodes):
            return " ".join(grouped(node, Or) for node in nodes)
        case Not(node):
            return f"-{grouped(node, And, Or)}"
        case _:
            return leaf_text(tree)


def leaf(node: Leaf) -> str:
    """A leaf as a query has it."""
    match node:
        case Words(_, written, field, prefix):
            written = f"{written}*" if prefix else written
            quoted = f'"{written}"' if " " in written else written
            return quoted if field is Field.ANY else f"{field}:{quoted}"
        case Category(name, whole):
            return f"cat:{name}.*" if whole else f"cat:{name}"
        case Source(name):
            return f"source:{_SOURCES.get(name, name)}"
        case Code(known):
            return f"code:{'yes' if known else 'no'}"
        case Count(of, sign, number):
            return f"{of}:{sign}{number}"


def _written(node: Leaf) -> str:
    return leaf(replace(node, text=node.typed) if isinstance(node, Words) and node.typed else node)
