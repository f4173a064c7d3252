#!/usr/bin/python3
# Copyright (c) 2026 The azure-net authors
# SPDX-License-Identifier: GPL-2.0-only
"""./azure-net sweep: runs a program over a grid of options; doc/sweeps.rst tells how to use it."""

import argparse
import contextlib
import os
import shlex
import signal
import sys
from pathlib import Path
from typing import IO

from azure_sweep import gnu_parallel, grid, merge, processes, program, report, run_one, slurm
from azure_sweep.folder import DATABASE, Folder, shown
from azure_sweep.plan import Plan, Run
from azure_sweep.progress import Progress
from azure_trace import command
from azure_trace.errors import refuse
from azure_trace.signals import Stopped

DESCRIPTION = """\
Runs a program with every combination of some options' values, each combination
N times with ns-3's RngRun 1 to N, and merges the databases.  Called again, it
makes only what is missing."""

EXAMPLE = f"""\
  {command.WRAPPER} sweep port-exhaustion --set vms=1,60,120 --set flows=100:500:100 \\
      --runs=3 -- --hold=2s

Values are texts or ranges START:STOP[:STEP] of numbers; "\\," is a comma
within a value.  --set vms,activeVms=1,60,120 gives both options the same value.
What comes behind "--" goes to all runs.  doc/sweeps.rst tells the rest."""

BACKENDS = ["processes", "parallel", "slurm"]
BACKEND_OPTIONS = {"sshloginfile": "parallel", "slurm-option": "slurm", "submit": "slurm"}


