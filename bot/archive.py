"""The archive from the command line: searching it, copying it, and putting a copy back."""

from __future__ import annotations

import asyncio
import textwrap
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console
from rich.text import Text

from bot import results
from bot.addresses import address
from bot.exports import tables
from bot.query.parser import parse
from bot.render import instead
from bot.render.clean import one_line
from bot.render.latex import readable
from bot.results import Results
from bot.settings import Settings
from storage.backup import backup as copy
from storage.database import Database
from storage.errors import DatabaseUnusable
from storage.records import Paper
from storage.restoring import restore as put_back

_WIDEST = 100  # characters in a line


async def search(settings: Settings, query: str, limit: int, as_json: bool) -> int:
    """Print the best stored papers for a query, or the one whose id or address it is; gives the exit code.

    Raises QueryError and DatabaseUnusable.
    """
    tree = None if address(query) else parse(query)
    path = Path(settings.storage.path)
    if not await asyncio.to_thread(path.is_file):
        raise DatabaseUnusable(path, "there is no database yet; `paperwire fetch --days 30` fills one")
    database = await Database.open(path)
    try:
        if tree is None:
            named = await database.read(results.named, query, limit)
            page = Results(len(named), tuple(named))
        else:
            page = await database.read(results.find, tree, limit=limit)
    finally:
        await database.close()
    if as_json:
        found = () if page.instead else page.papers
        print(tables.as_json(found), end="")
    else:
        _show(query, page)
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


def _show(query: str, page: Results) -> None:
    console = Console(highlight=False, soft_wrap=True)
    width = min(console.width, _WIDEST)
    said = instead.announced(query, page.respelled, nearest=page.nearest)
    if said:
        console.print(Text(said, "yellow"), end="\n\n")
    for number, paper in enumerate(page.papers, 1):
        console.print(Text("\n").join(_lines(number, paper, width)), end="\n\n" if number < len(page.papers) else "\n")
    left = page.total - len(page.papers)
    if left:
        console.print(Text(f"\n… and {left:,} more, with a higher --limit", "dim"))
    elif not page.papers:
        console.print("Nothing found.")


def _lines(number: int, paper: Paper, width: int) -> Iterator[Text]:
    indent = " " * (len(str(number)) + 2)
    title = textwrap.wrap(f"{number}. {one_line(readable(paper.title))}", width, subsequent_indent=indent)
    yield from (Text(line, "bold") for line in title)
    more = f" +{len(paper.authors) - 3}" if len(paper.authors) > 3 else ""
    facts = [one_line(", ".join(paper.authors[:3])) + more]
    facts += [paper.published.isoformat()] if paper.published else []
    facts += [f"▲ {paper.upvotes}"] if paper.upvotes is not None else []
    facts += [f"★ {paper.stars}"] if paper.stars is not None else []
    yield Text(indent + " · ".join(fact for fact in facts if fact), "dim")
    if paper.url:
        yield Text(f"{indent}{paper.url}", "cyan")
    yield from (Text(f"{indent}💻 {link.url}", "green") for link in paper.code)
