"""Several papers as messages: digests and the lists that people ask for."""

from __future__ import annotations

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from bot.render import lists
from bot.render.buttons import numbers
from bot.render.digest import Entry, digest
from bot.render.message import Button
from bot.trending import Growth
from storage.records import CodeLink, Origin, Paper, Subscription
from tests import strategies
from tests.factories import MORNING, paper
from tests.markup import read

FRIDAY = date(2026, 7, 3)
CODE = (CodeLink("https://github.com/okafor-lab/routers", Origin.REPOSITORY, 310),)


def opens(subject: Paper) -> str:
    return f"p:{subject.number}"


def entries(count: int, **given: object) -> list[Entry]:
    return [
        Entry(paper(f"2607.{n:05}", number=n, title=f"Paper number {n}", **given), ("agents",))
        for n in range(1, count + 1)
    ]


def test_a_digest_as_its_reader_sees_it() -> None:
    first = Entry(paper(code=CODE, stars=310), ("long-context agents", "routing", "third"))
    [message] = digest([first, *entries(8)], day=FRIDAY, button=opens, more=14, more_data="dm:1:0")
    shown = read(message)
    assert shown.text.split("\n")[:6] == [
        "9 new papers for you · Fri 3 Jul",
        "",
        "1. Sparse Routers Are Enough for Long-Context Agents",
        "▲ 42 · 💻 ★ 310 · long-context agents, routing +1",
        "Agents that read long histories spend most of their time on tokens that never matter.",
        "",
    ]
    assert shown.text.endswith("\n\nBest first. 14 more matched.")
    assert shown.links["1. Sparse Routers Are Enough for Long-Context Agents"] == first.paper.url
    assert shown.links["💻"] == CODE[0].url
    assert [[button.label for button in row] for row in message.rows] == [
        ["1", "2", "3", "4", "5"],
        ["6", "7", "8", "9"],
        ["Show the other 14"],
    ]
    assert message.rows[1][3].data == "p:8" and message.rows[2][0].data == "dm:1:0"


def test_one_paper_and_nothing_more_need_no_words_about_order() -> None:
    [message] = digest(entries(1), day=FRIDAY, button=opens)
    shown = read(message).text
    assert shown.startswith("1 new paper for you · Fri 3 Jul\n") and "Best first" not in shown


def test_the_line_under_a_title_is_what_the_authors_say_they_did() -> None:
    abstract = "Agents are slow, e.g. on long inputs. We propose a sparse router with $O(n)$ cost. It works."
    [message] = digest([Entry(paper(abstract=abstract, summary="A machine's words."))], day=FRIDAY, button=opens)
    assert read(message).text.endswith("\nWe propose a sparse router with O(n) cost.")
    long = "We propose " + "a very sparse router " * 30
    [message] = digest([Entry(paper(abstract=long))], day=FRIDAY, button=opens)
    last = read(message).text.split("\n")[-1]
    assert 120 < len(last) <= 160 and last.endswith("…") and f"{last[:-1]} " in long


def test_the_trending_list_follows_under_its_own_heading_numbered_on() -> None:
    trend = Entry(paper(title="A trend", code=CODE, stars=310), growth=Growth(34, 0, 6))
    [message] = digest(entries(2), trending=[trend], day=FRIDAY, button=opens)
    shown = read(message)
    assert "\n\nTrending\n\n3. A trend\n▲ 42 · 💻 ★ 310 · +34 votes in 6 hours\n" in shown.text
    assert "Trending" in shown.of("b")
    [only] = digest([], trending=[Entry(paper(title="A trend"))], day=FRIDAY, button=opens)
    assert read(only).text.startswith("Trending papers · Fri 3 Jul\n\n1. A trend\n")


def test_lines_shrink_before_a_digest_is_split() -> None:
    abstract = "We propose " + "a very sparse router " * 30
    messages = digest(entries(13, abstract=abstract, code=CODE), day=FRIDAY, button=opens)
    assert len(messages) == 1 and "We propose a very" in read(messages[0]).text
    titles = [Entry(paper(title="Router " * 42, number=n)) for n in range(10)]
    assert len(digest(titles, day=FRIDAY, button=opens)) == 1


def test_a_digest_beyond_the_limits_splits_between_papers_and_each_message_opens_its_own() -> None:
    back = ((Button("‹ Back", data="x"),),)
    messages = digest(entries(60), day=FRIDAY, button=opens, more=3, more_data="m", rows=back)
    assert len(messages) > 1
    texts = [read(message).text for message in messages]
    assert texts[0].startswith("60 new papers") and not texts[1].startswith("60")
    assert texts[-1].endswith("3 more matched.") and "more matched" not in texts[0]
    labels = [button.label for message in messages for row in message.rows for button in row if button.label.isdigit()]
    assert labels == [str(n) for n in range(1, 61)]
    for message, text in zip(messages, texts, strict=True):
        for row in message.rows:
            assert all(f"{button.label}. Paper number" in text for button in row if button.label.isdigit())
    assert [message.rows[-1] == back[0] for message in messages] == [False] * (len(messages) - 1) + [True]


