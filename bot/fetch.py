"""`paperwire fetch`: one poll of every source, or a backfill, in the foreground."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from bot import reading
from bot.app import fill, now
from bot.errors import SourceError
from bot.ingest import Ingested
from bot.matching import Matcher
from bot.polling import Polling, failed
from bot.reading import Reading
from bot.render.clean import one_line
from bot.render.latex import readable
from bot.settings import Settings
from bot.sources.source import Batch
from storage import papers, sources
from storage.database import Database

_MOST_TITLES = 50


async def fetch(settings: Settings, days: int | None) -> int:
    """Poll once (or fill the last `days` days) and print what was new; gives the exit code.

    Raises AlreadyRunning beside a running bot, and the StorageErrors of opening. A source that fails is told and
    costs the others nothing; what it gave before is kept, and a backfill goes on there the next time.
    """
    database = await Database.open(Path(settings.storage.path), exclusive=True)
    try:
        matcher = Matcher()
        await fill(database, matcher)
        polling = Polling(database, matcher, now, lambda: None)
        newest = await database.read(papers.newest_number)
        async with reading.opened(settings.sources, now) as readings:
            done = [await _read(polling, each, days) for each in readings]
        await _tell(database, newest)
    finally:
        await database.close()
    return 0 if all(done) else 1


async def _read(polling: Polling, each: Reading, days: int | None) -> bool:
    name = each.source.name
    state = await polling.database.read(sources.state, name)
    if state.retry_at and state.retry_at > now():
        print(f"{name}: asked to be left alone until {state.retry_at:%d %b %H:%M} UTC; try then", file=sys.stderr)
        return False
    try:
        if days is None:
            done = await polling.poll(each.source)
        else:
            with _bar(name, days) as advance:
                done = await polling.backfill(each.source, days, advance)
    except SourceError as error:
        print(error, file=sys.stderr)
        await polling.database.write(failed, name, error, now())
        return False
    print(f"{name}: {_counted(done)}")
    return True


@contextmanager
def _bar(name: str, days: int) -> Iterator[Callable[[Batch], None]]:
    """A progress bar over the days, on a terminal; gives what to call with each batch."""
    console = Console(stderr=True)
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("days"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console, disable=not console.is_terminal) as progress:
        task = progress.add_task(name, total=days + 1)
        today = now().date()

        def advance(batch: Batch) -> None:
            if batch.day:
                progress.update(task, completed=min((today - batch.day).days + 1, days + 1))

        yield advance
        progress.update(task, completed=days + 1)


def _counted(done: Ingested) -> str:
    skipped = f", {done.skipped} records skipped" if done.skipped else ""
    return f"{done.new} new, {done.changed} changed{skipped}"


async def _tell(database: Database, newest: int) -> None:
    fresh = await database.read(papers.met_after, newest)
    for paper in fresh[:_MOST_TITLES]:
        print(f"  {paper.id}  {one_line(readable(paper.title))}")
    if len(fresh) > _MOST_TITLES:
        print(f"  … and {len(fresh) - _MOST_TITLES} more")
