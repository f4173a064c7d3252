#!/usr/bin/python3
# Copyright (c) 2026 The azure-net authors
# SPDX-License-Identifier: GPL-2.0-only
"""./azure-net export: tables and views as files; doc/analysis.rst tells how to use it."""

import argparse
import contextlib
import sqlite3
import sys
from pathlib import Path

from azure_query.export import FORMATS, NO_PARQUET, Export
from azure_trace import command, runs
from azure_trace.database import open_database, read_runs, read_tables, read_views
from azure_trace.errors import UsageError, refuse

DESCRIPTION = """\
Writes the tables of a trace database as files of a new folder, one each, for
pandas, R, DuckDB and others; the memory needed does not depend on their size."""

EXAMPLE = f"""\
  {command.WRAPPER} export my.db --to=csv
  {command.WRAPPER} export my.db --to=jsonl --compress --tables=flow,v_port_usage"""


def parse_command_line() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="azure-net export",
        usage=f"{command.WRAPPER} export DATABASE --to=FORMAT [OPTIONS...]",
        description=DESCRIPTION,
        epilog=EXAMPLE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    add = parser.add_argument
    add("database", metavar="DATABASE", type=Path, help="a file that an example wrote by --db")
    add("--to", metavar="FORMAT", required=True, help="csv, json or jsonl (JSON Lines)")
    add("--out", metavar="FOLDER", type=Path, help="the new folder [DATABASE-FORMAT]")
    add("--tables", metavar="NAMES", help="tables and views, with commas [all tables]")
    add("--views", action="store_true", help="all views too")
    add("--runs", metavar="NUMBERS", help="runs, as 3 or 1,4-9 [all]")
    add("--compress", action="store_true", help="write .gz files")
    given = parser.parse_args()
    if given.to == "parquet":
        raise UsageError(NO_PARQUET)
    if given.to not in FORMATS:
        raise refuse("to", given.to, "csv, json or jsonl")
    return given


def choose_names(given: argparse.Namespace, database: sqlite3.Connection) -> list[str]:
    """The tables and views that were asked for, each once."""
    tables, views = read_tables(database), read_views(database)
    names = tables if given.tables is None else given.tables.split(",")
    for name in names:
        if name not in tables and name not in views:
            raise refuse("tables", name, f"names that {command.WRAPPER} sql DATABASE lists")
    return list(dict.fromkeys(names + (views if given.views else [])))


def choose_runs(text: str | None, database: sqlite3.Connection) -> list[int] | None:
    """The numbers of the runs that were asked for; none stands for all."""
    if text is None:
        return None
    return runs.choose_runs(text, {run.run_id for run in read_runs(database)})


def format_bytes(size: int) -> str:
    units = ["bytes", "KiB", "MiB", "GiB"]
    power = min(3, (max(size, 1).bit_length() - 1) // 10)
    return f"{size / 1024**power:.{power and 1}f} {units[power]}"


def work() -> None:
    given = parse_command_line()
    folder = given.out or Path(f"{given.database.stem}-{given.to}")
    with contextlib.closing(open_database(given.database)) as database:
        names = choose_names(given, database)
        chosen = choose_runs(given.runs, database)
        export = Export(database, given.to, given.compress, chosen)
        export.write(folder, names)
    print(f"folder {folder}: {len(names)} files, {export.rows} rows, {format_bytes(export.bytes)}")


if __name__ == "__main__":
    sys.exit(command.run(work))
