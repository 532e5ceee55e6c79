"""LaTeX as Unicode text; what is no LaTeX, or has no form as text, stays as typed."""

from __future__ import annotations

import gzip
import json
import re
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.render.latex import readable
from tests.strategies import bounded

RECORDED = Path(__file__).resolve().parents[2] / "shared" / "lab" / "data"

SHOWN = {
    r"$\mathcal{O}(n^2)$ time": "𝒪(n²) time",
    r"$O(n\log n)$": "O(n log n)",
    r"$\mathbb{R}^{d\times d}$, $\mathfrak{g}$, $\mathbf{x}$": "ℝ^(d×d), 𝔤, 𝐱",
    r"$x_i^2 + y_{t+1}$": "xᵢ² + yₜ₊₁",
    r"$x_{i,j}$ and $\mathbb{F}_{p^m}$": "x_(i,j) and 𝔽_(pᵐ)",
    r"$N_{\text{eff}}$ $W_Q$ $T_{\mathrm{total}}$": "N_eff W_Q T_total",
    r"$10^{-6}$, $10^{-0.5}$": "10⁻⁶, 10⁻⁰·⁵",
    r"14.3^\circ, 360$^\circ$": "14.3°, 360°",
    "H_2 and CO_2, H_2O": "H₂ and CO₂, H₂O",
    "M^3Eval, tau^2-bench, R^2 = 0.9, 5 km^2": "M³Eval, tau²-bench, R² = 0.9, 5 km²",
    "PM$_{2.5}$, U$^2$Mamba, π_{0.5}": "PM₂.₅, U²Mamba, π₀.₅",
    r"1$\to$N, $\sim$36%, 8$\times$": "1→N, ∼36%, 8×",
    r"$\frac{1}{2}$, $\frac{a x}{1+b}$": "1/2, (a x)/(1+b)",
    r"$\sqrt{n}$, $\sqrt[3]{x+1}$": "√n, ∛(x+1)",
    r"$\sum_{i=1}^{n} a_i \leq \infty$": "∑ᵢ₌₁ⁿ aᵢ ≤ ∞",
    r"$\hat{y}$, $\bar{x}$, $f'(x)$": "ŷ, x̄, f′(x)",
    r"$a\not\in B$, $x \neq y$": "a∉B, x ≠ y",
    r"$\left( \frac{a}{b} \right)$": "( a/b )",
    r"$\{0,1\}^n$, $\|x\|_2$": "{0,1}ⁿ, ‖x‖₂",
    r"$\binom{n}{k}$, $a \pmod{7}$": "(n choose k), a (mod 7)",
    r"$\text{if } x > 0$": "if x > 0",
    r"\(a \leq b\), \[ E = mc^2 \], $$x$$, $ n $": "a ≤ b, E = mc², x, n",
    r"$\sigma$-algebra, \alpha and \ell": "σ-algebra, α and ℓ",
    r"$12{,}000$, 9{,}600 and $N{=}4$": "12,000, 9,600 and N=4",
    r"\emph{very} \textbf{bold \textsc{caps}} {\it so}": "very bold caps so",
    r"50\% \& more \#1, a\_b, \$5": "50% & more #1, a_b, $5",
    "Nash~Equilibria, 31~FPS": "Nash Equilibria, 31 FPS",
    "pages 3--5, so---yes": "pages 3–5, so—yes",
    r"Erd\H{o}s, G\"odel, Fran\c{c}ois, na\"{\i}ve": "Erdős, Gödel, François, naïve",
    r"\'{e}tude, \v{S}kola, Stra\ss e, S\o ren, {\L}ukasz": "étude, Škola, Straße, Søren, Łukasz",
    r"\href{https://x.example/a}{code} at \url{https://x.example/a\_b}": (
        "code (https://x.example/a) at https://x.example/a_b"
    ),
    r"as shown \cite{lee2020}, \citep[see][]{a,b}": "as shown [lee2020], [a,b]",
    r"we route\footnote{Not always.} tokens": "we route (Not always.) tokens",
    r"P\textsuperscript{2}-DPO, H\textsubscript{2}": "P²-DPO, H₂",
    r"\begin{itemize}\item One \item Two\end{itemize}": "• One • Two",
    r"``quoted'' at 5\%": "“quoted” at 5%",
    "https://x.example/a_b~c{Code}, text{Jump}, mathcal{O}": "https://x.example/a_b~c (Code), Jump, 𝒪",
    "{Turing-RL} and {Knowledge Seeding}": "Turing-RL and Knowledge Seeding",
}

