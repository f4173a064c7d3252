# Copyright (c) 2026 The azure-net authors
# SPDX-License-Identifier: GPL-2.0-only
"""Which runs are reported, and what was run."""

import sqlite3
from dataclasses import dataclass, field

from azure_trace.database import FINISHED
from azure_trace.errors import TraceError
from azure_trace.runs import choose_runs

DETAIL_RUNS = 12
"""With more runs than this the page compares them, and leaves out what happened inside each."""

SAME = ("program", "scenario", "profile", "rng_seed", "ns3_version", "azure_net_version")
"""Columns of the table run that say what was run; rng_run tells repetitions apart."""

ALL_RUNS = "TRUE"
"""What SQL says of runs when it is asked about all."""


@dataclass(frozen=True)
class Run:
    """A row of the table run, and its parameters."""

    run_id: int
    facts: dict[str, object]
    parameters: dict[str, str] = field(default_factory=dict)

    @property
    def status(self) -> str:
        return str(self.facts["status"])

    @property
    def is_finished(self) -> bool:
        return self.status == FINISHED


@dataclass(frozen=True)
class Selection:
    """The runs that are reported."""

    runs: list[Run]
    total: int  # runs in the database

    @property
    def ids(self) -> list[int]:
        return [run.run_id for run in self.runs]

    @property
    def is_single(self) -> bool:
        return len(self.runs) == 1

    @property
    def is_detailed(self) -> bool:
        return len(self.runs) <= DETAIL_RUNS

    @property
    def condition(self) -> str:
        """What SQL says of them; all runs of the database need no condition."""
        ids = self.ids
        if len(ids) == self.total:
            return ALL_RUNS if self.total > 1 else f"run_id = {ids[0]}"
        if len(ids) == 1:
            return f"run_id = {ids[0]}"
        if ids == list(range(ids[0], ids[-1] + 1)):
            return f"run_id BETWEEN {ids[0]} AND {ids[-1]}"
        return f"run_id IN ({', '.join(map(str, ids))})"

    def values(self, name: str) -> list[str]:
        """The different values of a parameter in order of the runs that have it."""
        return list(dict.fromkeys(r.parameters[name] for r in self.runs if name in r.parameters))

    @property
    def swept(self) -> list[str]:
        """Parameters that are not alike in all runs, or that only some runs have."""
        names = dict.fromkeys(name for run in self.runs for name in run.parameters)
        alike = {n for n in names if len({run.parameters.get(n) for run in self.runs}) == 1}
        return sorted(set(names) - alike)

    @property
    def varied(self) -> list[str]:
        """Columns of the table run that are not alike, but for what parameters say already."""
        names = [n for n in SAME if len({run.facts[n] for run in self.runs}) > 1]
        return [name for name in names if not self.values(name)]


def read_selection(database: sqlite3.Connection, wanted: str | None) -> Selection:
    """The runs that a command line names, as 1,4-9, or all of them."""
    answer = database.execute("SELECT * FROM run ORDER BY run_id")
    names = [column[0] for column in answer.description]
    rows = [dict(zip(names, row)) for row in answer]
    if not rows:
        raise TraceError("the database has no runs, so there is nothing to report")
    known = {row["run_id"] for row in rows}
    chosen = known if wanted is None else set(choose_runs(wanted, known))
    parameters: dict[int, dict[str, str]] = {run_id: {} for run_id in known}
    for run_id, name, value in database.execute(
        "SELECT run_id, name, value FROM run_parameter ORDER BY run_id, name"
    ):
        parameters[run_id][name] = value
    chosen_rows = [row for row in rows if row["run_id"] in chosen]
    runs = [Run(row["run_id"], row, parameters[row["run_id"]]) for row in chosen_rows]
    return Selection(runs, len(rows))