@strategies.bounded(15)
@given(st.lists(st.builds(Entry, strategies.papers, strategies.queries), max_size=25), st.integers(0, 12))
def test_any_digest_is_messages_within_limits(all: list[Entry], trending: int) -> None:
    messages = digest(all[trending:], trending=all[:trending], day=FRIDAY, button=opens, more=1, more_data="m")
    assert not any(read(message).tappable for message in messages)
    assert sum(len(row) for message in messages for row in message.rows) == len(all) + 1


def test_a_page_of_results_marks_the_hit_in_a_line_of_the_abstract() -> None:
    abstract = "Clouds of points are sets. " * 6 + "Our models handle high-cardinality data such as point clouds well."
    found = paper(abstract=abstract, code=CODE)
    message = lists.results(
        "cardinality", [found], total=12, today=FRIDAY, first=6, marks=lambda _: ("high-cardinality",)
    )
    shown = read(message)
    assert shown.text.startswith("cardinality · 12 papers, best first\n\n6. Sparse Routers")
    assert "Okafor, Sato +2 · 2 Jul · ▲ 42 · 💻" in shown.text
    line = shown.text.split("\n")[-1]
    assert line.startswith("… ") and "handle high-cardinality data" in line and len(line) <= 155
    assert shown.of("b") == ["cardinality", "6. Sparse Routers Are Enough for Long-Context Agents", "high-cardinality"]


def test_results_without_a_hit_in_the_abstract_show_what_the_paper_claims() -> None:
    shown = read(lists.results("okafor", [paper()], total=1, today=FRIDAY)).text
    assert shown.startswith("okafor · 1 paper\n\n") and shown.endswith("tokens that never matter.")
    assert read(lists.results("x", [], total=0, today=FRIDAY)).text == "x · no papers"


def test_the_trending_list_has_ranks_figures_and_reasons() -> None:
    listed = [paper(code=CODE, number=7)]
    shown = read(lists.trending(listed, title="Trending today", grown={listed[0].id: Growth(1, 0)}, today=FRIDAY)).text
    assert shown.startswith("Trending today\n\n1. Sparse Routers")
    assert shown.endswith("▲ 42 · 💻 · +1 vote since yesterday")
    empty = read(lists.trending([], title="Trending today", grown={}, today=FRIDAY)).text
    assert "No papers" in empty


def test_a_preview_says_which_words_matched() -> None:
    message = lists.preview("agents -survey", [(paper(), ("agents", "agents", "Agent"))], total=31, today=FRIDAY)
    shown = read(message)
    assert shown.text.startswith("agents -survey · 31 papers in the last 30 days\n\n1. Sparse")
    assert shown.text.endswith("\n🔎 agents, Agent")


def test_subscriptions_keep_their_numbers() -> None:
    following = [
        Subscription(5, 1, 0, 2, "diffusion -survey", MORNING),
        Subscription(9, 1, 0, 7, "agents", MORNING, paused=True),
    ]
    shown = read(lists.subscriptions(following, counts={5: 31}))
    assert shown.text == "You follow 2 queries:\n\n2. diffusion -survey · 31 in 30 days\n7. agents · paused"
    assert "/subscribe" in read(lists.subscriptions([])).text
    many = [Subscription(n, 1, 0, n, "q" * 256, MORNING) for n in range(1, 101)]
    assert read(lists.subscriptions(many)).text.endswith(" more")


@strategies.bounded(30)
@given(st.lists(strategies.papers, max_size=10), strategies.texts, strategies.queries)
def test_any_list_is_a_message_within_limits(found: list[Paper], query: str, words: tuple[str, ...]) -> None:
    query = query[:256]
    read(lists.results(query, found, total=99, today=FRIDAY, marks=lambda _: words))
    read(lists.preview(query, [(one, words) for one in found], total=99, today=FRIDAY))
    read(lists.trending(found, title="Trending", grown={}, today=FRIDAY))
    read(lists.subscriptions([Subscription(n, 1, 0, n, word, MORNING) for n, word in enumerate(words)]))


def test_number_buttons_stand_five_in_a_row() -> None:
    rows = numbers([paper(number=n) for n in range(7)], opens, first=6)
    assert [[button.label for button in row] for row in rows] == [["6", "7", "8", "9", "10"], ["11", "12"]]
