"""A query to its tree, or to an error with its place and a mended query.

query  = all, {"OR", all}
all    = item, {["AND"], item}
item   = {"-" | "NOT"}, [field], (words | "(", query, ")")
"""

from __future__ import annotations

from bot.errors import QueryError
from bot.query import canonical, sense
from bot.query.joining import all_of, any_of
from bot.query.leaves import leaf
from bot.query.lexer import Kind, Lexeme, lexemes
from bot.query.mistake import Edit, Mistake
from bot.query.tree import Leaf, Node, Not
from bot.render.language import _

LONGEST = 256
DEEPEST = 16
_MOST_MENDINGS = 24
_SIDES = {Kind.AND: "AND", Kind.OR: "OR", Kind.NOT: "NOT"}


def parse(query: str) -> Node:
    """The tree of a query of at most 256 characters. Raises QueryError and nothing else, in linear time."""
    try:
        return _tree(query)
    except Mistake as mistake:
        raise QueryError(mistake.reason, query, mistake.start, mistake.end, _mended(query, mistake)) from None


def _tree(query: str) -> Node:
    if len(query.strip()) > LONGEST:
        start = len(query) - len(query.lstrip())
        cut = query[start : start + LONGEST + 1]
        cut = cut.rsplit(None, 1)[0] if " " in cut else cut[:LONGEST]
        reason = _("a query has at most {limit} characters").format(limit=LONGEST)
        raise Mistake(reason, start + LONGEST, len(query), Edit(0, start), Edit(start + len(cut), len(query)))
    reader = _Reader(query)
    tree = reader.tree()
    if sense.only_excludes(tree):
        raise Mistake(_("exclusions alone would match nearly everything; say what to look for"), 0, len(query))
    if against := sense.contradiction(tree):
        start, end = reader.place(against)
        raise Mistake(_("with this nothing can match"), start, end, Edit(start, end, " "))
    if max(len(canonical.text(tree)), len(canonical.written(tree))) > LONGEST:
        reason = _("written out, this has more than {limit} characters").format(limit=LONGEST)
        raise Mistake(reason, 0, len(query))
    return tree


def _mended(query: str, mistake: Mistake) -> str:
    """The query after this mistake and those behind it were mended; '' where that leaves nothing to look for."""
    mended = query
    for _attempt in range(_MOST_MENDINGS):
        mended = mistake.mend(mended)
        try:
            _tree(mended)
        except Mistake as next_one:
            mistake = next_one
        else:
            return mended
    return ""


class _Reader:
    """Recursive descent over the lexemes of one query."""

    def __init__(self, query: str) -> None:
        self._lexemes = lexemes(query)
        self._next = 0
        self._open: list[Lexeme] = []
        self._leaves: list[tuple[Leaf, int, int]] = []

    def tree(self) -> Node:
        """The tree of the whole query."""
        if self._at(Kind.END):
            raise Mistake(_("there is no word to look for"), 0, self._here.end)
        tree = None if self._at(Kind.CLOSE) else self._any(None)
        if tree is None or self._at(Kind.CLOSE):
            raise Mistake(_("this parenthesis closes nothing"), self._here.start, self._here.end, _without(self._here))
        return tree

    def place(self, leaf: Leaf) -> tuple[int, int]:
        """Where a leaf of the tree was last read, with its sign of exclusion."""
        return next((start, end) for read, start, end in reversed(self._leaves) if read == leaf)

    @property
    def _here(self) -> Lexeme:
        return self._lexemes[self._next]

    def _at(self, *kinds: Kind) -> bool:
        return self._here.kind in kinds

    def _take(self) -> Lexeme:
        self._next += 1
        return self._lexemes[self._next - 1]

    def _any(self, field: Lexeme | None) -> Node:
        nodes = [self._all(field)]
        while self._at(Kind.OR):
            self._operator()
            nodes.append(self._all(field))
        return any_of(nodes)

    def _all(self, field: Lexeme | None) -> Node:
        if self._at(Kind.AND, Kind.OR):
            raise _sideless(self._here)
        nodes = [self._item(field)]
        while not self._at(Kind.OR, Kind.CLOSE, Kind.END):
            if self._at(Kind.AND):
                self._operator()
            nodes.append(self._item(field))
        return all_of(nodes)

    def _operator(self) -> None:
        operator = self._take()
        if self._at(Kind.AND, Kind.OR, Kind.CLOSE, Kind.END):
            raise _sideless(operator)

    def _item(self, field: Lexeme | None) -> Node:
        start, excluded = self._here.start, False
        while self._at(Kind.NOT):
            self._operator()
            excluded = not excluded
        if self._at(Kind.FIELD):
            field = self._take()
        node = self._group(field) if self._at(Kind.OPEN) else self._leaf(field, start)
        if not excluded:
            return node
        return node.node if isinstance(node, Not) else Not(node)

    def _leaf(self, field: Lexeme | None, start: int) -> Leaf:
        lexeme = self._take()
        read = leaf(lexeme, field)
        self._leaves.append((read, start, lexeme.end))
        return read

    def _group(self, field: Lexeme | None) -> Node:
        opening = self._take()
        self._open.append(opening)
        if len(self._open) > DEEPEST:
            raise Mistake(_("parentheses are nested too deep here"), opening.start, opening.end, *self._bare())
        if self._at(Kind.CLOSE):
            empty = opening.start, self._here.end
            raise Mistake(_("there is nothing in these parentheses"), *empty, Edit(*empty, " "))
        if self._at(Kind.END):
            raise Mistake(_("this parenthesis is never closed"), opening.start, opening.end, _without(opening))
        node = self._any(field)
        if not self._at(Kind.CLOSE):
            place = self._end_of_group(self._lexemes.index(opening) + 1)
            raise Mistake(_("this parenthesis is never closed"), opening.start, opening.end, Edit(place, place, ")"))
        self._take()
        self._open.pop()
        return node

    def _end_of_group(self, first: int) -> int:
        """Where an unclosed group most likely ends: before the fields and exclusions at the end of the query."""
        last = len(self._lexemes) - 1
        while last > first + 1 and self._lexemes[last - 1].kind is Kind.WORDS:
            begin = last - 1
            while begin > first and self._lexemes[begin - 1].kind in (Kind.FIELD, Kind.NOT):
                begin -= 1
            if begin == last - 1 or begin == first or self._lexemes[begin - 1].kind in (Kind.AND, Kind.OR):
                break
            last = begin
        return self._lexemes[last - 1].end

    def _bare(self) -> list[Edit]:
        return [_without(lexeme) for lexeme in self._lexemes if lexeme.kind in (Kind.OPEN, Kind.CLOSE)]


def _without(lexeme: Lexeme) -> Edit:
    return Edit(lexeme.start, lexeme.end, " ")


def _sideless(operator: Lexeme) -> Mistake:
    reason = _("{operator} needs something on both sides").format(operator=_SIDES[operator.kind])
    if operator.kind is Kind.NOT:
        reason = _("NOT needs something after it")
    return Mistake(reason, operator.start, operator.end, _without(operator))
