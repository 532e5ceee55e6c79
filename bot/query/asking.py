"""A query as the sources' own searches take it: wider than it is where they know less than the query language."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from bot.query.tree import And, Category, Field, Node, Not, Or, Words
from storage.text import FUNCTION_WORDS

LONGEST = 250
"""Characters that Hugging Face's search takes."""

# https://info.arxiv.org/help/api/user-manual.html#query_details
_FIELDS = {Field.ANY: "all", Field.TITLE: "ti", Field.ABSTRACT: "abs", Field.AUTHOR: "au"}


def for_hugging_face(tree: Node) -> str:
    """The words that are wanted, at most LONGEST characters of them; '' where only conditions are."""
    text = " ".join(dict.fromkeys(leaf.text for leaf in _wanted(tree)))
    return text if len(text) <= LONGEST else text[: LONGEST + 1].rpartition(" ")[0] or text[:LONGEST]


def for_arxiv(tree: Node) -> str:
    """A search_query of arXiv's API, without conditions that it cannot check; '' where nothing else is wanted."""
    match tree:
        case Words(words, _, field, prefix):
            text = " ".join(words)
            plain = text.isalnum()
            return f"{_FIELDS[field]}:{text}{'*' if prefix else ''}" if plain else f'{_FIELDS[field]}:"{text}"'
        case Category(name, whole):
            return f"cat:{name}.*" if whole else f"cat:{name}"
        case And(nodes):
            met = _joined(" AND ", (for_arxiv(node) for node in _telling(nodes)))
            excluded = [for_arxiv(node.node) for node in nodes if isinstance(node, Not)]
            return _joined(" ANDNOT ", (met, *excluded)) if met else ""
        case Or(nodes):
            return _joined(" OR ", map(for_arxiv, nodes))
        case _:
            return ""


def _telling(nodes: Iterable[Node]) -> list[Node]:
    """What is wanted, without the words that hold sentences together: arXiv does not index them."""
    wanted: list[Node] = [node for node in nodes if not isinstance(node, Not)]
    return [node for node in wanted if not _is_function(node)] or wanted


def _is_function(node: Node) -> bool:
    return isinstance(node, Words) and len(node.words) == 1 and node.words[0] in FUNCTION_WORDS


def _joined(operator: str, parts: Iterable[str]) -> str:
    asked = [part for part in parts if part]
    return f"({operator.join(asked)})" if len(asked) > 1 else "".join(asked)


def _wanted(tree: Node) -> Iterator[Words]:
    match tree:
        case And(nodes) | Or(nodes):
            for node in nodes:
                yield from _wanted(node)
        case Words():
            yield tree