def parse_command_line(arguments: list[str]) -> argparse.Namespace:
    """The options, those of the program as .options."""
    own, options = arguments, []
    if "--" in arguments:
        place = arguments.index("--")
        own, options = arguments[:place], arguments[place + 1 :]
    parser = argparse.ArgumentParser(
        prog="azure-net sweep",
        usage=f"{command.WRAPPER} sweep PROGRAM [OPTIONS...] [-- PROGRAM'S OPTIONS...]",
        description=DESCRIPTION,
        epilog=EXAMPLE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    add = parser.add_argument
    add("program", metavar="PROGRAM", help="an example, or the path of a program")
    add("--set", metavar="NAME=VALUES", action="append", default=[], help="values of an option")
    add("--runs", metavar="N", type=int, default=1, help="runs of each combination [1]")
    add("-j", "--jobs", metavar="J", type=int, help="runs at once, on each machine [processors]")
    add("--out", metavar="DIR", help="folder of the sweep [PROGRAM-sweep]")
    add("--backend", choices=BACKENDS, default=BACKENDS[0], help="who starts them [processes]")
    add("--sshloginfile", metavar="FILE", help="machines for GNU parallel [this one]")
    add("--slurm-option", metavar="OPTION", action="append", default=[], help="one of sbatch")
    add("--submit", action="store_true", help="submit to Slurm what was written for it")
    given = parser.parse_args(own)
    given.options = options
    check_command_line(given)
    return given


def check_command_line(given: argparse.Namespace) -> None:
    """Raises a UsageError about the first option that is wrong."""
    if given.runs < 1:
        raise refuse("runs", given.runs, "1 or more")
    if given.jobs is not None and given.jobs < 1:
        raise refuse("jobs", given.jobs, "1 or more")
    if not os.access(given.program, os.X_OK) or Path(given.program).is_dir():
        raise refuse("program", given.program, "an example, or a program that can be executed")
    for name, backend in BACKEND_OPTIONS.items():
        if getattr(given, name.replace("-", "_")) and given.backend != backend:
            raise refuse("backend", given.backend, f"{backend}, or do not give --{name}")
    for option in given.options:
        if not option.startswith("-"):
            raise refuse("option", option, "--NAME=VALUE behind --")
        grid.check_name("option", option.lstrip("-").partition("=")[0])


def make_plan(given: argparse.Namespace, folder: Folder) -> tuple[Plan, list[Run]]:
    """The plan of the folder with the runs that were asked for, and those that are new."""
    values = grid.parse_grid(given.set)
    grid.count_runs(values, given.runs)
    for option in given.options:
        name = option.lstrip("-").partition("=")[0]
        if name in grid.list_names(values):
            raise refuse("set", name, f"an option that is not behind -- too, as {option}")
    plan = Plan(os.path.realpath(given.program), given.options, grid.list_names(values))
    if folder.plan.exists():
        known = folder.load_plan()
        known.check_same(plan)
        plan = known
    before = len(plan.runs)
    plan.add(grid.list_points(values), given.runs)
    return plan, plan.runs[before:]


def begin(given: argparse.Namespace, folder: Folder) -> tuple[Plan, IO]:
    """Writes the plan, unless the program refuses a new point; returns it and the lock."""
    plan, added = make_plan(given, folder)
    program.check_runs(plan, added)
    folder.create()
    lock = folder.lock()
    plan, _ = make_plan(given, folder)  # somebody else may have added to it
    plan.save(folder.plan)
    return plan, lock


def merge_finished(folder: Folder, plan: Plan, results: list[dict | None]) -> int:
    """Merges the databases of all finished runs; returns how many sweep runs these are."""
    sources = []
    for run, result in zip(plan.runs, results):
        if report.get_status(result) != "finished":
            continue
        measured = {
            "sweep_run": run.index,
            "wall_duration_ms": round(result["wall_s"] * 1000),
            "cpu_time_ms": round(result["cpu_s"] * 1000),
            "peak_memory_bytes": result["peak_memory_bytes"],
            "host": result["host"],
        }
        path = folder.finished(run.index) / DATABASE
        sources.append(merge.Source(path, run.options, measured))
    if sources:
        merge.merge(folder.merged, sources, is_checked=False)
    return len(sources)


def finish(folder: Folder, plan: Plan, words: dict[int, str]) -> int:
    """Reports and merges; returns the exit status."""
    results = report.read_results(folder, plan)
    report.write_results(folder, plan, results)
    failures = report.describe_failures(folder, plan, results, words)
    print(report.describe_cost(results), end="")
    if failures:
        print(f"not finished, with their files in {shown(folder.failed)}:\n{failures}", end="")
    if finished := merge_finished(folder, plan, results):
        print(f"database {shown(folder.merged)}: {finished} of {len(plan.runs)} runs")
    return 1 if failures else 0


def make_runs(
    given: argparse.Namespace, folder: Folder, missing: list[int], progress: Progress
) -> dict[int, str]:
    """Makes runs on this machine or by GNU parallel; returns the last words of each, by number."""
    jobs = given.jobs or program.count_processors()
    if given.backend == "parallel":
        backend = gnu_parallel.run(folder, missing, jobs, given.sshloginfile, progress.show)
    else:
        backend = processes.run(folder, missing, jobs, progress.show)
    words = {}
    try:
        with contextlib.closing(backend):
            for index, said in backend:
                words[index] = said
                progress.count(folder.is_finished(index))
    finally:
        progress.clear()
    return words


def prepare_slurm(given: argparse.Namespace, folder: Folder, missing: list[int]) -> None:
    """Writes what Slurm needs to make runs, and submits it if that was asked for."""
    options = given.slurm_option
    script = slurm.write_scripts(folder, folder.path.name, missing, given.jobs, options)
    if given.submit:
        print(slurm.submit(script))
    else:
        print(f"{len(missing)} runs to make; to submit them: {shlex.quote(shown(script))}")


def sweep(given: argparse.Namespace, folder: Folder) -> int:
    """Makes what is missing, or lets Slurm do so; returns the exit status."""
    plan, lock = begin(given, folder)
    with lock:
        folder.remove_leftovers()
        missing = [run.index for run in plan.runs if not folder.is_finished(run.index)]
        progress = Progress(len(plan.runs), len(plan.runs) - len(missing))
        if given.backend == "slurm" and missing:
            prepare_slurm(given, folder, missing)
            return 0
        words = make_runs(given, folder, missing, progress) if missing else {}
        print(f"{len(plan.runs)} runs: {progress.before} finished before, ", end="")
        print(f"{progress.over - progress.failed} finished now, {progress.failed} failed")
        return finish(folder, plan, words)


def begin_part(arguments: list[str]) -> int:
    """Does the part of the work that the command line says; returns the exit status."""
    if arguments[:1] == ["--one"] and len(arguments) > 2:
        return run_one.run_all(arguments[1], [int(index) for index in arguments[2:]])
    if arguments[:1] == ["--merge"] and len(arguments) == 2:
        folder = Folder(arguments[1])
        return finish(folder, folder.load_plan(), {})
    given = parse_command_line(arguments)
    folder = Folder(given.out or f"{Path(given.program).name}-sweep")
    return sweep(given, folder)


def work() -> int:
    try:
        return begin_part(sys.argv[1:])
    except Stopped as stopped:
        name = signal.Signals(stopped.number).name
        command.say(f"stopped by {name}; the same command goes on from here")
        raise


if __name__ == "__main__":
    sys.exit(command.run(work))
