"""What one paper is: its id, and what several sources say of it joined into one, the best value of each."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import fields, replace

from bot import code_links
from storage.records import Paper, Statement

# https://info.arxiv.org/help/arxiv_identifier.html: YYMM.number since April 2007, archive(.class)/YYMMnumber before.
_ARXIV_ID = re.compile(r"\d{4}\.\d{4,5}|[a-z]+(?:-[a-z]+)?(?:\.[A-Z]{2})?/\d{7}")
_WRITTEN = re.compile(
    r"(?:oai:)?arxiv(?:\.org)?:\s*|(?:https?://)?(?:"
    r"(?:www\.|export\.)?arxiv\.org/(?:abs|pdf|html|format|src|e-print)|"
    r"(?:www\.)?(?:huggingface\.co|hf\.co)/papers|(?:www\.)?alphaxiv\.org/(?:abs|overview|pdf)|"
    r"(?:dx\.)?doi\.org/10\.48550"
    r")/(?:arxiv\.)?",
    re.IGNORECASE,
)
_AFTER_ID = re.compile(r"(?:v\d+)?(?:\.pdf)?/?(?:[?#].*|\s*\[[\w.-]+\])?", re.IGNORECASE)

ALIKE = 95.0
"""How alike, of 100, two titles of one paper are at least: a changed letter or two in 30."""

_COUNTING = "huggingface"  # the source whose page shows votes and talk, and whose listing the votes date from
_NAMING = "arxiv"  # the source whose titles are as the authors wrote them
_FIELDS = tuple((field.name, field.default) for field in fields(Statement))


def canonical_id(text: str) -> str | None:
    """The arXiv id without version of an id or an address as people write them; None where there is none."""
    text = text.strip()
    prefix = _WRITTEN.match(text)
    found = _ARXIV_ID.match(text, prefix.end() if prefix else 0)
    return found[0] if found and _AFTER_ID.fullmatch(text, found.end()) else None


def is_arxiv_id(paper_id: str) -> bool:
    """Whether a paper's id is arXiv's, so that arXiv has an abstract page and a PDF for it."""
    return bool(_ARXIV_ID.fullmatch(paper_id))


def revised(earlier: Sequence[Statement], said: Statement) -> tuple[Statement, ...]:
    """The statements of a paper after its source spoke again: the new values hold, what is now missing stays."""
    for at, known in enumerate(earlier):
        if known.source == said.source:
            return (*earlier[:at], _newer(known, said), *earlier[at + 1 :])
    return (*earlier, said)


def _newer(known: Statement, said: Statement) -> Statement:
    kept = {name: getattr(known, name) for name, unknown in _FIELDS if getattr(said, name) == unknown}
    moments = [moment for moment in (known.listed_at, said.listed_at) if moment]
    kept["paper_id"] = known.paper_id if is_arxiv_id(known.paper_id) else said.paper_id
    kept["listed_at"] = min(moments, default=None)
    kept["replacement"] = known.replacement and said.replacement
    return replace(said, **kept)


def merge(statements: Iterable[Statement]) -> Paper:
    """One paper of at least one statement; the same whatever their order and however often each is given.

    Title: arXiv's. Texts and author lists: the longest. Counts: the highest. Dates: the earliest, but listed_at is
    Hugging Face's once it lists the paper, because votes begin there. Address: Hugging Face's page before arXiv's.
    Lists are joined. An arXiv id goes before a source's own.
    """
    said = list(dict.fromkeys(statements))
    if len(said) > 1:
        said.sort(key=lambda one: (one.source, repr(one)))
    ids = sorted({one.paper_id for one in said}, key=lambda id: (not is_arxiv_id(id), id))
    counting = [one for one in said if one.source == _COUNTING]
    return Paper(
        id=ids[0],
        title=_longest([one for one in said if one.source == _NAMING] or said, lambda one: one.title),
        abstract=_longest(said, lambda one: one.abstract),
        authors=max((one.authors for one in said), key=lambda names: (len(names), names)),
        published=min((one.published for one in said if one.published), default=None),
        listed_at=min((one.listed_at for one in counting or said if one.listed_at), default=None),
        url=next((one.url for one in counting or said if one.url), ""),
        upvotes=_highest(one.upvotes for one in said),
        comments=_highest(one.comments for one in said),
        stars=_highest(one.stars for one in said),
        summary=_longest(said, lambda one: one.summary),
        keywords=_joined(one.keywords for one in said),
        thumbnail=_longest(said, lambda one: one.thumbnail),
        organisation=_longest(said, lambda one: one.organisation),
        categories=_joined(one.categories for one in said),
        comment=_longest(said, lambda one: one.comment),
        code=code_links.links(said),
        sources=tuple(sorted({one.source for one in said})),
    )


def same_work(one: Statement | Paper, other: Statement | Paper) -> bool:
    """Whether two records are one paper: the same id, or nearly the same title by the same first author.

    Two different arXiv ids are two papers, however alike; so are titles with a further word or another number.
    """
    ids = _id(one), _id(other)
    if ids[0] == ids[1]:
        return True
    if all(map(is_arxiv_id, ids)) or not one.authors or not other.authors:
        return False
    if _name(one.authors[0]) != _name(other.authors[0]):
        return False
    titles = _folded(one.title), _folded(other.title)
    words, numbers = ([re.findall(pattern, title) for title in titles] for pattern in (r"\w+", r"\d+"))
    if len(words[0]) != len(words[1]) or numbers[0] != numbers[1]:
        return False
    from rapidfuzz import fuzz  # loaded when it is first asked: it costs memory at start

    return fuzz.ratio(*titles) >= ALIKE


def _id(record: Statement | Paper) -> str:
    return record.paper_id if isinstance(record, Statement) else record.id


def _longest(said: Sequence[Statement], text: Callable[[Statement], str]) -> str:
    return max(map(text, said), key=lambda found: (len(found), found))


def _highest(counts: Iterable[int | None]) -> int | None:
    return max((number for number in counts if number is not None), default=None)


def _joined(lists: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(entry for entries in lists for entry in entries))


def _folded(text: str) -> str:
    """Letters and digits without case and accents."""
    plain = "".join(letter for letter in unicodedata.normalize("NFKD", text) if not unicodedata.combining(letter))
    return " ".join(re.findall(r"\w+", plain.casefold()))


def _name(author: str) -> tuple[str, str]:
    """Family name and first initial, of `Given Family` or `Family, Given`."""
    family, comma, given = author.partition(",")
    parts = _folded(f"{given} {family}" if comma else author).split() or [""]
    return parts[-1], parts[0][:1]
