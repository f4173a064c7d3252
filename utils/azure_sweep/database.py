# Copyright (c) 2026 The azure-net authors
# SPDX-License-Identifier: GPL-2.0-only
"""What trace databases are, as seen from outside."""

import sqlite3
from dataclasses import dataclass
from pathlib import Path

from .errors import SweepError

APPLICATION_ID = 0x617A6E74
"""SQLite's application_id of a trace database: TRACE_APPLICATION_ID of azure-trace-schema.h."""

FINISHED = "finished"
"""The run.status of a run of which everything has been written."""


@dataclass(frozen=True)
class RunRow:
    """What the table run says of a run."""

    run_id: int
    status: str
    rng_run: int


def quote(name: str) -> str:
    """A name as an SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def open_existing(path: Path) -> sqlite3.Connection:
    """Opens a trace database that has to be there; rolls back what a killed program left undone."""
    if not path.is_file():
        raise SweepError(f"{path}: there is no such database")
    database = sqlite3.connect(path, isolation_level=None)
    try:
        (application,) = database.execute("PRAGMA application_id").fetchone()
        if application != APPLICATION_ID:
            raise SweepError(f"{path}: not a trace database of azure-net")
    except sqlite3.Error as error:
        database.close()
        raise SweepError(f"{path}: {error}") from error
    except SweepError:
        database.close()
        raise
    return database


def read_runs(database: sqlite3.Connection) -> list[RunRow]:
    rows = database.execute("SELECT run_id, status, rng_run FROM run ORDER BY run_id")
    return [RunRow(*row) for row in rows]


def find_problem(path: Path, rng_run: int) -> str | None:
    """Why a database is not that of one finished run of a program, if it is not."""
    try:
        database = open_existing(path)
        try:
            runs = read_runs(database)
        finally:
            database.close()
    except (SweepError, sqlite3.Error) as error:
        return str(error).replace(f"{path}: ", "database: ")
    if not runs:
        return "database: there is no run in it"
    for run in runs:
        if run.status != FINISHED:
            return f"database: run {run.run_id} is '{run.status}'"
        if run.rng_run != rng_run:
            return f"database: run {run.run_id} has RngRun {run.rng_run} instead of {rng_run}"
    return None
