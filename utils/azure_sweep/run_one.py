# Copyright (c) 2026 The azure-net authors
# SPDX-License-Identifier: GPL-2.0-only
"""One run, from an empty folder to a finished database.

The program runs in a new folder below work/.  Only if it ends with status 0, and its database says
that every run is finished, that folder is renamed into runs/; else into failed/.  So a finished run
is there as a whole or not at all, whatever is killed, and when.  Of two processes that do the same
run at once, the first that is finished wins.
"""

import contextlib
import ctypes
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

from azure_trace.database import FINISHED, open_existing, read_runs
from azure_trace.errors import TraceError
from azure_trace.files import sync_folder, write_whole
from azure_trace.signals import Stopped

from .folder import DATABASE, HOST, OUTPUT, RESULT, Folder
from .plan import Plan, Run

PR_SET_PDEATHSIG = 1
"""Of Linux's prctl(): which signal to get when the parent dies."""

LIBC = ctypes.CDLL(None)


def die_with_parent(number: int) -> None:
    """Lets the process get a signal when its parent is gone, even if that was killed."""
    LIBC.prctl(PR_SET_PDEATHSIG, number)


def run_program(command: list[str], folder: Path) -> dict:
    """Runs the program in its folder; returns what it took and, by "problem", how it failed."""
    started = time.monotonic()
    with open(folder / OUTPUT, "wb") as output:
        process = subprocess.Popen(
            command,
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            preexec_fn=lambda: die_with_parent(signal.SIGKILL),
        )
        try:
            _, status, usage = os.wait4(process.pid, 0)
        except BaseException:
            process.kill()
            process.wait()
            raise
        process.returncode = os.waitstatus_to_exitcode(status)
    return {
        "problem": describe_exit(process.returncode),
        "wall_s": round(time.monotonic() - started, 3),
        "cpu_s": round(usage.ru_utime + usage.ru_stime, 3),
        "peak_memory_bytes": usage.ru_maxrss * 1024,
    }


def describe_exit(status: int) -> str | None:
    """How a program ended, unless it ended well."""
    if status < 0:
        return f"killed by {signal.Signals(-status).name}"
    return f"exit status {status}" if status else None


def find_problem(path: Path, rng_run: int) -> str | None:
    """Why a database is not that of one finished run of a program, if it is not."""
    try:
        with contextlib.closing(open_existing(path)) as database:
            runs = read_runs(database)
    except (TraceError, sqlite3.Error) as error:
        return str(error).replace(f"{path}: ", "database: ")
    if not runs:
        return "database: there is no run in it"
    for run in runs:
        if run.status != FINISHED:
            return f"database: run {run.run_id} is '{run.status}'"
        if run.rng_run != rng_run:
            return f"database: run {run.run_id} has RngRun {run.rng_run} instead of {rng_run}"
    return None


def attempt(plan: Plan, run: Run, folder: Path) -> dict:
    """Makes the run in a folder of its own; returns its result, which is in the folder too."""
    command = [plan.program, *plan.options, *run.arguments, f"--db={DATABASE}"]
    result = {
        "run": run.index,
        "options": run.options,
        "RngRun": run.rng_run,
        "host": HOST,
        "started_utc": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        "command": command,
    }
    try:
        result |= run_program(command, folder)
    except OSError as error:
        result["problem"] = f"cannot run it: {error.strerror}"
    result["problem"] = result["problem"] or find_problem(folder / DATABASE, run.rng_run)
    write_whole(folder / RESULT, json.dumps(result, indent=1) + "\n")
    return result


def keep(folder: Folder, run: Run, work: Path, is_finished: bool) -> None:
    """Puts the folder of an attempt where it belongs."""
    aside = folder.aside(run.index)
    if is_finished:
        try:
            work.rename(folder.finished(run.index))
            sync_folder(folder.runs)
        except OSError:
            if not folder.is_finished(run.index):
                raise
        # Otherwise another process has finished the run in the meantime.
    shutil.rmtree(aside, ignore_errors=True)
    if not is_finished:
        work.rename(aside)


def run_one(folder: Folder, plan: Plan, index: int) -> bool:
    """Makes a run, unless it is finished; returns whether it is then, and prints a line."""
    if not 1 <= index <= len(plan.runs):
        raise TraceError(f"{folder.plan}: there is no run {index}, only 1 to {len(plan.runs)}")
    run = plan.runs[index - 1]
    if folder.is_finished(index):
        print(f"{index} finished before: {run}", flush=True)
        return True
    work = folder.under_way(index)
    try:
        folder.begin(index)
        result = attempt(plan, run, work)
        keep(folder, run, work, result["problem"] is None)
    except OSError as error:
        print(f"{index} failed: {error}: {run}", flush=True)
        return False
    finally:
        shutil.rmtree(work, ignore_errors=True)
    print(f"{index} {result['problem'] or 'finished'}: {run}", flush=True)
    return result["problem"] is None


def run_all(path: str, indexes: list[int]) -> int:
    """What --one does: some runs of a sweep, one after the other; returns the exit status."""
    die_with_parent(signal.SIGTERM)
    try:
        folder = Folder(path)
        plan = folder.load_plan()
        return 0 if all([run_one(folder, plan, index) for index in indexes]) else 1
    except Stopped as stopped:
        print(f"azure-net: stopped by {signal.Signals(stopped.number).name}", file=sys.stderr)
        return 128 + stopped.number
