# Copyright (c) 2026 The azure-net authors
# SPDX-License-Identifier: GPL-2.0-only
"""doc/cookbook.rst, read strictly: what it does not understand, it refuses.

An entry is a section "N. Title": a paragraph with the question, the blocks of BLOCKS in that order,
each below its name in bold, a figure, and "What one sees".  Other text may stand in between.
"""

import re
from dataclasses import dataclass
from pathlib import Path

from azure_trace.errors import TraceError

BLOCKS = {
    "Run": "sh",
    "Run, small": "sh",
    "Ask": "sql",
    "Draw": "sql",
    "Plot": "sh",
    "Check": "sql",
}
"""The names of an entry's blocks, in this order, and their languages."""

OPTIONAL = "Draw"
"""The block that an entry need not have."""

HEADING = re.compile(r"(\d+)\. (\S.*)")
BLOCK = re.compile(r"\.\. code-block:: (\w+)")
NAME = re.compile(r"\*\*([^*.]+)\*\*")
FIGURE = re.compile(r"\.\. figure:: figures/(cookbook-(\d\d)-[a-z0-9-]+)\.svg")
CONCLUSION = "**What one sees.** "


@dataclass(frozen=True)
class Line:
    """A line of the document."""

    number: int
    text: str


@dataclass(frozen=True)
class Entry:
    """A section of the cookbook."""

    number: int
    title: str
    question: str
    figure: str
    """Name of its figure, without folder and suffix."""
    blocks: dict[str, str]
    """Text of each block, by its name."""

    @property
    def folder(self) -> str:
        """Name of the folder it is run in."""
        return self.figure.removeprefix("cookbook-")


def refuse(path: Path, line: Line, text: str) -> TraceError:
    return TraceError(f"{path}:{line.number}: {text}")


def read_entries(path: Path) -> list[Entry]:
    """All entries of the document, which are numbered from 1."""
    lines = [Line(i, text) for i, text in enumerate(path.read_text("utf-8").splitlines(), 1)]
    starts = [i for i in range(len(lines) - 1) if is_heading(lines[i], lines[i + 1])]
    if not starts:
        raise TraceError(f'{path}: has no entry, which is a section "1. Title"')
    entries = []
    for start, end in zip(starts, [*starts[1:], len(lines)]):
        entry = read_entry(path, lines[start:end])
        if entry.number != len(entries) + 1:
            raise refuse(path, lines[start], f"this is entry {len(entries) + 1}")
        entries.append(entry)
    return entries


def is_heading(line: Line, below: Line) -> bool:
    """Is it the title of an entry?"""
    underlined = below.text and below.text == "-" * len(line.text)
    return bool(underlined and HEADING.fullmatch(line.text))


def read_entry(path: Path, lines: list[Line]) -> Entry:
    """One entry, of its lines."""
    heading = HEADING.fullmatch(lines[0].text)
    figures = [(line, match) for line in lines if (match := FIGURE.fullmatch(line.text))]
    if [match[2] for _, match in figures] != [f"{int(heading[1]):02}"]:
        expected = f"figures/cookbook-{int(heading[1]):02}-NAME.svg"
        raise refuse(path, lines[0], f"an entry has one figure, {expected}")
    blocks = read_blocks(path, lines)
    if list(blocks) != [name for name in BLOCKS if name in blocks or name != OPTIONAL]:
        found = "; ".join(blocks) or "none"
        raise refuse(path, lines[0], f"an entry has the blocks {'; '.join(BLOCKS)}, not {found}")
    if not any(line.text.startswith(CONCLUSION) for line in lines):
        raise refuse(path, lines[0], f'an entry has a paragraph "{CONCLUSION.strip()}"')
    question = read_paragraph(lines[2:])
    if not question.endswith("?"):
        raise refuse(path, lines[0], "an entry begins with a paragraph that ends in a question")
    return Entry(int(heading[1]), heading[2], question, figures[0][1][1], blocks)


def read_paragraph(lines: list[Line]) -> str:
    """The first paragraph, in one line."""
    words = []
    for line in lines:
        if not line.text and words:
            break
        words += line.text.split()
    return " ".join(words)


def read_blocks(path: Path, lines: list[Line]) -> dict[str, str]:
    """The code blocks by their names, in the order in which they are there."""
    blocks = {}
    for i, line in enumerate(lines):
        if not line.text.lstrip().startswith(".. code"):
            continue
        directive = BLOCK.fullmatch(line.text)
        name = NAME.fullmatch(lines[i - 2].text) if not lines[i - 1].text else None
        if not directive or not name:
            raise refuse(path, line, 'give ".. code-block:: sh" or "sql" below a name in bold')
        if BLOCKS.get(name[1]) != directive[1] or name[1] in blocks:
            known = ", ".join(f"{each} ({language})" for each, language in BLOCKS.items())
            raise refuse(path, line, f"an entry has one block each of: {known}")
        blocks[name[1]] = read_block(path, lines[i + 1 :], line)
    return blocks


def read_block(path: Path, lines: list[Line], directive: Line) -> str:
    """The text of a block, without its margin."""
    if not lines or lines[0].text:
        raise refuse(path, directive, "give an empty line, and then the block")
    texts = []
    for line in lines[1:]:
        if line.text and not line.text.startswith(" "):
            break
        texts.append(line.text)
    margin = min((len(text) - len(text.lstrip()) for text in texts if text), default=0)
    if not margin:
        raise refuse(path, directive, "the block is empty")
    return "\n".join(text[margin:] for text in texts).strip("\n") + "\n"
