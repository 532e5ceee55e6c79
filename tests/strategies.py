"""Hypothesis strategies for what strangers write: papers of any content, hostile texts."""

from __future__ import annotations

from datetime import UTC, date, datetime

from hypothesis import Phase, settings
from hypothesis import strategies as st

from storage.records import CodeLink, Origin, Paper

_HOSTILE = [
    "<b>", "</a>", '<a href="tg://user?id=1">x</a>', "&lt;", "&#60;", "&", "<", ">", '"', "@durov ", " /forget ",
    "#tag ", "tg://resolve?domain=x ", "javascript:alert(1) ", "https://github.com/a/b ", " ", "word ", "\u202e",
    "\u2066", "\u200b", "\u200d", "\u200c", "\ufeff", "\x00", "\x1b[31m", "\ud800", "\r\n", "\n\n\n", "\t", "\u3164",
    "\u00ad", "\U0001f469\u200d\U0001f52c", "\U0001f3f4\U000e0067\U000e007f", "e\u0301\u0301\u0301\u0301\u0301\u0301",
    "漢字", "𝒪", "\u0627\u0644", "$x^2$", "\\emph{", "{", "}", "$", "\\", "``",
]  # fmt: skip
_URLS = [
    "https://github.com/okafor-lab/routers", "http://example.org/a?b=1&c=<2>", "javascript:alert(1)", "tg://user?id=5",
    "https://user:pw@evil.example", "https://", "https://localhost/x", "not a url", "", "https://ok.example/\u202e",
    "https://example.org/" + "&" * 380, "https://example.org/" + "a" * 5000, "https://xn--e1afmkfd.xn--p1ai/\"onclick",
]  # fmt: skip

texts = st.one_of(
    st.text(max_size=200),
    st.lists(st.sampled_from(_HOSTILE), max_size=30).map("".join),
    st.builds(lambda piece, times: (piece * times)[:100_000], st.sampled_from(_HOSTILE), st.integers(1, 30_000)),
)
urls = st.one_of(st.sampled_from(_URLS), st.text(max_size=40))
numbers = st.one_of(st.none(), st.integers(0, 10**9))
moments = st.datetimes(datetime(1990, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))
code = st.builds(CodeLink, url=urls, origin=st.sampled_from(Origin), stars=numbers)
papers = st.builds(
    Paper,
    id=st.one_of(st.just("2607.00001"), st.text(min_size=1, max_size=30)),
    title=texts,
    abstract=texts,
    authors=st.one_of(
        st.lists(texts, max_size=5).map(tuple), st.builds(lambda name: (name,) * 3000, st.text(max_size=80))
    ),
    published=st.one_of(st.none(), st.dates(date(1990, 1, 1), date(2030, 1, 1))),
    listed_at=st.one_of(st.none(), moments),
    url=urls,
    upvotes=numbers,
    stars=numbers,
    code=st.lists(code, max_size=100).map(tuple),
    number=st.integers(0, 10**9),
)
queries = st.lists(st.one_of(texts.map(lambda text: text[:256]), st.just("q" * 256)), max_size=100).map(tuple)


def bounded(examples: int) -> settings:
    """Settings for properties of large texts: no shrinking, which takes minutes there."""
    return settings(max_examples=examples, deadline=None, phases=(Phase.explicit, Phase.reuse, Phase.generate))
