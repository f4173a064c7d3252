#!/usr/bin/python3
# Copyright (c) 2026 The azure-net authors
# SPDX-License-Identifier: GPL-2.0-only
"""view-cost.py DATABASE [VIEW...]: how long each view takes for one run, and what it scans.

"CPU" is processor time, which other programs on the machine do not lengthen.
A remark tells what SQLite does without an index: tables of many rows that it reads from the first
row to the last (scan), and sorting (sort).
"""

import argparse
import re
import sqlite3
import sys
import time
from pathlib import Path

MANY = 100_000
"""Rows of a table above which a scan is told."""


def find_big_tables(database: sqlite3.Connection) -> set[str]:
    """The tables of many rows."""
    tables = database.execute(
        "SELECT name FROM sqlite_master "
        "WHERE type = 'table' AND name NOT LIKE 'sqlite!_%' ESCAPE '!'"
    ).fetchall()
    big = set()
    for (name,) in tables:
        rows = f'SELECT COUNT(*) FROM (SELECT 1 FROM "{name}" LIMIT {MANY})'
        if database.execute(rows).fetchone()[0] == MANY:
            big.add(name)
    return big


def describe_plan(database: sqlite3.Connection, query: str, big: set[str]) -> str:
    """What of the plan costs time."""
    lines = [row[3] for row in database.execute(f"EXPLAIN QUERY PLAN {query}")]
    scans = {match[1] for line in lines if (match := re.match(r"SCAN (\w+)", line))}
    sorts = sum("USE TEMP B-TREE" in line for line in lines)
    built = sum("AUTOMATIC" in line for line in lines)
    remarks = [f"scan {name}" for name in sorted(scans & big)]
    remarks += [f"sort {sorts}"] if sorts else []
    remarks += [f"automatic index {built}"] if built else []
    return ", ".join(remarks)


def main() -> int:
    parser = argparse.ArgumentParser(allow_abbrev=False, description=__doc__)
    parser.add_argument("database", type=Path)
    parser.add_argument("views", nargs="*", help="[all]")
    parser.add_argument("--run", type=int, default=1, help="run_id that is asked for; 0: all runs")
    given = parser.parse_args()
    database = sqlite3.connect(f"{given.database.absolute().as_uri()}?mode=ro", uri=True)
    rows = database.execute("SELECT name FROM sqlite_master WHERE type = 'view' ORDER BY rowid")
    views = given.views or [name for (name,) in rows]
    big = find_big_tables(database)
    print(f"{'view':30} {'rows':>9} {'seconds':>8} {'CPU':>6}  remark")
    for view in views:
        query = f"SELECT * FROM {view}" + (f" WHERE run_id = {given.run}" if given.run else "")
        begun, worked = time.monotonic(), time.process_time()
        count = sum(1 for _ in database.execute(query))
        seconds, work = time.monotonic() - begun, time.process_time() - worked
        remark = describe_plan(database, query, big)
        print(f"{view:30} {count:9} {seconds:8.2f} {work:6.2f}  {remark}".rstrip(), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
