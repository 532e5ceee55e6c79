"""Papers as rows: JSON, and CSV for spreadsheets."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence

from bot.render.clean import one_line
from storage.records import Paper

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def row(paper: Paper) -> dict[str, object]:
    """A paper for programs; unknown numbers and dates are None."""
    return {
        "id": paper.id,
        "title": paper.title,
        "abstract": paper.abstract,
        "authors": list(paper.authors),
        "published": paper.published.isoformat() if paper.published else None,
        "url": paper.url,
        "code": [link.url for link in paper.code],
        "upvotes": paper.upvotes,
        "stars": paper.stars,
    }


def as_json(papers: Sequence[Paper]) -> str:
    """An array of rows."""
    return json.dumps([row(paper) for paper in papers], ensure_ascii=False, indent=2) + "\n"


def as_csv(papers: Sequence[Paper]) -> str:
    """A line per paper under a heading; several authors or links are joined by a semicolon and a blank.

    What a spreadsheet would take for a formula gets an apostrophe in front.
    """
    file = io.StringIO()
    writer = csv.writer(file)
    rows = [{name: _cell(value) for name, value in row(paper).items()} for paper in papers]
    writer.writerow(row(Paper("", "")))
    writer.writerows(line.values() for line in rows)
    return file.getvalue()


def _cell(value: object) -> str:
    text = one_line("; ".join(map(str, value)) if isinstance(value, list) else "" if value is None else str(value))
    return f"'{text}" if text.startswith(_FORMULA) else text
