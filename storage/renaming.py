"""A paper that gets another id, with all that is noted of it."""

from __future__ import annotations

import sqlite_utils

_NOTING = """
    SELECT tables.name FROM sqlite_master AS tables, pragma_table_info(tables.name) AS columns
    WHERE tables.type = 'table' AND columns.name = 'paper_id'"""


def rename(db: sqlite_utils.Database, old: str, new: str) -> None:
    """Let the paper of an id have another one, which no paper has. For use within a transaction."""
    db.execute("PRAGMA defer_foreign_keys = ON")  # to its end: the paper goes before what refers to it
    db.execute("UPDATE papers SET id = ? WHERE id = ?", [new, old])
    for (table,) in db.execute(_NOTING).fetchall():  # of a paper that was removed, views outlive it
        db.execute(f"UPDATE OR REPLACE {table} SET paper_id = ? WHERE paper_id = ?", [new, old])
    listing = """UPDATE digests SET paper_ids = (
                     SELECT json_group_array(CASE value WHEN ?1 THEN ?2 ELSE value END) FROM json_each(paper_ids))
                 WHERE EXISTS (SELECT 1 FROM json_each(paper_ids) WHERE value = ?1)"""
    db.execute(listing, [old, new])
