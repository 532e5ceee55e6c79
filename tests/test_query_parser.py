"""The query language: what is read, what is refused, and how it is mended."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.errors import QueryError
from bot.query import canonical, words
from bot.query.parser import DEEPEST, LONGEST, parse
from bot.query.tree import And, Category, Code, Count, Field, Not, Or, Source, Words
from storage.folding import query_key


def one(text: str, field: Field = Field.ANY, prefix: bool = False) -> Words:
    return Words(tuple(text.replace("-", " ").split()), text, field, prefix)


@pytest.mark.parametrize(
    ("query", "tree"),
    [
        ("diffusion", one("diffusion")),
        ('"graph neural network"', one("graph neural network")),
        ("state-of-the-art", one("state-of-the-art")),
        ("diffusion the survey", And((one("diffusion"), one("the"), one("survey")))),
        ('diffusion OR "flow matching"', Or((one("diffusion"), one("flow matching")))),
        ("diffusion -survey", And((one("diffusion"), Not(one("survey"))))),
        ("x -(y OR z)", And((one("x"), Not(Or((one("y"), one("z"))))))),
        ("quantiz*", one("quantiz", prefix=True)),
        ("title:Agents", one("agents", Field.TITLE)),
        ('author:"Yann LeCun"', one("yann lecun", Field.AUTHOR)),
        ("cat:cs.lg", Category("cs.LG")),
        ("cat:cs.*", Category("cs", whole=True)),
        ("cat:hep-th", Category("hep-th", whole=True)),
        ("source:hf", Source("huggingface")),
        ("source:arXiv", Source("arxiv")),
        ("code:yes", Code(True)),
        ("upvotes:>=20", Count("upvotes", ">=", 20)),
        ("stars:<5", Count("stars", "<", 5)),
        ("NOT NOT x", one("x")),
        ("x x", one("x")),
        ("(((x)))", one("x")),
    ],
)
def test_a_query_is_this_tree(query: str, tree: object) -> None:
    assert parse(query) == tree


def test_neighbours_may_be_one_word() -> None:
    tree = parse("high cardinality -low data")
    assert isinstance(tree, And)
    assert [node.beside for node in tree.nodes if isinstance(node, Words)] == [
        ("highcardinality",),
        ("highcardinality",),
        (),
    ]


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("  Graph   NEURAL ", "graph neural"),
        ("“graph nets” | ‘flow matching’", '"graph nets" OR "flow matching"'),
        ("diffusion –survey", "diffusion -survey"),
        ("a & b AND c NOT d", "a b c -d"),
        ("graph|flow", "graph OR flow"),
        ("graph&flow", "graph flow"),
        ("R&D", '"r d"'),
        ('"diffusion"', "diffusion"),
        ("(a OR b) (c d)", "(a OR b) c d"),
        ("a b OR c", "a b OR c"),
        ("title:(a OR b) -cat:(cs.CV OR cs.RO)", "(title:a OR title:b) -(cat:cs.CV OR cat:cs.RO)"),
        ("Foo: A Study - of Bars (Extended)", "foo a study of bars extended"),
        ("What now? a:b 3:1", 'what now "a b" "3 1"'),
        ("http://x.org/abs", '"http x org abs"'),
        ("arXiv:2606.01234", '"arxiv 2606.01234"'),
        ("std::vector", '"std vector"'),
        ("title: agents", "title agents"),
        ("upvotes:20 stars:≥3", "upvotes:>=20 stars:>=3"),
        ("upvotes:>= 20 x", "upvotes:>=20 x"),
        ("source:huggingface", "source:hf"),
        ("GPT-4o C++ naïve α", "gpt-4o c++ naive alpha"),
        ("扩散模型 生成*", "扩散模型 生成"),
        ('"graph net*"', '"graph net*"'),
        ("**bold** 'tis", "bold tis"),
        ("or and not", "or and not"),
    ],
)
def test_variants_have_one_text(query: str, text: str) -> None:
    assert canonical.text(parse(query)) == text


@pytest.mark.parametrize(
    ("query", "written"),
    [
        ('author:"Yann  LeCun" | GPT-4o', 'author:"Yann LeCun" OR GPT-4o'),
        ("Title:Naïve Bayes* -C++ cat:CS.lg", "title:Naïve Bayes* -C++ cat:cs.LG"),
        ("Alzheimer’s R&D", 'alzheimer "R D"'),
        ('title:NOT "OR else" Or and', 'title:not "or else" Or and'),
        ("Модели 扩散 Ёлка ß", "Модели 扩散 Ёлка ß"),
        ("Attention: Is All You Need attention", "Attention Is All You Need"),
    ],
)
def test_it_is_said_back_in_the_letters_in_which_it_was_typed(query: str, written: str) -> None:
    assert canonical.written(parse(query)) == written


@pytest.mark.parametrize(
    ("query", "place", "mended"),
    [
        ('say "graph neural', '"', 'say "graph neural"'),
        ('"graph neural -survey', '"', '"graph neural" -survey'),
        ('5" display', '"', "5 display"),
        ("(graph OR flow cat:cs.LG", "(", "(graph OR flow) cat:cs.LG"),
        ("((a OR b) c", "(", "((a OR b) c)"),
        ("graph) net", ")", "graph net"),
        ("graph ()", "()", "graph"),
        ('graph ""', '""', "graph"),
        ("graph OR", "OR", "graph"),
        ("AND graph", "AND", "graph"),
        ("graph AND OR flow", "AND", "graph OR flow"),
        ("graph NOT", "NOT", "graph"),
        ("autor:lecun", "autor:", "author:lecun"),
        ("category:cs.LG", "category:", "cat:cs.LG"),
        ("BERT:Pretraining", "BERT:", "BERT: Pretraining"),
        ("x title:-y", "-", "x -title:y"),
        ("cat:cs.LGG", "cs.LGG", "cat:cs.LG"),
        ("cat:LG", "LG", "cat:cs.LG"),
        ("source:huggingfac", "huggingfac", "source:huggingface"),
        ("code:maybe", "maybe", "code:yes"),
        ("upvotes:>=1k", ">=1k", "upvotes:>=1000"),
        ("x stars:many", "many", "x"),
        ("x stars:>=", ">=", "x"),
        ("cat:*", "*", ""),
        ("quant*tion", "*tion", "quant*"),
        ("*ization", "*", "ization"),
        ("q* learning", "*", "q learning"),
        ("rag -rag", "-rag", "rag"),
        ("agents -agent", "-agent", "agents"),
        ("(rag OR llm) x -rag -llm", "-rag", "(rag OR llm) x -llm"),
        ('"graph neural nets" -"graph neural"', '-"graph neural"', '"graph neural nets"'),
        ("code:yes code:no", "code:no", "code:yes"),
        ("upvotes:>9 upvotes:<3", "upvotes:<3", "upvotes:>9"),
        ("-survey", "-survey", ""),
        ("diffusion OR -survey", "diffusion OR -survey", ""),
        ("", "", ""),
        ("?!", "?!", ""),
    ],
)
def test_a_mistake_has_a_place_and_is_mended(query: str, place: str, mended: str) -> None:
    with pytest.raises(QueryError) as caught:
        parse(query)
    assert query[caught.value.start : caught.value.end] == place
    assert caught.value.mended == mended
    assert not mended or parse(mended)


def test_an_unknown_field_names_the_nearest() -> None:
    with pytest.raises(QueryError, match="nearest is author:"):
        parse("autor:lecun")


def test_too_long_is_cut_at_a_word() -> None:
    with pytest.raises(QueryError, match="256") as caught:
        parse("word " * 60)
    assert len(caught.value.mended) <= LONGEST
    assert canonical.text(parse(caught.value.mended)) == "word"


def test_nesting_is_bounded() -> None:
    assert parse("(" * DEEPEST + "x" + ")" * DEEPEST)
    with pytest.raises(QueryError, match="nested"):
        parse("(" * (DEEPEST + 1) + "x" + ")" * (DEEPEST + 1))


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("diffusion -survey", "that mention *diffusion*, not *survey*"),
        ("graph neural network", "that mention *graph*, *neural* and *network*"),
        ('author:"Yann LeCun"', "by *Yann LeCun*"),
        ("rag code:yes upvotes:>=20", "that mention *rag* with code with at least 20 upvotes"),
        ("(graph OR flow) cat:cs.LG", "that mention *graph* or *flow* in cs.LG"),
        ("(graph OR flow) nets -a -b", "that mention either *graph* or *flow* and *nets*, not *a* or *b*"),
        ("a b OR title:c", "that mention *a* and *b*, or with *c* in the title"),
        ("x -code:yes -(y z)", "that mention *x*, without code, not those that mention *y* and *z*"),
        ("quantiz* source:hf", "that mention *quantiz…* from Hugging Face"),
        ("stars:=1", "with exactly 1 star"),
    ],
)
def test_a_query_in_words(query: str, said: str) -> None:
    assert words.explain(parse(query), lambda word: f"*{word}*") == f"papers {said}"


_SIGNS = (
    """( ) " - * : | & OR AND NOT title: author: cat: cs.LG cat:cs.* source:hf code:yes upvotes:>=20 foo: ' ’ “ ” –"""
)
_WORDS = (
    "graph neural rag GPT-4o C++ α $\\alpha$-x 扩散 naïve http://x.y \ud800 \x00 \u0301 3.5 e.g. the İ ß ½ \u200b _"
)
_PIECES = st.sampled_from([*_SIGNS.split(), *_WORDS.split(" ")])


@given(
    st.one_of(
        st.lists(_PIECES, max_size=16).map(" ".join),
        st.lists(_PIECES, max_size=16).map("".join),
        st.text(max_size=80),
        st.text(alphabet='()"ab -*:|&OR', max_size=40),
    )
)
@settings(max_examples=400)
def test_any_text_is_a_tree_that_comes_round_or_a_mistake(query: str) -> None:
    try:
        tree = parse(query)
    except QueryError as error:
        assert 0 <= error.start <= error.end <= len(query)
        assert not error.mended or parse(error.mended)
    else:
        text = canonical.text(tree)
        assert parse(text) == tree and canonical.text(parse(text)) == text and len(text) <= LONGEST
        assert words.explain(tree)
        written = canonical.written(tree)
        assert parse(written) == tree and canonical.written(parse(written)) == written and len(written) <= LONGEST
        assert query_key(written) == query_key(text)


@pytest.mark.parametrize(
    "piece", ["(", ")", '"', "-", "a ", "a* ", "'", "title:", "&", "x", "\u0301", " ", "(a ", "foo:"]
)
def test_long_nonsense_is_refused_in_a_moment(piece: str) -> None:
    with pytest.raises(QueryError):
        parse(piece * 5000)
