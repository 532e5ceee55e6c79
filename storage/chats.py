"""Chats (in forums: topics) and how they want their papers; what they were asked; texts behind their buttons."""

from __future__ import annotations

import json
import secrets
from collections.abc import Collection, Mapping
from datetime import datetime, time, timedelta

import sqlite_utils

from storage import cards
from storage.instants import moment, seconds
from storage.records import Chat, Mode, Push

ANSWER_WITHIN = timedelta(hours=1)
"""After that, words are no answer to a question any more."""

RECALL_LIMIT = 1000
"""Texts kept for the buttons of one chat; the oldest make room."""

_COLUMNS = (
    "id, thread, kind, mode, at, zone, weekday, trending, quiet_from, quiet_to, paused_until, cap, next_digest_at, "
    "gone_at, created_at, tell_empty, language, telegram_language, taste, thumbs"
)


Place = tuple[int, int]
"""A chat and its topic."""

_OF = (
    ("chats", "id"), ("questions", "chat_id"), ("questions", "user_id"), ("recall", "chat_id"), ("topics", "chat_id"),
    ("channels", "chat_id"), ("channels", "user_id"), ("holds", "chat_id"), ("broadcasts", "chat_id"),
    ("attempts", "chat_id"), ("views", "chat_id"), ("moves", "new_id"),
)  # fmt: skip
"""Where chats and people are named; the rest goes with the row of chats."""

_ASIDE = "(gone_at IS NOT NULL OR muted_at IS NOT NULL) AND NOT barred"


def get(db: sqlite_utils.Database, id: int, thread: int) -> Chat | None:
    """The chat (or topic) as it was last saved, set aside or not."""
    for row in db.query(f"SELECT {_COLUMNS} FROM chats WHERE id = ? AND thread = ?", [id, thread]):
        return _chat(row)
    return None


def planned_after(db: sqlite_utils.Database, moment: datetime) -> list[Chat]:
    """The chats (and topics) whose next digest is planned for later than a moment."""
    rows = db.query(f"SELECT {_COLUMNS} FROM chats WHERE next_digest_at > ?", [seconds(moment)])
    return [_chat(row) for row in rows]


def known(db: sqlite_utils.Database, id: int) -> bool:
    """Whether anything is stored of a chat (or, for the id of a person, of whom a channel listens to)."""
    return any(
        db.execute(f"SELECT 1 FROM {table} WHERE {column} = ? LIMIT 1", [id]).fetchone() for table, column in _OF
    )


def ensure(db: sqlite_utils.Database, chat: Chat) -> Chat:
    """The stored chat of chat's id and thread: the given one where it is new (it needs created_at).

    Someone spoke there, so it can be reached again: all its topics come back if they were set aside.
    """
    marks = ", ".join("?" * len(_values(chat)))
    db.execute(f"INSERT OR IGNORE INTO chats ({_COLUMNS}) VALUES ({marks})", _values(chat))
    restore(db, chat.id)
    stored = get(db, chat.id, chat.thread)
    assert stored is not None
    return stored


def save(db: sqlite_utils.Database, chat: Chat) -> None:
    """Keep every setting of a chat that is stored already; one that is not stays unknown."""
    changes = ", ".join(f"{column} = ?" for column in _COLUMNS.split(", "))
    db.execute(f"UPDATE chats SET {changes} WHERE id = ? AND thread = ?", [*_values(chat), chat.id, chat.thread])


def heard_in(db: sqlite_utils.Database, id: int, language: str) -> None:
    """Note the language that Telegram tells of the person in a private chat, where the chat is stored."""
    db.execute("UPDATE chats SET telegram_language = ? WHERE id = ?", [language, id])


def set_aside(db: sqlite_utils.Database, id: int, now: datetime) -> None:
    """Mark a chat with all its topics as out of reach since now (or since it was first found so)."""
    db.execute("UPDATE chats SET gone_at = ? WHERE id = ? AND gone_at IS NULL", [seconds(now), id])


def admit(db: sqlite_utils.Database, ids: Collection[int], now: datetime) -> None:
    """Set aside the chats of people who may not use the bot; who may again comes back. No ids: everyone may."""
    shut_out, given = "kind = 'private' AND ? AND id NOT IN (SELECT value FROM json_each(?))", json.dumps(list(ids))
    let_in = f"UPDATE chats SET barred = 0, gone_at = NULL WHERE barred AND NOT ({shut_out})"
    db.execute(let_in, [bool(ids), given])
    bar = f"UPDATE chats SET barred = 1, gone_at = coalesce(gone_at, ?) WHERE NOT barred AND {shut_out}"
    db.execute(bar, [seconds(now), bool(ids), given])


