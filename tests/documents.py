"""The documents as tests read them: their blocks, what they quote, and their tables."""

from __future__ import annotations

import argparse
import re
from pathlib import Path

from bot.cli import parser

ROOT = Path(__file__).parents[1]
DOCUMENTS = [*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")]


def read(name: str) -> str:
    """The text of a document by its path in the checkout."""
    return (ROOT / name).read_text(encoding="utf-8")


def quoted(text: str) -> list[str]:
    """What stands between single backquotes."""
    return re.findall(r"`([^`]+)`", re.sub(r"```.*?```", "", text, flags=re.S))


def blocks(text: str, language: str) -> list[str]:
    """Its blocks of code in a language, without their indentation."""
    found = re.findall(rf"^( *)```{language}\n(.*?)```", text, re.S | re.M)
    return [re.sub(rf"^{indent}", "", block, flags=re.M) for indent, block in found]


def shell(text: str) -> list[str]:
    """The commands of its blocks of shell, one a line."""
    return [line.strip() for block in blocks(text, "sh") for line in block.replace("\\\n", "").splitlines()]


def tables(text: str, heading: str) -> list[list[str]]:
    """The cells of all tables below a heading, without their heads."""
    section = re.split(rf"(?:^|\n)#+ {re.escape(heading)}\n", text)[1]
    section = re.split(r"\n##+ ", section)[0]
    rows = re.findall(r"(?:^\|.*\n)+", section, re.M)
    lines = [line for table in rows for line in table.splitlines()[2:]]
    return [[cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in lines]


def subcommands() -> dict[str, argparse.ArgumentParser]:
    """The parsers of the command line's commands by name."""
    actions = parser()._actions  # argparse has no other way to ask for its subcommands
    return dict(next(action for action in actions if isinstance(action, argparse._SubParsersAction)).choices)
