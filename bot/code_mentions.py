"""Addresses in an abstract or a comment that are the paper's own: its code, data, models, demo or project page."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from storage.places import host_of, is_repository

_PAGES = (".github.io", ".gitlab.io", ".hf.space")

# Where papers, people, events and licences live, and films: neither code nor a project.
_NEVER = re.compile(
    r"(?:^|\.)(?:arxiv\.org|openreview\.net|aclanthology\.org|thecvf\.com|ieee\.org|acm\.org|springer\.com|nature\.com|"
    r"sciencedirect\.com|wiley\.com|mdpi\.com|ssrn\.com|jmlr\.org|icml\.cc|neurips\.cc|iclr\.cc|semanticscholar\.org|"
    r"scholar\.google\.com|orcid\.org|linkedin\.com|twitter\.com|x\.com|facebook\.com|youtube\.com|youtu\.be|vimeo\.com|"
    r"bilibili\.com|creativecommons\.org|opensource\.org|wikipedia\.org|web\.archive\.org|codabench\.org|grand-challenge\.org)"
)
# DOIs of archives of code and data: Zenodo, figshare, Mendeley, Hugging Face, Dryad, Dataverse. Others are papers'.
_ARCHIVED = re.compile(
    r"https?://(?:(?:www\.)?zenodo\.org|figshare\.com|doi\.org/10\.(?:5281|6084|17632|57967|5061|7910))/"
)
_NO_OWNER = re.compile(
    r"about|apps|blog|chat|collections|contact|docs|enterprise|explore|features|join|learn|login|marketplace|models|"
    r"notifications|orgs|papers|posts|pricing|search|security|settings|site|sponsors|tasks|topics|trending|users",
    re.IGNORECASE,
)

_NAME = re.compile(r"[\w.-]+", re.ASCII)  # of a repository, which no sentence is part of

# Addresses without https: of the usual places, and any behind "at".
_BARE = (
    r"(?:github\.com|gitlab\.com|codeberg\.org|bitbucket\.org|huggingface\.co|hf\.co|anonymous\.4open\.science)/(?=\w)|"
    r"[\w-]+\.github\.io\b|"
    r"(?<=\bat )(?:[a-z][\w-]*\.)+(?:com|org|ai|io|net|edu|dev|app)\b"
)
_ADDRESS = re.compile(
    rf"(?:https?://|(?<![\w.@/-])(?:www\.(?=\w)|(?={_BARE})))"
    r"[^\s<>\"{}|\\^`\[\]\u2000-\u206f\u3000-\u303f\uff00-\uffef]+",
    re.IGNORECASE,
)
_SIGNS = ("http", "www.", "git@")
_SIGN = re.compile(r"\.(?:com|co/|io|org|ai|net|edu|dev|app|science/)")  # of an address without http and www.
# As typeset: `\_`, and the spaces that line breaks left in `https: //`, `github. com` and behind the host; each with
# the signs without which there is nothing to mend.
_REPAIRS = (
    (("\\",), re.compile(r"\\([_#%&~])"), r"\1"),
    (("git@",), re.compile(r"\b(?:ssh://)?git@((?:git(?:hub|lab)|codeberg|bitbucket)\.[\w.-]+)[:/]"), r"https://\1/"),
    ((" :", ": /", "/ /", "// "), re.compile(r"\b(https?)\s?:\s?/\s?/\s*", re.IGNORECASE), r"\1://"),
    ((". com/", " .com/"), re.compile(r"(?<=://)(git(?:hub|lab))\s?\.\s?(com/)", re.IGNORECASE), r"\1.\2"),
    ((".com /",), re.compile(r"(?<=://)(git(?:hub|lab)\.com)\s+(?=/\w)", re.IGNORECASE), r"\1"),
    ((".com/ ",), re.compile(r"(git(?:hub|lab)\.com/)\s+(?=[\w-]+/[\w.-])", re.IGNORECASE), r"\1"),
    ((".io/ ",), re.compile(r"(\.github\.io/)\s+(?=[\w-]+/)", re.IGNORECASE), r"\1"),
)
_GLUED_SENTENCE = re.compile(r"\.(?:The|Our|We|This|All|In|It|Code|Codes|Data|Dataset|Project|Website|Page|Demo)$")
_HOST = re.compile(r"(?:[^\W_](?:[\w-]*[^\W_])?\.)+[^\W\d_][\w-]*[^\W_]")

_THING = (
    r"codes?|codebase|sources?|software|implementations?|repositor(?:y|ies)|repos?|github|project|web\s?site|web\s?page|"
    r"page|home\s?page|site|demos?|data|datasets?|corpus|corpora|benchmarks?|models?|weights|checkpoints?|leaderboard|"
    r"materials?|artifacts?|artefacts?|deposit|packages?|library|libraries|toolkits?|resources?|annotations?|results|"
    r"details|videos?|visuali[sz]ations|interactive|live|tools?|simulators?|frameworks?|platforms?|systems?|apps?"
)
_ABOUT_CODE = re.compile(rf"\b(?:{_THING})\b", re.IGNORECASE)
_OFFERED = re.compile(
    r"(?:\b(?:avail?a?ble|accessible|releas\w+|open-?sourced?|hosted|provided?|publish(?:ed)?|shared?|found|accessed|"
    r"obtained|downloaded|maintained?|public(?:ly)?|visit|see|seen|given|live)\b[^.;]{0,80}|"
    r"\blicen[cs]e\s+at|"
    rf"\b(?:{_THING})\b[^.;:]{{0,60}}(?::|\bat|\bin|\bon|\bvia|\bis|\bsee)|\b(?:{_THING})\)?)[\W_]*$",
    re.IGNORECASE,
)
_ABOUT_OTHERS = re.compile(
    r"\b(?:(?:workshop|conference|symposium|convention|journal|author['’]?s?['’]?|personal)"
    r"(?:\s(?:web|home)?\s?(?:site|page))?|(?:challenge|competition|shared task)(?:\s(?:web)?\s?(?:site|page)(?! is))?|"
    r"proceedings|accepted|presented|poster|article|preprint|newsletter|licen[cs]e|home\s?page of|"
    r"(?:published|official|final|extended|journal) version)(?!\w)",
    re.IGNORECASE,
)
_BORROWED = re.compile(
    r"\b(?:we\s+(?:use|used|adopt(?:ed)?|employ(?:ed)?|rely on|extend(?:ed)?|follow(?:ed)?)|using|based (?:up)?on|"
    r"built (?:up)?on|builds? (?:up)?on|built (?:with|from)|implemented (?:in|with|using)|adapted from|"
    r"fork(?:ed)? (?:of|from)|taken from|borrowed from|extension of|such as|e\.g\.|compared (?:to|with)|"
    r"(?:was|were) (?:obtained|downloaded|collected|retrieved) from|part of)"
    r"(?P<since>[^,:;]{0,80}?),?[\s(]*$",
    re.IGNORECASE,
)
# "We evaluate on RouterBench (" names a thing that others made; so it is not offered, unless nothing else is.
_COMPARED = re.compile(
    r"\b(?:evaluat\w+|train\w*|fine-?tun\w+|compare[ds]?|comparing|depends?|unlike|original)\s[^,:;()]{0,80}\($",
    re.IGNORECASE,
)
_AT = re.compile(r"\bat\s*$", re.IGNORECASE)
_RELEASED = re.compile(r"\b(?:releas\w+|open-?source|available|provide|publish|codes?)\b", re.IGNORECASE)
_OWN_AFTER_ALL = re.compile(r"\b(?:is|are|has|have|will|can|be|our|we)\b", re.IGNORECASE)

_SENTENCE = re.compile(r"(?<=[.!?;])(?<!\bal\.)\s+(?=[A-Z(\\$]|$)")
_COMMAND = re.compile(r"\\[A-Za-z]+")
_AS_BEFORE = re.compile(r"\W*(?:\{[^{}]*\})?[\W_]*(?:and|or)?[\W_]*")
_LEAD = 200
"""Characters before an address that can tell whose it is."""

_LONGEST_ADDRESS = 500
"""Characters; what goes on for longer was not written to be followed."""

_LONGEST_HOST = 100
"""Characters before the first sign of an address among which it can begin."""


@dataclass(frozen=True, slots=True)
class Mention:
    """An address in a text that may be the paper's own; offered: whether the text says that it is."""

    url: str
    offered: bool


