"""Authors' names and words as bibliographies want them."""

from __future__ import annotations

import re
import unicodedata

_PARTICLE = re.compile(
    "af|al|ap|ben|bin|dal?|de[lnrs]?|della|di|dos?|du|el|ibn|l[aeo]|op|te[nr]|van|vo[mn]|zu[mr]?", re.I
)
_HAN = re.compile(r"[\u3400-\u9fff\uac00-\ud7af]+(?: [\u3400-\u9fff\uac00-\ud7af]+)?")  # the family stands first
_SUFFIX = re.compile(r"(?:jr|sr)\.?|I{2,3}|IV\Z", re.I)


def family_first(name: str) -> str:
    """`Family, Given` of a name in reading order, with particles (van der) and suffixes (Jr.) at the family's side.

    As BibTeX reads it, the family begins at the first particle in small letters: de la Cruz Marin, Ana.
    """
    words = name.split()
    if _HAN.fullmatch(name):
        return ", ".join(words)
    suffix = words.pop() if len(words) > 2 and _SUFFIX.fullmatch(words[-1]) else ""
    begin = len(words) - 1
    while begin > 1 and _PARTICLE.fullmatch(words[begin - 1]):
        begin -= 1
    particles = (at for at in range(1, begin) if words[at].islower() and _PARTICLE.fullmatch(words[at]))
    begin = next(particles, begin)
    if begin < 1:
        return name
    parts = [" ".join(words[begin:]), *([suffix] if suffix else []), " ".join(words[:begin])]
    return ", ".join(parts)


def ascii_word(text: str) -> str:
    """The text's letters and digits without accents, in small letters; '' where it has none that are Latin."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]", "", plain.lower())
