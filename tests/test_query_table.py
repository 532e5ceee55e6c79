"""The table of examples in docs/query-language.md holds, in the evaluator and in the search."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.query import fulltext, parser, verdict
from storage import database, papers, search
from storage.records import Paper

DOCUMENT = Path(__file__).resolve().parent.parent / "docs" / "query-language.md"
NOW = datetime(2026, 7, 3, tzinfo=UTC)


def rows() -> list[tuple[str, str, str]]:
    """Query, what it finds, what it does not, of every row under "What meets what"."""
    table = DOCUMENT.read_text(encoding="utf-8").partition("## What meets what")[2].partition("## How")[0]
    found = re.findall(r"^\| `(.+)` \| (.+) \| (.+) \|$", table, re.MULTILINE)
    return [(query.replace("\\|", "|"), finds, avoids) for query, finds, avoids in found]


def test_the_table_is_there() -> None:
    assert len(rows()) == DOCUMENT.read_text(encoding="utf-8").partition("What meets what")[2].count("\n| `") > 40


@pytest.mark.parametrize(("query", "finds", "avoids"), rows())
def test_a_query_finds_what_the_table_says(query: str, finds: str, avoids: str) -> None:
    tree = parser.parse(query)
    assert verdict.holds(tree, Paper("1", finds))
    assert not verdict.holds(tree, Paper("2", avoids))


def test_the_search_finds_the_same(tmp_path: Path) -> None:
    db = database.connect(tmp_path / "papers.db")
    for number, (_, finds, avoids) in enumerate(rows()):
        papers.save(db, Paper(f"{number}+", finds), (), NOW)
        papers.save(db, Paper(f"{number}-", avoids), (), NOW)
    for number, (query, _, _) in enumerate(rows()):
        found = {paper.id for paper in search.find(db, fulltext.compiled(parser.parse(query)), limit=1000)}
        assert f"{number}+" in found and f"{number}-" not in found, query
    db.close()
