"""A query in words, for people."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeAlias

from bot.query.tree import And, Category, Code, Count, Field, Leaf, Node, Not, Or, Source, Words

Mark: TypeAlias = Callable[[str], str]
_SOURCES = {"huggingface": "Hugging Face", "arxiv": "arXiv"}
_SIGNS = {">=": "at least ", ">": "more than ", "<=": "at most ", "<": "fewer than ", "=": "exactly "}


def explain(tree: Node, mark: Mark = str) -> str:
    """What the query finds, as `papers that mention diffusion, not survey`.

    mark: puts words of the user's into markup, escaped; it gets them as they were typed.
    """
    return f"papers {_clause(tree, mark)}"


def _clause(node: Node, mark: Mark) -> str:
    match node:
        case And(nodes):
            return _all(nodes, mark)
        case Or(nodes) if _mentions(node):
            return f"that mention {_mentioned(node, mark)}"
        case Or(nodes):
            return ", or ".join(_clause(part, mark) for part in nodes)
        case Not(inner):
            return _without((inner,), mark)
        case Words(field=Field.ANY):
            return f"that mention {_mentioned(node, mark)}"
        case _:
            return _leaf(node, mark)


def _all(nodes: tuple[Node, ...], mark: Mark) -> str:
    """What must be mentioned, then the other conditions, then what is excluded."""
    mentions = [node for node in nodes if _mentions(node)]
    others = [node for node in nodes if not isinstance(node, Not) and node not in mentions]
    excluded = [node.node for node in nodes if isinstance(node, Not)]
    parts = []
    if len(mentions) == 1:
        parts.append(f"that mention {_mentioned(mentions[0], mark)}")
    elif mentions:
        either = {Words: "", Or: "either "}
        words = _listed([either[type(node)] + _mentioned(node, mark) for node in mentions], "and")
        parts.append(f"that mention {words}")
    parts += [_group(node, mark) for node in others]
    return ", ".join(filter(None, (" ".join(parts), _without(excluded, mark))))


def _group(node: Node, mark: Mark) -> str:
    return (
        f"either {' or '.join(_clause(part, mark) for part in node.nodes)}"
        if isinstance(node, Or)
        else _clause(node, mark)
    )


def _without(nodes: Iterable[Node], mark: Mark) -> str:
    parts = list(nodes)
    words = [_mentioned(node, mark) for node in parts if _mentions(node)]
    others = [_opposite(node, mark) for node in parts if not _mentions(node)]
    return ", ".join([*([f"not {_listed(words, 'or')}"] if words else []), *others])


def _opposite(node: Node, mark: Mark) -> str:
    if isinstance(node, Code):
        return _leaf(Code(not node.known), mark)
    return f"not those {_clause(node, mark)}" if isinstance(node, And | Or) else f"not {_clause(node, mark)}"


def _mentions(node: Node) -> bool:
    """Whether it is only about words anywhere in a paper, any of which will do."""
    if isinstance(node, Or):
        return all(map(_mentions, node.nodes))
    return isinstance(node, Words) and node.field is Field.ANY


def _mentioned(node: Node, mark: Mark) -> str:
    return (
        _listed([_mentioned(part, mark) for part in node.nodes], "or") if isinstance(node, Or) else _shown(node, mark)
    )


def _leaf(leaf: Leaf, mark: Mark) -> str:
    match leaf:
        case Words(field=Field.AUTHOR):
            return f"by {_shown(leaf, mark)}"
        case Words(field=field):
            return f"with {_shown(leaf, mark)} in the {field}"
        case Category(name, whole):
            return f"in {name}.*" if whole else f"in {name}"
        case Source(name):
            return f"from {_SOURCES.get(name, name)}"
        case Code(known):
            return "with code" if known else "without code"
        case Count(of, sign, number):
            return f"with {_SIGNS[sign]}{number:,} {of.removesuffix('s') if number == 1 else of}"


def _shown(leaf: Node, mark: Mark) -> str:
    assert isinstance(leaf, Words)
    shown = " ".join((leaf.shown or leaf.text).split())
    if leaf.field is Field.AUTHOR and shown.islower():
        shown = shown.title()
    return mark(f"{shown}…" if leaf.prefix else shown)


def _listed(parts: list[str], word: str) -> str:
    """a; a and b; a, b and c."""
    return f" {word} ".join(filter(None, (", ".join(parts[:-1]), parts[-1])))
