"""The first steps of the schema, up to the topics of forums; how it goes on is in migrations.py."""

from __future__ import annotations

import sqlite_utils
from sqlite_utils import Migrations

from storage import addresses

steps = Migrations("paperwire")


@steps()
def m0001_papers(db: sqlite_utils.Database) -> None:
    """Papers as merged, and beside them what each source said."""
    db.execute("""
        CREATE TABLE papers (
            number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, title TEXT NOT NULL, abstract TEXT NOT NULL,
            authors TEXT NOT NULL, published TEXT, listed_at INTEGER, url TEXT NOT NULL, upvotes INTEGER,
            comments INTEGER, stars INTEGER, summary TEXT NOT NULL, keywords TEXT NOT NULL, thumbnail TEXT NOT NULL,
            organisation TEXT NOT NULL, categories TEXT NOT NULL, comment TEXT NOT NULL, code TEXT NOT NULL,
            sources TEXT NOT NULL, first_seen INTEGER NOT NULL, polled_at INTEGER) STRICT""")
    db.execute("CREATE INDEX papers_first_seen ON papers (first_seen)")
    db.execute("CREATE INDEX papers_listed_at ON papers (listed_at)")
    db.execute("CREATE INDEX papers_first_author ON papers (json_extract(authors, '$[0]') COLLATE NOCASE)")
    db.execute("""
        CREATE TABLE statements (
            paper_id TEXT NOT NULL REFERENCES papers (id) ON DELETE CASCADE, source TEXT NOT NULL,
            data TEXT NOT NULL, seen_at INTEGER NOT NULL, PRIMARY KEY (paper_id, source)) STRICT""")
    db.execute("""
        CREATE TABLE sources (
            name TEXT PRIMARY KEY, cursor TEXT NOT NULL, read_at INTEGER, failures INTEGER NOT NULL,
            failed_at INTEGER, error TEXT NOT NULL, retry_at INTEGER, backfilled INTEGER NOT NULL) STRICT""")


@steps()
def m0002_chats(db: sqlite_utils.Database) -> None:
    """Chats (in forums: topics), what they follow, what they were asked, and texts behind their buttons."""
    db.execute("""
        CREATE TABLE chats (
            id INTEGER NOT NULL, thread INTEGER NOT NULL, kind TEXT NOT NULL, mode TEXT NOT NULL, at TEXT NOT NULL,
            zone TEXT NOT NULL, weekday INTEGER NOT NULL, trending TEXT NOT NULL, quiet_from TEXT, quiet_to TEXT,
            paused_until INTEGER, cap INTEGER NOT NULL, next_digest_at INTEGER, gone_at INTEGER, topic_lost_at INTEGER,
            created_at INTEGER NOT NULL, PRIMARY KEY (id, thread)) STRICT""")
    db.execute("CREATE INDEX chats_next_digest_at ON chats (next_digest_at) WHERE next_digest_at IS NOT NULL")
    db.execute("""
        CREATE TABLE subscriptions (
            id INTEGER PRIMARY KEY AUTOINCREMENT, chat_id INTEGER NOT NULL, thread INTEGER NOT NULL,
            number INTEGER NOT NULL, query TEXT NOT NULL, created_at INTEGER NOT NULL,
            paused INTEGER NOT NULL DEFAULT 0, ended_at INTEGER, UNIQUE (chat_id, thread, number),
            FOREIGN KEY (chat_id, thread) REFERENCES chats (id, thread) ON DELETE CASCADE ON UPDATE CASCADE) STRICT""")
    db.execute("""CREATE UNIQUE INDEX subscriptions_once ON subscriptions (chat_id, thread, query)
                  WHERE ended_at IS NULL""")
    db.execute("""
        CREATE TABLE questions (
            chat_id INTEGER NOT NULL, thread INTEGER NOT NULL, user_id INTEGER NOT NULL, command TEXT NOT NULL,
            asked_at INTEGER NOT NULL, PRIMARY KEY (chat_id, thread, user_id)) STRICT""")
    db.execute("""
        CREATE TABLE recall (
            key TEXT PRIMARY KEY, chat_id INTEGER NOT NULL, text TEXT NOT NULL, used_at INTEGER NOT NULL) STRICT""")
    db.execute("CREATE INDEX recall_chat ON recall (chat_id)")


