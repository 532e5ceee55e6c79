"""Papers are saved from their cards, listed, and sent as files; what a chat follows goes to another chat as a file."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from bot.demo.chats import File, Person
from bot.demo.telegram_server import TelegramServer
from bot.exports.subscriptions import KIND
from storage import chats, subscriptions, wishes
from storage.records import Mode, Subscription
from tests.commands.conftest import NOW, Serving
from tests.servers.people import Someone, group


async def toast(someone: Someone, label: str) -> str:
    """Press and give what flashes up, once the buttons have changed."""
    answer = await someone.presses(label)
    await someone.hears(kind="edit")
    return str(answer.get("text", ""))


def settings(item: Subscription) -> tuple[object, ...]:
    """What a file keeps of a subscription."""
    return item.query, item.paused, item.mode, item.snoozed_until, item.silent


@pytest.mark.usefixtures("archive")
async def test_a_card_is_saved_and_dropped_and_always_says_which(ada: Someone) -> None:
    await ada.asks("/search graphs", "1 paper")
    await ada.presses("1")
    card = await ada.hears("^Graphs That Grow", kind="edit")
    assert await toast(ada, "☆ Save") == "Saved; /saved has it."
    assert "★ Saved" in card.labels
    await toast(ada, "⋯")
    await toast(ada, "‹ Back")
    assert "★ Saved" in card.labels
    await ada.presses("‹ Back")
    await ada.hears("1 paper", kind="edit")
    await ada.presses("1")
    await ada.hears("^Graphs That Grow", kind="edit")
    assert await toast(ada, "★ Saved") == "No longer saved."
    assert (await ada.asks("/saved", "saved nothing yet")).labels == []


@pytest.mark.usefixtures("archive")
async def test_what_is_saved_is_listed_turned_and_searched(ada: Someone) -> None:
    for number in range(1, 8):
        await ada.asks(f'/search title:"number {number}"', "1 paper")
        await ada.presses("1")
        await ada.hears("^Diffusion Number", kind="edit")
        assert "when its code is out" in await toast(ada, "☆ Save")
    answer = await ada.asks("/saved", "7 saved papers\n\n1. Diffusion Number 7")
    assert "1–5 of 7" in answer.labels and "Search these" in answer.labels
    await ada.presses("›")
    await ada.hears("7. Diffusion Number 1", kind="edit")
    await ada.presses("‹")
    await ada.hears("2. Diffusion Number 6", kind="edit")
    await ada.presses("2")
    await ada.hears("^Diffusion Number 6", kind="edit")
    await toast(ada, "★ Saved")
    await ada.presses("‹ Back")
    await ada.hears("6 saved papers.*2. Diffusion Number 5", kind="edit")
    await ada.presses("Search these")
    await ada.hears("What are you looking for among your saved")
    await ada.asks('title:"number 3"', "1 saved paper matches")
    await ada.presses("‹ All saved")
    await ada.hears("6 saved papers", kind="edit")
    await ada.asks("/saved graphs", "None of your saved papers match graphs")
    await ada.asks('/saved "graphs', "can't read that query")


async def test_who_saved_a_paper_hears_when_its_code_is_out(archive: Serving, ada: Someone) -> None:
    await ada.asks('/search title:"number 3"', "1 paper")
    await ada.presses("1")
    await ada.hears("^Diffusion Number 3", kind="edit")
    await toast(ada, "☆ Save")
    assert await archive.database.write(wishes.fulfil, "2607.00003", NOW) == {(ada.chat.id, 0)}
    [told] = await archive.database.read(wishes.ready, ada.chat.id, 0, NOW)
    assert told.paper_id == "2607.00003"


@pytest.mark.usefixtures("archive")
async def test_everyone_looks_and_administrators_save(telegram: TelegramServer) -> None:
    boss, guest = Person(1, "Boss"), Person(2, "Guest")
    lab = group(telegram, -100, boss)
    one, other = Someone(telegram, boss, lab), Someone(telegram, guest, lab)
    await one.asks("/search graphs", "1 paper")
    await other.presses("1")
    card = await other.hears("^Graphs That Grow", kind="edit")
    assert (await other.presses("☆ Save", card))["show_alert"]
    assert "☆ Save" in card.labels
    await one.presses("☆ Save", card)
    await one.hears(kind="edit")
    await other.asks("/saved", "1 saved paper")
    await other.asks("/export csv", "1 paper as CSV")


@pytest.mark.parametrize(
    ("kind", "name", "holds"),
    [
        ("bibtex", "paperwire-saved.bib", "@misc{"),
        ("ris", "paperwire-saved.ris", "TY  - UNPB"),
        ("csv", "paperwire-saved.csv", "2607.00020,Graphs That Grow"),
        ("json", "paperwire-saved.json", '"title": "Graphs That Grow"'),
    ],
)
@pytest.mark.usefixtures("archive")
async def test_what_is_saved_is_sent_as_a_file(ada: Someone, kind: str, name: str, holds: str) -> None:
    await ada.asks(f"/export {kind}", "saved nothing yet")
    await ada.asks("/search graphs", "1 paper")
    await ada.presses("1")
    await ada.hears("^Graphs That Grow", kind="edit")
    await toast(ada, "☆ Save")
    question = await ada.asks("/export", "1 saved paper")
    await ada.presses({"bibtex": "BibTeX"}.get(kind, kind.upper()), question)
    sent = (await ada.hears("1 paper as", kind="new")).file
    assert sent and sent.name == name and holds in sent.content.decode()


@pytest.mark.usefixtures("archive")
async def test_a_card_gives_its_bibtex_and_stays(ada: Someone) -> None:
    await ada.asks("/search graphs", "1 paper")
    await ada.presses("1")
    card = await ada.hears("^Graphs That Grow", kind="edit")
    await toast(ada, "⋯")
    await ada.presses("BibTeX")
    entry = await ada.hears("@misc", kind="new")
    assert (
        "title         = {Graphs That Grow}" in entry.text and "note          = {Code: https://github.com" in entry.text
    )
    assert [entity.kind for entity in entry.entities] == ["pre", "code"]
    assert card.text.startswith("Graphs That Grow")


async def test_what_a_chat_follows_goes_to_another_chat_as_a_file(
    archive: Serving, telegram: TelegramServer, ada: Someone
) -> None:
    await ada.asks("/export subscriptions", "You follow nothing yet")
    for query in ('"graph neural" OR flow*', "diffusion -survey", "code:yes"):
        await ada.asks(f"/subscribe {query}", "Subscribed to")
    made = await archive.database.read(subscriptions.of_chat, ada.chat.id, 0)
    special = replace(made[0], mode=Mode.WEEKLY, snoozed_until=NOW, silent=True)
    await archive.database.write(subscriptions.arrange, special)
    await archive.database.write(subscriptions.pause, made[1].id, True)
    sent = (await ada.asks("/export subscriptions", "What you follow, 3 queries")).file
    assert sent
    ben = Someone(telegram, Person(2, "Ben"))
    await ben.asks("/subscribe code:yes", "Subscribed to")
    telegram.send(ben.chat, sent)
    await ben.hears("3 queries are in that file; you follow 1 of them already")
    await ben.presses("Follow these 2")
    await ben.hears("You follow 2 more queries", kind="edit")
    own = await archive.database.read(subscriptions.of_chat, ada.chat.id, 0)
    taken = await archive.database.read(subscriptions.of_chat, ben.chat.id, 0)
    told = [(item.query, item.paused, item.mode, item.snoozed_until, item.silent) for item in own]
    assert sorted((item.query, item.paused, item.mode, item.snoozed_until, item.silent) for item in taken) == sorted(
        told
    )
    assert archive.follows(abstract="A graph neural something") == ['"graph neural" OR flow*'] * 1
    telegram.send(ben.chat, sent)
    await ben.hears("you follow all of it already")


@pytest.mark.parametrize(
    "content",
    [
        b"", b"\xff\xfe\x00", b"[1]", b"{}", b'"x"', b"[" * 100_000,
        json.dumps({"kind": KIND, "subscriptions": [{"query": "(broken"}]}).encode(),
        json.dumps({"kind": KIND, "subscriptions": [{"query": "ok", "snoozed_until": "2026-07-03T12:00:00"}]}).encode(),
        json.dumps({"kind": KIND, "subscriptions": [{"query": "ok", "delivery": "hourly"}, 7]}).encode(),
    ],
)  # fmt: skip
async def test_other_files_change_nothing(
    serving: Serving, telegram: TelegramServer, ada: Someone, content: bytes
) -> None:
    telegram.send(ada.chat, File("notes.json", content))
    await ada.hears("I can't (use that file|read this entry)")
    assert not await serving.database.read(chats.get, ada.chat.id, 0)
