"""Finding papers: /search, /preview, /trending, and cards in the place of lists."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import timedelta

import pytest

from bot import archive as command_line
from bot.demo.chats import Key
from bot.settings import Settings, StorageSettings
from storage import chats
from storage.records import Push
from tests.commands.conftest import CODE, NOW, Serving, a_paper
from tests.servers.people import Someone


@pytest.mark.usefixtures("archive")
async def test_results_are_turned_ordered_and_opened_in_place(ada: Someone) -> None:
    answer = await ada.asks("/search diffusion", "diffusion · 12 papers, best first")
    await ada.presses("›")
    await ada.hears(r"\n6\. .*\n10\. ", kind="edit")
    assert "6–10 of 12" in answer.labels
    await ada.presses("7")
    card = await ada.hears("^Diffusion Number", kind="edit")
    assert card.labels == ["📄 PDF", "☆ Save", "‹ Back", "⋯"]
    await ada.presses("Back")
    await ada.hears(r"\n6\. .*\n10\. ", kind="edit")
    await ada.presses("Most voted")
    assert (await ada.hears("most voted first.*1. Diffusion Number 1", kind="edit")).labels[:2] == ["1–5 of 12", "›"]
    await ada.presses("With code")
    await ada.hears("diffusion · no papers", kind="edit")
    await ada.presses("All papers")
    await ada.hears("diffusion · 12 papers", kind="edit")
    assert len(ada.messages) == 1


@pytest.mark.usefixtures("archive")
async def test_a_search_becomes_a_subscription(ada: Someone) -> None:
    await ada.asks("/search graphs", "graphs · 1 paper")
    await ada.presses("Subscribe to this search")
    await ada.hears("Subscribed to graphs", kind="edit")
    await ada.asks("/search graphs")
    await ada.presses("You follow this, as number 1")
    await ada.hears("1. graphs", kind="edit")


@pytest.mark.usefixtures("archive")
async def test_a_mended_query_is_searched_for(ada: Someone) -> None:
    await ada.asks("/search (graphs", "I can't read that query")
    await ada.presses("graphs")
    await ada.hears("graphs · 1 paper", kind="edit")


@pytest.mark.usefixtures("archive")
async def test_what_is_misspelt_is_answered_and_said_to_be(ada: Someone) -> None:
    said = "^Nothing has difusion pictures; this is for diffusion pictures.*· 12 papers"
    await ada.asks("/search difusion pictures", said)
    await ada.presses("›")
    await ada.hears(r"^Nothing has difusion.*\n6\. ", kind="edit")
    await ada.presses("Subscribe to this search")
    await ada.hears("Subscribed to diffusion pictures", kind="edit")


@pytest.mark.usefixtures("archive")
async def test_what_has_all_words_but_one_comes_where_nothing_has_them_all(ada: Someone) -> None:
    await ada.asks("/search diffusion pictures zebra", "^Nothing has all of .*all but one.* zebra · 12 papers")


@pytest.mark.parametrize(
    "query", ["diffusion", "diffusions pictures", "diffusion OR graphs -zebra", "code:no", "author:okafor", "difusion"]
)
async def test_the_command_line_finds_the_same_and_says_the_same(
    archive: Serving, ada: Someone, capsys: pytest.CaptureFixture[str], query: str
) -> None:
    answer = await ada.asks(f"/search {query}", r"\n1\. ")
    settings = Settings(storage=StorageSettings(path=str(archive.database.path)))
    assert await command_line.search(settings, query, 5, as_json=False) == 0
    printed = capsys.readouterr().out
    titles = [re.findall(r"(?m)^\d\. .*$", text) for text in (answer.content.text, printed)]
    assert titles[0] == titles[1] != []
    assert ("Nothing has difusion; this is for diffusion." in printed) is (query == "difusion")
    assert await command_line.search(settings, query, 5, as_json=True) == 0
    exact = [paper["title"] for paper in json.loads(capsys.readouterr().out)]
    assert exact == ([] if query == "difusion" else [title[3:] for title in titles[0]])


@pytest.mark.usefixtures("archive")
async def test_what_finds_nothing_offers_other_forms(ada: Someone) -> None:
    await ada.asks('/search "pictures diffusion"', "no papers.*Did you mean one of these")
    await ada.presses("pictures diffusion · 12 papers")
    await ada.hears("pictures diffusion · 12 papers", kind="edit")
    assert "diffusion · 12 papers" in (await ada.asks("/preview diffusion zebra", "nothing in the last 30 days")).labels
    assert (await ada.asks("/search xyzzy", "xyzzy · no papers")).labels == ["🔔 Subscribe to this search"]


async def test_a_preview_shows_the_last_month_only(archive: Serving, ada: Someone) -> None:
    old = NOW - timedelta(days=40)
    await archive.keep(a_paper(40, "Graphs of Old", "Graphs.", listed_at=old, first_seen=old))
    await ada.asks("/preview graphs", "graphs · 1 paper in the last 30 days")
    await ada.presses("Subscribe to this")
    await ada.hears("Subscribed to graphs.*This one", kind="edit")
    await ada.asks("/preview diffusion", "12 papers in the last 30 days")
    await ada.presses("3")
    await ada.hears("^Diffusion Number 3", kind="edit")
    await ada.presses("Back")
    await ada.hears("12 papers in the last 30 days", kind="edit")


async def test_the_trending_list_has_windows_and_cards(archive: Serving, ada: Someone) -> None:
    await archive.keep(a_paper(0, "Fresh Today", "Fresh.", upvotes=5, code=CODE, stars=310))
    answer = await ada.asks("/trending", "Trending today\n\n1. Fresh Today")
    assert "▲ 5" in answer.text
    assert "★ 310" in answer.text
    await ada.presses("Week")
    await ada.hears("Trending this week\n\n1. Diffusion Number 1", kind="edit")
    await ada.presses("1")
    await ada.hears("^Diffusion Number 1", kind="edit")
    await ada.presses("Back")
    await ada.hears("Trending this week", kind="edit")
    await ada.asks("/trending month", "Trending this month")


@pytest.mark.usefixtures("archive")
async def test_the_trending_list_narrows_to_a_query(ada: Someone) -> None:
    answer = await ada.asks("/trending Month diffusion OR graph", "Trending this month · diffusion OR graph\n\n1. Diff")
    assert "1–10 of 13" in answer.labels
    await ada.presses("›")
    await ada.hears(r"diffusion OR graph\n\n11\. .*13\. Diff", kind="edit")
    await ada.presses("Week")
    await ada.hears(r"Trending this week · diffusion OR graph\n\n1\. Diffusion Number 1\n.*\n6\. ", kind="edit")
    await ada.presses("2")
    await ada.hears("^Diffusion Number 2", kind="edit")
    await ada.presses("Back")
    await ada.hears("Trending this week · diffusion OR graph", kind="edit")
    await ada.presses("Subscribe to this")
    await ada.hears("Subscribed to diffusion OR graph", kind="edit")


@pytest.mark.usefixtures("archive")
async def test_a_day_without_a_match_offers_the_times_that_have_some(ada: Someone) -> None:
    answer = await ada.asks("/trending graphs", "Trending on Thu 2 Jul · graphs\n\nNone of the papers")
    assert answer.labels == ["Month · 1 paper", "All papers", "🔔 Subscribe to this"]
    await ada.presses("Month")
    assert "Week" in (await ada.hears("1. Graphs That Grow", kind="edit")).labels
    await ada.presses("All papers")
    await ada.hears("Trending this month\n\n1. Diffusion", kind="edit")


@pytest.mark.usefixtures("archive")
async def test_a_time_may_come_last_and_a_misspelt_one_is_offered(ada: Someone) -> None:
    for asked in ("Diffusion week", "week\ndiffusion", "diffusion\t week"):
        await ada.asks(f"/trending {asked}", "Trending this week · (d|D)iffusion\n\n1. ")
    await ada.asks("/trending today", "Trending on Thu 2 Jul\n\n1. Diffusion Number 1")
    answer = await ada.asks("/trending monht", "None of the papers.*Did you mean")
    assert answer.labels[0] == "Trending this month"
    await ada.asks("/trending weekley", "None of the papers.*Did you mean")
    await ada.presses("Send it once a week")
    await ada.hears("Trending papers come every Monday", kind="edit")


@pytest.mark.usefixtures("archive")
async def test_the_push_is_of_the_whole_list_and_a_topic_is_followed(ada: Someone) -> None:
    await ada.asks("/trending weekly Tue 8:30", "no hour of its own; it would come every Monday at 09:00 Berlin time")
    await ada.presses("Send it once a week")
    await ada.hears("Trending papers come every Monday at 09:00", kind="edit")
    await ada.asks("/trending daily (graphs", "I can't read that query")
    answer = await ada.asks("/trending daily graphs", "The trending list is sent as a whole only. Papers about graphs")
    assert answer.labels == ["🔔 Subscribe to this", "Send it every day"]
    await ada.presses("Subscribe to this")
    await ada.hears("Subscribed to graphs", kind="edit")


@pytest.mark.usefixtures("archive")
async def test_a_filter_that_is_mistaken_or_misspelt_is_mended(ada: Someone) -> None:
    await ada.asks("/trending week (diffusion", "I can't read that query")
    await ada.presses("diffusion")
    await ada.hears("Trending this week · diffusion\n\n1. ", kind="edit")
    await ada.asks("/trending difusion", "None of the papers.*Did you mean one of these")
    await ada.presses("diffusion · 12 papers")
    await ada.hears("Trending on Thu 2 Jul · diffusion\n\n1. ", kind="edit")


async def test_the_list_says_what_grew_since_yesterday(serving: Serving, ada: Someone) -> None:
    was = a_paper(2, "Risen", upvotes=8, stars=1200, code=CODE)
    serving.clock.now -= timedelta(hours=25)
    await serving.keep(was, a_paper(3, "Still", upvotes=30))
    serving.clock.now += timedelta(hours=25)
    await serving.keep(replace(was, upvotes=42), a_paper(4, "Unknown Before", upvotes=3))
    answer = await ada.asks("/trending week", r"1\. Risen.*\n▲ 42 · 💻 · \+34 votes since yesterday, 1\.2k stars\n")
    assert "\n▲ 30\n" in answer.text and answer.text.endswith("▲ 3")


async def test_the_month_shows_what_was_noticed_else_what_is_new(serving: Serving, ada: Someone) -> None:
    await serving.keep(a_paper(2, "Quiet", upvotes=None), a_paper(3, "Quieter", upvotes=0))
    await ada.asks("/trending month", "1. Quiet.*2. Quieter")
    await serving.keep(a_paper(20, "Starred", upvotes=None, stars=99), a_paper(40, "Too Old"))
    answer = await ada.asks("/trending month", "1. Starred")
    assert "Qu" not in answer.text
    assert "Old" not in answer.text


@pytest.mark.usefixtures("archive")
async def test_on_days_without_papers_the_list_names_its_day(ada: Someone) -> None:
    await ada.asks("/trending", "Trending on Thu 2 Jul")


async def test_the_list_is_pushed_as_wished(serving: Serving, ada: Someone) -> None:
    await ada.asks("/trending daily", "every day at 09:00 Berlin time; next on Sat 4 Jul")
    chat = await serving.database.read(chats.get, 1001, 0)
    assert chat is not None and chat.trending is Push.DAILY
    await ada.presses("Once a week")
    await ada.hears("Trending papers come every Monday", kind="edit")
    await ada.asks("/trending off", "no longer sent")
    chat = await serving.database.read(chats.get, 1001, 0)
    assert chat is not None and chat.trending is Push.OFF


async def test_a_button_of_another_chat_does_nothing(archive: Serving, ada: Someone) -> None:
    answer = await ada.asks("/search diffusion")
    data = answer.key("Subscribe").data
    assert await archive.database.read(chats.recalled, 1002, data.split(":")[1]) is None


@pytest.mark.usefixtures("archive")
async def test_forged_data_is_answered_and_harmless(ada: Someone) -> None:
    answer = await ada.asks("/search diffusion")
    for data in (
        "s:nonsense:0:b", "s::::", "p:99999999999999999999:x", "p:-1", "d:1:1", "dm:1", "db:x:y", "undo:999", "nd:0",
        "n:1e9", "dv:never:9:9999:Mars/Phobos", "v:::", "sw:1:x", "em:1:y", "nu:4", "zzz", ":", "hr:<b>", "tp:<b>",
        "t:<b>", "ask:<b>", "fg:maybe", "l:999999999", "sub:'; DROP TABLE chats", "keep:", "sb:",
    ):  # fmt: skip
        press = ada.server.press(answer, Key("forged", data), ada.person)
        await press.answer
    await ada.asks("/search diffusion", "12 papers")
