# Copyright (c) 2026 The azure-net authors
# SPDX-License-Identifier: GPL-2.0-only
"""One entry: its commands run in a folder of its own, its queries asked."""

import contextlib
import re
import shutil
import sqlite3
import subprocess
from dataclasses import dataclass
from pathlib import Path

from azure_trace.database import open_database
from azure_trace.errors import TraceError
from azure_trace.table import format_table

from . import commands
from .commands import Command
from .document import Entry

QUERIES = {"Ask": "ask.sql", "Draw": "draw.sql", "Check": "check.sql"}
"""The files of an entry's queries, in its folder."""

OUTPUT_FILE = "output.txt"
"""What the commands print, in the entry's folder."""

MAX_ROWS = 40
"""Rows of an answer that are shown."""


@dataclass(frozen=True)
class Plan:
    """What is to be done for an entry."""

    entry: Entry
    runs: list[Command]
    plot: Command

    @property
    def picture(self) -> str:
        """The file of its plot, in its folder."""
        return commands.find_picture(self.plot)


@dataclass(frozen=True)
class Outcome:
    """What a database says."""

    answer: str
    """What Ask gives, as a table."""
    is_right: bool
    """Whether Check holds."""


def make_plan(entry: Entry, is_small: bool) -> Plan:
    """Raises a TraceError if a command of the entry is none of those that it may have."""
    both = {}
    for name in ["Run", "Run, small"]:
        both[name] = commands.read_commands(entry.blocks[name], ["run", "sweep"])
    plots = commands.read_commands(entry.blocks["Plot"], ["plot"])
    if len(plots) != 1:
        raise TraceError(f"cookbook: entry {entry.number}: has {len(plots)} plots; give one")
    plan = Plan(entry, both["Run, small" if is_small else "Run"], plots[0])
    if plan.picture != f"{entry.figure}.svg":
        raise commands.refuse(f"--out={plan.picture}", f"--out={entry.figure}.svg, as the figure")
    return plan


def list_examples(plans: list[Plan]) -> list[str]:
    """Names of the examples that the plans run, each once."""
    return sorted({commands.find_example(command) for plan in plans for command in plan.runs})


def prepare_folder(plan: Plan, folder: Path) -> None:
    """Makes an empty folder, or makes one empty that an earlier run has left."""
    if folder.exists():
        if any(folder.iterdir()) and not (folder / QUERIES["Ask"]).exists():
            raise TraceError(f"{folder}: is not a folder of the cookbook; remove it, or give --out")
        shutil.rmtree(folder)
    folder.mkdir(parents=True)
    for name, file in QUERIES.items():
        if name in plan.entry.blocks:
            (folder / file).write_text(make_query(plan.entry, name), "utf-8")


def make_query(entry: Entry, name: str) -> str:
    """A query as a whole: that of Check is about the answer to Ask."""
    query = entry.blocks[name].rstrip().removesuffix(";")
    if name == "Check":
        more = re.match(r"WITH( RECURSIVE)?\s", query)
        query = query[more.end() :] if more else query
        recursive, between = (more[1] or "", ",") if more else ("", "")
        query = f"WITH{recursive} answer AS (\n{make_query(entry, 'Ask')}){between}\n{query}"
    return f"{query}\n"


def run(plan: Plan, build: Path, folder: Path) -> Outcome:
    """Does what the entry says, from an empty folder to its answer."""
    prepare_folder(plan, folder)
    for command in plan.runs:
        start(command, build, folder)
    return look(plan, folder)


def look(plan: Plan, folder: Path) -> Outcome:
    """Asks the database that is there, and checks it."""
    with contextlib.closing(open_database(folder / commands.find_database(plan.plot))) as database:
        try:
            return Outcome(ask(database, plan.entry), check(database, plan.entry))
        except sqlite3.Error as error:
            raise TraceError(f"cookbook: entry {plan.entry.number}: {error}") from error


def draw(plan: Plan, build: Path, folder: Path) -> Path:
    """Makes the plot; returns its file."""
    start(plan.plot, build, folder)
    return folder / plan.picture


def start(command: Command, build: Path, folder: Path) -> None:
    """Runs a command to its end; raises a TraceError with its last words if it fails."""
    arguments = commands.make_arguments(command, build, folder)
    with open(folder / OUTPUT_FILE, "a+", encoding="utf-8") as output:
        output.write(f"$ {command.text}\n")
        output.flush()
        ended = subprocess.run(
            arguments,
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            check=False,
        )
        output.seek(0)
        last = output.read().rstrip().splitlines()[-1]
    if ended.returncode != 0:
        example = " ".join(command.words[:3])
        raise TraceError(
            f"{example}: status {ended.returncode}: {last} (all is in {folder / OUTPUT_FILE})"
        )


def ask(database: sqlite3.Connection, entry: Entry) -> str:
    """The answer as a table."""
    cursor = database.execute(make_query(entry, "Ask"))
    rows = [["-" if cell is None else str(cell) for cell in row] for row in cursor]
    if not rows:
        raise TraceError(f"cookbook: entry {entry.number}: the query under Ask gives nothing")
    heading = [column[0] for column in cursor.description]
    more = len(rows) - MAX_ROWS
    table = format_table([heading, *rows[:MAX_ROWS]])
    return table + (f"and {more} rows more\n" if more > 0 else "")


def check(database: sqlite3.Connection, entry: Entry) -> bool:
    """Does the law of the entry hold?"""
    rows = database.execute(make_query(entry, "Check")).fetchall()
    if len(rows) != 1 or len(rows[0]) != 1 or rows[0][0] not in (0, 1):
        raise TraceError(
            f"cookbook: entry {entry.number}: the query under Check gives {rows[:3]}; "
            "write one that gives 1 or 0"
        )
    return rows[0][0] == 1
