"""A tree as the text that gives it again."""

from __future__ import annotations

from bot.query.tree import And, Category, Code, Count, Field, Leaf, Node, Not, Or, Source, Words

_SOURCES = {"huggingface": "hf"}


def text(tree: Node) -> str:
    """The canonical query: parse(text(tree)) == tree, and queries that differ in case, spaces or quotes share it."""
    match tree:
        case Or(nodes):
            return " OR ".join(text(node) for node in nodes)
        case And(nodes):
            return " ".join(_grouped(node, Or) for node in nodes)
        case Not(node):
            return f"-{_grouped(node, And, Or)}"
        case _:
            return leaf(tree)


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


def _grouped(node: Node, *kinds: type[And] | type[Or]) -> str:
    return f"({text(node)})" if isinstance(node, kinds) else text(node)
