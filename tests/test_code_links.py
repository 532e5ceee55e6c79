"""Code links: what counts as the paper's own, how it is written, and in which order it is offered."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.code_links import MOST, links
from bot.code_mentions import cleaned, mentions
from bot.sources.huggingface_records import parse
from storage.places import place
from storage.records import CodeLink, Origin, Statement

RECORDED = Path(__file__).parents[2] / "shared" / "lab" / "data"
CHECKED = Path(__file__).parent / "data" / "code_links.json"
NOW = datetime(2026, 8, 1, tzinfo=UTC)


def said(source: str = "huggingface", **fields: object) -> Statement:
    return Statement(source, "2607.00001", "Sparse Routers", **fields)  # type: ignore[arg-type]  # any field


@pytest.mark.parametrize(
    ("text", "found"),
    [
        # trails and typesetting
        ("Code: https://github.com/okafor/routers.", ["https://github.com/okafor/routers"]),
        ("(code at https://github.com/okafor/routers).", ["https://github.com/okafor/routers"]),
        ("Code: http://www.GitHub.com/okafor/routers.git, soon", ["https://github.com/okafor/routers"]),
        ("Code: https://github.com/okafor/digit", ["https://github.com/okafor/digit"]),
        (r"Code: \url{https://github.com/okafor/sparse\_routers}.", ["https://github.com/okafor/sparse_routers"]),
        (r"\href{https://github.com/a/b}{https://github.com/a/b}", ["https://github.com/a/b"] * 2),
        (r"results\footnote{\texttt{https://github.com/okafor/routers}}", ["https://github.com/okafor/routers"]),
        ("[code](https://github.com/okafor/routers)", ["https://github.com/okafor/routers"]),
        ("“https://github.com/okafor/routers”", ["https://github.com/okafor/routers"]),
        ("at https://github.com/okafor/routers.The model", ["https://github.com/okafor/routers"]),
        ("at https://github.com/okafor/routers.jl", ["https://github.com/okafor/routers.jl"]),
        ("at https: //github.com/okafor/routers", ["https://github.com/okafor/routers"]),
        ("at https://github. com/okafor/routers", ["https://github.com/okafor/routers"]),
        ("at https://github.com/ okafor/routers", ["https://github.com/okafor/routers"]),
        ("at https://github.com /okafor/routers", ["https://github.com/okafor/routers"]),
        ("Code: https://github.com/okafor/routers(MIT license)", ["https://github.com/okafor/routers"]),
        ("Code: https://github.com/okafor/routers~", ["https://github.com/okafor/routers"]),
        ("in https://github.com/okafor/routers's examples", ["https://github.com/okafor/routers"]),
        ("Code: https://github.com/okafor/routers\u2014and more", ["https://github.com/okafor/routers"]),
        ("Code: https://github.com/okafor/routers\u200b", ["https://github.com/okafor/routers"]),
        ("git clone git@github.com:okafor/routers.git", ["https://github.com/okafor/routers"]),
        ("code at anonymous.4open.science/r/routers-12", ["https://anonymous.4open.science/r/routers-12"]),
        ("code at github.com/okafor/routers", ["https://github.com/okafor/routers"]),
        ("code at okafor.github.io/routers/", ["https://okafor.github.io/routers/"]),
        ("code at routers.okafor.ai", ["https://routers.okafor.ai"]),
        # parts of repositories
        ("https://github.com/okafor/routers/tree/main", ["https://github.com/okafor/routers"]),
        ("https://github.com/okafor/lab/tree/main/routers", ["https://github.com/okafor/lab/tree/main/routers"]),
        ("https://github.com/okafor/routers?tab=readme#use", ["https://github.com/okafor/routers"]),
        ("https://github.com/okafor/routers/issues/7", ["https://github.com/okafor/routers"]),
        ("https://gitlab.com/a/b/routers/-/tree/main", ["https://gitlab.com/a/b/routers"]),
        ("https://gitlab.example.org/a/routers.git", ["https://gitlab.example.org/a/routers"]),
        ("https://codeberg.org/okafor/routers/src", ["https://codeberg.org/okafor/routers"]),
        ("https://bitbucket.org/okafor/routers/", ["https://bitbucket.org/okafor/routers"]),
        ("https://hf.co/datasets/okafor/histories", ["https://huggingface.co/datasets/okafor/histories"]),
        ("https://huggingface.co/okafor/router-7b/tree/main", ["https://huggingface.co/okafor/router-7b"]),
        ("https://huggingface.co/spaces/okafor/demo", ["https://huggingface.co/spaces/okafor/demo"]),
        # neither repository nor project
        ("see github.com", []),
        ("see https://github.com/", []),
        ("see https://github.com/okafor", []),
        ("see https://github.com/features/actions", []),
        ("https://huggingface.co/papers/2607.00001 and https://huggingface.co/blog/router", []),
        ("Code: https://arxiv.org/abs/2607.00001", []),
        ("Video: https://youtu.be/abc", []),
        ("Code: javascript:alert(1) ftp://okafor.dev/code file:///etc/passwd", []),
        ("Code: https://github.com@evil.example.org/okafor/routers", []),
        ("Code: https://localhost/routers http://10.0.0.1/ http://[::1]/x http://a..b/ http://a.b:99999/", []),
        ("Code: https://∎/x http://", []),
        ("mail mira@okafor.github.io", []),
        ("We fine-tune https://huggingface.co/bert-base", []),
        # whose it is
        ("The project page is https://okafor.dev/routers/.", ["https://okafor.dev/routers/"]),
        ("Data: https://doi.org/10.5281/zenodo.123", ["https://doi.org/10.5281/zenodo.123"]),
        ("Code is at https://github.com/a/b and https://okafor.dev/x.", ["https://github.com/a/b", "https://okafor.dev/x"]),
        ("https://okafor.dev/routers", ["https://okafor.dev/routers"]),
        ("Mira's lab is https://okafor.dev", []),
        ("Published version: https://doi.org/10.1000/182", []),
        ("The article is available at https://doi.org/10.1000/182", []),
        ("Accepted at the RouterFest workshop (https://routerfest.github.io)", []),
        ("Workshop site: https://routerfest.github.io, the author's website: https://mira.github.io", []),
        ("Mira Okafor (https://mira.github.io), Ann Lee (https://ann.github.io)", []),
        ("This work is part of the Routers project, https://routers.eu", []),
        ("Accepted at RouterFest. Project page: https://okafor.github.io", ["https://okafor.github.io"]),
        ("Challenge website: https://routerchallenge.org/", []),
        ("Slides at https://okafor.dev/slides.pdf", []),
        ("We use the RouterLib library (https://github.com/other/lib).", []),
        ("It is built on https://github.com/other/lib; code: https://github.com/a/b", ["https://github.com/a/b"]),
        ("Tools such as https://github.com/other/lib are slow", []),
        ("We use the toolkit of Lee et al. (https://github.com/other/lib).", []),
        ("The routes were obtained from https://www.kaggle.com/datasets/other/routes", []),
        ("We release code using RouterLib at https://github.com/a/b", ["https://github.com/a/b"]),
        ("Video: https://youtu.be/abc, https://github.com/a/b", ["https://github.com/a/b"]),
        ("Our fork, based on RouterLib, is available at https://github.com/a/b", ["https://github.com/a/b"]),
        ("A router based on RouterLib is available at https://github.com/a/b", ["https://github.com/a/b"]),
    ],
)  # fmt: skip
def test_addresses_in_text(text: str, found: list[str]) -> None:
    assert [mention.url for mention in mentions(text)] == found


def test_links_are_ordered_by_trust_with_where_they_were_seen() -> None:
    hugging_face = said(
        repository="https://github.com/okafor/routers.git",
        stars=310,
        project_page="https://okafor.dev/routers",
        abstract="Code: github.com/Okafor/Routers. Data: https://huggingface.co/datasets/okafor/histories",
        linked=("https://huggingface.co/okafor/router-7b",),
    )
    arxiv = said("arxiv", comment="Code: https://codeberg.org/okafor/extra, page: https://okafor.dev/routers/")
    expected = (
        CodeLink("https://github.com/okafor/routers", Origin.REPOSITORY, 310),
        CodeLink("https://codeberg.org/okafor/extra", Origin.COMMENT),
        CodeLink("https://okafor.dev/routers", Origin.PROJECT),
        CodeLink("https://huggingface.co/datasets/okafor/histories", Origin.ABSTRACT),
        CodeLink("https://huggingface.co/okafor/router-7b", Origin.MODEL),
    )
    assert links([hugging_face, arxiv]) == expected
    assert links([arxiv, hugging_face, arxiv]) == expected


@pytest.mark.parametrize(
    "ways",
    [
        "github.com/okafor/routers https://www.github.com/Okafor/Routers.git git@github.com:okafor/routers "
        "http://github.com/okafor/routers/tree/main https://github.com/okafor/routers#use",
        "https://hf.co/okafor/r-7b http://huggingface.co/okafor/r-7b/tree/main huggingface.co/Okafor/r-7b/",
        "https://okafor.github.io/r http://okafor.github.io/R/#top https://okafor.github.io/r/index.html",
    ],
)
def test_a_place_is_one_link_in_whatever_way_it_is_written(ways: str) -> None:
    said_often = [said(comment=f"Code: {way}", abstract=f"Code: {ways}") for way in ways.split()]
    assert len(links([*said_often, said(project_page=f"https://{ways.split()[-1].removeprefix('https://')}")])) == 1


def test_a_folder_of_the_repository_is_no_second_link() -> None:
    abstract = "Code: https://github.com/okafor/lab/tree/main/routers, https://github.com/okafor/lab"
    assert [link.url for link in links([said(abstract=abstract)])] == [
        "https://github.com/okafor/lab/tree/main/routers"
    ]


@pytest.mark.parametrize(
    "named",
    [
        "We evaluate on the RouterBench benchmark (https://github.com/other/bench).",
        "Trained with RouterLib (https://github.com/other/lib).",
        "It depends on RouterLib (https://github.com/other/lib).",
        "We fine-tune Routy (https://huggingface.co/other/routy).",
        "Unlike the original code (https://github.com/other/lib), it is fast.",
    ],
)
def test_what_is_only_named_counts_where_nothing_is_offered(named: str) -> None:
    own = "https://github.com/okafor/routers"
    offers = [said(abstract=f"{named} Code: {own}"), said(comment=f"Code: {own}"), said(repository=own)]
    for offer in offers:
        assert [link.url for link in links([offer, said("arxiv", abstract=named)])] == [own]
    assert len(links([said(abstract=named)])) == 1
    page = said(abstract=f"{named} Project page: https://okafor.github.io/routers")
    assert len(links([page])) == 2


def test_any_project_page_counts_but_arxiv() -> None:
    assert [link.url for link in links([said(project_page="http://192.0.2.7:5000/")])] == ["http://192.0.2.7:5000/"]
    assert links([said(project_page="https://www.arxiv.org/abs/2607.00001")]) == ()


def test_a_text_of_nothing_but_links_is_bounded() -> None:
    abstract = " ".join(f"https://github.com/okafor/r{number}" for number in range(2000))
    assert len(links([said(abstract=abstract)])) == MOST


def test_an_address_without_end_is_none_and_takes_no_time() -> None:
    assert [one.url for one in mentions(f"https://a.dev/{'.The' * 20_000} Code: https://github.com/a/b")] == [
        "https://github.com/a/b"
    ]


@given(st.text() | st.from_regex(r"(https?://|www\.|github\.com/|\\url\{)?[\w.:/@?#()\\{}%\[\]-]{0,40}"))
def test_no_text_is_too_strange(text: str) -> None:
    for url in (mention.url for mention in mentions(f"Code: {text}")):
        assert re.match(r"https?://[^\s/@]+\.[^\s/@]+", url)
        assert cleaned(url) == url
    list(mentions(text))


# -------------------------------------------------------------------- real papers

needs_recorded = pytest.mark.skipif(not RECORDED.exists(), reason="no recorded papers on this machine")


@cache
def recorded() -> dict[str, list[Statement]]:
    found: dict[str, list[Statement]] = {}
    for path in sorted((RECORDED / "huggingface").glob("*.gz")):
        for statement in parse(gzip.decompress(path.read_bytes()), date.fromisoformat(path.name[:10]), NOW).statements:
            found.setdefault(statement.paper_id, []).append(statement)
    for path in sorted((RECORDED / "arxiv").glob("*.gz")):
        for raw in map(json.loads, gzip.decompress(path.read_bytes()).decode().splitlines()):
            abstract, comment = (" ".join((raw[key] or "").split()) for key in ("summary", "comment"))
            statement = Statement("arxiv", raw["id"], raw["title"], abstract=abstract, comment=comment)
            found.setdefault(raw["id"], []).append(statement)
    return found


@needs_recorded
def test_links_of_papers_that_were_checked_by_hand() -> None:
    """314 papers with links and 105 with none or only misleading ones; most were read before the bot had spoken."""
    checked: dict[str, list[str]] = json.loads(CHECKED.read_text())
    found = {(id, place(link.url)) for id in checked for link in links(recorded()[id])}
    right = {(id, place(url)) for id, urls in checked.items() for url in urls}
    assert len(found & right) >= 0.98 * len(found), sorted(found - right)
    assert len(found & right) >= 0.98 * len(right), sorted(right - found)


@needs_recorded
def test_every_repository_that_a_recorded_paper_names_is_found() -> None:
    missed = []
    for id, statements in recorded().items():
        have = {repository(link.url) for link in links(statements)}
        missed += [(id, url) for url in named(statements) if repository(url) not in have]
    assert missed == []


def named(statements: list[Statement]) -> Iterator[str]:
    for statement in statements:
        yield from (url for url in (statement.repository, statement.project_page) if url and "arxiv.org" not in url)
        for text in (statement.abstract, statement.comment):
            yield from re.findall(r"https://(?:github|gitlab)\.com/[\w-]+/[\w.-]*\w", text.replace("\\_", "_"))


def repository(url: str) -> str:
    return (
        re.sub(r"^(\w+://)(?:www\.)?(git(?:hub|lab)\.com/[^/]+/[^/]+).*", r"\2", url.lower())
        .removesuffix(".git")
        .rstrip("/")
    )
