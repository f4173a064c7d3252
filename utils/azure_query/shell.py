# Copyright (c) 2026 The azure-net authors
# SPDX-License-Identifier: GPL-2.0-only
"""SQLite's own program on a terminal, which must not write."""

import os
import shutil
from pathlib import Path

from azure_trace.database import read_only_uri
from azure_trace.errors import TraceError

HELP = """\
Queries end with ";" and may have several lines; .quit ends the program.
The columns of a table: SELECT * FROM column_doc WHERE table_name = 'flow';
"""

PROMPT = """.prompt "trace> " "  ...> " """


def make_command(path: Path) -> list[str]:
    """How sqlite3 is called."""
    program = shutil.which("sqlite3")
    if not program:
        raise TraceError("sqlite3: is not installed; give a query, or install the package sqlite3")
    return [program, "-readonly", "-box", "-cmd", PROMPT, read_only_uri(path)]


def start(path: Path) -> None:
    """Becomes that program."""
    command = make_command(path)
    print(HELP, flush=True)
    os.execv(command[0], command)
