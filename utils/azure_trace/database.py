# Copyright (c) 2026 The azure-net authors
# SPDX-License-Identifier: GPL-2.0-only
"""A trace database, opened to be read; what is none, or of another version, is refused."""

import contextlib
import shlex
import sqlite3
import stat
from dataclasses import dataclass
from pathlib import Path

from . import schema
from .command import WRAPPER
from .errors import TraceError

FINISHED = "finished"
"""The run.status of a run of which everything has been written."""

MAGIC = b"SQLite format 3\0"
HEADER_BYTES = 100

WAL = 2
"""Byte 18 of the header of a database with a write-ahead log."""


@dataclass(frozen=True)
class RunRow:
    """What the table run says of a run."""

    run_id: int
    status: str
    rng_run: int


def quote(name: str) -> str:
    """A name as an SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def open_database(path: Path | str) -> sqlite3.Connection:
    """Opens a trace database of this azure-net's version; neither it nor its folder is written to.

    Raises a TraceError for anything else, with one line that says what to do.
    """
    path = Path(path)
    database = sqlite3.connect(read_only_uri(path), uri=True, isolation_level=None)
    with closed_on_error(database, path):
        check_kind(database, path)
        check_version(database, path)
    return database


def read_only_uri(path: Path) -> str:
    """The name by which SQLite reads the file and makes no others."""
    mode = "mode=ro"
    if read_header(path)[18] == WAL:
        # Somebody has changed the kind of journal: SQLite would make side files even to read it.
        check_no_log(path)
        mode = "immutable=1"
    return f"{path.absolute().as_uri()}?{mode}"


def open_existing(path: Path) -> sqlite3.Connection:
    """Opens a trace database of any version; rolls back what a killed program left undone."""
    read_header(path)
    database = sqlite3.connect(path, isolation_level=None)
    with closed_on_error(database, path):
        check_kind(database, path)
    return database


def read_header(path: Path) -> bytes:
    """The header of an SQLite database; raises a TraceError if the file is none."""
    try:
        mode = path.stat().st_mode
        if stat.S_ISDIR(mode):
            raise TraceError(f"{path}: is a folder; give the file of a trace database")
        if not stat.S_ISREG(mode):
            raise TraceError(f"{path}: is not a file; give that of a trace database")
        with open(path, "rb") as file:
            header = file.read(HEADER_BYTES)
    except FileNotFoundError:
        raise TraceError(f"{path}: there is no such database") from None
    except OSError as error:
        raise TraceError(f"{path}: {error.strerror}") from error
    if not header:
        raise TraceError(f"{path}: the file is empty, so nothing has been traced to it")
    if not header.startswith(MAGIC[: len(header)]):
        raise TraceError(f"{path}: is not a database; give a file that an example wrote by --db")
    if len(header) < HEADER_BYTES:
        raise TraceError(f"{path}: is cut off after {len(header)} bytes; copy it again")
    return header


def check_no_log(path: Path) -> None:
    """Raises a TraceError if changes are still in a file beside the database."""
    log = path.with_name(path.name + "-wal")
    if log.exists() and log.stat().st_size > 0:
        command = f"sqlite3 {shlex.quote(str(path))} 'PRAGMA journal_mode = DELETE'"
        raise TraceError(f"{path}: changes are still in {log.name}; to put it in order: {command}")


@contextlib.contextmanager
def closed_on_error(database: sqlite3.Connection, path: Path):
    """Closes the database on errors, and says those of SQLite in our words."""
    try:
        yield
    except sqlite3.Error as error:
        database.close()
        raise describe(error, path) from error
    except BaseException:
        database.close()
        raise


def describe(error: sqlite3.Error, path: Path) -> TraceError:
    """Why SQLite cannot read the file."""
    name = getattr(error, "sqlite_errorname", "")
    if name == "SQLITE_READONLY_ROLLBACK":
        command = f"sqlite3 {shlex.quote(str(path))} 'PRAGMA user_version'"
        return TraceError(
            f"{path}: a program was killed while it wrote ({path.name}-journal is there); "
            f"to put it in order: {command}"
        )
    if name.startswith("SQLITE_BUSY"):
        return TraceError(f"{path}: a program is writing to it; wait until it is done")
    if name.startswith("SQLITE_CORRUPT"):
        header = read_header(path)
        page = int.from_bytes(header[16:18], "big")
        pages = int.from_bytes(header[28:32], "big")
        return describe_damage(path, (65536 if page == 1 else page) * pages)
    return TraceError(f"{path}: {error}")


def describe_damage(path: Path, expected: int) -> TraceError:
    """What is to be said of a file that should have that many bytes."""
    size = path.stat().st_size
    if size < expected:
        return TraceError(f"{path}: is cut off after {size} of {expected} bytes; copy it again")
    return TraceError(f"{path}: is damaged; copy it again")


def check_kind(database: sqlite3.Connection, path: Path) -> None:
    """Raises a TraceError if the database is that of another program, or not whole."""
    database.execute("BEGIN")  # nobody writes to the file while it is looked at
    (application,) = database.execute("PRAGMA application_id").fetchone()
    if application != schema.application_id():
        raise TraceError(f"{path}: is the database of another program, not a trace database")
    database.execute("SELECT COUNT(*) FROM sqlite_schema").fetchone()
    (page,) = database.execute("PRAGMA page_size").fetchone()
    (pages,) = database.execute("PRAGMA page_count").fetchone()
    if path.stat().st_size < page * pages:
        raise describe_damage(path, page * pages)
    database.execute("COMMIT")


def check_version(database: sqlite3.Connection, path: Path) -> None:
    """Raises a TraceError if the tables are not those that this azure-net writes."""
    version, known = read_version(database, path), schema.version()
    if version < known:
        raise TraceError(
            f"{path}: has version {version} of the tables, this azure-net {known}; "
            f"to convert it: {WRAPPER} migrate {shlex.quote(str(path))} NEW"
        )


def read_version(database: sqlite3.Connection, path: Path) -> int:
    """The version of the tables; raises a TraceError if it is later than this azure-net."""
    (version,) = database.execute("PRAGMA user_version").fetchone()
    known = schema.version()
    if version > known:
        raise TraceError(
            f"{path}: has version {version} of the tables, but this azure-net knows only versions "
            f"up to {known}; take a newer azure-net"
        )
    return version


def read_runs(database: sqlite3.Connection) -> list[RunRow]:
    rows = database.execute("SELECT run_id, status, rng_run FROM run ORDER BY run_id")
    return [RunRow(*row) for row in rows]


def read_tables(database: sqlite3.Connection, schema_name: str = "main") -> list[str]:
    """The tables, in the order in which they were made: parents before children."""
    return read_names(database, "table", schema_name)


def read_views(database: sqlite3.Connection) -> list[str]:
    """The views, in the order in which they were made."""
    return read_names(database, "view", "main")


def read_names(database: sqlite3.Connection, kind: str, schema_name: str) -> list[str]:
    rows = database.execute(
        f"SELECT name FROM {schema_name}.sqlite_master WHERE type = ? "
        "AND name NOT LIKE 'sqlite!_%' ESCAPE '!' ORDER BY rowid",
        (kind,),
    )
    return [name for (name,) in rows]


def read_columns(database: sqlite3.Connection, table: str) -> list[str]:
    """The columns of a table or view."""
    return [row[1] for row in database.execute(f"PRAGMA table_info({quote(table)})")]
