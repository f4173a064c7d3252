#!/usr/bin/python3
# Copyright (c) 2026 The azure-net authors
# SPDX-License-Identifier: GPL-2.0-only
"""compare-ranks.py PROGRAM [OPTIONS...]: several ranks see what one process sees, row by row.

The program, built with an ns-3 that was configured for MPI, is run alone and by mpirun with 2 and 3
ranks, each time into databases of its own.  Those of the ranks are merged, and every table has to
have the rows of the one process's: flows with addresses, ports, outcomes, packets, and times to the
nanosecond, events of SNAT ports, decisions, samples.  It prints what each run cost.

RANKS in the environment has other numbers of ranks, as "2,4".  Without mpirun, or MPI in the
program, the status is 77.
"""

import os
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "utils"))

from azure_sweep.merge import read_columns, read_tables
from azure_sweep.ranks import find_time, merge_ranks

SKIPPED = 77


def run(command, folder):
    """What a program prints; it ends the test if it fails."""
    environment = dict(os.environ, OMPI_MCA_rmaps_base_oversubscribe="1")
    if os.geteuid() == 0:
        environment |= {"OMPI_ALLOW_RUN_AS_ROOT": "1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1"}
    result = subprocess.run(
        command, cwd=folder, env=environment, stdout=subprocess.PIPE, text=True, check=False
    )
    if result.returncode:
        sys.exit(f"{result.stdout}{command}: status {result.returncode}")
    return result.stdout


def read_rows(database, table):
    """The rows of a table as texts, with the number of their like.

    Without what differs by nature: wall-clock time, and numbers of rows that came at the same time.
    """
    numbered = find_time(database, table) is not None
    left_out = {f"{table}_id"} if numbered else set()
    columns = [name for name in read_columns(database, table) if name not in left_out]
    columns = [name for name in columns if not name.startswith("wall_")]
    condition = "WHERE name NOT IN ('rank', 'ranks')" if table == "run_parameter" else ""
    rows = database.execute(f'SELECT {", ".join(columns)} FROM "{table}" {condition}')
    return Counter(" ".join(f"{name}={value}" for name, value in zip(columns, r)) for r in rows)


def read_database(path):
    """The rows of all tables."""
    database = sqlite3.connect(path)
    try:
        return {table: read_rows(database, table) for table in read_tables(database, "main")}
    finally:
        database.close()


def print_difference(table, one, several):
    """Tell of the first rows that only one side has."""
    for name, missing in (("one process", one - several), ("several ranks", several - one)):
        print(f"{table}: {sum(missing.values())} rows of {name} only")
        for row in sorted(missing)[:3]:
            print(f"  {row}")


def report(ranks, printed):
    """Tell what a run cost."""
    cost = re.search(r"^cost (.*)", printed, re.M)
    print(f"{ranks} rank{'s' if ranks > 1 else ''}: {cost.group(1) if cost else ''}", flush=True)


def compare(command, ranks, folder, expected):
    """Run with some ranks.  Whether they have seen what is expected."""
    report(ranks, run(["mpirun", "-np", str(ranks), *command, f"--db=np{ranks}.db"], folder))
    merged = folder / f"merged{ranks}.db"
    merge_ranks(merged, sorted(folder.glob(f"np{ranks}.rank*.db")))
    found = read_database(merged)
    differing = [table for table in expected if found[table] != expected[table]]
    for table in differing:
        print_difference(table, expected[table], found[table])
    return not differing


def main():
    """Compare all runs."""
    program, options = str(Path(sys.argv[1]).resolve()), sys.argv[2:]
    libraries = subprocess.run(["ldd", program], stdout=subprocess.PIPE, text=True, check=False)
    if not shutil.which("mpirun") or "libmpi" not in libraries.stdout:
        print("skipped: there is no mpirun, or the program has been built without MPI")
        sys.exit(SKIPPED)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        report(1, run([program, *options, "--db=one.db"], folder))
        expected = read_database(folder / "one.db")
        rows = {table: sum(counted.values()) for table, counted in expected.items()}
        print(", ".join(f"{count} {table}" for table, count in rows.items() if count))
        if not rows["flow"]:
            sys.exit("the run has no flows to compare")
        counts = [int(text) for text in os.environ.get("RANKS", "2,3").split(",")]
        same = [compare([program, *options], count, folder, expected) for count in counts]
    print("same" if all(same) else "different")
    sys.exit(0 if all(same) else 1)


main()
