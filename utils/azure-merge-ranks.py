#!/usr/bin/python3
# Copyright (c) 2026 The azure-net authors
# SPDX-License-Identifier: GPL-2.0-only
"""./azure-net merge-ranks: the databases of one simulation's ranks into one with one run."""

import argparse
import sys
from pathlib import Path

from azure_sweep.ranks import merge_ranks
from azure_trace import command


def work() -> None:
    parser = argparse.ArgumentParser(
        prog="azure-net merge-ranks",
        usage=f"{command.WRAPPER} merge-ranks OUT DATABASE...",
        description="Writes a new trace database with one run, of what the ranks of a simulation "
        "over MPI have written; doc/mpi.rst tells more.",
        allow_abbrev=False,
    )
    parser.add_argument("out", metavar="OUT", type=Path, help="the new file")
    parser.add_argument("databases", metavar="DATABASE", type=Path, nargs="+", help="all ranks'")
    given = parser.parse_args()
    ranks = merge_ranks(given.out, given.databases)
    print(f"database {given.out}: 1 run of {ranks} ranks")


if __name__ == "__main__":
    sys.exit(command.run(work))
