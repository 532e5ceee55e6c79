"""Bibliographies that other programs read: keys, escapes, names; over the recorded papers where they are."""

from __future__ import annotations

import csv
import io
import json
import re
from datetime import date
from pathlib import Path

import bibtexparser
import pytest
import rispy
from hypothesis import given
from hypothesis import strategies as st

from benchmarks import corpus
from bot.exports.bibtex import bibtex, keys
from bot.exports.names import family_first
from bot.exports.ris import ris
from bot.exports.tables import as_csv, as_json
from storage.records import CodeLink, Origin, Paper
from tests.factories import paper

_MATHS = re.compile(r"(?<!\\)\$(?:[^$\\]|\\.)+\$")
TEXT = st.text(st.characters(codec="utf-8"), max_size=60)


def entry(known: Paper) -> dict[str, str]:
    """The fields as a BibTeX program reads them."""
    [read] = bibtexparser.loads(bibtex([known])).entries
    return dict(read)


def test_an_entry_has_what_a_citation_needs() -> None:
    link = CodeLink("https://github.com/okafor-lab/sparse_routers", Origin.REPOSITORY)
    assert bibtex([paper(title="Costs & 5% of $3: snake_case #1", categories=("cs.LG", "cs.AI"), code=(link,))]) == (
        "@misc{okafor2026costs,\n"
        "  title         = {Costs \\& 5\\% of \\$3: snake\\_case \\#1},\n"
        "  author        = {Okafor, Mira and Sato, Jun and Brandt, Lena and Rey, Tomás},\n"
        "  year          = {2026},\n"
        "  month         = jul,\n"
        "  eprint        = {2607.00001},\n"
        "  archivePrefix = {arXiv},\n"
        "  primaryClass  = {cs.LG},\n"
        "  url           = {https://huggingface.co/papers/2607.00001},\n"
        "  note          = {Code: https://github.com/okafor-lab/sparse\\_routers}\n"
        "}\n"
    )


def test_mathematics_stays_and_other_latex_is_written_out() -> None:
    title = r"An $\mathcal{O}(n^2)$ \emph{Proof} by M\"uller {\textsc{Jr}}, \{un} and }{"
    assert entry(paper(title=title))["title"] == (
        r"An $\mathcal{O}(n^2)$ Proof by Müller Jr, \textbraceleft{}un\textbraceright{} and "
        r"\textbraceright{}\textbraceleft{}"
    )


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("Mira Okafor", "Okafor, Mira"), ("Vincent van der Berg", "van der Berg, Vincent"), ("Plato", "Plato"),
        ("John A. Smith Jr.", "Smith, Jr., John A."), ("Ludwig van Beethoven", "van Beethoven, Ludwig"),
        ("De Li", "Li, De"), ("Ana de la Cruz Marin", "de la Cruz Marin, Ana"),
        ("王 小明", "王, 小明"), ("李雷", "李雷"),
    ],
)  # fmt: skip
def test_names_are_turned(name: str, written: str) -> None:
    assert family_first(name) == written


def test_an_organisation_is_one_author() -> None:
    assert "author        = {{The Sato and Brandt Team}}" in bibtex([paper(authors=("The Sato and Brandt Team",))])


def test_keys_never_collide_and_do_not_depend_on_the_order() -> None:
    same = [paper(f"2607.{n:05}") for n in range(60)]
    found = dict(zip((one.id for one in same), keys(same), strict=True))
    assert len(set(found.values())) == 60
    assert found["2607.00000"] == "okafor2026sparse" and found["2607.00001"] == "okafor2026sparsea"
    assert dict(zip((one.id for one in same[::-1]), keys(same[::-1]), strict=True)) == found
    assert keys([paper(title="量子", authors=("王",), published=None)]) == ["paper260700001"]


@given(st.lists(st.tuples(TEXT, TEXT, st.lists(TEXT, max_size=3)), min_size=1, max_size=4))
def test_whatever_a_paper_says_files_stay_readable(told: list[tuple[str, str, list[str]]]) -> None:
    found = [
        paper(f"2607.{n:05}", title=f"T{title}", abstract=abstract, authors=tuple(names), url=f"https://x.org/{title}")
        for n, (title, abstract, names) in enumerate(told)
    ]
    assert len(bibtexparser.loads(bibtex(found)).entries) == len(found)
    assert len(rispy.loads(ris(found))) == len(found)
    assert len(json.loads(as_json(found))) == len(found)
    rows = list(csv.reader(io.StringIO(as_csv(found))))
    assert len(rows) == len(found) + 1 and {len(row) for row in rows} == {9}


def test_a_spreadsheet_computes_nothing() -> None:
    [_, row] = csv.reader(io.StringIO(as_csv([paper(title="=HYPERLINK(1)", authors=("@a", "b"), published=None)])))
    assert row[1] == "'=HYPERLINK(1)" and row[3] == "'@a; b" and row[4] == ""


def test_a_page_is_noted_as_no_code() -> None:
    page = paper(code=(CodeLink("https://routers.github.io", Origin.ABSTRACT),))
    assert "{Project page: https://routers.github.io}" in bibtex([page])
    assert rispy.loads(ris([page]))[0]["notes"] == ["Project page: https://routers.github.io"]


def test_ris_says_what_reference_programs_read() -> None:
    [read] = rispy.loads(ris([paper(published=date(2026, 7, 2), code=(CodeLink("https://osf.io/c", Origin.COMMENT),))]))
    assert (read["type_of_reference"], read["authors"][0], read["year"]) == ("UNPB", "Okafor, Mira", "2026")
    assert (read["doi"], read["urls"], read["notes"]) == (
        "10.48550/arXiv.2607.00001", ["https://huggingface.co/papers/2607.00001"], ["Code: https://osf.io/c"]
    )  # fmt: skip


@pytest.mark.skipif(not Path(corpus.RECORDED).is_dir(), reason="the recorded papers are not here")
def test_real_papers_are_read_without_a_complaint() -> None:
    real = corpus.papers()[::25]
    read = bibtexparser.loads(bibtex(real)).entries
    assert len({one["ID"] for one in read}) == len(real) > 250
    for one in read:
        assert not re.search(r"(?<!\\)[&%#_$~^]", _MATHS.sub("", one["title"])), one["title"]
    assert len(rispy.loads(ris(real))) == len(real)
