"""The lines about a paper that cards and lists share: title, authors, figures, code."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from urllib.parse import urlsplit

from bot.render import html
from bot.render.clean import one_line, paragraphs
from bot.render.language import _, clauses, listed, ngettext
from bot.render.latex import readable
from bot.render.times import digits, short_date, short_number
from bot.trending import Growth
from storage.records import CodeLink, Origin, Paper

DOT = " · "
_TITLE_CHARACTERS = 300
_NAME_UNITS = 60
_QUERY_UNITS = 256
_MATCHED_UNITS = 60
_LABEL_UNITS = 80
_HOSTS = frozenset({"github.com", "gitlab.com", "codeberg.org", "bitbucket.org"})
# Characters that are looked at, several times what can be shown.
_SOURCE_CHARACTERS, _SOURCE_TITLE, _SOURCE_NAME = 20_000, 2_000, 300
_CLAIM_CHARACTERS = 4000
_SENTENCE = re.compile(r"(?<=[.!?])(?<!\be\.g\.)(?<!\bi\.e\.)(?<!\bet al\.)(?<!\bvs\.)\s+(?=[A-Z0-9\"“(])")
_CLAIM = re.compile(
    r"\b(?:we|this (?:paper|work|article|study|survey|report|technical report)) (?:\w+ly )?(?:then |first |here )?"
    r"(?:address|aim|analy[sz]e|argue|ask|build|cast|construct|demonstrate|derive|describe|design|develop|establish|"
    r"evaluate|examine|explore|find|formali[sz]e|formulate|frame|give|identify|introduce|investigate|model|offer|"
    r"present|propose|prove|provide|release|report|revisit|review|show|study|survey|tackle|train|view)",
    re.I,
)
_ARXIV_ID = re.compile(r"\d{4}\.\d{4,5}\Z|[a-z-]+(?:\.[A-Z]{2})?/\d{7}\Z")


def title(paper: Paper, *, number: int | None = None, most: int = _TITLE_CHARACTERS) -> str:
    """The title in bold, cut at `most` characters and linked to the paper's page; in lists with its number."""
    text = one_line(readable(one_line(paper.title[:_SOURCE_TITLE]))) or one_line(paper.id) or _("Untitled")
    text = shortened(text, html.units(text[:most]))
    text = f"{number}. {text}" if number else text
    linked = html.link(html.escape(text), paper.url)
    return html.bold(linked) if html.safe_url(paper.url) else html.strong(text)


def authors(paper: Paper, most: int = 3, *, surnames: bool = False) -> str:
    """The first authors and how many more there are; '' where none is known."""
    names = [name for name in (one_line(name[:_SOURCE_NAME]) for name in paper.authors[:most]) if name]
    if surnames:
        names = [name.split()[-1] for name in names]
    more = len(paper.authors) - most
    shown = html.inert(", ".join(shortened(name, _NAME_UNITS) for name in names))
    return f"{shown} +{digits(more)}" if shown and more > 0 else shown


def day(paper: Paper, today: date) -> str:
    """The day of publication, or else of its listing; '' where neither is known."""
    known = paper.published or (paper.listed_at.date() if paper.listed_at else None)
    return short_date(known, today) if known else ""


def votes(paper: Paper) -> str:
    """▲ 42; '' where unknown."""
    return "" if paper.upvotes is None else f"▲ {short_number(paper.upvotes)}"


def stars(number: int | None) -> str:
    """★ 1.2k; '' where unknown."""
    return "" if number is None else f"★ {short_number(number)}"


def growth(gained: Growth) -> str:
    """+34 votes and +1 star since yesterday, or in 6 hours."""
    more_votes = ngettext("+{count} vote", "+{count} votes", gained.votes).format(count=short_number(gained.votes))
    more_stars = ngettext("+{count} star", "+{count} stars", gained.stars).format(count=short_number(gained.stars))
    both = listed([*([more_votes] if gained.votes else []), *([more_stars] if gained.stars else [])])
    since = _("{growth} since yesterday")
    if gained.hours is not None:
        since = ngettext("{growth} in {hours} hour", "{growth} in {hours} hours", gained.hours)
    return since.format(growth=both, hours=gained.hours)


