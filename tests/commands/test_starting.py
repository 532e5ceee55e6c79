"""First words, help, the menu, what is not understood, privacy and forgetting."""

from __future__ import annotations

from datetime import UTC, datetime, time

import pytest

from bot.commands.queries import read
from bot.commands.registry import COMMANDS, menu
from bot.fields import FIELDS
from storage import chats
from storage.records import Mode, Push
from tests.commands.conftest import Serving
from tests.servers.people import Someone


async def test_start_makes_the_chat_with_the_configured_digest(serving: Serving, ada: Someone) -> None:
    answer = await ada.asks("/start")
    assert answer.text.startswith("I send you new research papers")
    assert answer.labels == ["Trending papers every day", "Follow a topic", "Search"]
    chat = await serving.database.read(chats.get, 1001, 0)
    assert chat is not None
    assert (chat.mode, chat.at, chat.zone, chat.trending) == (Mode.DAILY, time(9), "Europe/Berlin", Push.OFF)
    assert chat.next_digest_at == datetime(2026, 7, 4, 7, tzinfo=UTC)


@pytest.mark.usefixtures("archive")
async def test_the_first_buttons_lead_on(ada: Someone) -> None:
    first = await ada.asks("/start")
    await ada.presses("Follow a topic", first)
    await ada.hears("What do you want to follow", kind="new")
    await ada.asks("diffusion", "Subscribed to diffusion")
    await ada.presses("Search", first)
    await ada.hears("What are you looking for", kind="new")
    await ada.asks("graphs", "graphs · 1 paper")
    await ada.presses("Trending papers every day", first)
    await ada.hears("Trending papers come every day at 09:00 Berlin time; next on Sat 4 Jul", kind="edit")
    again = await ada.asks("/start", "You follow one query here.*every day at 09:00")
    assert again.labels == ["What you follow", "Follow a topic", "Search"]


@pytest.mark.usefixtures("archive")
async def test_a_deep_link_opens_its_paper(ada: Someone) -> None:
    answer = await ada.asks("/start p2607_00020", "Graphs That Grow")
    assert answer.labels == ["💻 Code", "📄 PDF", "☆ Save", "⋯"]


@pytest.mark.usefixtures("serving")
async def test_help_and_menu_come_from_the_same_list(ada: Someone) -> None:
    answer = await ada.asks("/help", "What you can type")
    assert answer.labels == ["Trending papers every day", "Follow a topic"]
    for command in COMMANDS:
        assert (f"/{command.name} " in answer.text) is bool(command.does)
    assert len(menu()) <= 9
    assert {entry.command for entry in menu()} < {command.name for command in COMMANDS}


@pytest.mark.usefixtures("archive")
async def test_every_command_of_the_menu_works_bare(ada: Someone) -> None:
    for entry in menu():
        answer = await ada.asks(f"/{entry.command}")
        assert "did not work" not in answer.text
        assert len(ada.messages) == menu().index(entry) + 1, "one command gives one message"


@pytest.mark.usefixtures("serving")
async def test_what_is_no_command_gets_one_helpful_sentence(ada: Someone) -> None:
    await ada.asks("/subscirbe diffusion", "I don't know that command. Did you mean /subscribe")
    await ada.presses("/subscribe diffusion")
    await ada.hears("Subscribed to diffusion", kind="edit")
    assert (await ada.asks("/setings now", "Did you mean /settings")).labels == []
    await ada.asks("/qqqqqqqqq", "I don't know that command. All of them: /help")
    await ada.asks("/SUBSCRIBE graphs", "Subscribed to graphs")


@pytest.mark.usefixtures("archive")
async def test_plain_words_are_searched_for(ada: Someone) -> None:
    found = await ada.asks("diffusion", "diffusion · 12 papers")
    await ada.presses("Subscribe to this search", found)
    await ada.hears("Subscribed to diffusion", kind="edit")
    await ada.asks("(graphs", "can't read that query")


@pytest.mark.usefixtures("archive")
async def test_a_field_to_begin_with(ada: Someone, archive: Serving) -> None:
    await ada.asks("/subscribe", "What do you want to follow")
    await ada.presses("Fields to begin with")
    await ada.hears("Pick a field", kind="edit")
    await ada.presses("Learning")
    field = await ada.hears("Tap what you want to follow", kind="edit")
    assert '"graph neural network" · 17 a year' in field.labels
    await ada.presses('"graph neural network"')
    await ada.hears("You follow 1 query; papers come every day at 09:00", kind="edit")
    assert '✓ "graph neural network" · 17 a year' in field.labels
    assert archive.follows(abstract="A graph neural network.") == ['"graph neural network"']
    await ada.presses('✓ "graph neural network"')
    await ada.hears("tap again to drop it.$", kind="edit")
    assert archive.follows(abstract="A graph neural network.") == []
    await ada.presses("‹ All fields")
    await ada.hears("Pick a field", kind="edit")


def test_queries_to_begin_with_are_written_as_they_are_kept() -> None:
    for field in FIELDS.values():
        assert len(field.queries) <= 8
        assert [read(query).text for query in field.queries] == list(field.queries)


async def test_forgetting_asks_first_and_leaves_nothing(archive: Serving, ada: Someone) -> None:
    old = await ada.asks("/subscribe diffusion")
    await ada.asks("/forget", "deletes everything stored about this chat: one subscription")
    await ada.presses("Keep it")
    await ada.hears("Nothing was deleted", kind="edit")
    await ada.asks("/forget")
    await ada.presses("Delete everything")
    await ada.hears("Everything about this chat is deleted", kind="edit")
    assert not await archive.database.read(chats.known, 1001)
    assert archive.follows(abstract="A diffusion model.") == []
    for label in old.labels:
        assert "no longer works" in (await ada.presses(label, old))["text"]
    assert not await archive.database.read(chats.known, 1001)
    await ada.asks("/forget", "Nothing is stored about this chat")
    await ada.asks("/start", "I send you")
    await ada.asks("/list", "You follow nothing yet")


@pytest.mark.usefixtures("serving")
async def test_words_of_people_are_shown_and_never_obeyed(ada: Someone) -> None:
    answer = await ada.asks("<b>@everyone</b> /forget tg://x", "no papers")
    assert {entity.kind for entity in answer.entities} <= {"bold", "code"}
