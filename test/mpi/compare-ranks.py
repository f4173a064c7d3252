#!/usr/bin/python3
# Copyright (c) 2026 The azure-net authors
# SPDX-License-Identifier: GPL-2.0-only
"""compare-ranks.py PROGRAM [OPTIONS...]: several ranks see what one process sees, flow by flow.

The program, built with an ns-3 that was configured for MPI, is run alone and by mpirun with 2 and 3
ranks, each time into databases of their own.  All flows of VMs have to be the same: their addresses
and ports, outcomes, packets, and times to the nanosecond; so have the SNAT ports' events, refusals
and drops.  It prints what each run cost.

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

# What a table is called, and what numbers its rows, which each rank does for itself.
TABLES = {
    "flow": (),
    "snat_port_event": ("snat_port_event_id",),
    "snat_exhaustion": ("snat_exhaustion_id",),
    "drop": ("drop_id",),
}
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


def rows(database, table, numbers):
    """The rows of a table of one run, each as a text, with the number of its like."""
    with sqlite3.connect(f"file:{database}?mode=ro", uri=True) as connection:
        info = connection.execute(f'PRAGMA table_info("{table}")')
        columns = [row[1] for row in info if row[1] not in ("run_id", *numbers)]
        found = connection.execute(f'SELECT {", ".join(columns)} FROM "{table}"')
        return Counter(
            " ".join(f"{name}={value}" for name, value in zip(columns, row)) for row in found
        )


def content(databases):
    """The rows of all tables, of all databases together."""
    return {
        table: sum((rows(database, table, numbers) for database in databases), Counter())
        for table, numbers in TABLES.items()
    }


def print_difference(table, one, several):
    """Tell of the first rows that only one side has."""
    for name, missing in (("one process", one - several), ("several ranks", several - one)):
        print(f"{table}: {sum(missing.values())} rows of {name} only")
        for row in sorted(missing)[:3]:
            print(f"  {row}")


def compare(program, options, ranks, folder, expected):
    """Run with some ranks.  Whether they have seen what is expected."""
    mpirun = ["mpirun", "-np", str(ranks), program, *options, f"--db=ranks{ranks}.db"]
    printed = run(mpirun, folder)
    found = content(sorted(folder.glob(f"ranks{ranks}.rank*.db")))
    differing = [table for table in TABLES if found[table] != expected[table]]
    for table in differing:
        print_difference(table, expected[table], found[table])
    report(ranks, printed)
    return not differing


def report(ranks, printed):
    """Tell what a run cost."""
    cost = re.search(r"^cost .*", printed, re.M)
    print(f"{ranks} rank{'s' if ranks > 1 else ''}: {cost.group() if cost else ''}")


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
        expected = content([folder / "one.db"])
        print(", ".join(f"{sum(expected[table].values())} {table}" for table in TABLES))
        if not expected["flow"]:
            sys.exit("the run has no flows to compare")
        ranks = [int(text) for text in os.environ.get("RANKS", "2,3").split(",")]
        same = [compare(program, options, count, folder, expected) for count in ranks]
    print("same" if all(same) else "different")
    sys.exit(0 if all(same) else 1)


main()
