"""Links into the bot: what is written into one is read from it again, in the characters that Telegram takes."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.deep_links import Link, OfKey, OfPaper, OfQuery, OfSearch, address, payload, read, sharing

_TAKEN = re.compile(r"[A-Za-z0-9_-]{1,64}")
_ARXIV = st.from_regex(r"\d{4}\.\d{4,5}|[a-z]{2,5}(-[a-z]{2,4})?(\.[A-Z]{2})?/\d{7}", fullmatch=True)
_ODD = st.from_regex(r"[a-z0-9._/-]{1,20}", fullmatch=True)  # what resembles arXiv's ids with other signs between


@given(st.one_of(_ARXIV, _ODD, st.text(min_size=1, max_size=11)))
def test_every_id_comes_back(id: str) -> None:
    written = payload(OfPaper(id))
    assert _TAKEN.fullmatch(written)
    assert read(written) == OfPaper(id)


@given(st.text(min_size=1, max_size=256), st.sampled_from([OfQuery, OfSearch]))
def test_a_query_comes_back_wherever_it_fits(query: str, kind: type[OfQuery] | type[OfSearch]) -> None:
    written = payload(kind(query))
    assert bool(written) is (len(query.encode()) <= 47)
    assert not written or (_TAKEN.fullmatch(written) and read(written) == kind(query))


@given(st.one_of(st.text(max_size=80), st.from_regex(r"[psq][A-Za-z0-9_-]{0,70}", fullmatch=True)))
def test_whatever_is_typed_is_read_or_refused(text: str) -> None:
    match read(text):
        case OfPaper(found) | OfQuery(found) | OfSearch(found):
            assert found and found.encode()  # what no database takes is refused
        case OfKey(key):
            assert re.fullmatch(r"[\w-]*", key, re.ASCII)


@pytest.mark.parametrize(
    ("text", "link"),
    [
        ("p2606_01234", OfPaper("2606.01234")), ("p2606.01234v2", OfPaper("2606.01234")),
        ("pcs_0601001", OfPaper("cs/0601001")), ("pmath_GT_0309136", OfPaper("math.GT/0309136")),
        ("phep-th/9901001", OfPaper("hep-th/9901001")), ("pqwen3-report", OfPaper("qwen3-report")),
        ("sZGlmZnVzaW9uIC1zdXJ2ZXk", OfQuery("diffusion -survey")), ("s-a_B-9", OfKey("a_B-9")),
        ("qKGE", OfSearch("(a")),
        ("", None), ("p", None), ("p-", None), ("s", None), ("q", None), ("s_____", None), ("sA", None),
        ("p two", None), ("ref12", None), ("s-" + "x" * 63, None),
    ],
)  # fmt: skip
def test_links_as_people_meet_them(text: str, link: Link | None) -> None:
    assert read(text) == link


def test_addresses() -> None:
    assert address("a_bot", "p2606_01234") == "https://t.me/a_bot?start=p2606_01234"
    into_group = address("a_bot", "sQQ", group=True)
    assert into_group == "https://t.me/a_bot?startgroup=sQQ"
    shared = "https://t.me/share/url?url=https%3A%2F%2Ft.me%2Fa_bot%3Fstartgroup%3DsQQ&text=A%20%26%20B%3F"
    assert sharing(into_group, "A & B?") == shared
