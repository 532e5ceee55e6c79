"""What arXiv's answers say, and what becomes of those that say nothing."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from xml.sax.saxutils import escape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import SourceNonsense, SourceRefused
from bot.sources.arxiv_records import announced, parse_feed, parse_found
from storage.records import Statement
from tests.servers.announcements import atom, entry, item, rss

NOW = datetime(2026, 7, 3, 12, 0, tzinfo=UTC)
TODAY = NOW.date()


def test_an_announcement() -> None:
    [found] = parse_feed(rss(item("2607.00001v2", "replace-cross")).encode(), NOW).items
    assert found.version == "2607.00001v2"
    assert found.statement == Statement(
        source="arxiv",
        paper_id="2607.00001",
        title="Sparse Routers",
        abstract="We route what matters.",
        authors=("Mira Okafor", "Ada King, Jr.", "Jun Sato"),
        listed_at=datetime(2026, 7, 3, 4, 0, tzinfo=UTC),
        url="https://arxiv.org/abs/2607.00001",
        categories=("cs.CL", "cs.LG"),
        replacement=True,
    )


@pytest.mark.parametrize(("kind", "replacement"), [("new", False), ("cross", False), ("replace", True)])
def test_new_and_cross_are_news(kind: str, replacement: bool) -> None:
    [found] = parse_feed(rss(item(kind=kind)).encode(), NOW).items
    assert found.statement.replacement is replacement


def test_an_entry_of_the_api() -> None:
    found = parse_found(atom(entry()).encode(), NOW)
    assert found.statements == (
        Statement(
            source="arxiv",
            paper_id="2607.00001",
            title="Sparse Routers",
            abstract="We route what matters.",
            authors=("Mira Okafor", "Ada King, Jr.", "Jun Sato"),
            published=date(2026, 7, 2),
            listed_at=datetime(2026, 7, 3, 0, 0, tzinfo=UTC),
            url="https://arxiv.org/abs/2607.00001",
            categories=("cs.LG", "cs.CL"),
            comment="Code: github.com/o/r",
        ),
    )


@pytest.mark.parametrize(
    ("submitted", "expected"),
    [
        ("2026-07-01T17:59:00+00:00", "2026-07-02T00:00:00+00:00"),  # Wednesday before 14:00 in New York
        ("2026-07-01T18:00:00+00:00", "2026-07-03T00:00:00+00:00"),
        ("2026-07-02T18:00:00+00:00", "2026-07-06T00:00:00+00:00"),  # Thursday's evening waits for Sunday's
        ("2026-07-03T18:00:00+00:00", "2026-07-07T00:00:00+00:00"),  # Friday's evening for Monday's
        ("2026-07-05T23:00:00+00:00", "2026-07-07T00:00:00+00:00"),
        ("2026-01-14T18:59:00+00:00", "2026-01-15T01:00:00+00:00"),  # winter
    ],
)
def test_when_a_submission_is_announced(submitted: str, expected: str) -> None:
    assert announced(datetime.fromisoformat(submitted)) == datetime.fromisoformat(expected)


def test_no_paper_is_listed_in_the_future() -> None:
    early = datetime(2026, 7, 3, 1, 0, tzinfo=UTC)
    assert parse_feed(rss(item()).encode(), early).items[0].statement.listed_at == early
    assert parse_found(atom(entry(published="2026-07-03T00:30:00Z")).encode(), early).statements[0].listed_at == early


@pytest.mark.parametrize(
    "when", ["yesterday", f"Fri, 03 Jul {'9' * 20} 00:00:00 GMT", "Fri, 03 Jul 2026 00:00:00 +9999"]
)
def test_a_strange_date_counts_as_none(when: str) -> None:
    body = rss(item(), day=TODAY).replace("Fri, 03 Jul 2026 00:00:00 -0400", when)
    feed = parse_feed(body.encode(), NOW)
    assert feed.items[0].statement.listed_at == NOW and feed.day is None


@pytest.mark.parametrize("bad", ["<item/>", item(title=""), item("not-an-id")])
def test_a_bad_announcement_costs_only_itself(bad: str) -> None:
    feed = parse_feed(rss(bad, item()).encode(), NOW)
    assert [one.version for one in feed.items] == ["2607.00001v1"]
    assert feed.skipped == 1


@pytest.mark.parametrize("total", ["", "many", -1, "9" * 5000])
def test_a_strange_total_counts_as_none(total: int | str) -> None:
    assert parse_found(atom(entry(), total=total).encode(), NOW).total == 0


ENTITIES = (
    '<!DOCTYPE rss [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><rss><channel><item><title>&b;</title></item></channel></rss>'
)


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ("", "an empty answer instead of XML"),
        ("<!DOCTYPE html><html><body>Back soon</body></html>", "a web page instead of XML"),
        (rss(item())[:-40], "XML that is cut off"),
        ("\x00\xff not what you wanted", "something that is not XML"),
        (ENTITIES, "something that is not XML"),
        ("<a/>", "XML that is no feed of papers"),
    ],
)
def test_an_answer_that_is_no_feed(body: str, says: str) -> None:
    with pytest.raises(SourceNonsense, match=f"arxiv: gave {says}"):
        parse_feed(body.encode(), NOW)


def test_an_endless_tree_does_not_fill_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.sources.body.MOST_TAGS", 100)
    assert parse_feed(rss(item()).encode(), NOW).items
    with pytest.raises(SourceNonsense):
        parse_feed(rss(*[item()] * 50).encode(), NOW)


@pytest.mark.parametrize(
    ("good", "bad"),
    [("Routers", b"Rout\xe9rs"), ("Routers", b"Routers\x0c\x00"), ("UTF-8", b"klingon"), ("UTF-8", b"US-ASCII")],
)
def test_a_sign_that_is_none_costs_only_itself(good: str, bad: bytes) -> None:
    body = rss(item(), item("2607.00002v1", title="Naïve Sets")).encode().replace(good.encode(), bad, 1)
    feed = parse_feed(body, NOW)
    assert [one.version for one in feed.items] == ["2607.00001v1", "2607.00002v1"]
    assert feed.items[1].statement.title == "Naïve Sets"


def test_a_paper_twice_in_a_feed_is_one_and_news_where_one_of_them_is() -> None:
    twice = [item("2607.00001v2", "replace"), item("2607.00001v1"), item("2607.00001v1", "replace-cross")]
    [one] = parse_feed(rss(*twice).encode(), NOW).items
    assert not one.statement.replacement


def test_more_records_than_any_real_answer_has(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.sources.body.MOST_RECORDS", 2)
    with pytest.raises(SourceNonsense, match="3 parts, which is no real one"):
        parse_feed(rss(*[item()] * 3).encode(), NOW)
    with pytest.raises(SourceNonsense, match="3 parts, which is no real one"):
        parse_found(atom(*[entry()] * 3).encode(), NOW)


def test_an_error_in_the_shape_of_an_answer() -> None:
    error = "<entry><id>https://arxiv.org/api/errors#x</id><title>Error</title><summary>incorrect id</summary></entry>"
    with pytest.raises(SourceRefused, match="refused the query: incorrect id"):
        parse_found(atom(error).encode(), NOW)


@given(st.text(), st.text(), st.text())
def test_no_text_breaks_a_feed(title: str, guid: str, when: str) -> None:
    hostile = re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]", "", f"{title}\n{guid}\n{when}").split(
        "\n"
    )
    bad = (
        "<item>"
        + "".join(f"<{tag}>{escape(hostile[n % len(hostile)])}</{tag}>" for n, tag in enumerate(TAGS))
        + "</item>"
    )
    feed = parse_feed(rss(item(), bad).encode(), NOW)
    assert feed.items[0].version == "2607.00001v1"


TAGS = ("title", "guid", "pubDate", "description", "category", "link")
