# Copyright (c) 2026 The azure-net authors
# SPDX-License-Identifier: GPL-2.0-only
"""The databases of one simulation's ranks into one with one run; it is there as a whole or not.

Every rank has written the topology, and what happened on its own nodes; doc/mpi.rst tells more.
"""

import heapq
import itertools
import math
import os
import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from azure_trace.database import (
    FINISHED,
    open_existing,
    quote,
    read_columns,
    read_runs,
    read_tables,
)
from azure_trace.errors import TraceError

from .merge import belongs_to_run

SUMMED = {"member_traffic": 5}
"""Tables with a row for each member on each rank: position of the first column to add up."""

ENDS = {"flow_attempt": "ended_time_ns"}
"""Tables in the order of another time than the first one they have: its column."""


class RankDatabase:
    """What one rank has written: a database with one finished run."""

    def __init__(self, path: Path):
        self.path = path
        self.database = open_existing(path)
        runs = read_runs(self.database)
        if len(runs) != 1 or runs[0].status != FINISHED:
            raise TraceError(f"{path}: has not one finished run, which a rank's database has")
        self.run_id = runs[0].run_id
        rows = self.database.execute("SELECT name, value FROM run_parameter")
        self.parameters: dict[str, str] = dict(rows.fetchall())
        self.rank = self.take_number("rank")
        self.ranks = self.take_number("ranks")

    def take_number(self, name: str) -> int:
        try:
            return int(self.parameters.pop(name))
        except (KeyError, ValueError):
            raise TraceError(f"{self.path}: its run has no parameter {name}") from None

    def read_rows(self, table: str) -> Iterator[tuple]:
        """The rows of a table, in its order."""
        keys = ", ".join(read_key(self.database, table))
        return self.database.execute(f"SELECT * FROM {quote(table)} ORDER BY {keys}")

    def read_identity(self) -> tuple:
        """What ranks of one simulation have in common."""
        columns = "program, scenario, profile, rng_seed, rng_run, end_time_ns"
        run = self.database.execute(f"SELECT {columns} FROM run").fetchone()
        version = self.database.execute("PRAGMA user_version").fetchone()
        return (run, version, self.parameters)


def read_key(database: sqlite3.Connection, table: str) -> list[str]:
    """The columns of the primary key."""
    rows = database.execute(
        "SELECT name FROM pragma_table_info(?) WHERE pk > 0 ORDER BY pk", (table,)
    )
    return [name for (name,) in rows]


def find_time(database: sqlite3.Connection, table: str) -> int | None:
    """Position of the time, if the table numbers its rows in the order of time."""
    if read_key(database, table) != ["run_id", f"{table}_id"]:
        return None
    columns = read_columns(database, table)
    times = [name for name in columns if name == "time_ns" or name.endswith("_time_ns")]
    if not times:
        return None
    return columns.index(ENDS.get(table, times[0]))


def in_time(rows: Iterator[tuple], position: int) -> Iterator[tuple[float, tuple]]:
    """Rows with times that never go back, so that a rank's own order stays; no time is the end."""
    latest: float = 0
    for row in rows:
        latest = max(latest, math.inf if row[position] is None else row[position])
        yield latest, row


def merge_numbered(sources: list[RankDatabase], table: str, position: int) -> Iterator[tuple]:
    """The rows of all ranks, numbered anew in the order of time, then rank."""
    streams = [in_time(source.read_rows(table), position) for source in sources]
    merged = heapq.merge(*streams, key=lambda entry: entry[0])
    for number, (_, row) in enumerate(merged, 1):
        yield (row[0], number, *row[2:])


def merge_summed(sources: list[RankDatabase], table: str, first: int) -> Iterator[tuple]:
    """The rows that every rank has, with what they have counted added up."""
    for rows in itertools.zip_longest(*(source.read_rows(table) for source in sources)):
        if None in rows or any(row[1:first] != rows[0][1:first] for row in rows):
            raise TraceError(f"{sources[0].path}: has other rows of {table} than the other ranks")
        sums = [sum(column) for column in zip(*(row[first:] for row in rows))]
        yield (*rows[0][:first], *sums)


def merge_shared(sources: list[RankDatabase], table: str) -> Iterator[tuple]:
    """Every row once; ranks that say different things of the same are refused."""
    database = sources[0].database
    columns = read_columns(database, table)
    places = [columns.index(name) for name in read_key(database, table) if name != "run_id"]
    known: dict[tuple, tuple] = {}
    for source in sources:
        for row in source.read_rows(table):
            key = tuple(row[place] for place in places)
            if known.setdefault(key, row)[1:] != row[1:]:
                raise TraceError(f"{source.path}: has another row {row} of {table} than others")
    yield from known.values()


def merge_table(sources: list[RankDatabase], table: str) -> Iterator[tuple]:
    """The rows of a table, of all ranks together; their run_id does not matter."""
    position = find_time(sources[0].database, table)
    if table in SUMMED:
        return merge_summed(sources, table, SUMMED[table])
    if position is not None:
        return merge_numbered(sources, table, position)
    return merge_shared(sources, table)


def write_tables(out: sqlite3.Connection, sources: list[RankDatabase]) -> None:
    """Replaces the rows of the first rank by those of all."""
    run_id = sources[0].run_id
    for table in read_tables(out, "main"):
        if table in ("run", "run_parameter") or not belongs_to_run(out, table):
            continue
        out.execute(f"DELETE FROM {quote(table)}")
        places = ", ".join("?" * len(read_columns(out, table)))
        out.executemany(
            f"INSERT INTO {quote(table)} VALUES ({places})",
            ((run_id, *row[1:]) for row in merge_table(sources, table)),
        )
    out.execute("DELETE FROM run_parameter WHERE name = 'rank'")


def check_complete(sources: list[RankDatabase]) -> None:
    """Raises a TraceError unless these are all ranks of one simulation."""
    first = sources[0]
    for source in sources:
        if source.read_identity() != first.read_identity() or source.ranks != first.ranks:
            raise TraceError(f"{source.path}: is of another run than {first.path}")
    found = [source.rank for source in sources]
    if found != list(range(first.ranks)):
        ranks = ", ".join(map(str, found))
        raise TraceError(f"{first.path}: its run has {first.ranks} ranks; these are rank {ranks}")


def merge_ranks(out: Path, paths: list[Path]) -> int:
    """Writes a new database with the run of all ranks.  Returns how many there are."""
    if out.exists():
        raise TraceError(f"{out}: is there already; give the name of a new file")
    sources = sorted((RankDatabase(path) for path in paths), key=lambda source: source.rank)
    check_complete(sources)
    part = out.with_name(out.name + ".part")
    try:
        shutil.copyfile(sources[0].path, part)
        database = sqlite3.connect(part, isolation_level=None)
        try:
            database.execute("PRAGMA synchronous = OFF")
            database.execute("BEGIN")
            write_tables(database, sources)
            if row := database.execute("PRAGMA foreign_key_check").fetchone():
                raise TraceError(f"{out}: a row of {row[0]} refers to no row of {row[2]}")
            database.execute("COMMIT")
            database.execute("PRAGMA analysis_limit = 1000")
            database.execute("ANALYZE")
        finally:
            database.close()
        os.replace(part, out)
    except (OSError, sqlite3.Error) as error:
        raise TraceError(f"{out}: {error}") from error
    finally:
        part.unlink(missing_ok=True)
        for source in sources:
            source.database.close()
    return len(sources)
