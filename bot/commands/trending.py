"""The trending list: /trending, its windows, and whether it is pushed."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import sqlite_utils

from bot import planning
from bot import trending as rules
from bot.commands.delivery import rearranged
from bot.commands.pages import turning
from bot.commands.request import Request
from bot.render import buttons, lists, mistakes, rhythms
from bot.render.message import Button, Message
from bot.render.times import weekday_date
from bot.trending import Window
from storage import papers
from storage.records import Chat, Paper, Push

_TITLES = {Window.DAY: "Trending today", Window.WEEK: "Trending this week", Window.MONTH: "Trending this month"}
_LABELS = {Window.DAY: "Day", Window.WEEK: "Week", Window.MONTH: "Month"}
_REACH = {Window.WEEK: timedelta(days=8), Window.MONTH: timedelta(days=31)}
_CANDIDATES = 200
_PAGE = 10
_MOST = 50


def changes(text: str) -> bool:
    """Whether /trending with this text changes what the chat gets."""
    return text.strip().lower() in set(Push)


async def trending(request: Request) -> Message:
    """/trending [day|week|month|daily|weekly|off]."""
    wanted = request.text.strip().lower() or Window.DAY
    if wanted in set(Push):
        return await pushed(replace(request, text=wanted))
    if wanted in set(Window):
        return await shown(replace(request, text=wanted))
    return mistakes.sentence(
        "The list is there for a day, week or month; it can come daily, weekly, or be off. Such as /trending week",
        rows=(_windows(None),),
    )


async def shown(request: Request) -> Message:
    """t:WINDOW[:OFFSET] shows a page of the list."""
    window = Window(request.part(0)) if request.part(0) in set(Window) else Window.DAY
    services, now = request.services, request.services.now()
    chat = await services.chat(request.place)
    found = await services.database.read(_list, window, now)
    offset = min(request.number(1), max(len(found) - 1, 0) // _PAGE * _PAGE)
    page = found[offset : offset + _PAGE]
    rows = (
        *buttons.numbers(page, lambda paper: f"p:{paper.number}:t:{window}:{offset}", offset + 1),
        *turning(len(found), offset, lambda to: f"t:{window}:{to}", _PAGE),
        _windows(window),
        _push(chat),
    )
    return lists.trending(
        page,
        title=_title(window, found, now),
        reason=_unsaid,
        today=planning.today(chat, now),
        first=offset + 1,
        rows=rows,
    )


async def pushed(request: Request) -> Message:
    """tp:HOW pushes the list daily or weekly, or no longer."""
    how = Push(request.part(0)) if request.part(0) in set(Push) else Push.DAILY
    chat = await rearranged(request, lambda chat: replace(chat, trending=how))
    return rhythms.trending(chat, planning.next_push(chat, request.services.now()), rows=_after(chat))


def _list(db: sqlite_utils.Database, window: Window, now: datetime) -> list[Paper]:
    if window is Window.DAY:
        newest = papers.newest_day(db)
        return rules.trending(papers.listed_on(db, newest), window, now, _MOST) if newest else []
    return rules.trending(papers.noticed_since(db, now - _REACH[window], _CANDIDATES), window, now, _MOST)


def _title(window: Window, found: list[Paper], now: datetime) -> str:
    """The heading; on days without papers it names the day that they are of."""
    listed = found[0].listed_at if found else None
    if window is Window.DAY and listed and listed.date() != now.date():
        return f"Trending on {weekday_date(listed.date())}"
    return _TITLES[window]


def _unsaid(_: Paper) -> str:
    """The figures beside a title say why it is there."""
    return ""


def _windows(current: Window | None) -> tuple[Button, ...]:
    return tuple(Button(label, data=f"t:{window}") for window, label in _LABELS.items() if window is not current)


def _push(chat: Chat) -> tuple[Button, ...]:
    if chat.trending is Push.OFF:
        return (Button("🔔 Send me this every day", data=f"tp:{Push.DAILY}"),)
    return (Button("No longer send it", data=f"tp:{Push.OFF}"),)


def _after(chat: Chat) -> tuple[tuple[Button, ...], ...]:
    """What fits once the push was changed."""
    look = Button("See the list", data=f"t:{Window.DAY}")
    if chat.trending is Push.OFF:
        return ((look, Button("Send it every day", data=f"tp:{Push.DAILY}")),)
    other = Push.WEEKLY if chat.trending is Push.DAILY else Push.DAILY
    label = "Once a week" if other is Push.WEEKLY else "Every day"
    return (
        (Button(label, data=f"tp:{other}"), Button("Change the hour", data="hr")),
        (look, Button("Stop it", data=f"tp:{Push.OFF}")),
    )
