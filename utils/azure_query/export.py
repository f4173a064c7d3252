# Copyright (c) 2026 The azure-net authors
# SPDX-License-Identifier: GPL-2.0-only
"""All tables as files of a new folder, which is there as a whole or not at all."""

import contextlib
import gzip
import io
import os
import shutil
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from azure_trace.database import quote, read_columns
from azure_trace.errors import TraceError
from azure_trace.files import sync_folder
from azure_trace.progress import show_line

from . import records
from .records import Row

Writer = Callable[[TextIO, list[str], Iterable[Row]], None]

FORMATS: dict[str, Writer] = {
    "csv": records.write_csv,
    "json": records.write_json,
    "jsonl": records.write_json_lines,
}
"""What is written, by the files' suffix."""

NO_PARQUET = (
    "to: 'parquet' is not allowed, for no package of Debian 12 writes it; give csv, then in "
    "DuckDB: COPY (FROM 'FOLDER/flow.csv') TO 'flow.parquet'"
)

STEP = 50_000
"""Rows between two looks at the clock of a terminal."""


@dataclass
class Export:
    """What is to be written, and what has been."""

    database: sqlite3.Connection
    format: str
    is_compressed: bool
    runs: list[int] | None  # all of them if there is none
    rows: int = 0
    bytes: int = 0

    def write(self, folder: Path, names: list[str]) -> None:
        """Writes a file for each table or view; on errors the folder is not there."""
        if folder.exists():
            raise TraceError(f"{folder}: is there already; give the name of a new folder by --out")
        if not folder.parent.is_dir():
            raise TraceError(f"{folder}: there is no folder {folder.parent}")
        part = folder.with_name(f".{folder.name}.{os.getpid()}.tmp")
        part.mkdir()
        try:
            for name in names:
                self.write_one(part, name)
            os.replace(part, folder)
            sync_folder(folder.parent)
        finally:
            show_line("")
            shutil.rmtree(part, ignore_errors=True)

    def write_one(self, folder: Path, name: str) -> None:
        path = folder / f"{name}.{self.format}{'.gz' * self.is_compressed}"
        columns = read_columns(self.database, name)
        with open_text(path, self.is_compressed) as file:
            FORMATS[self.format](file, columns, self.count(name, self.select(name, columns)))
        self.bytes += path.stat().st_size

    def select(self, name: str, columns: list[str]) -> sqlite3.Cursor:
        """The rows of a table or view; those of the runs if it is about runs."""
        sql = f"SELECT * FROM {quote(name)}"
        if self.runs is not None and "run_id" in columns:
            sql += f" WHERE run_id IN ({', '.join(map(str, self.runs))})"
        return self.database.execute(sql)

    def count(self, name: str, rows: Iterable[Row]) -> Iterator[Row]:
        """The rows; on a terminal, one sees how many there are so far."""
        number = 0
        for number, row in enumerate(rows, 1):
            if number % STEP == 0:
                show_line(f"{name}: {number:,} rows")
            yield row
        self.rows += number


@contextlib.contextmanager
def open_text(path: Path, is_compressed: bool) -> Iterator[TextIO]:
    """A new file; what is compressed is the same for the same text."""
    with contextlib.ExitStack() as stack:
        file = stack.enter_context(open(path, "wb"))
        if is_compressed:
            file = stack.enter_context(gzip.GzipFile("", "wb", 6, file, mtime=0))
        buffer = stack.enter_context(io.BufferedWriter(file, 1 << 20))
        yield stack.enter_context(io.TextIOWrapper(buffer, encoding="utf-8", newline=""))
