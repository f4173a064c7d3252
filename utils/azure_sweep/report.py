# Copyright (c) 2026 The azure-net authors
# SPDX-License-Identifier: GPL-2.0-only
"""What came out of a sweep: results.csv, a table of what failed, and a summary."""

import csv
import io
from pathlib import Path

from azure_trace.files import write_whole
from azure_trace.table import format_table

from .folder import OUTPUT, Folder
from .plan import Plan

MEASURED = ("wall_s", "cpu_s", "peak_memory_bytes", "host", "started_utc", "problem")
"""What results.csv has of results; what is missing is empty."""


def read_results(folder: Folder, plan: Plan) -> list[dict | None]:
    """The results of all runs, in order."""
    return [folder.result(run.index) for run in plan.runs]


def get_status(result: dict | None) -> str:
    if result is None:
        return "missing"
    return "failed" if result["problem"] else "finished"


def write_results(folder: Folder, plan: Plan, results: list[dict | None]) -> None:
    """Writes results.csv: a line for each run, in order."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["run", *plan.names, "RngRun", "status", *MEASURED])
    for run, result in zip(plan.runs, results):
        row = [run.index, *run.options.values(), run.rng_run, get_status(result)]
        writer.writerow([*row, *((result or {}).get(name) for name in MEASURED)])
    write_whole(folder.results, text.getvalue())


def last_words(path: Path) -> str:
    """The last line of a program's output."""
    try:
        with open(path, "rb") as file:
            file.seek(max(0, path.stat().st_size - 4096))
            lines = file.read().decode(errors="replace").splitlines()
    except OSError:
        return ""
    return next((line.strip() for line in reversed(lines) if line.strip()), "")


def describe_failures(
    folder: Folder, plan: Plan, results: list[dict | None], words: dict[int, str]
) -> str:
    """A table of the runs that are not finished; words are those that were said about a run."""
    rows = [["run", *plan.names, "RngRun", "problem", "last line of its output"]]
    for run, result in zip(plan.runs, results):
        if get_status(result) == "finished":
            continue
        problem = result["problem"] if result else words.get(run.index, "has not run")
        output = last_words(folder.aside(run.index) / OUTPUT) if result else ""
        rows.append([str(run.index), *run.options.values(), str(run.rng_run), problem, output])
    return format_table(rows) if len(rows) > 1 else ""


def describe_cost(results: list[dict | None]) -> str:
    """What finished runs took."""
    finished = [result for result in results if result and not result["problem"]]
    if not finished:
        return ""
    walls = [result["wall_s"] for result in finished]
    peak = max(result["peak_memory_bytes"] for result in finished) / 2**20
    return (
        f"a run took {sum(walls) / len(walls):.2f} s on average, {max(walls):.2f} s at most, "
        f"and {peak:.0f} MiB at most\n"
    )
