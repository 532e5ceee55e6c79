"""The analyser: words, stems and places."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.stems import stem
from storage.text import analyse, compounds, name_passages, terms


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("High-Cardinality data", "high cardinality data"),
        ("high–cardinality", "high cardinality"),
        ("GPT-4o, RT-1 and 3D", "gpt 4o rt 1 and 3d"),
        ("C++, C# and C++17", "c++ c# and c++ 17"),
        ("k-means++ (Qwen2.5).", "k means qwen2.5"),
        ("GPT-3.5.", "gpt 3.5"),
        ("1,000 of 12,345,678; 1,23", "1000 of 12345678 1 23"),
        ("e.g. i.i.d. data", "eg iid data"),
        ("Newton's O’Brien agents'", "newton obrien agents"),
        ("naïve Straße Łukasz Jørgensen", "naive strasse lukasz jorgensen"),
        ("β1 α-divergence λόγος", "beta1 alpha divergence λογοσ"),
        (r"$\alpha$-divergence and $\varepsilon$", "alpha divergence and epsilon"),
        (r"Schr\"odinger, Poincar\'e, Erd\H{o}s", "schrodinger poincare erdos"),
        (r"\textbf{bold} $x^2$", "bold x 2"),
        ("扩散模型 for 3D", "扩 散 模 型 for 3d"),
        ("ёлка Йод", "елка йод"),
        ("ﬁne x² ＧＰＴ", "fine x2 gpt"),
        ("so\u00adft ze\u200bro", "soft zero"),
        ("models—which", "models which"),
        ("a\x00b \ud800", "a b"),
        ("", ""),
    ],
)
def test_a_text_has_these_words(text: str, words: str) -> None:
    assert terms(text).words == words.split()


def test_a_token_knows_where_it_stands() -> None:
    text = "We find $\\alpha$-Divergences, naïvely."
    assert [(token.word, text[token.start : token.end]) for token in analyse(text)] == [
        ("we", "We"),
        ("find", "find"),
        ("alpha", "\\alpha"),
        ("divergences", "Divergences"),
        ("naively", "naïvely"),
    ]


def test_a_compound_is_also_one_word() -> None:
    text = "A state-of-the-art k-means—so-called."
    assert [(token.word, text[token.start : token.end]) for token in compounds(text)] == [
        ("stateoftheart", "state-of-the-art"),
        ("kmeans", "k-means"),
        ("socalled", "so-called"),
    ]


def test_long_chains_of_words_are_no_compounds() -> None:
    assert compounds("a-b-c-d-e-f-g") == []


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("cardinality", "cardinalities"),
        ("agent", "agents"),
        ("quantized", "quantizing"),
        ("llm", "llms"),
        ("gpu", "gpus"),
        ("pde", "pdes"),
        ("vla", "vlas"),
        ("h100", "h100s"),
        ("matrix", "matrices"),
        ("hypothesis", "hypotheses"),
    ],
)
def test_inflections_share_a_stem(one: str, other: str) -> None:
    assert stem(one) == stem(other)


@pytest.mark.parametrize("word", ["s", "this", "gps", "bus", "loss", "css", "модели", "4o"])
def test_what_is_no_plural_stays(word: str) -> None:
    assert stem(word) == word


def test_initials_in_the_middle_of_a_name_may_be_left_out() -> None:
    parts = [[token.word for token in part] for part in name_passages("Geoffrey E. Hinton")]
    assert parts == [["geoffrey", "e", "hinton"], ["geoffrey", "hinton"]]


@given(st.text(max_size=60) | st.text("Ab9é.,;:-–'\"$%=/()+# \\\n", max_size=20))
def test_every_word_is_its_own_analysis(text: str) -> None:
    tokens, joined = analyse(text), compounds(text)
    assert ([token.word for token in tokens], [token.stem for token in tokens]) == terms(text)[:2]
    assert ([token.word for token in joined], [token.stem for token in joined]) == terms(text)[2:]
    for token in tokens:
        assert token.word and token.stem
        assert 0 <= token.start < token.end <= len(text)
        assert terms(token.word).words == [token.word]
    assert all(0 <= token.start < token.end <= len(text) and token.word for token in compounds(text))


@given(st.lists(st.text(max_size=12), max_size=6))
def test_chunks_are_analysed_one_by_one(chunks: list[str]) -> None:
    assert terms(" ".join(chunks)).words == [word for chunk in chunks for word in terms(chunk).words]
