"""A chat teaches the bot its taste: thumbs, authors and words that come last, and what /taste says of it."""

from __future__ import annotations

import pytest
import sqlite_utils

from bot import claims, messages
from bot.claims import Chart, Claim
from bot.demo.chats import Person
from bot.demo.telegram_server import TelegramServer
from bot.render.html import visible
from storage import chats, outbox, retention
from storage import taste as stored
from storage.outbox import NewDelivery
from storage.records import Paper
from tests.commands.conftest import NOW, Serving, a_paper
from tests.servers.people import Someone, group

ROUTERS = [a_paper(n, f"Routers Part {n}", "Sparse routers choose experts for tokens.", upvotes=1) for n in range(1, 7)]
FOLDING = [a_paper(n, f"Folding Part {n}", "Proteins fold by energy.", upvotes=30) for n in range(7, 10)]
OTHERS = [
    a_paper(n, f"Topic{n}x", f"Something about subject{n}x and matter{n}x.", listed_at=NOW) for n in range(30, 100)
]


@pytest.fixture
async def library(serving: Serving) -> Serving:
    """Papers about routers with a vote each, some about proteins with thirty, and many about something else."""
    await serving.keep(*ROUTERS, *FOLDING, *OTHERS)
    return serving


def queue(db: sqlite_utils.Database, found: list[Paper]) -> None:
    outbox.enqueue(db, [NewDelivery(1001, 0, paper.id, ("anything",), None) for paper in found], NOW)


async def open_card(ada: Someone, title: str) -> None:
    await ada.asks(f'/search title:"{title}"', "1 paper")
    await ada.presses("1")
    await ada.hears(f"^{title}", kind="edit")


async def toast(someone: Someone, label: str) -> str:
    """Press and give what flashes up, once the buttons have changed."""
    answer = await someone.presses(label)
    await someone.hears(kind="edit")
    return str(answer.get("text", ""))


async def like(ada: Someone, *numbers: int) -> str:
    """Like some papers about routers; gives what was said last."""
    said = ""
    for number in numbers:
        await open_card(ada, f"Routers Part {number}")
        await toast(ada, "⋯")
        said = await toast(ada, "👍")
    return said


async def test_thumbs_toggle_behind_the_dots_and_on_every_card_where_wanted(library: Serving, ada: Someone) -> None:
    await open_card(ada, "Routers Part 1")
    card = ada.messages[-1]
    assert "👍" not in card.labels
    await toast(ada, "⋯")
    assert await toast(ada, "👍") == "Liked. 4 more likes, and they order your digests."
    assert "✓ 👍" in card.labels and "👎" in card.labels
    assert await toast(ada, "👎") == "Noted: less like this. 5 more likes, and they order your digests."
    assert await toast(ada, "✓ 👎") == "Taken back."
    assert (await ada.asks("/taste", "^Your taste\n\nYou have not told me yet")).labels == [
        "Order digests: on", "👍 👎 on every card: off", "‹ Settings",
    ]  # fmt: skip
    await ada.presses("every card: off")
    await ada.hears("Your taste", kind="edit")
    await open_card(ada, "Routers Part 2")
    card = ada.messages[-1]
    assert [[key.label for key in row] for row in card.rows][1] == ["‹ Back", "👍", "👎", "⋯"]
    await toast(ada, "👍")
    assert [[key.label for key in row] for row in card.rows][1] == ["‹ Back", "✓ 👍", "👎", "⋯"]
    await toast(ada, "⋯")
    assert "👎" not in card.labels and "Mute a word" in card.labels
    assert (await library.database.read(stored.liking, 1001, 0)).liked[0].title == "Routers Part 2"


