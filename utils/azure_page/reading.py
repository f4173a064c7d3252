# Copyright (c) 2026 The azure-net authors
# SPDX-License-Identifier: GPL-2.0-only
"""The rows of a table, capped, and what its columns mean."""

import re
import sqlite3
from dataclasses import dataclass

from azure_trace.errors import TraceError
from azure_trace.quantity import read_quantity

from . import words
from .sections import Section

NUMERIC = (int, float)

SUFFIXES = ("_time_ns", "_ns", "_ms", "_percent", "_s")
"""What the unit in a column's name may be; a heading says it in words of its own."""


@dataclass(frozen=True)
class Column:
    """A column as the page shows it."""

    name: str  # in the query
    heading: str
    unit: str  # in which its numbers are shown; empty for none
    meaning: str
    is_number: bool


@dataclass(frozen=True)
class Cell:
    """A value: as it is read, and as it is sorted where that is something else."""

    text: str
    order: str | None = None


@dataclass(frozen=True)
class Table:
    """A section's table with its rows."""

    section: Section
    sql: str
    columns: list[Column]
    rows: list[list[Cell]]
    total: int  # rows that there are

    @property
    def is_capped(self) -> bool:
        return len(self.rows) < self.total


class Glossary:
    """What column_doc says of columns."""

    def __init__(self, database: sqlite3.Connection):
        rows = database.execute(
            "SELECT table_name, column_name, unit, meaning FROM column_doc"
        ).fetchall()
        self.documents = {(table, name): (unit, text) for table, name, unit, text in rows}

    def find(self, section: Section, name: str) -> tuple[str, str]:
        """Unit and meaning of a section's column: its own words, or those of its tables."""
        if name in section.meanings:
            return section.meanings[name]
        for table in section.sources:
            if (table, name) in self.documents:
                return self.documents[table, name]
        raise TraceError(f"column_doc does not say what {name} of {section.sources} is")


def make_heading(name: str) -> str:
    """A column's name without its unit; ranks of percentiles stay as they are."""
    suffix = next((s for s in SUFFIXES if name.endswith(s)), "")
    text = name.removesuffix(suffix)
    text = re.sub(r"^(is|has)_", "", text)
    return (text or name).replace("_", " ")


def shown_unit(name: str, unit: str) -> str:
    """Times are shown in seconds, latencies in milliseconds, amounts as they are."""
    if unit == "ns":
        return "ms" if re.search("latency|wait|queue", name) else "s"
    if name.endswith("_seconds"):
        return ""  # the heading says it
    return "%" if unit == "percent" else unit


def make_cell(value: object, name: str, unit: str) -> Cell:
    """A value in the unit shown; what is missing comes before all numbers."""
    if value is None:
        return Cell(words.NOTHING, "")
    if not isinstance(value, NUMERIC):
        text = str(value)
        number = read_quantity(text)
        return Cell(text, None if number is None else repr(number))
    if name.startswith(("is_", "has_")):
        return Cell("yes" if value else "no")
    if unit == "ns":
        is_short = shown_unit(name, unit) == "ms"
        return Cell(words.decimals(value / (1e6 if is_short else 1e9), 3), str(value))
    if isinstance(value, int):
        is_label = name.endswith(("_id", "_port")) or name in ("rank", "rng_run", "rng_seed")
        return Cell(str(value) if is_label else words.group(value), str(value))
    digits = 2 if unit in ("%", "percent") else None
    shown = words.significant(value) if digits is None else words.decimals(value, digits)
    return Cell(shown, repr(value))


def read_table(
    database: sqlite3.Connection, section: Section, sql: str, glossary: Glossary, is_single: bool
) -> Table | None:
    """The first rows of a query; None without any."""
    limit = section.limit
    answer = database.execute(f"{sql}\nLIMIT {limit + 1}")
    names = [column[0] for column in answer.description]
    values = answer.fetchall()
    if not values:
        return None
    total = len(values)
    if total > limit:
        (total,) = database.execute(f"SELECT COUNT(*) FROM ({sql})").fetchone()
        values = values[:limit]
    keep = [
        place
        for place, name in enumerate(names)
        if not (is_single and name == "run_id")
        and not (name in section.optional and all(row[place] is None for row in values))
    ]
    columns, cells = [], []
    for place in keep:
        column, found = make_column(section, names[place], [row[place] for row in values], glossary)
        columns.append(column)
        cells.append(found)
    return Table(section, sql, columns, [list(row) for row in zip(*cells)], total)


def make_column(
    section: Section, name: str, values: list, glossary: Glossary
) -> tuple[Column, list[Cell]]:
    """A column and its cells; texts are sorted as numbers where all of them are."""
    unit, meaning = glossary.find(section, name)
    cells = [make_cell(value, name, unit) for value in values]
    is_number = all(cell.order is not None for cell in cells) and any(c.order for c in cells)
    if not is_number:
        cells = [Cell(cell.text) for cell in cells]
    heading = name if name in section.raw_names else make_heading(name)
    return Column(name, heading, shown_unit(name, unit), meaning, is_number), cells
