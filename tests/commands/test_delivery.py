"""When papers come: /delivery, its buttons, and what waits meanwhile; digests and their buttons."""

from __future__ import annotations

from datetime import datetime, time

import pytest
import sqlite_utils

from bot import digests as rendered
from bot.demo.chats import Key, Person
from storage import chats, outbox
from storage import digests as stored
from storage.outbox import NewDelivery
from storage.records import Chat, Mode
from tests.commands.conftest import NOW, Serving
from tests.servers.people import Someone


async def chat_of(serving: Serving) -> Chat:
    chat = await serving.database.read(chats.get, 1001, 0)
    assert chat is not None
    return chat


def queue(db: sqlite_utils.Database, ids: list[str], due: datetime | None) -> None:
    outbox.enqueue(db, [NewDelivery(1001, 0, id, ("diffusion",), due) for id in ids], NOW)


def digest(db: sqlite_utils.Database, ids: list[str], shown: int) -> rendered.Contents:
    found = rendered.load(db, 1001, stored.record(db, 1001, 0, ids, shown, NOW).id)
    assert found is not None
    return found


async def test_typed_settings_are_obeyed_and_said_back(serving: Serving, ada: Someone) -> None:
    await ada.asks("/delivery daily 8:30", "every day at 08:30 Berlin time; next on Sat 4 Jul")
    await ada.asks("/delivery weekly Mon 18:00 asia/kathmandu", "every Monday at 18:00 Kathmandu time; next on Mon 6")
    await ada.asks("/delivery weekdays 7:00", "Monday to Friday at 07:00 Kathmandu time; next on Mon 6 Jul")
    chat = await chat_of(serving)
    assert (chat.mode, chat.at, chat.zone) == (Mode.WEEKDAYS, time(7), "Asia/Kathmandu")
    await ada.asks("/delivery every day at Europe/Berlin 8 pm", "every day at 20:00 Berlin time")
    await ada.asks("/delivery instant", "as soon as they appear")
    assert (await chat_of(serving)).next_digest_at is None
    await ada.asks("/delivery whenever you like", "I can't read whenever you like. These work")
    await ada.asks("/delivery weekly Funday 8:30", "I can't read weekly Funday 8:30. These work")
    await ada.asks("/delivery off", "To hold everything: /pause")
    assert serving.woken == 5


async def test_a_zone_nearly_right_is_a_button_that_keeps_the_rest(serving: Serving, ada: Someone) -> None:
    await ada.asks("/delivery daily 8:30 Asia/Katmandoo", "I don't know the time zone Asia/Katmandoo. Did you mean")
    assert await serving.database.read(chats.get, 1001, 0) is None
    await ada.presses("Asia/Kathmandu")
    await ada.hears("every day at 08:30 Kathmandu time", kind="edit")
    await ada.asks("/delivery daily Asia/Katmandoo 7:15", "I don't know the time zone Asia/Katmandoo. Did you mean")
    await ada.presses("Asia/Kathmandu")
    await ada.hears("every day at 07:15 Kathmandu time", kind="edit")


async def test_bare_it_shows_how_it_is_and_takes_words_or_buttons(serving: Serving, ada: Someone) -> None:
    answer = await ada.asks("/delivery", "every day at 09:00 Berlin time")
    assert answer.labels == ["At once", "Monday to Friday", "Once a week", "Change the hour"]
    await ada.asks("weekly fri 10", "every Friday at 10:00")
    await ada.presses("Change the hour")
    await ada.hears("At which hour", kind="edit")
    await ada.presses("07:00")
    await ada.hears("every Friday at 07:00", kind="edit")
    await ada.presses("At once")
    assert "Change the hour" not in (await ada.hears("as soon as they appear", kind="edit")).labels
    await ada.presses("Every day")
    await ada.hears("every day at 07:00", kind="edit")
    assert (await chat_of(serving)).mode is Mode.DAILY


async def test_an_instant_chat_has_an_hour_for_its_trending_list(serving: Serving, ada: Someone) -> None:
    await ada.asks("/delivery instant")
    await ada.asks("/trending daily", "every day at 09:00")
    await ada.presses("Change the hour")
    await ada.hears("At which hour", kind="edit")
    await ada.presses("20:00")
    await ada.hears("as soon as they appear.\nTrending papers come every day at 20:00 Berlin time", kind="edit")
    chat = await chat_of(serving)
    assert (chat.mode, chat.at) == (Mode.INSTANT, time(20))


async def test_what_waits_moves_with_the_settings(archive: Serving, ada: Someone) -> None:
    await ada.asks("/start")
    await archive.database.write(queue, ["2607.00001", "2607.00002"], None)
    await ada.asks("/delivery instant", "The 2 waiting ones come now")
    waiting = await archive.database.read(outbox.waiting, 1001, 0)
    assert [row.due_at for row in waiting] == [NOW, NOW]
    await ada.asks("/delivery daily", "2 papers are waiting for it")
    assert {row.due_at for row in await archive.database.read(outbox.waiting, 1001, 0)} == {None}


async def test_a_digest_opens_its_papers_in_place(archive: Serving, ada: Someone) -> None:
    await ada.asks("/start")
    ids = [f"2607.{number:05}" for number in range(1, 13)]
    await archive.database.write(queue, ids, None)
    sent = await archive.database.write(digest, ids, 3)
    [shown] = rendered.messages(sent)
    message = await ada.asks("/privacy")
    ada.server.press(message, Key("2", shown.rows[0][1].data), ada.person)
    await ada.hears("^Diffusion Number 2", kind="edit")
    for label, expected in (
        ("Back", "3 new papers for you"), ("Show the other 9", "4–12 of 12"), ("12", "^Diffusion Number 12"),
        ("Back", "4–12 of 12"), ("Back", "3 new papers for you"),
    ):  # fmt: skip
        await ada.presses(label)
        await ada.hears(expected, kind="edit")


async def test_another_chats_digest_stays_closed(archive: Serving, ada: Someone) -> None:
    await ada.asks("/start")
    sent = await archive.database.write(digest, ["2607.00001"], 1)
    ben = Someone(ada.server, Person(1002, "Ben"))
    message = await ben.asks("/privacy")
    press = ada.server.press(message, Key("1", f"d:{sent.digest.id}:1"), ben.person)
    assert "no longer works" in (await press.answer)["text"]
    assert message.text.startswith("What I store")


@pytest.mark.usefixtures("archive")
async def test_a_weekly_digest_and_a_daily_list_each_say_their_own_next_day(ada: Someone) -> None:
    await ada.asks("/trending daily", "next on Sat 4 Jul")
    answer = await ada.asks("/delivery weekly Wed 7:00")
    assert "every Wednesday at 07:00 Berlin time; next on Wed 8 Jul." in answer.text
    assert "Trending papers come every day at 07:00 Berlin time; next on Sat 4 Jul." in answer.text
