# Copyright (c) 2026 The azure-net authors
# SPDX-License-Identifier: GPL-2.0-only
"""Aligned columns of text."""

import re

NUMBER = re.compile(r"-?\d+(\.\d+)?")

WIDTH = 100
"""Most characters of a cell: error messages may be long."""


def shorten(text: str) -> str:
    """A long text without its middle: what is wrong is often said last."""
    if len(text) <= WIDTH:
        return text
    head = WIDTH // 3
    return f"{text[:head]}...{text[head + 3 - WIDTH :]}"


def format_table(rows: list[list[str]]) -> str:
    """Columns two blanks apart, as wide as they have to be; numbers to the right."""
    rows = [[shorten(cell) for cell in row] for row in rows]
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    is_number = [all(NUMBER.fullmatch(row[i]) for row in rows[1:]) for i in range(len(rows[0]))]
    lines = []
    for row in rows:
        cells = [c.rjust(w) if n else c.ljust(w) for c, w, n in zip(row, widths, is_number)]
        lines.append("  ".join(cells).rstrip() + "\n")
    return "".join(lines)
