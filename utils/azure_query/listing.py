# Copyright (c) 2026 The azure-net authors
# SPDX-License-Identifier: GPL-2.0-only
"""What can be asked about: the tables and views with what their rows are."""

import sqlite3
import textwrap
from pathlib import Path

from azure_trace.database import read_runs, read_tables, read_views

WIDTH = 80


def describe(database: sqlite3.Connection, path: Path) -> str:
    """A text of 80 columns."""
    meanings = dict(database.execute("SELECT table_name, meaning FROM table_doc"))
    kinds = {"table": read_tables(database), "view": read_views(database)}
    runs = read_runs(database)
    unfinished = sum(run.status != "finished" for run in runs)
    head = f"{path}: {len(runs)} run{'s' * (len(runs) != 1)}"
    head += f", {unfinished} of them not finished" if unfinished else ""
    margin = 2 + max(len(name) for names in kinds.values() for name in names)
    text = head + "\n"
    for kind, names in kinds.items():
        text += f"\n{kind.ljust(margin)}one row is\n"
        text += "".join(describe_one(name, meanings[name], margin) for name in sorted(names))
    return text


def describe_one(name: str, meaning: str, margin: int) -> str:
    lines = textwrap.wrap(meaning, WIDTH - margin, break_on_hyphens=False)
    name = '"drop"' if name == "drop" else name  # a word of SQL
    folded = ("\n" + " " * margin).join(lines)
    return f"{name.ljust(margin)}{folded}\n"
