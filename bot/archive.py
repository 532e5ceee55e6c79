"""The archive from the command line: searching it, copying it, and putting a copy back."""

from __future__ import annotations

import asyncio
import json
import shutil
import textwrap
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from bot import results
from bot.addresses import address
from bot.query.fulltext import compiled
from bot.query.parser import parse
from bot.render.clean import one_line
from bot.render.latex import readable
from bot.settings import Settings
from storage import search as stored
from storage.backup import backup as copy
from storage.database import Database
from storage.errors import DatabaseUnusable
from storage.records import Paper
from storage.restoring import restore as put_back


async def search(settings: Settings, query: str, limit: int, as_json: bool) -> int:
    """Print the best stored papers for a query, or the one whose id or address it is; gives the exit code.

    Raises QueryError and DatabaseUnusable.
    """
    condition = None if address(query) else compiled(parse(query))
    path = Path(settings.storage.path)
    if not await asyncio.to_thread(path.is_file):
        raise DatabaseUnusable(path, "there is no database yet; `paperwire fetch --days 30` fills one")
    database = await Database.open(path)
    try:
        if condition is None:
            found = await database.read(results.named, query, limit)
        else:
            found = await database.read(stored.find, condition, limit=limit)
    finally:
        await database.close()
    if as_json:
        print(json.dumps([_row(paper) for paper in found], ensure_ascii=False, indent=2))
    else:
        width = min(shutil.get_terminal_size().columns, 100)
        print("\n\n".join("\n".join(_lines(n, paper, width)) for n, paper in enumerate(found, 1)) or "Nothing found.")
    return 0


def restore(settings: Settings, source: Path) -> int:
    """Put a backup in the place of the database and say so; gives the exit code. Raises StorageError."""
    path = Path(settings.storage.path)
    aside = put_back(source, path, datetime.now(UTC))
    print(f"{path}: restored from {source}" + (f"; what was there before is {aside}" if aside else ""))
    return 0


def backup(settings: Settings, target: Path) -> int:
    """Copy the database to target and say so; gives the exit code. Raises DatabaseUnusable."""
    size = copy(Path(settings.storage.path), target)
    print(f"{target}: {size / 1e6:.1f} MB, consistent")
    return 0


def _row(paper: Paper) -> dict[str, object]:
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


def _lines(number: int, paper: Paper, width: int) -> Iterator[str]:
    indent = " " * (len(str(number)) + 2)
    yield from textwrap.wrap(f"{number}. {one_line(readable(paper.title))}", width, subsequent_indent=indent)
    more = f" +{len(paper.authors) - 3}" if len(paper.authors) > 3 else ""
    facts = [one_line(", ".join(paper.authors[:3])) + more]
    facts += [paper.published.isoformat()] if paper.published else []
    facts += [f"▲ {paper.upvotes}"] if paper.upvotes is not None else []
    facts += [f"★ {paper.stars}"] if paper.stars is not None else []
    yield indent + " · ".join(fact for fact in facts if fact)
    yield indent + paper.url
    yield from (f"{indent}💻 {link.url}" for link in paper.code)
