"""The bytes of an answer as JSON or XML; what is neither is SourceNonsense with one clear sentence."""

from __future__ import annotations

import json
import re
from xml.etree import ElementTree

from bot.errors import SourceNonsense

MOST_TAGS = 2_000_000
"""Tags of one XML answer, two an element: 2,000 papers with 100 authors each have fewer than half of that."""

DIGITS = 18
"""Digits of a whole number that is read; longer ones are nothing that is counted here."""


def as_json(source: str, body: bytes) -> object:
    """The JSON value of a body. NaN, infinities and endless numbers become None. Raises SourceNonsense."""
    try:
        return json.loads(
            body.decode("utf-8-sig", "replace"),
            parse_constant=lambda _: None,
            parse_int=lambda digits: int(digits) if len(digits) <= DIGITS else None,
        )
    except (ValueError, RecursionError) as error:
        raise SourceNonsense(source, _what_is_wrong(body, "JSON", (b"]", b"}"))) from error


def as_xml(source: str, body: bytes) -> ElementTree.Element:
    """The root element of an XML body. Raises SourceNonsense."""
    try:
        if body.count(b"<") > MOST_TAGS:
            raise ValueError("too many tags")
        return ElementTree.fromstring(body, ElementTree.XMLParser(target=_Builder()))
    except (ElementTree.ParseError, ValueError, LookupError) as error:
        raise SourceNonsense(source, _what_is_wrong(body, "XML", (b">",))) from error


class _Builder(ElementTree.TreeBuilder):
    """Refuses a document type, where entities that explode or read files would be declared."""

    def doctype(self, *_: str | None) -> None:
        raise ValueError("a document type")


def _what_is_wrong(body: bytes, wanted: str, ends: tuple[bytes, ...]) -> str:
    start = body[:1000].lstrip().lower()
    if not start:
        return f"gave an empty answer instead of {wanted}"
    if re.search(rb"<!doctype html|<html|<head|<body", start):
        return f"gave a web page instead of {wanted}"
    if start[:1] in (b"[", b"{", b"<") and not body.rstrip().endswith(ends):
        return f"gave {wanted} that is cut off"
    return f"gave something that is not {wanted}"