def mentions(text: str) -> Iterator[Mention]:
    """The addresses in a text that may be the paper's own, cleaned, in order of appearance."""
    first = _first_sign(text) if text else -1
    if first < 0:
        return
    begin = max(0, first - _LONGEST_HOST)
    before = text[max(0, begin - _LEAD) : begin]
    read = before + _mended(text[begin:])
    whole, end, judged, own, offered = text.strip(), 0, False, False, False
    for found in _ADDRESS.finditer(read, len(before)):
        lead = _COMMAND.sub(" ", _SENTENCE.split(read[max(end, found.start() - _LEAD) : found.start()])[-1])
        url = cleaned(_without_trail(found[0])) if len(found[0]) <= _LONGEST_ADDRESS else ""
        if url and not (judged and _AS_BEFORE.fullmatch(lead)):
            alone = found[0] == whole
            offered = alone or _is_offered(lead)
            own = alone or _is_own(url, lead, offered)
        if url and own:
            yield Mention(url, offered)
        end, judged = found.end(), bool(url)


def _first_sign(text: str) -> int:
    """Where the first address begins or has its domain; -1 where there is none, which most texts tell quickly."""
    lowered = text.lower()
    bare = _SIGN.search(lowered)
    if not (bare or any(sign in lowered for sign in _SIGNS)):
        return -1
    if len(lowered) != len(text):  # as by the Turkish dotted capital I: places differ
        return 0
    places = [lowered.find(sign) for sign in _SIGNS]
    return min(at for at in (*places, bare.start() if bare else -1) if at >= 0)


