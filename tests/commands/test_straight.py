"""Straight to a paper by what leads to it; and what the sources add to answers, while buttons go on working."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot.errors import SourceUnreachable
from bot.query.tree import Node
from bot.sources.source import Batch, Look
from storage import papers
from storage.records import CodeLink, Origin, SourceState, Statement
from tests import factories
from tests.commands.conftest import CODE, NOW, Serving, a_paper
from tests.servers.people import Someone

ID = "2501.00009"


class Library:
    """A source that tells, of papers and in searches alike, of `known`, once it may `answer`."""

    name = "arxiv"

    def __init__(self) -> None:
        self.known: tuple[Statement, ...] = ()
        self.answer, self.asked = asyncio.Event(), asyncio.Event()
        self.down = False

    async def paper(self, id: str, _: SourceState, now: datetime) -> tuple[Statement, ...]:
        return tuple(one for one in await self._told(now) if one.paper_id == id)

    async def search(self, _: Node, __: SourceState, now: datetime) -> tuple[Statement, ...]:
        return await self._told(now)

    async def _told(self, _: datetime) -> tuple[Statement, ...]:
        self.asked.set()
        await self.answer.wait()
        if self.down:
            raise SourceUnreachable(self.name, "is down")
        return self.known

    def poll(self, _: SourceState, now: datetime) -> AsyncIterator[Batch]:
        raise AssertionError(now)

    def backfill(self, _: SourceState, days: int, now: datetime) -> AsyncIterator[Batch]:
        raise AssertionError(days, now)

    def look(self, ids: Sequence[str], _: SourceState, now: datetime) -> AsyncIterator[Look]:
        raise AssertionError(ids, now)


@pytest.fixture
def library(archive: Serving) -> Library:
    """What the bot of the archive can ask."""
    source = Library()
    archive.beyond.sources = [source]
    return source


@pytest.mark.usefixtures("archive")
@pytest.mark.parametrize(
    "text",
    [
        "/search 2607.00020v2",
        "https://arxiv.org/pdf/2607.00020",
        "For you: https://huggingface.co/papers/2607.00020",
        "/search https://github.com/okafor-lab/routers/tree/main/train",
        "GRAPHS that grow!",
        "/search graphs that grow",
    ],
)
async def test_what_leads_to_a_paper_opens_its_card(ada: Someone, text: str) -> None:
    card = await ada.asks(text, "^Graphs That Grow\n")
    assert "💻 Code" in card.labels
    assert len(ada.messages) == 1


async def test_from_a_title_it_is_one_step_to_all_that_matches(archive: Serving, ada: Someone) -> None:
    await archive.keep(a_paper(30, "Diffusion Models"))
    await ada.asks("/search diffusion models", "^Diffusion Models\n")
    await ada.presses("Back")
    await ada.hears("diffusion models · 13 papers, best first\n\n1. Diffusion Models", kind="edit")
    await ada.asks('/search "diffusion models"', "^.diffusion models. · 13 papers")
    await archive.keep(a_paper(31, "Diffusion models?"))
    await ada.asks("/search diffusion models", "^diffusion models · 14 papers")


async def test_a_repository_of_several_papers_lists_them(archive: Serving, ada: Someone) -> None:
    await archive.keep(a_paper(30, "Graphs That Shrink", code=CODE))
    listed = await ada.asks(
        "github.com/okafor-lab/routers", "github.com/okafor-lab/routers · 2 papers, most voted first\n\n1. Graphs"
    )
    await ada.presses("2", listed)
    await ada.hears("^Graphs That Shrink", kind="edit")
    await ada.presses("Back", listed)
    await ada.hears("okafor-lab/routers · 2 papers", kind="edit")
    await ada.asks("https://github.com/okafor-lab/graphs", "No paper in my archive names github.com/okafor-lab/graphs")
    await ada.presses("graphs")
    await ada.hears("^graphs · 2 papers", kind="edit")


@pytest.mark.usefixtures("archive")
async def test_a_page_in_the_web_is_no_query(archive: Serving, ada: Someone) -> None:
    for page in ("https://openreview.net/forum?id=abc", "/search https://arxiv.org/list/cs.LG/new", "http://[::1"):
        await ada.asks(page, "I know no paper at that address")
    project = CodeLink("https://okafor.example/graphs", Origin.ABSTRACT)
    await archive.keep(replace(a_paper(31, "Graphs at Home"), code=(project,)))
    await ada.asks("https://okafor.example/graphs/", "^Graphs at Home")


async def test_a_search_that_finds_nothing_says_what_the_sources_say(library: Library, ada: Someone) -> None:
    await ada.asks("/search okapi", "^okapi · no papers\nI am asking arXiv and Hugging Face, too.$")
    library.answer.set()
    await ada.hears("^okapi · no papers\narXiv and Hugging Face add none.$", kind="edit")
    library.down = True
    await ada.asks("/search quagga")
    await ada.hears("no papers\nNot every source can be asked right now", kind="edit")


async def test_an_unknown_id_is_asked_for_and_becomes_the_card(library: Library, ada: Someone) -> None:
    library.known = (factories.statement(ID, "arxiv", title="Found Elsewhere"),)
    message = await ada.asks(f"arXiv:{ID}v3", f"I don't have {ID} yet. I am asking arXiv and Hugging Face")
    library.answer.set()
    assert "📄 PDF" in (await ada.hears("^Found Elsewhere", kind="edit")).labels
    assert ada.messages == [message]
    await ada.asks(f"/search {ID}", "^Found Elsewhere")


async def test_an_id_that_nobody_knows_or_can_be_asked_for(library: Library, ada: Someone) -> None:
    library.answer.set()
    await ada.asks(ID, "Nobody knows a paper 2501.00009")
    library.down = True
    answer = await ada.asks(f"https://arxiv.org/abs/{ID}", "cannot be asked right now. Send it again")
    assert answer.key("Look at arXiv").url == f"https://arxiv.org/abs/{ID}"


async def test_few_results_are_joined_by_what_the_sources_know(
    archive: Serving, library: Library, ada: Someone
) -> None:
    library.known = (
        factories.statement(ID, "arxiv", title="Graphs Beyond"),
        factories.statement("2501.00010", "arxiv", title="No Match"),
    )
    await ada.asks("/search graphs", "^graphs · 1 paper\n\n1. Graphs That Grow")
    library.answer.set()
    await ada.hears("^graphs · 2 papers, best first\n1 found just now at arXiv and Hugging Face.\n\n1. ", kind="edit")
    assert len(ada.messages) == 1
    assert await archive.database.read(papers.get, "2501.00010") is not None
    library.asked.clear()
    await ada.asks("/search graphs", "^graphs · 2 papers, best first\n\n1. ")
    await library.asked.wait()
    library.asked.clear()
    await ada.asks("/search diffusion", "12 papers")
    assert not library.asked.is_set()


async def test_what_only_a_search_brought_would_not_have_been_sent(library: Library, ada: Someone) -> None:
    listed = NOW - timedelta(days=25)
    library.known = (factories.statement(ID, "arxiv", title="Diffusion of Okapis", listed_at=listed),)
    library.answer.set()
    await ada.asks("/search okapis", "^okapis · no papers")
    await ada.hears("^okapis · 1 paper", kind="edit")
    await ada.asks("/preview okapis", "nothing in the last 30 days")
    await ada.asks("/subscribe diffusion", "would have sent 12 papers; my archive goes back 21 days")


async def test_a_late_answer_overwrites_no_pressed_button(library: Library, ada: Someone) -> None:
    library.known = (factories.statement(ID, "arxiv", title="Graphs Beyond"),)
    await ada.asks("/search graphs", "^graphs · 1 paper")
    await ada.presses("1")
    card = await ada.hears("^Graphs That Grow", kind="edit")
    library.answer.set()
    await ada.asks("/search graphs beyond", "^(Graphs Beyond|graphs beyond · )")
    assert card.text.startswith("Graphs That Grow")


async def test_more_like_this_opens_cards_and_leads_back(archive: Serving, ada: Someone) -> None:
    await archive.keep(
        a_paper(30, "Sparse Routers", "Sparse routers read long histories."),
        a_paper(31, "Routers of Histories", "A router that is sparse and reads long histories."),
    )
    message = await ada.asks("/search sparse routers", "^Sparse Routers\n")
    await ada.presses("⋯")
    await ada.hears(kind="edit")
    await ada.presses("More like this")
    await ada.hears(r"^More like Sparse Routers\n\n1\. Routers of Histories\n.*🔎 .*routers", kind="edit")
    await ada.presses("1", message)
    await ada.hears("^Routers of Histories\n", kind="edit")
    for _ in range(6):  # from one to the other and back: every button's data stays within Telegram's 64 bytes
        await ada.presses("⋯", message)
        await ada.hears(kind="edit")
        await ada.presses("More like this", message)
        await ada.hears("^More like", kind="edit")
        await ada.presses("1", message)
        await ada.hears("^(Routers of|Sparse)", kind="edit")
    await ada.presses("Back", message)
    await ada.hears("^More like", kind="edit")
    await ada.presses("Back", message)
    await ada.hears("^(Routers of|Sparse)", kind="edit")
    await archive.keep(a_paper(32, "Zebra Quagga Okapi", "Zebra quagga okapi."))
    await ada.asks("/search zebra quagga okapi", "^Zebra")
    await ada.presses("⋯")
    await ada.hears(kind="edit")
    await ada.presses("More like this")
    await ada.hears("Nothing in my archive is much like Zebra", kind="edit")
