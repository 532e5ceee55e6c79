"""Invented papers and statements; every field can be given, the rest makes sense by itself."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import UTC, date, datetime
from typing import Any

from storage.records import Paper, Statement

MORNING = datetime(2026, 7, 3, 6, 0, tzinfo=UTC)


def paper(id: str = "2607.00001", **given: Any) -> Paper:
    """A Paper by Mira Okafor and others, listed on 3 July 2026; given: its fields."""
    made = Paper(
        id=id,
        title="Sparse Routers Are Enough for Long-Context Agents",
        abstract="Agents that read long histories spend most of their time on tokens that never matter. "
        "A sparse router reads them at a fraction of the cost and loses nothing on five benchmarks.",
        authors=("Mira Okafor", "Jun Sato", "Lena Brandt", "Tomás Rey"),
        published=date(2026, 7, 2),
        listed_at=MORNING,
        url=f"https://huggingface.co/papers/{id}",
        upvotes=42,
        sources=("huggingface",),
        first_seen=MORNING,
        polled_at=MORNING,
    )
    return replace(made, **given)


def statement(paper_id: str = "2607.00001", source: str = "huggingface", **given: Any) -> Statement:
    """What a source says of that paper; given: its fields."""
    known = paper(paper_id)
    shared = {field.name for field in fields(Statement)} & {field.name for field in fields(Paper)}
    shared.discard("replacement")
    made = Statement(source=source, paper_id=paper_id, **{name: getattr(known, name) for name in sorted(shared)})
    return replace(made, **given)
