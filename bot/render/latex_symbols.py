"""What LaTeX's names stand for in Unicode: pylatexenc's table, and what it lacks."""

from __future__ import annotations

import unicodedata
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pylatexenc.macrospec import LatexContextDb

FUNCTIONS = frozenset({
    "arccos", "arcsin", "arctan", "arg", "argmax", "argmin", "cos", "cosh", "cot", "coth", "csc", "deg", "det",
    "dim", "exp", "gcd", "hom", "inf", "ker", "lg", "lim", "liminf", "limsup", "ln", "log", "max", "min", "mod",
    "Pr", "sec", "sin", "sinh", "sup", "tan", "tanh",
})  # fmt: skip
# Commands that only dress their one argument, in prose and in mathematics.
DRESS = frozenset({
    "emph", "textbf", "textit", "textsc", "textsf", "texttt", "textrm", "textup", "textmd", "textsl", "textnormal",
    "text", "mbox", "hbox", "fbox", "underline", "uline", "ul", "sout", "mathrm", "mathit", "mathsf", "mathtt",
    "mathnormal", "operatorname", "mathop", "mathrel", "mathbin", "mathord", "ensuremath", "num",
})  # fmt: skip
# Switches and hints without a meaning in plain text.
SILENT = frozenset({
    "it", "em", "bf", "sc", "tt", "sf", "rm", "sl", "itshape", "bfseries", "scshape", "ttfamily", "sffamily",
    "rmfamily", "upshape", "mdseries", "normalfont", "tiny", "scriptsize", "footnotesize", "small", "normalsize",
    "large", "Large", "centering", "noindent", "xspace", "protect", "relax", "limits", "nolimits", "displaystyle",
    "textstyle", "scriptstyle", "allowbreak", "nobreak", "smallskip", "medskip", "bigskip", "boldmath",
    "unboldmath",
})  # fmt: skip
DELIMITERS = frozenset({
    "left", "right", "middle", "big", "Big", "bigg", "Bigg", "bigl", "bigr", "Bigl", "Bigr", "biggl", "biggr",
    "Biggl", "Biggr", "bigm", "Bigm",
})  # fmt: skip
ACCENTS = {
    "`": "\u0300", "'": "\u0301", "^": "\u0302", "~": "\u0303", "=": "\u0304", ".": "\u0307", '"': "\u0308",
    "u": "\u0306", "v": "\u030c", "H": "\u030b", "c": "\u0327", "d": "\u0323", "b": "\u0331", "r": "\u030a",
    "k": "\u0328",
}  # fmt: skip
MATH_ACCENTS = {
    "hat": "\u0302", "widehat": "\u0302", "tilde": "\u0303", "widetilde": "\u0303", "bar": "\u0304",
    "overline": "\u0305", "vec": "\u20d7", "dot": "\u0307", "ddot": "\u0308", "check": "\u030c", "breve": "\u0306",
    "acute": "\u0301", "grave": "\u0300", "mathring": "\u030a",
}  # fmt: skip
ALPHABETS = {
    "mathcal": "SCRIPT", "mathscr": "SCRIPT", "mathbb": "DOUBLE-STRUCK", "mathds": "DOUBLE-STRUCK",
    "Bbb": "DOUBLE-STRUCK",
    "mathfrak": "FRAKTUR", "mathbf": "BOLD", "boldsymbol": "BOLD", "bm": "BOLD", "pmb": "BOLD", "mathbfit": "BOLD",
}  # fmt: skip
_FURTHER = {
    "degree": "°", "bigstar": "★", "Re": "ℜ", "Im": "ℑ", "lbrace": "{", "rbrace": "}", "lVert": "‖", "rVert": "‖",
    "lvert": "|", "rvert": "|", "vert": "|", "Vert": "‖", "dots": "…", "ldots": "…", "dotsc": "…", "cdots": "⋯",
    "dotsb": "⋯", "top": "⊤", "bot": "⊥", "prime": "′", "colon": ":", "coloneqq": "≔", "le": "≤", "ge": "≥", "ne": "≠",
    "gets": "←", "iff": "⇔", "implies": "⇒", "textasciicircum": "^", "textasciitilde": "~", "textbackslash": "\\",
    "lbrack": "[", "rbrack": "]", "checkmark": "✓", "cmark": "✓", "xmark": "✗", "sim": "∼", "And": "&", "quad": " ",
    "qquad": " ", "space": " ", "nobreakspace": " ", "thinspace": " ", "enspace": " ", "nobreakdash": "", "hspace": "",
    "eg": "e.g.", "ie": "i.e.", "etal": "et al.", "etc": "etc.", "varnothing": "∅", "triangleq": "≜", "square": "□",
    "blacksquare": "■", "mathbbm": "", "intercal": "⊺", "i": "ı", "j": "ȷ", "lnot": "¬", "land": "∧", "lor": "∨",
    "textonehalf": "½", "LaTeX": "LaTeX", "TeX": "TeX", "textendash": "–", "textemdash": "—",
    "slash": "/", "bmod": " mod ", "textless": "<", "textgreater": ">", "textbar": "|", "textunderscore": "_",
    "textdollar": "$", "textpercent": "%", "textrightarrow": "→", "textleftarrow": "←", "textquotesingle": "'",
    "qed": "∎", "hbar": "ℏ", "eth": "ð", "lesssim": "≲", "gtrsim": "≳", "leqslant": "⩽", "geqslant": "⩾",
}  # fmt: skip
# Each character followed by its raised or lowered form.
_RAISED = (
    "0⁰1¹2²3³4⁴5⁵6⁶7⁷8⁸9⁹+⁺-⁻−⁻=⁼(⁽)⁾aᵃbᵇcᶜdᵈeᵉfᶠgᵍhʰiⁱjʲkᵏlˡmᵐnⁿoᵒpᵖrʳsˢtᵗuᵘvᵛwʷxˣyʸzᶻ"
    "AᴬBᴮDᴰEᴱGᴳHᴴIᴵJᴶKᴷLᴸMᴹNᴺOᴼPᴾRᴿTᵀUᵁVⱽWᵂβᵝγᵞδᵟθᶿφᵠχᵡ⊤ᵀ⊺ᵀ∘°°°.·,˒**∗*⋆⋆★★′′″″††‡‡"
)
_LOWERED = "0₀1₁2₂3₃4₄5₅6₆7₇8₈9₉+₊-₋−₋=₌(₍)₎aₐeₑhₕiᵢjⱼkₖlₗmₘnₙoₒpₚrᵣsₛtₜuᵤvᵥxₓβᵦγᵧρᵨφᵩχᵪ.."
_SCRIPTS = {
    "^": dict(zip(_RAISED[::2], _RAISED[1::2], strict=True)),
    "_": dict(zip(_LOWERED[::2], _LOWERED[1::2], strict=True)),
}
_LONGEST_SCRIPT_WORD = 3  # letters; longer words are hard to read in small capitals


