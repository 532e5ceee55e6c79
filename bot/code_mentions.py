"""Addresses in an abstract or a comment that are the paper's own: its code, data, models, demo or project page."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from urllib.parse import urlsplit

CODE_HOSTS = frozenset({"github.com", "gitlab.com", "codeberg.org", "bitbucket.org", "anonymous.4open.science"})
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

# Addresses without https: of the usual places, and any behind "at".
_BARE = (
    r"(?:github\.com|gitlab\.com|codeberg\.org|bitbucket\.org|huggingface\.co|hf\.co)/(?=\w)|[\w-]+\.github\.io\b|"
    r"(?<=\bat )(?:[a-z][\w-]*\.)+(?:com|org|ai|io|net|edu|dev|app)\b"
)
_ADDRESS = re.compile(
    rf"(?:https?://|(?<![\w.@/-])(?:www\.(?=\w)|(?={_BARE})))"
    r"[^\s<>\"{}|\\^`\[\]\u2018-\u201f\u3000-\u303f\uff00-\uffef]+",
    re.IGNORECASE,
)
_SIGN = re.compile(r"\.(?:com|co/|io|org|ai|net|edu|dev|app)")  # of an address that has neither http nor www.
# As typeset: `\_`, and the spaces that line breaks left after `https:`, `github.` and the slash behind the host.
_REPAIRS = (
    (re.compile(r"\\([_#%&~])"), r"\1"),
    (re.compile(r"\b(https?)\s?:\s?/\s?/\s*", re.IGNORECASE), r"\1://"),
    (re.compile(r"(?<=://)(github|gitlab)\s?\.\s(com/)", re.IGNORECASE), r"\1.\2"),
    (re.compile(r"((?:github|gitlab)\.com/)\s+(?=[\w-]+/[\w.-])", re.IGNORECASE), r"\1"),
    (re.compile(r"(\.github\.io/)\s+(?=[\w-]+/)", re.IGNORECASE), r"\1"),
)
_GLUED_SENTENCE = re.compile(r"\.(?:The|Our|We|This|All|In|It|Code|Codes|Data|Dataset|Project|Website|Page|Demo)$")
_HOST = re.compile(r"(?:[^\W_](?:[\w-]*[^\W_])?\.)+[^\W\d_][\w-]*[^\W_]")

_THING = (
    r"codes?|codebase|sources?|software|implementations?|repositor(?:y|ies)|repos?|github|project|web\s?site|web\s?page|"
    r"page|site|demos?|data|datasets?|corpus|corpora|benchmarks?|models?|weights|checkpoints?|leaderboard|materials?|"
    r"artifacts?|artefacts?|deposit|packages?|library|libraries|toolkits?|resources?|annotations?|results|details|videos?|"
    r"visuali[sz]ations|interactive|live"
)
_ABOUT_CODE = re.compile(rf"\b(?:{_THING})\b", re.IGNORECASE)
_OFFERED = re.compile(
    r"(?:\b(?:avail?a?ble|accessible|releas\w+|open-?sourced?|hosted|provided?|publish(?:ed)?|shared?|found|accessed|"
    r"obtained|downloaded|maintained?|public(?:ly)?|visit|see|seen|given|live)\b[^.;]{0,80}|"
    rf"\b(?:{_THING})\b[^.;:]{{0,60}}(?::|\bat|\bin|\bon|\bvia|\bis|\bsee)|\b(?:{_THING})\)?)[\W_]*$",
    re.IGNORECASE,
)
_ABOUT_OTHERS = re.compile(
    r"\b(?:(?:workshop|conference|symposium|convention|journal|challenge|competition|shared task)"
    r"(?:\s(?:web)?\s?(?:site|page))?|"
    r"proceedings|accepted|presented|poster|article|preprint|newsletter|licen[cs]e|personal|home\s?page of|author'?s'?|"
    r"(?:published|official|final|extended|journal) version)\b",
    re.IGNORECASE,
)
_BORROWED = re.compile(
    r"\b(?:we\s+(?:use|used|adopt(?:ed)?|employ(?:ed)?|rely on|extend(?:ed)?|follow(?:ed)?)|using|based (?:up)?on|"
    r"built (?:up)?on|builds? (?:up)?on|built (?:with|from)|implemented (?:in|with|using)|adapted from|"
    r"fork(?:ed)? (?:of|from)|taken from|borrowed from|extension of|such as|e\.g\.|compared (?:to|with))"
    r"(?P<since>[^,:;]{0,80})$",
    re.IGNORECASE,
)
_OWN_AFTER_ALL = re.compile(r"\b(?:is|are|has|have|will|can|be|our|we)\b", re.IGNORECASE)

_SENTENCE = re.compile(r"(?<=[.!?;])\s+(?=[A-Z(\\$])")
_COMMAND = re.compile(r"\\[A-Za-z]+")
_AS_BEFORE = re.compile(r"[\W_]*(?:and|or)?[\W_]*")
_LEAD = 200
"""Characters before an address that can tell whose it is."""


def own_addresses(text: str) -> Iterator[str]:
    """The addresses in a text that are the paper's own, cleaned, in order of appearance."""
    lowered = text.lower()
    if not ("http" in lowered or "www." in lowered or _SIGN.search(lowered)):
        return
    for pattern, mended in _REPAIRS:
        text = pattern.sub(mended, text)
    end, own = 0, False
    for found in _ADDRESS.finditer(text):
        lead = _COMMAND.sub(" ", _SENTENCE.split(text[max(end, found.start() - _LEAD) : found.start()])[-1])
        url = cleaned(_without_trail(found[0]))
        if url and not (end and _AS_BEFORE.fullmatch(lead)):
            own = _is_own(url, lead) or found[0] == text.strip()
        if url and own:
            yield url
        end = found.end()


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
    folder = "/".join(rest) if rest[:1] in (["tree"], ["blob"]) and rest[1:] not in (["main"], ["master"]) else ""
    return f"https://{host}/{owner}/{name.removesuffix('.git')}" + (f"/{folder}" if folder else "")


