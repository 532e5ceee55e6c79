"""The bytes of an answer as JSON or XML; what is neither is SourceNonsense with one clear sentence."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import TypeVar
from xml.etree import ElementTree
from xml.parsers.expat import errors

from bot.errors import SourceNonsense

MOST_TAGS = 250_000
"""Tags of one XML answer, two an element: 2,000 announcements have 80,000, 500 papers with 100 authors each 220,000."""

MOST_VALUES = 1_000_000
"""Braces, brackets and commas of one JSON answer: 100 papers have 25,000, and 300,000 with abstracts of 100 kB each.

More than either would fill the memory and hold up the answers to chats.
"""

MOST_RECORDS = 5_000
"""Records of one answer; none has half of that."""

_Record = TypeVar("_Record")

_BAD_SIGNS = {
    errors.codes[kind]
    for kind in (errors.XML_ERROR_INVALID_TOKEN, errors.XML_ERROR_UNKNOWN_ENCODING, errors.XML_ERROR_INCORRECT_ENCODING)
}
_NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

DIGITS = 18
"""Digits of a whole number that is read; longer ones are nothing that is counted here."""


def as_json(source: str, body: bytes) -> object:
    """The JSON value of a body. NaN, infinities and endless numbers become None. Raises SourceNonsense."""
    _refuse_endless(source, sum(map(body.count, (b"{", b"[", b","))), MOST_VALUES)
    try:
        return json.loads(
            body.decode("utf-8-sig", "replace"),
            parse_constant=lambda _: None,
            parse_int=lambda digits: int(digits) if len(digits) <= DIGITS else None,
        )
    except (ValueError, RecursionError) as error:
        raise SourceNonsense(source, _what_is_wrong(body, "JSON", (b"]", b"}"))) from error


def as_xml(source: str, body: bytes) -> ElementTree.Element:
    """The root element of an XML body; signs that may not be in one are left out of it. Raises SourceNonsense."""
    _refuse_endless(source, body.count(b"<"), MOST_TAGS)
    try:
        try:
            return _root(body)
        except (ElementTree.ParseError, LookupError) as error:
            if isinstance(error, ElementTree.ParseError) and error.code not in _BAD_SIGNS:
                raise
            return _root(_NOT_IN_XML.sub("\ufffd", body.decode("utf-8", "replace")))
    except (ElementTree.ParseError, ValueError) as error:
        raise SourceNonsense(source, _what_is_wrong(body, "XML", (b">",))) from error


def no_more_than_real(source: str, records: Sequence[_Record]) -> Sequence[_Record]:
    """The records of an answer. Raises SourceNonsense where they are too many to be meant."""
    _refuse_endless(source, len(records), MOST_RECORDS)
    return records


def _refuse_endless(source: str, parts: int, most: int) -> None:
    if parts > most:
        raise SourceNonsense(source, f"gave an answer of {parts} parts, which is no real one")


def _root(body: bytes | str) -> ElementTree.Element:
    return ElementTree.fromstring(body, ElementTree.XMLParser(target=_Builder()))


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