def mute(db: sqlite_utils.Database, id: int, now: datetime) -> None:
    """The bot is in a group or channel and may not write: leave it alone for outbox.PAUSE from now on.

    Telegram does not always tell when it may again.
    """
    db.execute("UPDATE chats SET muted_at = ? WHERE id = ?", [seconds(now), id])


def restore(db: sqlite_utils.Database, id: int) -> bool:
    """Undo set_aside and mute; whether there was something to undo."""
    back = f"UPDATE chats SET gone_at = NULL, muted_at = NULL WHERE id = ? AND {_ASIDE}"
    return bool(db.execute(back, [id]).rowcount)


def is_gone(db: sqlite_utils.Database, id: int) -> bool:
    """Whether the chat or a topic of it was set aside or may not be written to."""
    return db.execute(f"SELECT 1 FROM chats WHERE id = ? AND {_ASIDE} LIMIT 1", [id]).fetchone() is not None


def migrate(db: sqlite_utils.Database, old_id: int, new_id: int) -> None:
    """Give a group's all to the supergroup that it became; repeating it changes nothing.

    Where both are known, the settings kept are those of the one known for longer.
    """
    if old_id == new_id:
        return
    db.execute("INSERT OR REPLACE INTO moves VALUES (?, ?)", [old_id, new_id])
    if not known(db, old_id):
        return
    cards.lose(db, old_id)
    both = "SELECT old.thread, old.created_at <= new.created_at FROM chats old JOIN chats new USING (thread)"
    for thread, older in db.execute(f"{both} WHERE old.id = ? AND new.id = ?", [old_id, new_id]).fetchall():
        old, new = (old_id, thread), (new_id, thread)
        join(db, *((new, old) if older else (old, new)))
    db.execute("UPDATE chats SET id = ?, kind = 'supergroup' WHERE id = ?", [new_id, old_id])
    db.execute("UPDATE chats SET gone_at = NULL, muted_at = NULL WHERE id = ?", [new_id])
    db.execute("UPDATE OR REPLACE questions SET chat_id = ? WHERE chat_id = ?", [new_id, old_id])
    for table in ("recall", "attempts"):
        db.execute(f"UPDATE {table} SET chat_id = ? WHERE chat_id = ?", [new_id, old_id])


def moved(db: sqlite_utils.Database, id: int) -> int | None:
    """The supergroup that a group became; None where it is still one."""
    row = db.execute("SELECT new_id FROM moves WHERE old_id = ?", [id]).fetchone()
    return int(row[0]) if row else None


def join(db: sqlite_utils.Database, source: Place, target: Place) -> None:
    """Move what one stored chat (or topic) follows, got and waits for to another one, and end it.

    Of what both have the target's is kept; what one of them got, the other does not get again.
    """
    got = "SELECT paper_id FROM outbox WHERE chat_id = ? AND thread = ? AND state IN ('sent', 'claimed')"
    waits = "chat_id = ? AND thread = ? AND state = 'waiting'"
    db.execute(f"DELETE FROM outbox WHERE {waits} AND paper_id IN ({got})", [*target, *source])
    db.execute(
        """UPDATE OR IGNORE subscriptions
           SET chat_id = ?, thread = ?, number = number + (SELECT coalesce(max(number), 0) FROM subscriptions
                                                           WHERE chat_id = ? AND thread = ?)
           WHERE chat_id = ? AND thread = ?""",
        [*target, *target, *source],
    )
    for table in ("outbox", "digests", "code_wishes", "saved", "likes", "muted", "broadcast_rows"):
        db.execute(
            f"UPDATE OR IGNORE {table} SET chat_id = ?, thread = ? WHERE chat_id = ? AND thread = ?", [*target, *source]
        )
    moved = "UPDATE views SET thread = ? WHERE chat_id = ? AND thread = ?"
    db.execute(moved, [target[1], *source])
    db.execute("DELETE FROM chats WHERE id = ? AND thread = ?", [*source])


def forget(db: sqlite_utils.Database, id: int) -> list[int]:
    """Delete everything stored about a chat and all its topics; gives the ids of the subscriptions that it had."""
    ids = [row[0] for row in db.execute("SELECT id FROM subscriptions WHERE chat_id = ?", [id]).fetchall()]
    for table, column in _OF:
        db.execute(f"DELETE FROM {table} WHERE {column} = ?", [id])
    return ids


