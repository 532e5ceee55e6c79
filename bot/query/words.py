"""A query in words, for people."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import reduce
from typing import TypeAlias

from bot.query.tree import And, Category, Code, Count, Field, Leaf, Node, Not, Or, Source, Words
from bot.render.language import N_, _, clauses, listed, ngettext, pgettext
from bot.render.times import digits

Mark: TypeAlias = Callable[[str], str]
_SOURCES = {"huggingface": "Hugging Face", "arxiv": "arXiv"}
_SIGNS = {
    ">=": N_("with at least {amount}"), ">": N_("with more than {amount}"), "<=": N_("with at most {amount}"),
    "<": N_("with fewer than {amount}"), "=": N_("with exactly {amount}"),
}  # fmt: skip


def explain(tree: Node, mark: Mark = str) -> str:
    """What the query finds, as `papers that mention diffusion, not survey`.

    mark: puts words of the user's into markup, escaped; it gets them as they were typed.
    """
    return _("papers {conditions}").format(conditions=_clause(tree, mark))


def _clause(node: Node, mark: Mark) -> str:
    match node:
        case And(nodes):
            return _all(nodes, mark)
        case Or(nodes) if _mentions(node):
            return _mentioning(_mentioned(node, mark))
        case Or(nodes):
            clauses = [_clause(part, mark) for part in nodes]
            return reduce(lambda one, other: _("{one}, or {other}").format(one=one, other=other), clauses)
        case Not(inner):
            return _without((inner,), mark)
        case Words(field=Field.ANY):
            return _mentioning(_mentioned(node, mark))
        case _:
            return _leaf(node, mark)


def _all(nodes: tuple[Node, ...], mark: Mark) -> str:
    """What must be mentioned, then the other conditions, then what is excluded."""
    mentions = [node for node in nodes if _mentions(node)]
    others = [node for node in nodes if not isinstance(node, Not) and node not in mentions]
    excluded = [node.node for node in nodes if isinstance(node, Not)]
    parts = []
    if len(mentions) == 1:
        parts.append(_mentioning(_mentioned(mentions[0], mark)))
    elif mentions:
        parts.append(_mentioning(listed([_beside_others(node, mark) for node in mentions])))
    parts += [_group(node, mark) for node in others]
    together = pgettext("between two conditions of a query", " ").join(parts)
    return clauses(together, _without(excluded, mark))


def _mentioning(words: str) -> str:
    return _("that mention {words}").format(words=words)


def _beside_others(node: Node, mark: Mark) -> str:
    words = _mentioned(node, mark)
    return _("either {alternatives}").format(alternatives=words) if isinstance(node, Or) else words


def _group(node: Node, mark: Mark) -> str:
    if not isinstance(node, Or):
        return _clause(node, mark)
    return _("either {alternatives}").format(
        alternatives=listed([_clause(part, mark) for part in node.nodes], either=True)
    )


def _without(nodes: Iterable[Node], mark: Mark) -> str:
    parts = list(nodes)
    words = [_mentioned(node, mark) for node in parts if _mentions(node)]
    others = [_opposite(node, mark) for node in parts if not _mentions(node)]
    excluded = [_("not {words}").format(words=listed(words, either=True))] if words else []
    return clauses(*excluded, *others)


def _opposite(node: Node, mark: Mark) -> str:
    if isinstance(node, Code):
        return _leaf(Code(not node.known), mark)
    clause = _clause(node, mark)
    if isinstance(node, And | Or):
        return _("not those {clause}").format(clause=clause)
    return _("not {clause}").format(clause=clause)


def _mentions(node: Node) -> bool:
    """Whether it is only about words anywhere in a paper, any of which will do."""
    if isinstance(node, Or):
        return all(map(_mentions, node.nodes))
    return isinstance(node, Words) and node.field is Field.ANY


def _mentioned(node: Node, mark: Mark) -> str:
    return (
        listed([_mentioned(part, mark) for part in node.nodes], either=True)
        if isinstance(node, Or)
        else _shown(node, mark)
    )


def _leaf(leaf: Leaf, mark: Mark) -> str:
    match leaf:
        case Words(field=Field.AUTHOR):
            return _("by {author}").format(author=_shown(leaf, mark))
        case Words(field=field):
            text = _("with {words} in the title") if field is Field.TITLE else _("with {words} in the abstract")
            return text.format(words=_shown(leaf, mark))
        case Category(name, whole):
            return _("in {category}").format(category=f"{name}.*" if whole else name)
        case Source(name):
            return _("from {source}").format(source=_SOURCES.get(name, name))
        case Code(known):
            return _("with code") if known else _("without code")
        case Count(of, sign, number):
            votes = ngettext("{count} upvote", "{count} upvotes", number)
            amount = votes if of == "upvotes" else ngettext("{count} star", "{count} stars", number)
            return _(_SIGNS[sign]).format(amount=amount.format(count=digits(number)))


def _shown(leaf: Node, mark: Mark) -> str:
    assert isinstance(leaf, Words)
    shown = leaf.typed or leaf.text
    if leaf.field is Field.AUTHOR and shown.islower():
        shown = shown.title()
    return mark(f"{shown}…" if leaf.prefix else shown)