@cache
def symbol(name: str) -> str | None:
    r"""What a command without arguments stands for (`alpha` → α), None where nothing is known."""
    if name in _FURTHER:
        return _FURTHER[name]
    spec = _database().get_macro_spec(name)
    meaning = getattr(spec, "simplify_repl", None)
    return meaning if isinstance(meaning, str) and meaning and "%" not in meaning else None


def script(mark: str, content: str) -> str | None:
    """The content raised (mark ^) or lowered (mark _), None where a character has no such form."""
    table = _SCRIPTS[mark]
    bare = content.replace(" ", "")
    letters = sum(char.isalpha() for char in bare)
    if not bare or letters > _LONGEST_SCRIPT_WORD or not all(char in table for char in bare):
        return None
    return "".join(table[char] for char in bare)


@cache
def letter(style: str, char: str) -> str:
    """A letter or digit of a mathematical alphabet (SCRIPT O → 𝒪); the character itself where it has none."""
    kind = "DIGIT" if char.isdigit() else "CAPITAL" if char.isupper() else "SMALL"
    name = unicodedata.name(char, "").rsplit(" ", 1)[-1]
    older = "BLACK-LETTER" if style == "FRAKTUR" else style
    if not char.isascii() or not char.isalnum():
        return char
    for full in (f"MATHEMATICAL {style} {kind} {name}", f"{older} {kind} {name}"):
        try:
            return unicodedata.lookup(full)
        except KeyError:
            continue
    return char


@cache
def _database() -> LatexContextDb:
    """pylatexenc's table, loaded by the first text that needs it (6 MB, 20 ms)."""
    from pylatexenc.latex2text import get_default_latex_context_db

    return get_default_latex_context_db()
