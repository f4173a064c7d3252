# Copyright (c) 2026 The azure-net authors
# SPDX-License-Identifier: GPL-2.0-only
"""Queries in SQL, and what answers them."""

import difflib
import re
import sqlite3
from collections.abc import Iterable, Iterator

from azure_trace.database import read_tables, read_views
from azure_trace.errors import TraceError

from . import formats


def split(lines: Iterable[str]) -> Iterator[str]:
    """The statements of a text, each with its semicolon; the last one may have none."""
    text = ""
    for piece in pieces(lines):
        text += piece
        if piece == ";" and sqlite3.complete_statement(text):
            yield text
            text = ""
    if not is_empty(text):
        yield text


def pieces(lines: Iterable[str]) -> Iterator[str]:
    """The text, taken apart at semicolons, some of which may be within literals or comments."""
    for line in lines:
        yield from (piece for piece in re.split("(;)", line) if piece)


def is_empty(text: str) -> bool:
    """Whether there is nothing but blanks and comments."""
    without = re.sub(r"--[^\n]*|/\*.*?(\*/|$)", "", text, flags=re.DOTALL)
    return not without.strip(" \t\r\n;")


def describe(error: sqlite3.Error, database: sqlite3.Connection) -> TraceError:
    """What SQLite has against a query, with a name that may be meant instead of an unknown one."""
    text = " ".join(str(error).split())
    if found := re.fullmatch(r"no such table: (\S+)", text):
        names = read_tables(database) + read_views(database)
        near = difflib.get_close_matches(found[1].lower(), names, 1)
        text += f"; is {near[0]} meant?" if near else "; without a query, tables are listed"
    elif text == 'near "drop": syntax error':
        text += '; write the table\'s name as "drop", in double quotes'
    return TraceError(f"query: {text}")


def answer(database: sqlite3.Connection, text: str, name: str) -> int:
    """Writes what the statements of a text answer, by the format of that name; returns how many."""
    return answer_all(database, text.splitlines(keepends=True), name)


def answer_all(database: sqlite3.Connection, lines: Iterable[str], name: str) -> int:
    """The same for lines that may come one after the other."""
    count = 0
    for statement in split(lines):
        if is_empty(statement):
            continue
        try:
            rows = database.execute(statement)
            if rows.description:
                formats.write(name, [column[0] for column in rows.description], rows)
        except (sqlite3.Error, sqlite3.Warning) as error:
            raise describe(error, database) from error
        count += 1
    return count
