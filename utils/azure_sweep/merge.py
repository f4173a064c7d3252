# Copyright (c) 2026 The azure-net authors
# SPDX-License-Identifier: GPL-2.0-only
"""Many trace databases into one, with their runs renumbered; the result is there as a whole or not.

Which tables and columns there are is read from the files: a table belongs to runs if it is "run",
or its foreign keys lead there by run_id, and its rows are copied with a new run_id; other tables
(table_doc, column_doc) must say the same in all files.  Databases of different versions are
refused.
"""

import os
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from azure_trace import schema
from azure_trace.database import (
    FINISHED,
    RunRow,
    open_existing,
    quote,
    read_columns,
    read_runs,
    read_tables,
    read_version,
)
from azure_trace.errors import TraceError
from azure_trace.files import sync_folder

Database = sqlite3.Connection


@dataclass
class Source:
    """A database to merge."""

    path: Path
    parameters: dict[str, str] = field(default_factory=dict)  # for run_parameter, where missing
    measured: dict[str, object] = field(default_factory=dict)  # for the table sweep_run, if any


SWEEP_TABLE = """CREATE TABLE sweep_run (
    run_id INTEGER NOT NULL,
    sweep_run INTEGER NOT NULL,
    wall_duration_ms INTEGER NOT NULL,
    cpu_time_ms INTEGER NOT NULL,
    peak_memory_bytes INTEGER NOT NULL,
    host TEXT NOT NULL,
    PRIMARY KEY (run_id), FOREIGN KEY (run_id) REFERENCES run
) WITHOUT ROWID"""

SWEEP_MEANING = "what a run of a sweep took"

SWEEP_COLUMNS = [
    ("run_id", "", "the run"),
    ("sweep_run", "", "number of the sweep's run that made it; a program may make several"),
    ("wall_duration_ms", "ms", "wall-clock time of the program, with all runs it made"),
    ("cpu_time_ms", "ms", "processor time of the program, likewise"),
    ("peak_memory_bytes", "bytes", "largest resident memory of the program"),
    ("host", "", "name of the machine"),
]