def _on_hugging_face(segments: Sequence[str]) -> str:
    kind = segments[0] if segments and segments[0] in ("datasets", "spaces", "collections") else ""
    owned = segments[bool(kind) :][:2]
    if not owned or (kind and len(owned) < 2) or _NO_OWNER.fullmatch(owned[0]):
        return ""
    return "https://huggingface.co/" + "/".join([kind, *owned] if kind else owned)


def _is_own(url: str, lead: str) -> bool:
    """Whether what is said before an address makes it the paper's own; nothing said will do at the usual places."""
    host = urlsplit(url).hostname or ""
    borrowed = _BORROWED.search(lead)
    if borrowed and not _OWN_AFTER_ALL.search(borrowed["since"]):
        return False
    if host in CODE_HOSTS or host == "huggingface.co" or host.startswith("gitlab."):
        return True
    of_others = _last(_ABOUT_OTHERS, lead) >= max(_last(_ABOUT_CODE, lead), 0)
    offered = bool(_OFFERED.search(lead))
    if host.endswith(_PAGES) or _ARCHIVED.match(url):
        return offered or not of_others
    is_paper = host == "doi.org" or urlsplit(url).path.lower().endswith(".pdf")
    return offered and _last(_ABOUT_CODE, lead) > 0 and not of_others and not is_paper


def _last(pattern: re.Pattern[str], text: str) -> int:
    """Where the last match ends; -1 for none."""
    return max((found.end() for found in pattern.finditer(text)), default=-1)


def _without_trail(address: str) -> str:
    """An address without the sentence that goes on right behind it."""
    while True:
        kept = address.rstrip(".,;:!?'\"*$")
        if kept.endswith(")") and kept.count(")") > kept.count("("):
            kept = kept[:-1]
        kept = _GLUED_SENTENCE.sub("", kept)
        if kept == address:
            return kept
        address = kept