def _mended(text: str) -> str:
    for signs, pattern, right in _REPAIRS:
        if any(sign in text for sign in signs):
            text = pattern.sub(right, text)
    return text


def cleaned(url: str) -> str:
    """The address of a repository without its frills, or of a page as it is; '' for what leads to neither."""
    try:
        parts = urlsplit(url if "://" in url else f"https://{url}")
        host = (parts.hostname or "").removeprefix("www.")
        strange = parts.username is not None or (parts.port or 443) not in range(1, 65536)
    except ValueError:
        return ""
    if strange or not _HOST.fullmatch(host) or _NEVER.fullmatch(host):
        return ""
    segments = [segment for segment in parts.path.split("/") if segment]
    if host in ("github.com", "codeberg.org", "bitbucket.org"):
        return _repository(host, segments)
    if host.startswith("gitlab."):
        project = segments[: segments.index("-")] if "-" in segments else segments
        return f"https://{host}/{'/'.join(project).removesuffix('.git')}" if len(project) > 1 else ""
    if host in ("huggingface.co", "hf.co"):
        return _on_hugging_face(segments)
    if host == "anonymous.4open.science" and len(segments) < 2:
        return ""
    return parts.geturl()


def _repository(host: str, segments: Sequence[str]) -> str:
    if len(segments) < 2 or _NO_OWNER.fullmatch(segments[0]):
        return ""
    owner, name, *rest = segments
    if not (named := _NAME.match(name)):
        return ""
    folder = "/".join(rest) if rest[:1] in (["tree"], ["blob"]) and rest[1:] not in (["main"], ["master"]) else ""
    return f"https://{host}/{owner}/{named[0].removesuffix('.git')}" + (f"/{folder}" if folder else "")


def _on_hugging_face(segments: Sequence[str]) -> str:
    kind = segments[0] if segments and segments[0] in ("datasets", "spaces", "collections") else ""
    owned = segments[bool(kind) :][:2]
    if not owned or (kind and len(owned) < 2) or _NO_OWNER.fullmatch(owned[0]):
        return ""
    return "https://huggingface.co/" + "/".join([kind, *owned] if kind else owned)


def _is_offered(lead: str) -> bool:
    """Whether what is said before an address offers it, or nothing is: it is a sentence of its own."""
    return not re.search(r"\w", lead) or bool(_OFFERED.search(lead) and not _COMPARED.search(lead))


def _is_own(url: str, lead: str, offered: bool) -> bool:
    """Whether what is said before an address makes it the paper's own; nothing said will do at the usual places."""
    if _is_borrowed(lead):
        return False
    host = host_of(url)
    if host == "huggingface.co":
        return offered or url.count("/") > 3
    if is_repository(url):
        return True
    of_others = _last(_ABOUT_OTHERS, lead) >= max(_last(_ABOUT_CODE, lead), 0)
    if host.endswith(_PAGES):
        return not of_others and (offered or urlsplit(url).path.strip("/") != "")
    if _ARCHIVED.match(url):
        return offered or not of_others
    is_paper = host == "doi.org" or urlsplit(url).path.lower().endswith(".pdf")
    return offered and _last(_ABOUT_CODE, lead) > 0 and not of_others and not is_paper


def _is_borrowed(lead: str) -> bool:
    """Whether an address is of what the paper builds on; "we release code using JAX at" is not."""
    found = _BORROWED.search(lead)
    if not found or _OWN_AFTER_ALL.search(found["since"]):
        return False
    return not (_AT.search(found["since"]) and _RELEASED.search(lead, 0, found.start()))


def _last(pattern: re.Pattern[str], text: str) -> int:
    """Where the last match ends; -1 for none."""
    return max((found.end() for found in pattern.finditer(text)), default=-1)


def _without_trail(address: str) -> str:
    """An address without the sentence that goes on right behind it."""
    while True:
        kept = address.rstrip(".,;:!?'\"*$~")
        if kept.endswith(")") and kept.count(")") > kept.count("("):
            kept = kept[:-1]
        if kept.count("(") > kept.count(")"):
            kept = kept[: kept.rindex("(")]
        kept = _GLUED_SENTENCE.sub("", kept)
        if kept == address:
            return kept
        address = kept
