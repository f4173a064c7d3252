# Copyright (c) 2026 The azure-net authors
# SPDX-License-Identifier: GPL-2.0-only
"""The answer to a user's query, with the columns that are to be drawn."""

import sqlite3

import pandas

from azure_query.ask import describe
from azure_trace.database import quote, read_views
from azure_trace.errors import TraceError, refuse

MAX_ROWS = 2_000_000
"""Most rows of an answer: more are to be added up in SQL."""


def read_answer(database: sqlite3.Connection, query: str) -> pandas.DataFrame:
    """The answer to one query."""
    try:
        answer = database.execute(query)
        if answer.description is None:
            raise TraceError("query: answers no rows; give a SELECT")
        rows = answer.fetchmany(MAX_ROWS + 1)
    except (sqlite3.Error, sqlite3.Warning) as error:
        raise describe(error, database) from error
    if len(rows) > MAX_ROWS:
        raise TraceError(
            f"query: answers more than {MAX_ROWS:,} rows; add them up in SQL, as by GROUP BY"
        )
    if not rows:
        raise TraceError("query: answers no rows, so that there is nothing to draw")
    return pandas.DataFrame(rows, columns=[column[0] for column in answer.description])


def read_view(database: sqlite3.Connection, name: str) -> pandas.DataFrame:
    """All rows of a view."""
    views = read_views(database)
    if name not in views:
        raise refuse("view", name, f"one of {', '.join(views)}")
    return read_answer(database, f"SELECT * FROM {quote(name)}")


def get_column(table: pandas.DataFrame, option: str, name: str) -> pandas.Series:
    """A column by the name that an option gives."""
    if name not in table:
        raise refuse(option, name, f"a column of the answer: {', '.join(table)}")
    return table[name]


def get_numbers(table: pandas.DataFrame, option: str, name: str) -> pandas.Series:
    """A column of numbers; what is NULL is NaN."""
    column = get_column(table, option, name)
    for value in column:
        if isinstance(value, (str, bytes)):
            raise TraceError(
                f"{option}: column '{name}' has {value!r} where numbers are needed; give a column "
                "of numbers, or a number by CAST(... AS REAL)"
            )
    return pandas.to_numeric(column).astype(float)


def is_text(column: pandas.Series) -> bool:
    """Whether there is a text in it."""
    return any(isinstance(value, str) for value in column)
