#!/usr/bin/python3
# Copyright (c) 2026 The azure-net authors
# SPDX-License-Identifier: GPL-2.0-only
"""./azure-net report: a page about a trace database; doc/report.rst tells what is on it."""

import argparse
import sys
from pathlib import Path

from azure_trace import command
from azure_trace.errors import refuse


def work() -> None:
    parser = argparse.ArgumentParser(
        prog="azure-net report",
        usage=f"{command.WRAPPER} report [--out=FOLDER] [--runs=NUMBERS] DATABASE",
        description="Writes a folder with a page, index.html, that has key figures, plots and "
        "tables of a trace database, and with each plot for a paper: SVG, PDF and CSV.  The page "
        "needs no network.  A report that is there already is replaced.",
        allow_abbrev=False,
    )
    parser.add_argument("database", metavar="DATABASE", type=Path, help="the trace database")
    parser.add_argument(
        "--out", metavar="FOLDER", type=Path, help="the folder [DATABASE's name, then -report]"
    )
    parser.add_argument("--runs", metavar="NUMBERS", help="runs to report, as 3 or 1,4-9 [all]")
    given = parser.parse_args()
    folder = given.out or Path(f"{given.database.stem}-report")
    if folder.name in ("", ".."):  # it is renamed when it is written
        raise refuse("out", given.out, "the name of a folder")
    # pandas and matplotlib take a second to load, which an error should not have to wait for.
    from azure_page.command import write_report

    write_report(given.database, folder, given.runs)
    print(folder / "index.html")


if __name__ == "__main__":
    sys.exit(command.run(work))
