"""What Telegram's limits make a new run remember of those before: the pauses asked for, and what was tried lately."""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlite_utils

from storage.instants import moment, seconds

EVERYTHING = 0
"""Stands for a chat's id where no call at all may be made."""

_LATELY = timedelta(minutes=1)  # for which a group's 20 messages count


def hold(db: sqlite_utils.Database, chat_id: int, until: datetime, now: datetime) -> None:
    """Keep that no call may be made to a chat before then."""
    db.execute("DELETE FROM holds WHERE until <= ?", [seconds(now)])
    db.execute(
        "INSERT INTO holds VALUES (?, ?) ON CONFLICT DO UPDATE SET until = max(until, excluded.until)",
        [chat_id, seconds(until)],
    )


def holds(db: sqlite_utils.Database, now: datetime) -> dict[int, datetime]:
    """The chats to which no call may be made, and until when."""
    rows = db.execute("SELECT chat_id, until FROM holds WHERE until > ?", [now.timestamp()])
    return {chat_id: moment(until) for chat_id, until in rows}


def departs(db: sqlite_utils.Database, chat_id: int) -> None:
    """Note that a message to the chat is on its way."""
    db.execute("INSERT INTO attempts VALUES (?, NULL)", [chat_id])


def arrives(db: sqlite_utils.Database, chat_id: int, now: datetime, *, more: bool = False) -> None:
    """Note when a message was answered, or given up; more: the next is on its way. Nothing of a forgotten chat."""
    where = "WHERE chat_id = ? AND at IS NULL"
    if more:
        db.execute(f"INSERT INTO attempts SELECT chat_id, ? FROM attempts {where}", [seconds(now), chat_id])
    else:
        db.execute(f"UPDATE attempts SET at = ? {where}", [seconds(now), chat_id])
    db.execute("DELETE FROM attempts WHERE at <= ?", [seconds(now - _LATELY)])


def recover(db: sqlite_utils.Database, now: datetime) -> list[tuple[int, datetime]]:
    """(chat, when) of each message of the last minute, sent or tried; what was on its way counts as now, and stays so.

    A run that ends before it has tried again leaves that to the next one. Answers to people are not known.
    """
    since, until = seconds(now - _LATELY), seconds(now)
    db.execute("DELETE FROM attempts WHERE at NOT BETWEEN ? AND ?", [since, until])  # by a clock that was ahead, too
    db.execute("UPDATE attempts SET at = ? WHERE at IS NULL", [until])
    return [(chat_id, min(moment(at), now)) for chat_id, at in db.execute("SELECT chat_id, at FROM attempts")]
