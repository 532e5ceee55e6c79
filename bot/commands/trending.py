"""The trending list: /trending, its windows, its narrowing to a query, and whether it is pushed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta

import sqlite_utils

from bot import growing, planning
from bot import trending as rules
from bot.commands import offers, queries, timing
from bot.commands.delivery import rearranged
from bot.commands.pages import turning
from bot.commands.queries import Query
from bot.commands.request import Request
from bot.errors import QueryError
from bot.nearest import nearest
from bot.render import buttons, lists, rhythms
from bot.render.language import N_, _
from bot.render.message import Button, Message
from bot.render.times import papers as count_of_papers
from bot.render.times import weekday_date
from bot.trending import Growth, Window
from storage import papers, search, snapshots
from storage.records import Chat, Paper, Push

_TITLES = {
    Window.DAY: N_("Trending today"), Window.WEEK: N_("Trending this week"), Window.MONTH: N_("Trending this month"),
}  # fmt: skip
_LABELS = {Window.DAY: N_("Day"), Window.WEEK: N_("Week"), Window.MONTH: N_("Month")}
_REACH = {Window.WEEK: timedelta(days=8), Window.MONTH: timedelta(days=31)}
_WINDOWS = {**{str(window): window for window in Window}, "today": Window.DAY, "": Window.DAY}
_PUSHED = frozenset({Push.DAILY, Push.WEEKLY})
_NEAR = 75  # of 100, from which a word is a misspelt one of these
_CANDIDATES = 400
_PAGE = 10
_MOST = 50


@dataclass(frozen=True, slots=True)
class _View:
    """A page of a list; key: that of the query to which it is narrowed, '' for none."""

    window: Window
    offset: int = 0
    key: str = ""

    @property
    def data(self) -> str:
        return f"t:{self.window}:{self.offset}:{self.key}".removesuffix(":").removesuffix(":0")


@dataclass(frozen=True, slots=True)
class _Found:
    """The list, best first. grown: what papers gained, by id. counts: of all windows, where there is a query.

    newest: the last day on which papers were listed.
    """

    papers: list[Paper]
    grown: Mapping[str, Growth]
    counts: Mapping[Window, int]
    newest: date | None


def changes(text: str) -> bool:
    """Whether /trending with this text changes what the chat gets."""
    return text.strip().lower() in set(Push)


async def trending(request: Request) -> Message:
    """/trending [day|week|month] [QUERY], also with the time at the end, /trending daily|weekly|off."""
    text = " ".join(request.text.split())
    if changes(text):
        return await pushed(replace(request, text=text.lower()))
    first, _space, rest = text.partition(" ")
    if first.lower() in _PUSHED:
        how = Push(first.lower())
        return await (_timed(request, how) if _is_time(text) else _unpushed(request, how, rest))
    if window := _window(first):
        return await _show(request, _View(window), rest)
    rest, _space, last = text.rpartition(" ")
    if window := _window(last):
        return await _show(request, _View(window), rest)
    return await _show(request, _View(Window.DAY), text)


def _window(word: str) -> Window | None:
    return _WINDOWS.get(word.lower())


def _is_time(text: str) -> bool:
    try:
        wish = timing.wished(text)
    except ValueError:
        return False
    return wish.at is not None or wish.weekday is not None


async def _timed(request: Request, how: Push) -> Message:
    """The list has no hour of its own."""
    chat = await request.services.chat(request.place)
    rows = ((_whole(how), Button(_("Change the hour"), data="hr")),)
    return rhythms.no_hour_of_its_own(replace(chat, trending=how), rows=rows)


async def _unpushed(request: Request, how: Push, text: str) -> Message:
    """The list is pushed as a whole; a topic can be followed."""
    try:
        query = queries.read(text)
    except QueryError as error:
        return await queries.mistaken(request, error, "sub")
    key = await request.services.key(request.place, text)
    follow = await queries.following(request, query, key, _("🔔 Subscribe to this"))
    return lists.only_whole(query.text, rows=(follow, (_whole(how),)))


def _whole(how: Push) -> Button:
    label = _("Send it every day") if how is Push.DAILY else _("Send it once a week")
    return Button(label, data=f"tp:{how}")


async def shown(request: Request) -> Message:
    """t:WINDOW[:OFFSET[:KEY]] shows a page of the list; KEY: that of the query to which it is narrowed."""
    window = Window(request.part(0)) if request.part(0) in set(Window) else Window.DAY
    view = _View(window, request.number(1), request.part(2))
    text = await queries.recalled(request, view.key, f"/trending {window}") if view.key else ""
    return await _show(request, view, text)


def today(db: sqlite_utils.Database, now: datetime) -> list[Paper]:
    """The list of the newest day, best first."""
    return _found(db, _View(Window.DAY), None, now).papers


async def _show(request: Request, view: _View, text: str) -> Message:
    services, now = request.services, request.services.now()
    try:
        query = queries.read(text) if text else None
    except QueryError as error:
        return await queries.mistaken(request, error, f"t:{view.window}:0")
    chat = await services.chat(request.place)
    if query:
        view = replace(view, key=await services.key(request.place, text))
    found = await services.database.read(_found, view, query, now)
    offset = min(view.offset, max(len(found.papers) - 1, 0) // _PAGE * _PAGE)
    page, here = found.papers[offset : offset + _PAGE], replace(view, offset=offset)
    near: tuple[tuple[Button, ...], ...] = ()
    if query and not any(found.counts.values()):
        near = (*_meant(text), *await offers.rows(request, query, f"t:{view.window}:0"))
    rows = (
        *near,
        *buttons.numbers(page, lambda paper: f"p:{paper.number}:{here.data}", offset + 1),
        *turning(len(found.papers), offset, lambda to: replace(view, offset=to).data, _PAGE),
        _windows(view, found.counts),
        await _leaving(request, view, query) if query else _push(chat),
    )
    return lists.trending(
        page,
        title=_title(view.window, found, now),
        query=query.text if query else "",
        grown=found.grown,
        today=planning.today(chat, now),
        first=offset + 1,
        suggested=bool(near),
        rows=tuple(row for row in rows if row),
    )


async def _leaving(request: Request, view: _View, query: Query) -> tuple[Button, ...]:
    """The whole list, and on to following the query."""
    follow = await queries.following(request, query, view.key, _("🔔 Subscribe to this"))
    return (Button(_("All papers"), data=_View(view.window).data), *follow)


async def pushed(request: Request) -> Message:
    """tp:HOW pushes the list daily or weekly, or no longer."""
    how = Push(request.part(0)) if request.part(0) in set(Push) else Push.DAILY
    chat = await rearranged(request, lambda chat: replace(chat, trending=how))
    return rhythms.trending(chat, planning.next_push(chat, request.services.now()), rows=_after(chat))


def _found(db: sqlite_utils.Database, view: _View, query: Query | None, now: datetime) -> _Found:
    newest = papers.newest_day(db)
    listed = {window: _listed(db, window, newest, query, now) for window in (Window if query else (view.window,))}
    chosen = listed[view.window]
    earlier = snapshots.at(db, chosen, now - rules.DAY)
    best = rules.trending(chosen, view.window, now, _MOST, earlier)
    counts = {window: len(rules.within(some, window, now)) for window, some in listed.items()} if query else {}
    return _Found(best, growing.grown(db, best, now), counts, newest)


def _listed(
    db: sqlite_utils.Database, window: Window, newest: date | None, query: Query | None, now: datetime
) -> list[Paper]:
    """What may be on the list: of a day all of it, else what was noticed most; narrowed to the query."""
    if newest is None:
        return []
    if query:
        since = now - _REACH[window] if window in _REACH else datetime.combine(newest, time(), UTC)
        return search.find(db, query.condition, since=since, order="votes", limit=_CANDIDATES)
    if window is Window.DAY:
        return papers.listed_on(db, newest)
    return papers.noticed_since(db, now - _REACH[window], _CANDIDATES)


def _title(window: Window, found: _Found, now: datetime) -> str:
    """The heading; on days without papers it names the day that they are of."""
    if window is Window.DAY and found.newest and found.newest != now.date():
        return _("Trending on {day}").format(day=weekday_date(found.newest))
    return _(_TITLES[window])


def _meant(text: str) -> tuple[tuple[Button, ...], ...]:
    """What a misspelt time or rhythm does that nothing was found for as a query."""
    known = nearest(text, {*Window, *_PUSHED}, _NEAR)
    if known in _PUSHED:
        return ((_whole(Push(known)),),)
    return ((Button(_(_TITLES[Window(known)]), data=f"t:{known}"),),) if known else ()


def _windows(view: _View, counts: Mapping[Window, int]) -> tuple[Button, ...]:
    """The other windows; with a query, and nothing here, how many papers each has."""
    empty = bool(counts) and not counts[view.window]
    return tuple(
        Button(
            f"{_(label)} · {count_of_papers(counts[window])}" if empty else _(label),
            data=_View(window, 0, view.key).data,
        )
        for window, label in _LABELS.items()
        if window is not view.window and not (empty and not counts[window])
    )


def _push(chat: Chat) -> tuple[Button, ...]:
    if chat.trending is Push.OFF:
        return (Button(_("🔔 Send me this every day"), data=f"tp:{Push.DAILY}"),)
    return (Button(_("No longer send it"), data=f"tp:{Push.OFF}"),)


def _after(chat: Chat) -> tuple[tuple[Button, ...], ...]:
    """What fits once the push was changed."""
    look = Button(_("See the list"), data=f"t:{Window.DAY}")
    if chat.trending is Push.OFF:
        return ((look, Button(_("Send it every day"), data=f"tp:{Push.DAILY}")),)
    other = Push.WEEKLY if chat.trending is Push.DAILY else Push.DAILY
    label = _("Once a week") if other is Push.WEEKLY else _("Every day")
    return (
        (Button(label, data=f"tp:{other}"), Button(_("Change the hour"), data="hr")),
        (look, Button(_("Stop it"), data=f"tp:{Push.OFF}")),
    )
