#!/usr/bin/python3
# Copyright (c) 2026 The azure-net authors
# SPDX-License-Identifier: GPL-2.0-only
"""./azure-net merge: many trace databases into a new one; doc/sweeps.rst tells how to use it."""

import argparse
import sys
from pathlib import Path

from azure_sweep.merge import Source, merge
from azure_trace import command
from azure_trace.errors import TraceError


def work() -> None:
    parser = argparse.ArgumentParser(
        prog="azure-net merge",
        usage=f"{command.WRAPPER} merge [--unfinished=keep] OUT DATABASE...",
        description="Writes a new trace database with all runs of others, numbered anew in their "
        "order.  Refused are a run that two files have, and databases of different versions.",
        allow_abbrev=False,
    )
    parser.add_argument("out", metavar="OUT", type=Path, help="the new file")
    parser.add_argument("databases", metavar="DATABASE", type=Path, nargs="+", help="the others")
    parser.add_argument(
        "--unfinished",
        choices=["refuse", "keep"],
        default="refuse",
        help="what to do with runs that were cut off: keep them with their status, or [refuse]",
    )
    given = parser.parse_args()
    if given.out.exists():
        raise TraceError(f"{given.out}: is there already; give the name of a new file")
    sources = [Source(path) for path in given.databases]
    runs = merge(given.out, sources, given.unfinished == "keep")
    print(f"database {given.out}: {runs} runs of {len(sources)} databases")


if __name__ == "__main__":
    sys.exit(command.run(work))