async def test_a_digest_has_what_is_to_the_taste_first_and_says_why(library: Serving, ada: Someone) -> None:
    assert await like(ada, 1, 2, 3, 4) == "Liked. 1 more like, and it orders your digests."
    await library.database.write(queue, [*FOLDING, ROUTERS[5], *OTHERS[:3]])
    before = (await ada.asks("/digest", "What waits")).text
    assert "Because" not in before and before.index("Folding Part 7") < before.index("Routers Part 6")
    assert await like(ada, 5) == "Liked. Your digests are ordered by it; /taste says how."
    shown = await ada.asks("/digest", "What waits.*1. Routers Part 6.*Because you liked Routers Part")
    assert "Folding Part 7" in shown.text and shown.text.count("Because") == 1
    await ada.presses("1")
    await ada.hears("^Routers Part 6", kind="edit")
    await ada.presses("‹ Back")
    await ada.hears("1. Routers Part 6.*Because you liked", kind="edit")
    library.clock.now = NOW.replace(day=4)
    claim = await library.database.write(claims.take, 1001, 0, library.clock.now, Chart())
    assert isinstance(claim, Claim) and claim.papers[0].title == "Routers Part 6"
    assert "Because you liked Routers Part" in visible(messages.of(claim)[0][0].text)
    await ada.asks("/taste", "You like 5 papers.*is about: .*routers.*ordered by it")
    await ada.presses("Order digests: on")
    await ada.hears("does not order your digests", kind="edit")
    chat = await library.database.read(chats.get, 1001, 0)
    assert chat and not chat.taste


async def test_authors_and_words_come_last_and_are_not_lost(library: Serving, ada: Someone) -> None:
    await open_card(ada, "Folding Part 7")
    await toast(ada, "⋯")
    assert await toast(ada, "Mute a word") == "Papers with which word should come last in digests?"
    assert await toast(ada, "proteins") == "Papers that say proteins come last in digests now."
    assert "✓ proteins" in ada.messages[-1].labels
    await library.database.write(queue, [*FOLDING, *ROUTERS])
    await toast(ada, "‹ Back")
    assert await toast(ada, "Less from this author") == "Whose papers should come last in digests?"
    assert await toast(ada, "Jun Sato") == "Papers by Jun Sato come last in digests now."
    assert await toast(ada, "✓ Jun Sato") == "Jun Sato is as any other again."
    text = (await ada.asks("/digest", "What waits")).text
    assert text.index("Routers Part 6") < text.index("Folding Part 7")
    answer = await ada.asks("/taste", "Last in digests, though never lost")
    assert "✕ proteins" in answer.labels and "✕ Jun Sato" not in answer.labels
    await ada.presses("✕ proteins")
    await ada.hears("have not told me", kind="edit")
    text = (await ada.asks("/digest", "What waits")).text
    assert text.index("Folding Part 7") < text.index("Routers Part 6")


async def test_a_taste_is_forgotten_moves_with_its_group_and_keeps_its_papers(library: Serving, ada: Someone) -> None:
    await like(ada, 1)
    await library.database.write(chats.migrate, 1001, -1001)
    assert len((await library.database.read(stored.liking, -1001, 0)).liked) == 1
    await library.database.write(chats.migrate, -1001, 1001)
    far = NOW.replace(year=2027)
    await library.database.write(retention.remove, far)
    assert (await library.database.read(stored.liking, 1001, 0)).liked[0].title == "Routers Part 1"
    await ada.asks("/taste", "You like 1 paper.")
    await ada.presses("Forget all of it")
    await ada.hears("Saved papers stay", kind="edit")
    await ada.presses("Forget it")
    await ada.hears("You have not told me yet", kind="edit")
    await library.database.write(stored.mute, 1001, 0, "word", "energy")
    await library.database.write(chats.forget, 1001)
    assert not (await library.database.read(stored.liking, 1001, 0)).muted


@pytest.mark.usefixtures("library")
async def test_in_a_group_administrators_teach_it(telegram: TelegramServer) -> None:
    boss, guest = Person(1, "Boss"), Person(2, "Guest")
    lab = group(telegram, -100, boss)
    one, other = Someone(telegram, boss, lab), Someone(telegram, guest, lab)
    await one.asks('/search title:"Routers Part 1"', "1 paper")
    await one.presses("1")
    card = await one.hears("^Routers Part 1", kind="edit")
    await one.presses("⋯", card)
    await one.hears(kind="edit")
    for label in ("👍", "Mute a word", "Less from"):
        assert (await other.presses(label, card))["show_alert"]
    assert "✓ 👍" not in card.labels
    await one.presses("👍", card)
    await one.hears(kind="edit")
    assert "✓ 👍" in card.labels
    await other.asks("/taste", "You like 1 paper")