@steps()
def m0003_outbox(db: sqlite_utils.Database) -> None:
    """What is to be sent, was sent or was refused; and the digests behind their buttons."""
    db.execute("""
        CREATE TABLE outbox (
            id INTEGER PRIMARY KEY, chat_id INTEGER NOT NULL, thread INTEGER NOT NULL, paper_id TEXT NOT NULL,
            queries TEXT NOT NULL, due_at INTEGER, queued_at INTEGER NOT NULL, state TEXT NOT NULL,
            not_before INTEGER NOT NULL DEFAULT 0, attempts INTEGER NOT NULL DEFAULT 0, message_id INTEGER,
            sent_at INTEGER, UNIQUE (chat_id, thread, paper_id),
            FOREIGN KEY (chat_id, thread) REFERENCES chats (id, thread) ON DELETE CASCADE ON UPDATE CASCADE,
            FOREIGN KEY (paper_id) REFERENCES papers (id)) STRICT""")
    db.execute("""CREATE INDEX outbox_open ON outbox (chat_id, thread, due_at)
                  WHERE state IN ('waiting', 'claimed')""")
    db.execute("CREATE INDEX outbox_due ON outbox (due_at) WHERE state = 'waiting' AND due_at IS NOT NULL")
    db.execute("CREATE INDEX outbox_paper ON outbox (paper_id)")
    db.execute("""
        CREATE TABLE digests (
            id INTEGER PRIMARY KEY AUTOINCREMENT, chat_id INTEGER NOT NULL, thread INTEGER NOT NULL,
            paper_ids TEXT NOT NULL, shown INTEGER NOT NULL, sent_at INTEGER NOT NULL,
            FOREIGN KEY (chat_id, thread) REFERENCES chats (id, thread) ON DELETE CASCADE ON UPDATE CASCADE) STRICT""")


@steps()
def m0004_search(db: sqlite_utils.Database) -> None:
    """The papers' analysed words, and the vocabulary that they give."""
    db.execute("""
        CREATE VIRTUAL TABLE search USING fts5(
            title, abstract, authors, title_stems, abstract_stems, content='', tokenize="ascii tokenchars '+#.'")""")
    db.execute("CREATE VIRTUAL TABLE vocabulary USING fts5vocab('search', 'col')")


@steps()
def m0005_code_news(db: sqlite_utils.Database) -> None:
    """Who hears when code is out, which papers were looked at again, and which cards no longer show what is known."""
    db.execute("""
        CREATE TABLE code_wishes (
            id INTEGER PRIMARY KEY, chat_id INTEGER NOT NULL, thread INTEGER NOT NULL, paper_id TEXT NOT NULL,
            asked INTEGER NOT NULL, state TEXT NOT NULL, due_at INTEGER, queued_at INTEGER NOT NULL,
            not_before INTEGER NOT NULL DEFAULT 0, attempts INTEGER NOT NULL DEFAULT 0,
            UNIQUE (chat_id, thread, paper_id),
            FOREIGN KEY (chat_id, thread) REFERENCES chats (id, thread) ON DELETE CASCADE ON UPDATE CASCADE,
            FOREIGN KEY (paper_id) REFERENCES papers (id)) STRICT""")
    db.execute("CREATE INDEX code_wishes_open ON code_wishes (paper_id) WHERE state = 'open'")
    db.execute("""CREATE INDEX code_wishes_waiting ON code_wishes (chat_id, thread, due_at)
                  WHERE state = 'waiting'""")
    db.execute("""
        CREATE TABLE looks (
            paper_id TEXT NOT NULL REFERENCES papers (id) ON DELETE CASCADE, source TEXT NOT NULL,
            looked_at INTEGER NOT NULL, PRIMARY KEY (paper_id, source)) STRICT""")
    db.execute("ALTER TABLE outbox ADD COLUMN is_card INTEGER NOT NULL DEFAULT 0")
    db.execute("ALTER TABLE outbox ADD COLUMN stale INTEGER NOT NULL DEFAULT 0")
    db.execute("CREATE INDEX outbox_stale ON outbox (sent_at) WHERE stale")


@steps()
def m0006_rhythms(db: sqlite_utils.Database) -> None:
    """Subscriptions with a delivery of their own, digests that were only looked at, and days with nothing told."""
    db.execute("ALTER TABLE subscriptions ADD COLUMN mode TEXT")
    db.execute("ALTER TABLE subscriptions ADD COLUMN snoozed_until INTEGER")
    db.execute("ALTER TABLE subscriptions ADD COLUMN silent INTEGER NOT NULL DEFAULT 0")
    db.execute("ALTER TABLE outbox ADD COLUMN together INTEGER NOT NULL DEFAULT 0")
    db.execute("ALTER TABLE digests ADD COLUMN preview INTEGER NOT NULL DEFAULT 0")
    db.execute("ALTER TABLE chats ADD COLUMN tell_empty INTEGER NOT NULL DEFAULT 0")
    db.execute("CREATE INDEX papers_polled_at ON papers (polled_at) WHERE polled_at IS NOT NULL")


