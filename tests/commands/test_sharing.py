"""Passing on: links that open papers and offer queries, and where they come from."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.demo.chats import Person
from bot.demo.telegram_server import TelegramServer
from tests.commands.conftest import Serving, a_paper
from tests.commands.test_subscribing import queries_of
from tests.servers.people import Someone, group

ADA, BEN = Person(1001, "Ada"), Person(1002, "Ben")
LONG = '"graph neural network" OR "flow matching" OR diffusion OR "point clouds"'


@pytest.fixture
def ben(telegram: TelegramServer) -> Someone:
    return Someone(telegram, BEN)


async def link_of(someone: Someone, query: str) -> str:
    """The link that Share under a subscription gives."""
    await someone.asks(f"/subscribe {query}", "Subscribed")
    await someone.presses("1", await someone.asks("/subscriptions"))
    await someone.hears("1. ", kind="edit")
    await someone.presses("Share")
    shared = await someone.hears("Whoever opens this link", kind="edit")
    link = shared.key("Copy").copy
    assert link in shared.text
    assert shared.key("Add it to a group").url == link.replace("?start=", "?startgroup=")
    assert shared.key("Share").url.startswith("https://t.me/share/url?url=https%3A%2F%2Ft.me%2Fpaperwire_demo_bot%3F")
    return link


def payload(link: str) -> str:
    return link.removeprefix("https://t.me/paperwire_demo_bot?start=")


async def test_links_open_papers_of_every_kind_of_id(archive: Serving, ada: Someone) -> None:
    for n, id in enumerate(("cs/0601001", "math.GT/0309136", "an_odd.id", "qwen3-report", "й" * 20), 41):
        await archive.keep(replace(a_paper(n, f"Paper {n}", "Zebras."), id=id))
        opens = (await ada.inline(f"p:{id}"))["results"][0]["reply_markup"]["inline_keyboard"][-1][0]["url"]
        await ada.asks(f"/start {payload(opens)}", f"Paper {n}")


@pytest.mark.usefixtures("archive")
async def test_a_link_that_cannot_be_read_gets_one_sentence(ada: Someone) -> None:
    for damaged in ("p", "s", "s_____", "sA", "p-_-_", "ref", "<b>x</b>", "s" + "A" * 200, "'; DROP TABLE papers"):
        answer = await ada.asks(f"/start {damaged}")
        assert answer.text == "I can't read that link; it may have lost its end. /start shows what I do."
    await ada.asks("/start s-AAAAAAAA", "no longer valid.*subscribe")
    await ada.asks("/start q", "too long for a link. Send it to me here.*")
    await ada.asks("/start pnone-such", "I don't have that paper")
    await ada.asks("/start p2607_99999", "Nobody knows a paper 2607.99999")
    await ada.asks("/start sKGE", "I can't read that query.*never closed")


async def test_a_query_is_offered_and_followed_when_that_is_said(archive: Serving, ada: Someone, ben: Someone) -> None:
    link = await link_of(ada, "diffusion -survey")
    offer = await ben.asks(
        f"/start {payload(link)}", "Follow diffusion -survey here .papers that mention.*12 papers; my archive goes back"
    )
    assert await queries_of(archive, BEN.id) == []
    await ben.presses("Subscribe", offer)
    await ben.hears("Subscribed to diffusion -survey", kind="edit")
    assert await queries_of(archive, BEN.id) == ["1. diffusion -survey"]
    again = await ben.asks(f"/start {payload(link)}")
    assert again.labels[0] == "You follow this, as number 1"


async def test_a_query_that_is_too_long_for_a_link_opens_until_its_chat_is_forgotten(
    archive: Serving, ada: Someone, ben: Someone
) -> None:
    link = await link_of(ada, LONG)
    await ben.presses("Subscribe", await ben.asks(f"/start {payload(link)}", "Follow .graph neural network. OR"))
    await ben.hears("Subscribed", kind="edit")
    assert len(await queries_of(archive, BEN.id)) == 1
    await ada.presses("Delete everything", await ada.asks("/forget"))
    await ada.hears("deleted", kind="edit")
    await ben.asks(f"/start {payload(link)}", "no longer valid.*subscribe")


@pytest.mark.usefixtures("archive")
async def test_in_a_group_administrators_follow_what_a_link_offers(
    archive: Serving, telegram: TelegramServer, ada: Someone
) -> None:
    link = await link_of(ada, "diffusion")
    room = group(telegram, -1001, ADA)
    room.members[BEN.id] = (BEN, "member")
    offer = await Someone(telegram, BEN, room).asks(
        f"/start@paperwire_demo_bot {payload(link)}", "Follow diffusion here"
    )
    refused = await Someone(telegram, BEN, room).presses("Subscribe", offer)
    assert "Only administrators" in refused["text"]
    assert await queries_of(archive, -1001) == []
    await Someone(telegram, ADA, room).presses("Subscribe", offer)
    assert await queries_of(archive, -1001) == ["1. diffusion"]


@pytest.mark.usefixtures("archive")
async def test_every_card_can_be_passed_on(telegram: TelegramServer, ada: Someone) -> None:
    card = await ada.asks("/start p2607_00020")
    await ada.presses("⋯", card)
    await ada.hears(kind="edit")
    typed = card.key("Share").query
    assert [result["title"] for result in (await ada.inline(typed))["results"]] == ["Graphs That Grow"]
    await ada.presses("Back", card)
    await ada.hears(kind="edit")

    channel = Someone(telegram, ADA, group(telegram, -1002, ADA, kind="channel"))
    posted = await channel.asks("/start p2607_00020")
    await channel.presses("⋯", posted)
    await channel.hears(kind="edit")
    assert (
        "url=https%3A%2F%2Ft.me%2Fpaperwire_demo_bot%3Fstart%3Dp2607_00020&text=Graphs%20That"
        in posted.key("Share").url
    )
