"""Inline mode: papers for any chat, and the card that is sent."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from dataclasses import replace

import pytest

from bot.demo import markup
from bot.demo.chats import Json, Key, Person, Press
from bot.demo.telegram_server import TelegramServer
from tests.commands.conftest import CODE, Serving, a_paper
from tests.servers.people import Someone


def shown(answer: Json) -> list[str]:
    """The titles in the list."""
    return [result["title"] for result in answer["results"]]


def keys(result: Json) -> list[Json]:
    """The buttons of the card that is sent."""
    return [key for row in result["reply_markup"]["inline_keyboard"] for key in row]


@pytest.mark.usefixtures("archive")
async def test_papers_in_pages_for_everyone_who_types_the_same(ada: Someone) -> None:
    first = await ada.inline("diffusion")
    second = await ada.inline("diffusion", first["next_offset"])
    last = await ada.inline("diffusion", second["next_offset"])
    titles = shown(first) + shown(second) + shown(last)
    assert sorted(titles) == sorted(f"Diffusion Number {n}" for n in range(1, 13))
    assert [answer["next_offset"] for answer in (first, second, last)] == ["5", "10", ""]
    assert (first["cache_time"], first["is_personal"]) == (300, False)
    assert "button" not in first
    for forged in ("-1", "x", "9" * 60, "²", "10; DROP"):
        assert shown(await ada.inline("diffusion", forged)) == shown(first)


async def test_a_result_tells_of_its_paper_and_sends_the_card(archive: Serving, ada: Someone) -> None:
    await archive.keep(
        a_paper(
            30, "A Picture of Its Own & <More>", "A zebra. We show zebras.", thumbnail="https://cdn.example.org/z.png"
        )
    )
    [result] = (await ada.inline("graphs"))["results"]
    assert result["title"] == "Graphs That Grow"
    assert result["description"] == "Okafor, Sato +2 · 2 Jul · ▲ 20 · 💻\nGraph neural networks grow."
    assert result["thumbnail_url"].endswith("/social-thumbnails/papers/2607.00020.png")
    content = result["input_message_content"]
    card = await ada.asks("/start p2607_00020", "Graphs That Grow")
    assert (markup.parse(content["message_text"]), content["parse_mode"]) == (card.content, "HTML")
    assert content["link_preview_options"] == {"is_disabled": True}
    assert [key["url"] for key in keys(result)] == [
        CODE[0].url, "https://arxiv.org/pdf/2607.00020", "https://t.me/paperwire_demo_bot?start=p2607_00020"
    ]  # fmt: skip
    [zebra] = (await ada.inline("zebra"))["results"]
    assert (zebra["title"], zebra["thumbnail_url"]) == (
        "A Picture of Its Own & <More>",
        "https://cdn.example.org/z.png",
    )


@pytest.mark.usefixtures("archive")
async def test_without_a_query_comes_what_is_trending(ada: Someone) -> None:
    answer = await ada.inline("")
    listed = await ada.asks("/trending")
    assert shown(answer)
    assert all(f"{n}. {title}" in listed.text for n, title in enumerate(shown(answer), 1))
    assert shown(await ada.inline(" \u200b ")) == shown(answer)


async def test_an_id_or_address_gives_that_paper_alone(archive: Serving, ada: Someone) -> None:
    await archive.keep(replace(a_paper(31, "By Another Hand", "Graphs."), id="graphs report/7"))
    for typed in (
        "p:2607.00020",
        "2607.00020",
        "https://huggingface.co/papers/2607.00020",
        "arxiv.org/abs/2607.00020v2",
        CODE[0].url,
    ):
        assert shown(await ada.inline(typed)) == ["Graphs That Grow"]
    assert shown(await ada.inline("p:graphs report/7")) == ["By Another Hand"]


@pytest.mark.usefixtures("archive")
async def test_a_mistake_is_explained_in_the_bot(ada: Someone) -> None:
    for typed, label, explained in (
        ('"graph neural', 'Read as "graph neural". Why?', "never closed"),
        ("(difusion", "Read as diffusion. Why?", "never closed"),
        ("-survey", "I can't read that query. Why?", "exclusions alone"),
        ("zebra crossing", "Nothing for zebra crossing. Try it in the bot", "zebra crossing"),
        ("difusion", "Nothing for difusion; these are for diffusion", "difusion"),
        ("graph diffusion", "Nothing for graph diffusion; these come nearest", "graph diffusion"),
        ("diffu", "Nothing for diffu; these are for diffu*", "diffu"),
        ("(" + "graph " * 42, "Read as graph", "too long for a link"),
    ):
        answer = await ada.inline(typed)
        assert answer["button"]["text"].startswith(label)
        assert bool(shown(answer)) is (label.startswith("Read") or "these" in label)
        await ada.asks(f"/start {answer['button']['start_parameter']}", explained)


async def test_hostile_words_and_papers_are_answered(archive: Serving, ada: Someone) -> None:
    bad = "</b><a href='tg://user?id=1'>" + "$\\emph{" * 2000
    given = {"authors": (bad,) * 40, "thumbnail": "javascript:alert(1)", "url": "x", "sources": ()}
    await archive.keep(a_paper(40, f"graph {bad}", bad, **given))
    for typed in ("<b>@a</b> /x", "\ud800 graph", "a" * 256, "((" * 128, "\u202e", "x OR " * 51, "'; --"):
        await ada.inline(typed)
    assert len(shown(await ada.inline("graph"))) == 2


async def test_trouble_with_the_file_is_told_and_not_kept(archive: Serving, ada: Someone) -> None:
    with closing(sqlite3.connect(archive.database.path)) as damage:
        damage.execute("ALTER TABLE papers RENAME TO elsewhere")
    answer = await ada.inline("diffusion")
    assert (shown(answer), answer["cache_time"]) == ([], 0)
    assert answer["button"]["text"] == "That did not work; please try again in a minute"


@pytest.mark.usefixtures("archive")
async def test_fifty_people_at_once_are_all_answered(telegram: TelegramServer) -> None:
    people = [Someone(telegram, Person(2000 + n, "Eve")) for n in range(50)]
    answers = await asyncio.gather(*(each.inline(f"number {n % 12 + 1}") for n, each in enumerate(people)))
    assert [shown(answer)[0] for answer in answers] == [f"Diffusion Number {n % 12 + 1}" for n in range(50)]


@pytest.mark.usefixtures("serving")
async def test_a_button_under_a_sent_card_is_answered(telegram: TelegramServer, ada: Someone) -> None:
    """No card that is sent so has one; but whoever chose it may have an older one."""
    press = Press(
        "77", ada.say("hello"), Key("Old", data="m:1"), ada.person, asyncio.get_running_loop().create_future()
    )
    telegram.methods.presses[press.id] = press
    pressed = {"id": press.id, "from": ada.person.json(), "chat_instance": "1", "data": press.key.data}
    telegram.push("callback_query", pressed | {"inline_message_id": "AAAA"})
    async with asyncio.timeout(5):
        assert "no longer works" in (await press.answer)["text"]