AS_TYPED = [
    "It costs $5 and $10.",
    "from $5-$10 to $1,503, or US$ 5 and US$ 10",
    "$3 million, then $4 million",
    "the 50$ and 60$ plans",
    "snake_case, my_var_1, file_2.txt, a_b.c, __init__, x_train",
    r"C:\temp\new\alpha.txt and \\server\share",
    "src/model_2/x_1.py, https://example.org/a_b^c~d?q=$x$",
    "~9K prompts, ~/path, 10~20 items",
    "run --flag x, or ----- rulers",
    "print(f'{x}') {a: 1} {question} {0, 1}",
    r"{\"key\": \"action\"}",
    r"\d{3}+ and \bword\b and \n",
    "`a^b $x$ \\alpha` in code",
    "2 ^ 3, a^ b, ^§",
    r"$\widehat{abc}$",
    r"$\unknown{x}$ and \unknown{text} and \ours",
    "an open $ sign, an open { brace, a } too",
    "``quoted'' and `single', with nothing else of LaTeX",
    "7.6times faster, pass@k, C++, C#",
    "plain words, “quotes” – dashes, 漢字, 👩‍🔬",
]


@pytest.mark.parametrize(("typed", "shown"), SHOWN.items())
def test_latex_becomes_text(typed: str, shown: str) -> None:
    assert readable(typed) == shown


@pytest.mark.parametrize("typed", AS_TYPED)
def test_everything_else_stays_as_typed(typed: str) -> None:
    assert readable(typed) == typed


def test_what_cannot_be_shown_stays_whole_beside_what_can() -> None:
    assert readable(r"$x^2$ in $\begin{cases} a^2 \end{cases}$") == r"x² in $\begin{cases} a^2 \end{cases}$"
    assert readable(r"$5 and $x^2$") == "$5 and x²"


@bounded(200)
@given(st.text(alphabet="ab1 \\{}$^_~-`'\"().,é漢\n", max_size=60))
def test_any_text_is_read(text: str) -> None:
    assert isinstance(readable(text), str)


@bounded(100)
@given(st.text(alphabet=st.characters(exclude_characters="\\$^{}~_"), max_size=80))
def test_text_without_latex_is_unchanged(text: str) -> None:
    assert re.sub("[–—]|-{2,}", "-", readable(text)) == re.sub("[–—]|-{2,}", "-", text)


@pytest.mark.parametrize(
    "piece",
    ["{", "}", "{}", "$", "$a", "\\", "\\(", "\\emph{", "_", "x_1", "^{", "a^{2}", "~", "--", "`", '\\"a', "https://a}{",
     "$x_{", "\\cite[", "{\\it ", "text{", "\\frac{", "\\begin{equation}", "``", "{Aa "],
)  # fmt: skip
def test_100_kilobytes_of_anything_take_linear_time(piece: str) -> None:
    began = time.process_time()
    readable(piece * (100_000 // len(piece)))
    assert time.process_time() - began < 2
    closed = piece * 10_000 + "}" * 10_000
    readable(closed)
    assert time.process_time() - began < 3


def _recorded() -> tuple[list[str], list[str]]:
    titles, abstracts = {}, {}
    for path in sorted(RECORDED.glob("huggingface/*.json.gz")):
        for entry in json.loads(gzip.decompress(path.read_bytes())):
            titles["h" + entry["paper"]["id"]] = entry["paper"]["title"]
            abstracts["h" + entry["paper"]["id"]] = entry["paper"]["summary"]
    for path in sorted(RECORDED.glob("arxiv/*.jsonl.gz")):
        for entry in map(json.loads, gzip.decompress(path.read_bytes()).splitlines()):
            titles[entry["id"]], abstracts[entry["id"]] = entry["title"], entry["summary"]
    return list(titles.values()), list(abstracts.values())


@pytest.mark.skipif(not RECORDED.is_dir(), reason="needs the recorded papers")
def test_recorded_papers_are_readable() -> None:
    titles, abstracts = _recorded()

    def clear(texts: list[str]) -> float:
        return sum(not re.search(r"[\\${}]", readable(text)) for text in texts) / len(texts)

    assert clear(titles) >= 0.99
    assert clear(abstracts) >= 0.97
    for text in titles + abstracts:
        if not re.search(r"[\\$^{}~_]", text):
            assert re.sub("[–—]|-+", "-", readable(text)) == re.sub("[–—]|-+", "-", text)
