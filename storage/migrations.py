"""The schema as numbered steps; a released step never changes, a change is a new step at the end."""

from __future__ import annotations

import sqlite_utils

from storage.first_steps import steps as steps


@steps()
def m0013_holds(db: sqlite_utils.Database) -> None:
    """Until when Telegram wants no call to a chat (0: no call at all), also over a restart."""
    db.execute("CREATE TABLE holds (chat_id INTEGER PRIMARY KEY, until INTEGER NOT NULL) STRICT")


@steps()
def m0014_ranking(db: sqlite_utils.Database) -> None:
    """What is asked of many papers at once, apart from their texts."""
    db.execute("""CREATE INDEX papers_facts ON papers
                  (number, published, listed_at, first_seen, upvotes, stars, categories, sources, code)""")


@steps()
def m0015_retired(db: sqlite_utils.Database) -> None:
    """Ids of papers that were removed for their age."""
    db.execute("CREATE TABLE retired (id TEXT PRIMARY KEY) STRICT, WITHOUT ROWID")
    db.execute("CREATE INDEX code_wishes_paper ON code_wishes (paper_id)")


@steps()
def m0016_broadcasts(db: sqlite_utils.Database) -> None:
    """What the administrators of the bot tell every chat."""
    db.execute("""
        CREATE TABLE broadcasts (
            id INTEGER PRIMARY KEY AUTOINCREMENT, text TEXT NOT NULL, chat_id INTEGER NOT NULL, message_id INTEGER,
            made_at INTEGER NOT NULL, started_at INTEGER, ended_at INTEGER) STRICT""")
    db.execute("""
        CREATE TABLE broadcast_rows (
            id INTEGER PRIMARY KEY, broadcast INTEGER NOT NULL REFERENCES broadcasts (id) ON DELETE CASCADE,
            chat_id INTEGER NOT NULL, thread INTEGER NOT NULL, state TEXT NOT NULL, due_at INTEGER NOT NULL,
            queued_at INTEGER NOT NULL, not_before INTEGER NOT NULL DEFAULT 0, attempts INTEGER NOT NULL DEFAULT 0,
            UNIQUE (broadcast, chat_id),
            FOREIGN KEY (chat_id, thread) REFERENCES chats (id, thread) ON DELETE CASCADE ON UPDATE CASCADE) STRICT""")
    db.execute("CREATE INDEX broadcast_rows_chat ON broadcast_rows (chat_id, thread, due_at) WHERE state = 'waiting'")


@steps()
def m0017_taste(db: sqlite_utils.Database) -> None:
    """What chats like (1) and do not (-1), what they want last; whether that orders digests; thumbs on every card."""
    db.execute("""
        CREATE TABLE likes (
            chat_id INTEGER NOT NULL, thread INTEGER NOT NULL, paper_id TEXT NOT NULL, liked INTEGER NOT NULL,
            at INTEGER NOT NULL, UNIQUE (chat_id, thread, paper_id),
            FOREIGN KEY (chat_id, thread) REFERENCES chats (id, thread) ON DELETE CASCADE ON UPDATE CASCADE,
            FOREIGN KEY (paper_id) REFERENCES papers (id)) STRICT""")
    db.execute("CREATE INDEX likes_paper ON likes (paper_id)")
    db.execute("""
        CREATE TABLE muted (
            number INTEGER PRIMARY KEY AUTOINCREMENT, chat_id INTEGER NOT NULL, thread INTEGER NOT NULL,
            kind TEXT NOT NULL, value TEXT NOT NULL, UNIQUE (chat_id, thread, kind, value),
            FOREIGN KEY (chat_id, thread) REFERENCES chats (id, thread) ON DELETE CASCADE ON UPDATE CASCADE) STRICT""")
    db.execute("ALTER TABLE chats ADD COLUMN taste INTEGER NOT NULL DEFAULT 1")
    db.execute("ALTER TABLE chats ADD COLUMN thumbs INTEGER NOT NULL DEFAULT 0")


@steps()
def m0018_digests(db: sqlite_utils.Database) -> None:
    """The digests of a chat without a look at all others."""
    db.execute("CREATE INDEX digests_chat ON digests (chat_id, thread)")


@steps()
def m0019_ages(db: sqlite_utils.Database) -> None:
    """What was sent lately, and what is older than it is to be kept, without a look at all the rest."""
    db.execute("CREATE INDEX outbox_sent ON outbox (sent_at) WHERE state = 'sent'")
    db.execute("CREATE INDEX papers_age ON papers (coalesce(listed_at, first_seen))")
    db.execute("CREATE INDEX digests_sent_at ON digests (sent_at)")


@steps()
def m0020_attempts(db: sqlite_utils.Database) -> None:
    """When each message of the last minute was answered; NULL while it is on its way."""
    db.execute("CREATE TABLE attempts (chat_id INTEGER NOT NULL, at INTEGER) STRICT")
    db.execute("CREATE INDEX attempts_at ON attempts (at, chat_id)")


@steps()
def m0021_views(db: sqlite_utils.Database) -> None:
    """What messages show: papers opened in them, and digests."""
    db.execute("""
        CREATE TABLE views (
            chat_id INTEGER NOT NULL, thread INTEGER NOT NULL, message_id INTEGER NOT NULL, paper_id TEXT NOT NULL,
            data TEXT NOT NULL, shown_at INTEGER NOT NULL, current INTEGER NOT NULL, stale INTEGER NOT NULL,
            PRIMARY KEY (chat_id, message_id, paper_id)) STRICT, WITHOUT ROWID""")
    db.execute("CREATE INDEX views_paper ON views (paper_id)")
    db.execute("CREATE INDEX views_shown_at ON views (shown_at)")
    db.execute("CREATE INDEX views_stale ON views (shown_at) WHERE stale")


@steps()
def m0022_moves(db: sqlite_utils.Database) -> None:
    """Which supergroup a group became, for the buttons that are left in the group."""
    db.execute("CREATE TABLE moves (old_id INTEGER PRIMARY KEY, new_id INTEGER NOT NULL) STRICT")
    db.execute("CREATE INDEX moves_new ON moves (new_id)")


@steps()
def m0023_barred(db: sqlite_utils.Database) -> None:
    """Whether a chat is set aside because the bot may not be used there."""
    db.execute("ALTER TABLE chats ADD COLUMN barred INTEGER NOT NULL DEFAULT 0")
