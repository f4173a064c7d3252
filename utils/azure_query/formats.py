# Copyright (c) 2026 The azure-net authors
# SPDX-License-Identifier: GPL-2.0-only
"""Rows as text for people: aligned columns, a box, or a line for each value."""

import itertools
import re
import shutil
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TextIO

from . import records
from .records import Row

SAMPLE = 1000
"""Rows that tell how wide columns are; what comes later may be wider and is not cut."""

CONTROL = re.compile(r"[\x00-\x1f\x7f]")


def show(value: object) -> str:
    """A value as people want to read it; NULL is a dash."""
    if value is None:
        return "-"
    if isinstance(value, float):
        return f"{value:.9g}"
    if isinstance(value, bytes):
        return value.hex()
    return CONTROL.sub(" ", str(value))


@dataclass
class Layout:
    """Rows whose columns are as wide as they have to be, with numbers to the right."""

    widths: list[int]
    is_number: list[bool]
    rows: Iterator[Row]  # all of them

    @staticmethod
    def of(columns: list[str], rows: Iterable[Row]) -> "Layout":
        rows = iter(rows)
        sample = list(itertools.islice(rows, SAMPLE))
        cells = [columns, *([show(value) for value in row] for row in sample)]
        kinds = [[row[i] for row in sample if row[i] is not None] for i in range(len(columns))]
        return Layout(
            [max(len(row[i]) for row in cells) for i in range(len(columns))],
            [bool(kind) and all(isinstance(v, (int, float)) for v in kind) for kind in kinds],
            itertools.chain(sample, rows),
        )

    @property
    def width(self) -> int:
        return sum(self.widths) + 2 * (len(self.widths) - 1)

    def align(self, cells: Iterable[str]) -> Iterator[str]:
        for cell, width, is_number in zip(cells, self.widths, self.is_number):
            yield cell.rjust(width) if is_number else cell.ljust(width)


def write_table(file: TextIO, columns: list[str], rows: Iterable[Row]) -> None:
    """Columns two blanks apart; where a terminal is too narrow, a line for each value instead."""
    layout = Layout.of(columns, rows)
    if file.isatty() and layout.width > shutil.get_terminal_size().columns:
        write_lines(file, columns, layout.rows)
        return
    file.write("  ".join(layout.align(columns)).rstrip() + "\n")
    file.write("  ".join("-" * width for width in layout.widths) + "\n")
    for row in layout.rows:
        file.write("  ".join(layout.align(map(show, row))).rstrip() + "\n")


def write_box(file: TextIO, columns: list[str], rows: Iterable[Row]) -> None:
    """The same with lines around them, as SQLite's own program has it."""
    layout = Layout.of(columns, rows)

    def rule(left: str, middle: str, right: str) -> str:
        return left + middle.join("\u2500" * (width + 2) for width in layout.widths) + right + "\n"

    def line(cells: Iterable[str]) -> str:
        return "\u2502 " + " \u2502 ".join(layout.align(cells)) + " \u2502\n"

    file.write(rule("\u250c", "\u252c", "\u2510") + line(columns))
    file.write(rule("\u251c", "\u253c", "\u2524"))
    for row in layout.rows:
        file.write(line(map(show, row)))
    file.write(rule("\u2514", "\u2534", "\u2518"))


def write_lines(file: TextIO, columns: list[str], rows: Iterable[Row]) -> None:
    """A line for each value, an empty one between rows."""
    width = max(map(len, columns))
    separator = ""
    for row in rows:
        lines = [f"{name:>{width}} = {show(value)}\n" for name, value in zip(columns, row)]
        file.write(separator + "".join(lines))
        separator = "\n"


FORMATS: dict[str, Callable[[TextIO, list[str], Iterable[Row]], None]] = {
    "table": write_table,
    "box": write_box,
    "line": write_lines,
    "csv": records.write_csv,
    "json": records.write_json,
    "jsonl": records.write_json_lines,
}
"""What ./azure-net sql knows to write."""


def write(name: str, columns: list[str], rows: Iterable[Row]) -> None:
    """Writes to standard output in the format of that name."""
    FORMATS[name](sys.stdout, columns, rows)
