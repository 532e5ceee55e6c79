"""Which messages a new code link changes."""

from __future__ import annotations

from datetime import time
from functools import partial

import pytest

from storage import chats, digests, outbox, papers, views
from storage.database import Database
from storage.outbox import NewDelivery
from storage.records import Chat, Mode
from tests.factories import MORNING as NOW
from tests.factories import paper, statement

PAPERS = [f"2607.0000{number}" for number in (1, 2, 3)]
MESSAGE = 7


@pytest.mark.parametrize(
    ("shows", "opened", "spoiled"),
    [
        ("db:{id}:1", "", PAPERS[:2]),
        ("dm:{id}:0", "", PAPERS[2:]),
        ("d:{id}:1", PAPERS[0], PAPERS[:1]),
    ],
)
async def test_a_digest_is_edited_for_the_papers_that_it_shows(
    database: Database, shows: str, opened: str, spoiled: list[str]
) -> None:
    """Of three papers two are in its message, the third is one tap away."""
    await database.write(chats.ensure, Chat(1001, 0, "private", Mode.DAILY, time(9), "UTC", created_at=NOW))
    for id in PAPERS:
        await database.write(papers.save, paper(id), [statement(id)], NOW)
    rows = [NewDelivery(1001, 0, id, ("routers",), None) for id in PAPERS]
    await database.write(outbox.enqueue, rows, NOW, lambda _: NOW)
    ids = [row.id for row in await database.read(outbox.waiting, 1001, 0)]
    await database.write(outbox.claim, ids)
    await database.write(outbox.sent, ids, MESSAGE, NOW)
    digest = await database.write(digests.record, 1001, 0, PAPERS, 2, NOW)
    show = partial(
        views.show,
        chat_id=1001,
        thread=0,
        message_id=MESSAGE,
        data=shows.format(id=digest.id),
        now=NOW,
        paper_id=opened,
    )
    for id in PAPERS:
        await database.write(show)
        await database.write(views.spoil, id)
        assert bool(await database.read(views.stale, NOW, 10)) == (id in spoiled), id
