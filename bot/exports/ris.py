"""Papers as RIS, the format that reference programs share (tags as Zotero, EndNote and Mendeley read them)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.exports import notes
from bot.exports.names import family_first
from bot.render.clean import one_line
from bot.render.facts import on_arxiv
from bot.render.latex import readable
from storage.records import Paper


def ris(papers: Sequence[Paper]) -> str:
    """A record per paper, in the order given; lines end as the format wants them, with CR LF."""
    return "\r\n".join(f"{tag}  - {value}".rstrip() if tag else "" for paper in papers for tag, value in _record(paper))


def _record(paper: Paper) -> Iterator[tuple[str, str]]:
    yield "TY", "UNPB"
    yield "TI", _text(paper.title)
    yield from (("AU", family_first(_text(name))) for name in paper.authors if one_line(name))
    if paper.published:
        yield "PY", str(paper.published.year)
        yield "DA", f"{paper.published:%Y/%m/%d}"
    if abstract := _text(paper.abstract):
        yield "AB", abstract
    yield from (("KW", word) for word in map(one_line, paper.categories) if word)
    if on_arxiv(paper):
        yield "PB", "arXiv"
        yield "M1", f"arXiv:{paper.id}"
        yield "DO", f"10.48550/arXiv.{paper.id}"
    if url := one_line(paper.url):
        yield "UR", url
    if note := notes.link(paper):
        yield "N1", note
    yield "ER", ""
    yield "", ""


def _text(text: str) -> str:
    return one_line(readable(text))
