"""How the bot behaves when things go wrong around a command or a button."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest

from bot.demo.telegram_server import TelegramServer
from tests.commands.conftest import Serving
from tests.servers.faults import Faults
from tests.servers.people import Someone


def edits(telegram: TelegramServer) -> int:
    return sum(call.method.startswith("edit") for call in telegram.calls)


async def test_a_database_that_is_held_is_told_and_what_only_reads_goes_on(archive: Serving, ada: Someone) -> None:
    await ada.asks("/start")
    await archive.database.write(lambda db: db.execute("PRAGMA busy_timeout = 50"))  # instead of a second
    with closing(sqlite3.connect(archive.database.path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        await ada.asks("/help", "What you can type")
        await ada.asks("/list", "You follow nothing yet")
        await ada.asks("/subscribe diffusion", "That did not work, and the fault is mine")
        other.execute("ROLLBACK")
    await ada.asks("/subscribe diffusion", "Subscribed to diffusion")


@pytest.mark.usefixtures("archive")
async def test_the_middle_of_a_turning_row_says_which_page_it_is(telegram: TelegramServer, ada: Someone) -> None:
    await ada.asks("/search diffusion")
    before = edits(telegram)
    assert (await ada.presses("1–5 of 12"))["text"] == "Page 1 of 3"
    assert edits(telegram) == before


@pytest.mark.usefixtures("archive")
async def test_a_second_press_changes_nothing_and_asks_telegram_nothing(telegram: TelegramServer, ada: Someone) -> None:
    answer = await ada.asks("/search diffusion")
    newest = answer.key("Newest")
    await ada.presses("Newest")
    await ada.hears("newest first", kind="edit")
    before = edits(telegram)
    await telegram.press(answer, newest, ada.person).answer
    assert edits(telegram) == before


@pytest.mark.usefixtures("archive")
async def test_a_press_that_telegram_did_not_take_the_answer_of_is_answered_again(
    telegram_faults: Faults, ada: Someone
) -> None:
    await ada.asks("/search diffusion")
    telegram_faults.status("answerCallbackQuery", 502)
    await ada.presses("›")
    await ada.hears("6. ", kind="edit")


@pytest.mark.usefixtures("archive")
async def test_a_button_of_a_message_that_is_gone_answers_with_a_new_one(ada: Someone) -> None:
    answer = await ada.asks("/search diffusion")
    answer.deleted = True
    await ada.presses("›", answer)
    await ada.hears("6. ", kind="new")