def ask(db: sqlite_utils.Database, chat_id: int, thread: int, user_id: int, command: str, now: datetime) -> None:
    """Remember that this person was asked there what `command` needs; a newer question replaces an older one."""
    db.execute(
        "INSERT OR REPLACE INTO questions (chat_id, thread, user_id, command, asked_at) VALUES (?, ?, ?, ?, ?)",
        [chat_id, thread, user_id, command, seconds(now)],
    )


def asked(db: sqlite_utils.Database, chat_id: int, thread: int, user_id: int, now: datetime) -> str | None:
    """The command of the open question, which is closed by this; None where there is none, or it is too old."""
    row = db.execute(
        "DELETE FROM questions WHERE chat_id = ? AND thread = ? AND user_id = ? RETURNING command, asked_at",
        [chat_id, thread, user_id],
    ).fetchone()
    return str(row[0]) if row and moment(row[1]) >= now - ANSWER_WITHIN else None


def is_asked(db: sqlite_utils.Database, chat_id: int, thread: int, user_id: int) -> bool:
    """Whether a question is open there, which asked would close."""
    where = "chat_id = ? AND thread = ? AND user_id = ?"
    return db.execute(f"SELECT 1 FROM questions WHERE {where}", [chat_id, thread, user_id]).fetchone() is not None


def remember(db: sqlite_utils.Database, chat_id: int, text: str, now: datetime) -> str:
    """A key of 8 characters (A-Z a-z 0-9 - _) that gives this text back to this chat; an equal text keeps its key."""
    row = db.execute("SELECT key FROM recall WHERE chat_id = ? AND text = ?", [chat_id, text]).fetchone()
    key = str(row[0]) if row else secrets.token_urlsafe(6)
    db.execute(
        "INSERT OR REPLACE INTO recall (key, chat_id, text, used_at) VALUES (?, ?, ?, ?)",
        [key, chat_id, text, seconds(now)],
    )
    db.execute(
        """DELETE FROM recall WHERE rowid IN
           (SELECT rowid FROM recall WHERE chat_id = ? ORDER BY used_at DESC, rowid DESC LIMIT -1 OFFSET ?)""",
        [chat_id, RECALL_LIMIT],
    )
    return key


def recalled(db: sqlite_utils.Database, chat_id: int, key: str) -> str | None:
    """The text behind a key; None where the key is unknown, too old or another chat's."""
    row = db.execute("SELECT text FROM recall WHERE key = ? AND chat_id = ?", [key, chat_id]).fetchone()
    return str(row[0]) if row else None


def shared(db: sqlite_utils.Database, key: str) -> str | None:
    """The text behind a key that was passed on in a link, whichever chat made it; None where that chat has it no more.

    Nobody can guess a key, and who knows it was shown the text.
    """
    row = db.execute("SELECT text FROM recall WHERE key = ?", [key]).fetchone()
    return str(row[0]) if row else None


def _values(chat: Chat) -> list[int | str | None]:
    return [
        chat.id,
        chat.thread,
        chat.kind,
        chat.mode,
        _clock(chat.at),
        chat.zone,
        chat.weekday,
        chat.trending,
        _clock(chat.quiet_from),
        _clock(chat.quiet_to),
        seconds(chat.paused_until),
        chat.cap,
        seconds(chat.next_digest_at),
        seconds(chat.gone_at),
        seconds(chat.created_at),
        int(chat.tell_empty),
        chat.language,
        chat.telegram_language,
        int(chat.taste),
        int(chat.thumbs),
    ]


def _chat(row: Mapping[str, object]) -> Chat:
    fields = dict(row)
    for name in ("paused_until", "next_digest_at", "gone_at", "created_at"):
        fields[name] = moment(fields[name])  # type: ignore[call-overload]  # the STRICT column is INTEGER or NULL
    for name in ("at", "quiet_from", "quiet_to"):
        fields[name] = time.fromisoformat(str(fields[name])) if fields[name] is not None else None
    fields["mode"], fields["trending"] = Mode(str(fields["mode"])), Push(str(fields["trending"]))
    for name in ("tell_empty", "taste", "thumbs"):
        fields[name] = bool(fields[name])
    return Chat(**fields)  # type: ignore[arg-type]  # types as in the STRICT table


def _clock(at: time | None) -> str | None:
    return None if at is None else at.isoformat("minutes")
