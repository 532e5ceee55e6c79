"""Inflection: a word to its stem, by the English Snowball stemmer and what it does not know of papers' words."""

from __future__ import annotations

import re
from functools import lru_cache
from sys import intern

import Stemmer

_snowball = Stemmer.Stemmer("english", 0)
# Plurals of abbreviations, for which Snowball finds no vowel before the s: LLMs, PDEs, VLAs, GPUs, H100s.
_ABBREVIATIONS = re.compile(r"(?:[b-df-hj-np-tv-xz]{2,}[aeiou]?|[a-z]+[0-9]+)s")
_NO_PLURALS = frozenset({"this", "thus", "plus", "gps", "dns", "rms", "https"})
_IRREGULAR = {
    "analyses": "analysis",
    "axes": "axis",
    "criteria": "criterion",
    "hypotheses": "hypothesis",
    "indices": "index",
    "matrices": "matrix",
    "phenomena": "phenomenon",
    "simplices": "simplex",
    "syntheses": "synthesis",
    "vertices": "vertex",
}


@lru_cache(maxsize=1 << 12)
def stem(word: str) -> str:
    """The part of a folded word that its inflections share; never empty. Only words of ASCII letters have any."""
    if not word.isascii() or len(word) < 3:
        return word
    if word[-1] == "s" and word[-2] != "s" and word not in _NO_PLURALS and _ABBREVIATIONS.fullmatch(word):
        word = word[:-1]
    if not word.isalpha():
        return word
    found: str = _snowball.stemWord(_IRREGULAR.get(word, word))
    return intern(found or word)  # an index holds the same stems many times over
