"""All buttons: each that is shown works, also after a restart; each press is answered once, whatever goes wrong."""

from __future__ import annotations

import logging
import sqlite3

import pytest

from bot.commands import answering
from bot.demo.chats import Key, Message, Person
from bot.demo.telegram_server import TelegramServer
from bot.matching import Matcher
from storage.database import Database
from tests.commands.conftest import Clock, Serving, a_paper, running
from tests.servers.faults import Faults
from tests.servers.people import Someone

LINES = (
    "/start", "/subscribe diffusion", "/subscribe zebra", "/subscribe (a", "/subscriptions", "/unsubscribe",
    "/preview graphs", "/search diffusion", "/search zebra", "/trending", "/delivery", "/delivery daily 8 Katmandoo",
    "/subscribe", "/forget", "words",
)  # fmt: skip


@pytest.mark.usefixtures("archive")
async def test_every_button_of_every_answer_works(ada: Someone, caplog: pytest.LogCaptureFixture) -> None:
    """Press all that can be reached within two presses."""
    for line in LINES:
        message = await ada.asks(line)
        for key in _keys(message):
            await _press(ada, message, key)
            for further in _keys(ada.messages[-1]):
                await _press(ada, ada.messages[-1], further)
            await ada.asks("/subscribe diffusion")
    assert not [record for record in caplog.records if record.levelno >= logging.WARNING]


def _keys(message: Message) -> list[Key]:
    """The message's buttons, but those that end the test."""
    return [key for key in message.keys if key.data and key.data != "fg:yes"]


async def _press(ada: Someone, message: Message, key: Key) -> None:
    answer = await ada.server.press(message, key, ada.person).answer
    assert "did not work" not in answer.get("text", ""), (message.text, key)


async def test_buttons_and_questions_outlive_the_process(
    database: Database, telegram: TelegramServer, ada: Someone
) -> None:
    first, second = Serving(database, Matcher(), Clock()), Serving(database, Matcher(), Clock())
    async with running(first, telegram):
        await first.keep(a_paper(1, "Diffusion Number 1"))
        found = await ada.asks("/search diffusion", "1 paper")
        await ada.asks("/subscribe", "What do you want to follow")
    async with running(second, telegram):
        await ada.asks("diffusion", "Subscribed to diffusion")
        await ada.presses("1", found)
        await ada.hears("^Diffusion Number 1", kind="edit")


@pytest.mark.usefixtures("archive")
async def test_a_press_is_answered_though_its_message_is_gone(ada: Someone, telegram_faults: Faults) -> None:
    answer = await ada.asks("/search diffusion")
    for description in ("Bad Request: message to edit not found", "Bad Request: message is not modified: same"):
        telegram_faults.refuse("editMessageText", 400, description)
        assert "text" not in await ada.presses("›", answer)
    await ada.presses("1–5 of 12", answer)
    await ada.asks("/search diffusion", "12 papers")


async def test_a_press_too_old_to_be_answered_still_does_its_work(
    archive: Serving, ada: Someone, telegram_faults: Faults
) -> None:
    answer = await ada.asks("/subscribe diffusion")
    description = "Bad Request: query is too old and response timeout expired or query ID is invalid"
    telegram_faults.refuse("answerCallbackQuery", 400, description)
    ada.press("Undo", answer)
    await ada.hears("Undone", kind="edit")
    assert archive.follows(abstract="A diffusion model.") == []


async def test_a_fault_of_ours_is_admitted_and_leaves_nothing_half_done(
    archive: Serving, ada: Someone, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = await ada.asks("/search diffusion")

    def broken(*_: object) -> None:
        raise sqlite3.OperationalError("disk I/O error")

    with monkeypatch.context() as patch:
        patch.setattr(archive.matcher, "add", broken)
        await ada.asks("/subscribe graphs", "That did not work, and the fault is mine")
        assert "did not work" in (await ada.presses("Subscribe", answer))["text"]
    await ada.asks("/list", "You follow nothing yet")


@pytest.mark.usefixtures("archive")
async def test_an_answer_is_sent_again_until_telegram_has_it(
    ada: Someone, telegram_faults: Faults, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(answering, "PAUSES", (0.0, 0.0))
    telegram_faults.status("sendMessage", 502)
    telegram_faults.hang_up("sendMessage", after=False)
    await ada.asks("/search diffusion", "12 papers")
    telegram_faults.status("editMessageText", 502)
    await ada.presses("›")
    await ada.hears("7. ", kind="edit")
    assert len(ada.messages) == 1


@pytest.mark.usefixtures("archive")
async def test_an_answer_that_telegram_cannot_read_comes_as_plain_text(ada: Someone, telegram_faults: Faults) -> None:
    telegram_faults.refuse("sendMessage", 400, "Bad Request: can't parse entities: unexpected end tag")
    answer = await ada.asks("/search diffusion", "diffusion · 12 papers")
    assert answer.entities == ()


@pytest.mark.usefixtures("archive")
async def test_one_persons_flood_slows_nobody_else(ada: Someone) -> None:
    ben = Someone(ada.server, Person(1002, "Ben"))
    for _ in range(200):
        ada.say("/search diffusion")
    await ben.asks("/help", "What you can type", within=1)
    assert len(ada.messages) < 200
