"""One paper as a message: what a reader sees of it, and that no paper can break it."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.render.message import Button
from bot.render.paper import card
from storage.ratings import Marks
from storage.records import CodeLink, Origin, Paper
from tests import strategies
from tests.factories import paper
from tests.markup import read

TODAY = date(2026, 7, 3)
REPOSITORY = CodeLink("https://github.com/okafor-lab/sparse-routers", Origin.REPOSITORY, 310)
PAGE = CodeLink("https://okafor-lab.example.org/routers/", Origin.PROJECT)


def test_a_card_as_its_reader_sees_it() -> None:
    shown = read(
        card(
            paper(code=(REPOSITORY, PAGE), stars=310),
            today=TODAY,
            queries=("long-context agents", "sparse attention"),
        )
    )
    lines = shown.text.split("\n")
    assert lines[0] == "Sparse Routers Are Enough for Long-Context Agents"
    assert lines[1] == "Mira Okafor, Jun Sato, Lena Brandt +1 · 2 Jul · ▲ 42 · ★ 310"
    assert lines[3] == paper().abstract
    assert lines[5] == "💻 github.com/okafor-lab/sparse-routers ★ 310 · project page"
    assert lines[6] == "🔎 matched long-context agents, sparse attention"
    assert shown.of("b") == [lines[0], "long-context agents", "sparse attention"]
    assert shown.links[lines[0]] == paper().url
    assert shown.links["project page"] == PAGE.url


def test_buttons_are_code_pdf_and_save_then_the_way_back_and_the_rest() -> None:
    pdf, back = Button("📄 PDF", url="https://arxiv.org/pdf/2607.00001"), Button("‹ Back", data="db:1:1")
    save, more = Button("☆ Save", data="sv:7:db:1:1"), Button("⋯", data="m:7:db:1:1")
    rows = card(paper(number=7, code=(REPOSITORY,)), today=TODAY, back="db:1:1").rows
    assert rows == ((Button("💻 Code", url=REPOSITORY.url), pdf, save), (back, more))
    kept, more = Button("★ Saved", data="sv:7"), Button("⋯", data="m:7")
    page = Button("🔗 Project page", url=PAGE.url)
    saved = Marks(saved=True)
    assert card(paper(number=7, code=(PAGE,)), today=TODAY, marks=saved).rows == (
        (page, pdf, kept),
        (more,),
    )
    assert card(paper("an-id-of-another-source", number=7), today=TODAY, marks=Marks(saved=True)).rows == (
        (kept,),
        (more,),
    )
    assert card(paper("math/0301001"), today=TODAY).rows[0][0].url == "https://arxiv.org/pdf/math/0301001"


def test_a_short_abstract_is_open_and_a_long_one_folded() -> None:
    short, long = "A sparse router. " * 5, "A sparse router. " * 40
    assert not read(card(paper(abstract=short), today=TODAY)).of("blockquote")
    message = card(paper(abstract=long), today=TODAY)
    assert read(message).of("blockquote") == [long.strip()]
    assert "<blockquote expandable>" in message.text


def test_an_abstract_of_100_kilobytes_ends_at_a_word_with_a_link_to_the_rest() -> None:
    message = card(paper(abstract="router " * 15_000, code=(REPOSITORY,)), today=TODAY, queries=("routers",))
    shown = read(message)
    [folded] = shown.of("blockquote")
    assert folded.endswith("router … more") and len(folded) > 3500
    assert shown.links["… more"] == paper().url
    assert shown.text.endswith("matched routers")


def test_paragraphs_stay_and_hard_line_breaks_go() -> None:
    shown = read(card(paper(abstract="We route\ntokens.\n  It helps.\n\nMuch."), today=TODAY))
    assert "We route tokens.\nIt helps.\nMuch." in shown.text


def test_what_is_unknown_leaves_no_gap() -> None:
    bare = paper(abstract="", authors=(), published=None, listed_at=None, upvotes=None, url="")
    assert read(card(bare, today=TODAY)).text == bare.title
    assert read(card(paper(authors=(), upvotes=None), today=TODAY)).text.split("\n")[1] == "2 Jul"
    assert read(card(paper(title=" \u200b", url=""), today=TODAY)).text.startswith("2607.00001")


def test_dates_of_other_years_show_theirs_and_a_listing_stands_in() -> None:
    old = paper(published=date(2025, 12, 31))
    assert "31 Dec 2025" in read(card(old, today=TODAY)).text
    listed = paper(published=None, listed_at=datetime(2026, 7, 1, 9, tzinfo=UTC))
    assert " · 1 Jul · " in read(card(listed, today=TODAY)).text


@pytest.mark.parametrize(("number", "shown"), [(0, "★ 0"), (999, "★ 999"), (1234, "★ 1.2k"), (79_400, "★ 79.4k"),
                                               (999_700, "★ 1M")])  # fmt: skip
def test_stars_are_short(number: int, shown: str) -> None:
    assert f"{shown}\n" in read(card(paper(stars=number), today=TODAY)).text


def test_a_title_is_cut_at_300_characters() -> None:
    whole = "Router " * 42
    assert read(card(paper(title=whole), today=TODAY)).of("b") == [whole.strip()]
    [cut] = read(card(paper(title="Router " * 100), today=TODAY)).of("b")
    assert cut.endswith("Router…") and 280 < len(cut) <= 300
    [emoji] = read(card(paper(title="👩‍👩‍👧‍👦" * 200), today=TODAY)).of("b")
    assert emoji.removesuffix("…").endswith("👦")


def test_every_known_link_is_shown_once_up_to_six() -> None:
    links = [CodeLink(f"https://github.com/lab/r{n}", Origin.ABSTRACT) for n in range(9)]
    shown = read(card(paper(code=(links[0], links[0], *links[1:])), today=TODAY))
    assert [text for text in shown.links if text.startswith("github")] == [f"github.com/lab/r{n}" for n in range(6)]
    two = CodeLink("https://second.example.org/x", Origin.PROJECT)
    assert "💻 project page · second.example.org/x" in read(card(paper(code=(PAGE, two)), today=TODAY)).text


@pytest.mark.parametrize(
    ("codes", "line", "label", "leads_to"),
    [
        (["https://github.com/lab/r"], "github.com/lab/r", "💻 Code", 0),
        (["https://huggingface.co/datasets/lab/d"], "huggingface.co/datasets/lab/d", "💻 Code", 0),
        (["https://lab.dev/r", "https://hf.co/lab/m"], "project page · hf.co/lab/m", "💻 Code", 1),
        (["https://lab.github.io/r"], "project page", "🔗 Project page", 0),
        (["https://huggingface.co/papers/2607.00001"], "project page", "🔗 Project page", 0),
    ],
)
def test_the_button_leads_to_code_wherever_it_was_seen(codes: list[str], line: str, label: str, leads_to: int) -> None:
    links = [CodeLink(url, Origin.MODEL if number else Origin.PROJECT) for number, url in enumerate(codes)]
    message = card(paper(code=tuple(links)), today=TODAY)
    assert f"💻 {line}" in read(message).text.split("\n")
    assert (message.rows[0][0].label, message.rows[0][0].url) == (label, codes[leads_to])


def test_links_to_other_places_than_the_web_are_dropped() -> None:
    bad = ["javascript:alert(1)", "tg://user?id=1", "https://a:b@c.example", "ftp://x.example", "https://localhost/x"]
    message = card(paper(url=bad[0], code=tuple(CodeLink(url, Origin.REPOSITORY) for url in bad)), today=TODAY)
    assert not read(message).links and "💻" not in message.text
    assert [button.label for button in message.rows[0]] == ["📄 PDF", "☆ Save"]


def test_markup_mentions_and_commands_of_a_paper_are_only_text() -> None:
    hostile = paper(
        title="</b><a href='tg://user?id=1'>Free</a> & <i>",
        abstract="Ask @durov_x or /forget or tg://resolve?domain=x, see https://example.org/@lab/x (pass@k, w/o).",
        authors=("@someone", "/stop"),
    )
    shown = read(card(hostile, today=TODAY))
    assert shown.of("b") == [hostile.title] and hostile.abstract in shown.text
    assert shown.tappable == []
    assert shown.of("code") == ["@someone", "/stop", "@durov_x", "/forget", "tg://resolve?domain=x,"]
    many = read(card(paper(abstract="@durov_x " * 300), today=TODAY))
    assert many.tappable == [] and "@durov_x " * 300 in many.text + " "


def test_what_is_invisible_or_turns_the_line_is_gone_and_writing_is_not_harmed() -> None:
    shown = read(card(paper(title="Safe\u202e\u2066 tit\u200ble\x00\ud800 \U000e0041!"), today=TODAY))
    assert shown.of("b") == ["Safe title !"]
    for kept in ("می‌خواهم", "क्‍ष", "👩‍🔬 ❤️ 1️⃣", "Việt Nam", "漢字", "é", "שָׁלוֹם"):
        assert kept in read(card(paper(title=kept), today=TODAY)).text
    assert read(card(paper(title="Z\u0310\u0300\u0301\u0302\u0303\u0304\u0305\u0306algo"), today=TODAY)).of("b") == [
        "Z\u0310\u0300\u0301\u0302algo"
    ]


def test_many_long_queries_are_counted() -> None:
    text = read(card(paper(), today=TODAY, queries=tuple(f"{n} " + "q" * 254 for n in range(100)))).text
    assert text.endswith(" and 95 more")
    assert read(card(paper(), today=TODAY, trending=True)).text.endswith("\n\nfrom the trending list")


@strategies.bounded(60)
@given(strategies.papers, strategies.queries, st.booleans())
def test_any_paper_is_a_message_within_limits(subject: Paper, queries: tuple[str, ...], trending: bool) -> None:
    shown = read(card(subject, today=TODAY, queries=queries, trending=trending))
    assert shown.tappable == []
