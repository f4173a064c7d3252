# Copyright (c) 2026 The azure-net authors
# SPDX-License-Identifier: GPL-2.0-only
"""Rows as CSV and JSON, written as they come: any number of them takes the same memory."""

import collections
import csv
import json
import math
from collections.abc import Iterable, Sequence
from typing import TextIO

from azure_trace.errors import TraceError

Row = Sequence[object]


def write_csv(file: TextIO, columns: list[str], rows: Iterable[Row]) -> None:
    """A line of names, then a line for each row; NULL is nothing, an empty text is two quotes."""
    format_row = csv.writer(Echo(), lineterminator="\n").writerow
    file.write(format_row(columns))
    for row in rows:
        line = format_row(row)
        if "" in row or "\r" in line or row == (None,):
            line = ",".join(map(quote_cell, row)) + "\n"
        file.write(line)


class Echo:
    """A file for csv.writer, which returns what writing to it returns."""

    @staticmethod
    def write(line: str) -> str:
        return line


def quote_cell(value: object) -> str:
    """A cell that csv.writer leaves without the quotes it needs: an empty text, or a CR."""
    if value is None:
        return ""
    text = str(value)
    if not text or any(c in text for c in ',"\r\n'):
        return '"' + text.replace('"', '""') + '"'
    return text


def check_columns(columns: list[str]) -> None:
    """Raises a TraceError if two columns have one name, for JSON has room for one of them."""
    name, times = collections.Counter(columns).most_common(1)[0]
    if times > 1:
        raise TraceError(f"two columns are called {name}; name one of them by AS")


def make_encoder(columns: list[str]):
    """A function that makes a JSON object of a row; is_... and has_... become true and false."""
    check_columns(columns)
    encode = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False).encode
    truths = [i for i, name in enumerate(columns) if name.startswith(("is_", "has_"))]

    def encode_row(row: Row) -> str:
        cells = list(row)
        for i in truths:
            cells[i] = bool(cells[i]) if cells[i] in (0, 1) else cells[i]
        for i, cell in enumerate(cells):
            if isinstance(cell, bytes):
                cells[i] = cell.hex()
            elif isinstance(cell, float) and math.isinf(cell):
                raise TraceError(f"{columns[i]}: JSON has no number {cell}")
        return encode(dict(zip(columns, cells)))

    return encode_row


def write_json(file: TextIO, columns: list[str], rows: Iterable[Row]) -> None:
    """One array with an object for each row, a line each."""
    encode = make_encoder(columns)
    separator = "[\n"
    for row in rows:
        file.write(separator + encode(row))
        separator = ",\n"
    file.write("[]\n" if separator == "[\n" else "\n]\n")


def write_json_lines(file: TextIO, columns: list[str], rows: Iterable[Row]) -> None:
    """An object for each row, a line each, and nothing between them."""
    encode = make_encoder(columns)
    for row in rows:
        file.write(encode(row) + "\n")
