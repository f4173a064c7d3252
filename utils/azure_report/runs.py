# Copyright (c) 2026 The azure-net authors
# SPDX-License-Identifier: GPL-2.0-only
"""Runs, what they are called in figures, and what a query says of them."""

import sqlite3

import pandas

from azure_trace.quantity import read_quantity

MAX_PANELS = 8
"""Most runs of which each gets a panel of its own."""


def read(database: sqlite3.Connection, sql: str, runs: list[int]) -> pandas.DataFrame:
    """The answer to a query in which "{runs}" stands for the runs, as in "run_id IN ({runs})"."""
    listed = ", ".join(str(int(run)) for run in runs)
    answer = database.execute(sql.replace("{runs}", listed))
    columns = [column[0] for column in answer.description]
    return pandas.DataFrame.from_records(answer.fetchall(), columns=columns, coerce_float=True)


def read_parameters(database: sqlite3.Connection, runs: list[int]) -> pandas.DataFrame:
    """Texts: a row for each run, a column for each parameter, or other word, that differs."""
    facts = read(
        database,
        "SELECT run_id, program, scenario, profile FROM run WHERE run_id IN ({runs})",
        runs,
    ).set_index("run_id")
    given = read(
        database, "SELECT run_id, name, value FROM run_parameter WHERE run_id IN ({runs})", runs
    ).pivot(index="run_id", columns="name", values="value")
    # A program that says its profile by a parameter says it twice.
    facts = facts[[name for name in facts if name not in given]]
    table = facts.join(given).sort_index().fillna("")
    return drop_determined(table[[name for name in table if table[name].nunique() > 1]])


def drop_determined(table: pandas.DataFrame) -> pandas.DataFrame:
    """Without columns that say no more than another one does: its values tell theirs."""
    kept = list(table)
    for name in sorted(table, key=lambda name: table[name].nunique()):
        others = [other for other in kept if other != name]
        if any((table.groupby(other)[name].nunique() == 1).all() for other in others):
            kept.remove(name)
    return table[kept]


def name_runs(database: sqlite3.Connection, runs: list[int]) -> dict[int, str]:
    """What tells the runs apart: parameters that differ, or else their numbers."""
    table = read_parameters(database, runs)
    if table.duplicated().any() or table.shape[1] not in (1, 2, 3):
        return {run: f"run {run}" for run in runs}
    if not any(read_quantity(text.strip()) is not None for name in table for text in table[name]):
        texts = {run: [text.strip() for text in row if text] for run, row in table.iterrows()}
        shown = {run: ", ".join(parts) for run, parts in texts.items()}
    else:
        shown = {
            run: ", ".join(f"{name} {text}" for name, text in row.items() if text)
            for run, row in table.iterrows()
        }
    return {run: shown[run] or f"run {run}" for run in runs}