def trend(paper: Paper, gained: Growth | None) -> str:
    """Votes, code with its stars, and what grew: ▲ 42 · 💻 · +34 votes since yesterday, 1.2k stars."""
    if gained is None or gained.hours is not None or not paper.stars:
        return joined((votes(paper), code_sign(paper), growth(gained) if gained else ""))
    known = ngettext("{count} star", "{count} stars", paper.stars).format(count=short_number(paper.stars))
    return joined((votes(paper), code_sign(replace(paper, stars=None)), clauses(growth(gained), known)))


def code_sign(paper: Paper) -> str:
    """💻 with the stars (if any) where there is code, linked to the best of it; '' where none is known."""
    link = best_link(paper)
    return joined((html.link("💻", link.url), stars(paper.stars or None)), " ") if link else ""


def best_link(paper: Paper) -> CodeLink | None:
    """Where its code is best looked for: the first link to code, else the first; None where there is none."""
    links = code_links(paper)
    return next((link for link in links if link.is_code), links[0] if links else None)


def code_links(paper: Paper) -> list[CodeLink]:
    """The paper's links that can be shown, best first, each once."""
    known: dict[str, CodeLink] = {}
    for link in paper.code:
        if html.safe_url(link.url):
            known.setdefault(link.url.rstrip("/").lower(), link)
    return list(known.values())


def code_label(link: CodeLink, *, named: bool = False) -> str:
    """github.com/owner/name, or "project page" unless its address is asked for (named)."""
    if link.origin is Origin.PROJECT and not link.is_code and not named:
        return _("project page")
    parts = urlsplit(link.url)
    host = (parts.hostname or "").removeprefix("www.")
    path = parts.path.strip("/").split("/")
    shown = "/".join((host, *(path[:2] if host in _HOSTS else path)))
    return shortened(one_line(shown.rstrip("/").removesuffix(".git")), _LABEL_UNITS)


def abstract(paper: Paper) -> tuple[str, bool]:
    """The abstract as clean readable text, and whether that is all of it (100 kB are not all read)."""
    text = paper.abstract[:_SOURCE_CHARACTERS]
    lines = (one_line(readable(line)) for line in paragraphs(text).split("\n"))
    return "\n".join(line for line in lines if line), len(text) == len(paper.abstract)


def claim(paper: Paper) -> str:
    """The abstract's own sentence that says what the paper does, else its first one; '' without an abstract.

    The sources' machine-written summaries are not used: what stands under a title is the authors' own.
    """
    text = abstract(paper)[0].replace("\n", " ")[:_CLAIM_CHARACTERS]
    sentences = [sentence for sentence in _SENTENCE.split(text) if sentence]
    return next((sentence for sentence in sentences if _CLAIM.search(sentence)), sentences[0] if sentences else "")


def matched(queries: Sequence[str], most: int = 5) -> str:
    """The queries in bold, joined by commas; beyond `most` only how many."""
    known = [query for query in map(one_line, queries) if query]
    shown = [html.strong(shortened(query, _MATCHED_UNITS)) for query in known[:most]]
    more = len(known) - most
    text = ", ".join(shown)
    return _("{matches} and {count} more").format(matches=text, count=digits(more)) if more > 0 else text


def query(text: str) -> str:
    """A query on one line, at most 256 units; text, not HTML."""
    return shortened(one_line(text), _QUERY_UNITS) or "…"


def on_arxiv(paper: Paper) -> bool:
    """Whether its id is arXiv's."""
    return _ARXIV_ID.match(paper.id) is not None


def pdf(paper: Paper) -> str:
    """The PDF's address for papers with an arXiv id, else ''."""
    return f"https://arxiv.org/pdf/{paper.id}" if on_arxiv(paper) else ""


def shortened(text: str, most: int) -> str:
    """The text within `most` UTF-16 units, with … where it was cut."""
    short = html.cut(text, most)
    return short if short == text else f"{html.cut(text, most - 1)}…"


def joined(parts: Iterable[str], separator: str = DOT) -> str:
    """The parts that are not empty."""
    return separator.join(part for part in parts if part)