class Merger:
    """Writes the merged database, which nobody else sees before it is finished."""

    def __init__(self, database: Database):
        self.database = database
        self.schema: dict[str, tuple[str, str]] = {}  # kind and SQL, by name
        self.version: int | None = None
        self.runs = 0
        self.files = 0
        self.seen: dict[tuple, tuple] = {}  # file that a run came from, by all that is known of it
        # Nothing has to survive a crash: the file is written anew then.
        database.execute("PRAGMA journal_mode = OFF")
        database.execute("PRAGMA synchronous = OFF")

    def add(self, source: Source, keeps_unfinished: bool, is_checked: bool) -> None:
        """Adds the runs of a database; refuses what is there already, if that is checked."""
        check = open_existing(source.path)
        try:
            runs = read_runs(check)
            version = read_version(check, source.path)
        finally:
            check.close()
        self.files += 1
        self.version = version if self.version is None else self.version
        if version != self.version:
            raise TraceError(
                f"{source.path}: has version {version} of the tables, others {self.version}"
            )
        unfinished = [run for run in runs if run.status != FINISHED]
        if unfinished and not keeps_unfinished:
            first = unfinished[0]
            raise TraceError(f"{source.path}: run {first.run_id} is '{first.status}', not finished")
        self.database.execute("ATTACH ? AS source", (str(source.path),))
        try:
            self.database.execute("BEGIN")
            self.copy(source, runs, is_checked)
            self.database.execute("COMMIT")
        finally:
            if self.database.in_transaction:
                self.database.execute("ROLLBACK")
            self.database.execute("DETACH source")

    def copy(self, source: Source, runs: list[RunRow], is_checked: bool) -> None:
        """Copies all rows of the attached database."""
        self.copy_schema(source.path)
        if is_checked:
            self.check_new(source.path, runs)
        offset = self.runs + 1 - min((run.run_id for run in runs), default=1)
        for table in read_tables(self.database, "source"):
            if belongs_to_run(self.database, table):
                self.copy_rows(table, offset)
            else:
                self.copy_shared_rows(table, source.path)
        for run in runs:
            self.note(run.run_id + offset, source)
            self.runs = max(self.runs, run.run_id + offset)

    def copy_schema(self, path: Path) -> None:
        """Makes tables and views that are not there yet; indexes come at the end."""
        kinds = "'table', 'view', 'index'"
        rows = self.database.execute(
            f"SELECT type, name, sql FROM source.sqlite_master WHERE type IN ({kinds}) "
            "AND sql IS NOT NULL AND name NOT LIKE 'sqlite!_%' ESCAPE '!' ORDER BY rowid"
        ).fetchall()
        for kind, name, sql in rows:
            if self.schema.setdefault(name, (kind, sql)) != (kind, sql):
                raise TraceError(f"{path}: its {kind} {name} is not that of the other databases")
            exists = "SELECT 1 FROM main.sqlite_master WHERE name = ?"
            if kind != "index" and not self.database.execute(exists, (name,)).fetchone():
                self.database.execute(sql)

    def check_new(self, path: Path, runs: list[RunRow]) -> None:
        """Raises a TraceError if a run has been copied from another file before."""
        for run in runs:
            known = (*self.read_known("run", run), *self.read_known("run_parameter", run))
            number, name = self.seen.setdefault(known, (self.files, path))
            if number != self.files:
                raise TraceError(f"{path}: run {run.run_id} is in {name} too")

    def read_known(self, table: str, run: RunRow) -> list[tuple]:
        """The rows of a run in the attached database, without its number."""
        columns = ", ".join(read_columns(self.database, table)[1:])
        return self.database.execute(
            f"SELECT {columns} FROM source.{table} WHERE run_id = ?", (run.run_id,)
        ).fetchall()

    def copy_rows(self, table: str, offset: int) -> None:
        columns = [quote(column) for column in read_columns(self.database, table)]
        values = [f"{c} + {offset}" if c == '"run_id"' else c for c in columns]
        self.database.execute(
            f"INSERT INTO main.{quote(table)} ({', '.join(columns)}) "
            f"SELECT {', '.join(values)} FROM source.{quote(table)}"
        )

    def copy_shared_rows(self, table: str, path: Path) -> None:
        name = quote(table)
        self.database.execute(f"INSERT OR IGNORE INTO main.{name} SELECT * FROM source.{name}")
        others = f"SELECT * FROM source.{name} EXCEPT SELECT * FROM main.{name}"
        if row := self.database.execute(others).fetchone():
            raise TraceError(f"{path}: has another row {row} of {table} than the other databases")

    def note(self, run_id: int, source: Source) -> None:
        """Adds to a run what the sweep knows of it."""
        insert = "INSERT OR IGNORE INTO main.run_parameter (run_id, name, value) VALUES (?, ?, ?)"
        for name, value in source.parameters.items():
            self.database.execute(insert, (run_id, name, value))
        if source.measured:
            self.make_sweep_table()
            row = (run_id, *(source.measured[column] for column, _, _ in SWEEP_COLUMNS[1:]))
            self.database.execute("INSERT INTO sweep_run VALUES (?, ?, ?, ?, ?, ?)", row)

    def make_sweep_table(self) -> None:
        """Makes the table that only merged databases of sweeps have, unless it is there."""
        if "sweep_run" not in self.schema:
            self.schema["sweep_run"] = ("table", SWEEP_TABLE)
            self.database.execute(SWEEP_TABLE)
            insert = "INSERT INTO table_doc VALUES ('sweep_run', ?)"
            self.database.execute(insert, (SWEEP_MEANING,))
            insert = "INSERT INTO column_doc VALUES ('sweep_run', ?, ?, ?)"
            self.database.executemany(insert, SWEEP_COLUMNS)

    def finish(self) -> None:
        """Makes the indexes, and marks the file as ours."""
        for kind, sql in self.schema.values():
            if kind == "index":
                self.database.execute(sql)
        self.database.execute("PRAGMA analysis_limit = 1000")
        self.database.execute("ANALYZE")
        self.database.execute(f"PRAGMA application_id = {schema.application_id()}")
        self.database.execute(f"PRAGMA user_version = {self.version}")


def belongs_to_run(database: Database, table: str) -> bool:
    """Whether the rows of a table are of runs: its foreign keys lead to "run" by run_id."""
    if table == "run":
        return True
    for row in database.execute(f"PRAGMA foreign_key_list({quote(table)})").fetchall():
        parent, column = row[2], row[3]
        if column == "run_id" and parent != table and belongs_to_run(database, parent):
            return True
    if "run_id" in read_columns(database, table):
        raise TraceError(f"the table {table} has a run_id, but no foreign key that leads to a run")
    return False


def merge(
    target: Path, sources: Iterable[Source], keeps_unfinished: bool = False, is_checked: bool = True
) -> int:
    """Writes a new database with all runs of the sources, in their order; returns how many.

    Runs that are not finished are refused unless they are to be kept, with their status.  Where it
    is checked, so is a run that two of the files have.  On errors the target stays as it was.
    """
    temporary = target.with_name(f".{target.name}.{os.getpid()}.tmp")
    temporary.unlink(missing_ok=True)
    try:
        runs = write(temporary, sources, keeps_unfinished, is_checked)
        os.replace(temporary, target)
        sync_folder(target.parent)
    except OSError as error:
        raise TraceError(f"{target}: {error.strerror}") from error
    except sqlite3.Error as error:
        raise TraceError(f"{target}: {error}") from error
    finally:
        temporary.unlink(missing_ok=True)
    return runs


def write(
    path: Path, sources: Iterable[Source], keeps_unfinished: bool, is_checked: bool
) -> int:
    """As merge(), but for what is left behind on errors."""
    database = sqlite3.connect(path, isolation_level=None)
    try:
        merger = Merger(database)
        for source in sources:
            try:
                merger.add(source, keeps_unfinished, is_checked)
            except sqlite3.Error as error:
                raise sqlite3.Error(f"copying {source.path}: {error}") from error
        merger.finish()
    finally:
        database.close()
    with open(path, "rb") as file:
        os.fsync(file.fileno())
    return merger.runs
