#!/usr/bin/python3
# Copyright (c) 2026 The azure-net authors
# SPDX-License-Identifier: GPL-2.0-only
"""./azure-net sql: asks a trace database; doc/analysis.rst tells how to use it."""

import argparse
import contextlib
import sys
from pathlib import Path

from azure_query import ask, formats, listing, shell
from azure_trace import command, signals
from azure_trace.database import open_database

DESCRIPTION = """\
Asks a trace database, which is not written to.  Without a query, tables and
views are listed; then, on a terminal, SQLite's own program takes queries.
Queries are read from standard input if that is a pipe or a file."""

EXAMPLE = f"""\
  {command.WRAPPER} sql my.db "SELECT * FROM v_run_summary"
  {command.WRAPPER} sql my.db "SELECT * FROM v_top_destinations" --format=csv"""


def parse_command_line() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="azure-net sql",
        usage=f"{command.WRAPPER} sql DATABASE [QUERY] [--format=FORMAT]",
        description=DESCRIPTION,
        epilog=EXAMPLE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    add = parser.add_argument
    add("database", metavar="DATABASE", type=Path, help="a file that an example wrote by --db")
    add("query", metavar="QUERY", nargs="?", help="one or more queries in SQL")
    add(
        "--format",
        choices=list(formats.FORMATS),
        default="table",
        help="table, box, line (one for each value), csv, json or jsonl (JSON Lines) [table]",
    )
    return parser.parse_args()


def work() -> None:
    signals.end_on_signals()
    given = parse_command_line()
    with contextlib.closing(open_database(given.database)) as database:
        if given.query is not None:
            ask.answer(database, given.query, given.format)
        elif not sys.stdin.isatty() and ask.answer_all(database, sys.stdin, given.format):
            return
        else:
            print(listing.describe(database, given.database), flush=True)
    if given.query is None and sys.stdin.isatty() and sys.stdout.isatty():
        shell.start(given.database)


if __name__ == "__main__":
    sys.exit(command.run(work))
