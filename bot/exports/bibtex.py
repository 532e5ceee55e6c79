"""Papers as BibTeX, as UTF-8 that LaTeX, Zotero and JabRef read.

Mathematics in a title stays LaTeX's; the rest of its LaTeX becomes Unicode, and what LaTeX reads as a command is
escaped. Braces are written as commands, since BibTeX counts them even behind a backslash.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.exports import notes
from bot.exports.names import ascii_word, family_first
from bot.render.clean import one_line
from bot.render.facts import on_arxiv
from bot.render.latex import readable
from bot.render.latex_math import likely
from storage.records import Paper

_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_FORMULA = re.compile(r"(?<!\\)\$((?:[^$\\]|\\.)+)\$")
_SPECIAL = str.maketrans({sign: f"\\{sign}" for sign in "&%$#_"}) | str.maketrans(
    {"\\": r"\textbackslash{}", "{": r"\textbraceleft{}", "}": r"\textbraceright{}",
     "~": r"\textasciitilde{}", "^": r"\textasciicircum{}"}
)  # fmt: skip
_IN_ADDRESSES = {"{": "%7B", "}": "%7D", "\\": "%5C", " ": "%20"}
_SMALL = re.compile(
    "a|an|and|are|as|at|be|by|can|do|does|for|from|how|in|is|it|its|of|on|or|the|to|via|what|when|why|with"
)


def bibtex(papers: Sequence[Paper]) -> str:
    """An entry per paper, in the order given."""
    return "\n".join(_entry(paper, key) for paper, key in zip(papers, keys(papers), strict=True))


def keys(papers: Sequence[Paper]) -> list[str]:
    """Citation keys such as okafor2026sparse; of papers that would share one, all but the first by id get a letter."""
    bases = [_base(paper) for paper in papers]
    sharing: dict[str, list[int]] = {}
    for index, base in enumerate(bases):
        sharing.setdefault(base, []).append(index)
    found = dict.fromkeys(range(len(papers)), "")
    taken = set(sharing)
    for base, indexes in sharing.items():
        first, *others = sorted(indexes, key=lambda index: papers[index].id)
        found[first] = base
        number = 0
        for index in others:
            while (key := f"{base}{_letters(number)}") in taken:
                number += 1
            taken.add(key)
            found[index] = key
    return list(found.values())


def escaped(text: str) -> str:
    """Prose (no LaTeX) with what LaTeX reads as commands escaped."""
    return one_line(text).translate(_SPECIAL)


def _entry(paper: Paper, key: str) -> str:
    is_arxiv = on_arxiv(paper)
    fields = {
        "title": _title(paper.title),
        "author": " and ".join(_author(name) for name in paper.authors if one_line(name)),
        "year": str(paper.published.year) if paper.published else "",
        "month": _MONTHS[paper.published.month - 1] if paper.published else "",
        "eprint": paper.id if is_arxiv else "",
        "archivePrefix": "arXiv" if is_arxiv else "",
        "primaryClass": escaped(paper.categories[0]) if is_arxiv and paper.categories else "",
        "url": "".join(_IN_ADDRESSES.get(sign, sign) for sign in one_line(paper.url)),
        "note": escaped(notes.link(paper)),
    }
    lines = [
        f"  {name:<13} = {value if name == 'month' else f'{{{value}}}'}" for name, value in fields.items() if value
    ]
    return f"@misc{{{key},\n" + ",\n".join(lines) + "\n}\n"


def _title(text: str) -> str:
    parts, done = [], 0
    for match in _FORMULA.finditer(text):
        if likely(match[1], text[match.end() : match.end() + 1]) and _balanced(match[1]):
            parts += [_prose(text[done : match.start()]), one_line(match[0])]
            done = match.end()
    return " ".join("".join((*parts, _prose(text[done:]))).split())


def _prose(text: str) -> str:
    """A stretch between formulas, with the blanks at its ends."""
    shown = escaped(readable(text))
    before = " " if text[:1].isspace() else ""
    return f"{before}{shown}{' ' if text[-1:].isspace() else ''}"


def _balanced(formula: str) -> bool:
    depth = 0
    for sign in re.sub(r"\\[\\{}]", "", formula):
        depth += (sign == "{") - (sign == "}")
        if depth < 0:
            return False
    return depth == 0 and formula.count(r"\{") == formula.count(r"\}") and not re.search(r"(?<!\\)%", formula)


def _author(name: str) -> str:
    name = one_line(readable(name))
    if re.search(r"\band\b|,", name):
        return f"{{{escaped(name)}}}"  # an organisation: not to be taken apart
    return escaped(family_first(name))


def _base(paper: Paper) -> str:
    author = family_first(one_line(paper.authors[0])).split(",")[0] if paper.authors else ""
    year = str(paper.published.year) if paper.published else ""
    words = (ascii_word(word) for word in re.split(r"[\s\-–—:/]+", readable(one_line(paper.title))))
    word = next((word for word in words if word and not _SMALL.fullmatch(word)), "")
    return f"{ascii_word(author)}{year}{word}".lstrip("0123456789") or f"paper{ascii_word(paper.id)}"


def _letters(number: int) -> str:
    """a, b, … z, aa, ab …"""
    text = ""
    number += 1
    while number:
        number, place = divmod(number - 1, 26)
        text = chr(ord("a") + place) + text
    return text
