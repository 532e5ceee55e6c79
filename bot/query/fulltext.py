"""A query as the archive's search understands it: an FTS5 expression for its words, SQL for its conditions."""

from __future__ import annotations

from collections.abc import Iterable

from bot.query import sequences
from bot.query.sense import only_excludes
from bot.query.tree import And, Category, Code, Count, Field, Node, Not, Or, Source, Words
from storage.conditions import Condition, Tier, Value

_IN_SEARCH = "papers.number IN (SELECT rowid FROM search WHERE search MATCH ?)"
_EXACT = {Field.ANY: "title abstract authors", Field.TITLE: "title", Field.ABSTRACT: "abstract"}
_STEMS = {Field.ANY: "title_stems abstract_stems", Field.TITLE: "title_stems", Field.ABSTRACT: "abstract_stems"}


def compiled(tree: Node) -> Condition:
    """The query for storage.search. Nothing of a user's text reaches SQL or FTS5 but analysed words in quotes."""
    return Condition(_tier(tree, exactly=True), _tier(tree, exactly=False), _title(tree))


def _tier(tree: Node, *, exactly: bool) -> Tier:
    """What is all of words goes into one expression, which can be ranked; the rest becomes SQL."""
    parts = tree.nodes if isinstance(tree, And) else (tree,)
    words = [part for part in parts if _of_words(part)]
    if all(map(only_excludes, words)):
        words = []
    match = _expression(words[0] if len(words) == 1 else And(tuple(words)), exactly) if words else ""
    wheres, values = [], []
    for part in parts:
        if part not in words:
            where, given = _sql(part, exactly)
            wheres.append(where)
            values += given
    return Tier(match, " AND ".join(wheres), tuple(values))


def _title(tree: Node) -> tuple[str, ...]:
    """The words of a query of plain words alone, each once."""
    parts = tree.nodes if isinstance(tree, And) else (tree,)
    plain = [part for part in parts if isinstance(part, Words) and part.field is Field.ANY and not part.prefix]
    return tuple(dict.fromkeys(word for part in plain for word in part.words)) if len(plain) == len(parts) else ()


def _of_words(node: Node) -> bool:
    match node:
        case Words():
            return True
        case Not(inner):
            return _of_words(inner)
        case And(nodes) | Or(nodes):
            return all(map(_of_words, nodes))
        case _:
            return False


def _expression(node: Node, exactly: bool) -> str:
    """FTS5 for a node of words that a paper without any of them does not meet (FTS5 knows only `this NOT that`)."""
    match node:
        case Words():
            return _exact(node) if exactly or node.prefix else _inflected(node)
        case Or(nodes):
            return _any(_expression(part, exactly) for part in nodes)
        case And(nodes):
            met = [_expression(part, exactly) for part in nodes if not only_excludes(part)]
            excluded = [_expression(_opposite(part), False) for part in nodes if only_excludes(part)]
            expression = met[0] if len(met) == 1 else f"({' AND '.join(met)})"
            return f"({expression} NOT {_any(excluded)})" if excluded else expression
        case Not(And(nodes)):
            return _expression(Or(tuple(map(_opposite, nodes))), False)
        case Not(Or(nodes)):
            return _expression(And(tuple(map(_opposite, nodes))), False)
    raise AssertionError(node)


def _opposite(node: Node) -> Node:
    return node.node if isinstance(node, Not) else Not(node)


def _any(expressions: Iterable[str]) -> str:
    parts = list(expressions)
    return parts[0] if len(parts) == 1 else f"({' OR '.join(parts)})"


def _exact(leaf: Words) -> str:
    columns = _EXACT.get(leaf.field, "authors")
    return f"({{{columns}}} : {_phrases(sequences.exact(leaf), leaf)})"


def _inflected(leaf: Words) -> str:
    """Names have no inflections."""
    if leaf.field is Field.AUTHOR:
        return _exact(leaf)
    text = f"{{{_STEMS[leaf.field]}}} : {_phrases(sequences.inflected(leaf), leaf)}"
    return f"({text} OR authors : {_phrases(sequences.exact(leaf), leaf)})" if leaf.field is Field.ANY else f"({text})"


def _phrases(wanted: Iterable[sequences.Sequence], leaf: Words) -> str:
    return _any(f'"{" ".join(sequence)}"{" *" if leaf.prefix else ""}' for sequence in wanted)


def _sql(node: Node, exactly: bool) -> tuple[str, list[Value]]:
    """SQL over papers that is never NULL, and its values."""
    if _of_words(node):
        if only_excludes(node):
            return f"NOT {_IN_SEARCH}", [_expression(_opposite(node), False)]
        return _IN_SEARCH, [_expression(node, exactly)]
    match node:
        case And(nodes):
            return _joined(" AND ", nodes, exactly)
        case Or(nodes):
            return _joined(" OR ", nodes, exactly)
        case Not(inner):
            where, values = _sql(inner, False)
            return f"NOT {where}", values
        case Category(name, whole):
            inside = "papers.categories LIKE ?"
            names = [f'%"{name}"%', f'%"{name}.%'] if whole else [f'%"{name}"%']
            return f"({' OR '.join([inside] * len(names))})", [*names]
        case Source(name):
            return "papers.sources LIKE ?", [f'%"{name}"%']
        case Code(known):
            return f"papers.code {'!=' if known else '='} '[]'", []
        case Count(of, sign, number):
            return f"coalesce(papers.{of} {sign} ?, 0)", [number]
    raise AssertionError(node)


def _joined(operator: str, nodes: tuple[Node, ...], exactly: bool) -> tuple[str, list[Value]]:
    parts = [_sql(node, exactly) for node in nodes]
    return f"({operator.join(where for where, _ in parts)})", [value for _, values in parts for value in values]