@steps()
def m0007_snapshots(db: sqlite_utils.Database) -> None:
    """How votes, stars and comments stood, per paper and slot of three hours; and when cards were edited for them."""
    db.execute("""
        CREATE TABLE snapshots (
            paper INTEGER NOT NULL REFERENCES papers (number) ON DELETE CASCADE, slot INTEGER NOT NULL,
            upvotes INTEGER, stars INTEGER, comments INTEGER, PRIMARY KEY (paper, slot)) STRICT, WITHOUT ROWID""")
    db.execute("CREATE INDEX snapshots_slot ON snapshots (slot)")
    db.execute("ALTER TABLE outbox ADD COLUMN edited_at INTEGER")


@steps()
def m0008_language(db: sqlite_utils.Database) -> None:
    """The language that a chat chose, and in private chats the one that Telegram tells of the person ('' for none)."""
    db.execute("ALTER TABLE chats ADD COLUMN language TEXT NOT NULL DEFAULT ''")
    db.execute("ALTER TABLE chats ADD COLUMN telegram_language TEXT NOT NULL DEFAULT ''")


@steps()
def m0009_saved(db: sqlite_utils.Database) -> None:
    """The papers that chats keep."""
    db.execute("""
        CREATE TABLE saved (
            chat_id INTEGER NOT NULL, thread INTEGER NOT NULL, paper_id TEXT NOT NULL, saved_at INTEGER NOT NULL,
            UNIQUE (chat_id, thread, paper_id),
            FOREIGN KEY (chat_id, thread) REFERENCES chats (id, thread) ON DELETE CASCADE ON UPDATE CASCADE,
            FOREIGN KEY (paper_id) REFERENCES papers (id)) STRICT""")
    db.execute("CREATE INDEX saved_paper ON saved (paper_id)")


@steps()
def m0010_addresses(db: sqlite_utils.Database) -> None:
    """Where the papers' code lives, so that an address leads to its paper."""
    db.execute("""
        CREATE TABLE code_places (
            place TEXT NOT NULL, paper INTEGER NOT NULL REFERENCES papers (number) ON DELETE CASCADE,
            PRIMARY KEY (place, paper)) STRICT, WITHOUT ROWID""")
    db.execute("CREATE INDEX code_places_paper ON code_places (paper)")
    addresses.fill_places(db)


@steps()
def m0011_titles(db: sqlite_utils.Database) -> None:
    """The papers' titles as numbers, so that a pasted title leads to its paper."""
    db.execute("""
        CREATE TABLE titles (
            hash INTEGER NOT NULL, paper INTEGER NOT NULL REFERENCES papers (number) ON DELETE CASCADE,
            PRIMARY KEY (hash, paper)) STRICT, WITHOUT ROWID""")
    addresses.fill_titles(db)


@steps()
def m0012_topics(db: sqlite_utils.Database) -> None:
    """Topics by name, and which of the lost ones were told of; chats that may not be written to for a while; who
    speaks for which channel in private."""
    db.execute("ALTER TABLE chats ADD COLUMN topic_told_at INTEGER")
    db.execute("ALTER TABLE chats ADD COLUMN muted_at INTEGER")
    db.execute("""CREATE INDEX chats_untold ON chats (topic_lost_at)
                  WHERE topic_lost_at IS NOT NULL AND topic_told_at IS NULL""")
    db.execute("""
        CREATE TABLE topics (
            chat_id INTEGER NOT NULL, thread INTEGER NOT NULL, name TEXT NOT NULL,
            PRIMARY KEY (chat_id, thread)) STRICT""")
    db.execute("""
        CREATE TABLE channels (
            number INTEGER PRIMARY KEY AUTOINCREMENT, chat_id INTEGER NOT NULL, user_id INTEGER NOT NULL,
            title TEXT NOT NULL, picked INTEGER NOT NULL DEFAULT 0, UNIQUE (chat_id, user_id)) STRICT""")
    db.execute("CREATE INDEX channels_user ON channels (user_id)")
