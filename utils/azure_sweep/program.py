# Copyright (c) 2026 The azure-net authors
# SPDX-License-Identifier: GPL-2.0-only
"""What the program says to a command line, before anything runs."""

import os
import re
import subprocess
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from azure_trace.errors import UsageError, refuse
from azure_trace.progress import show_line

from .plan import Plan, Run

SECONDS = 60
"""How long a program may take to look at its options."""


def ask(program: str, arguments: list[str], folder: str) -> subprocess.CompletedProcess:
    """What the program answers; it must not run anything."""
    try:
        return subprocess.run(
            [program, *arguments],
            cwd=folder,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise UsageError(f"{program}: does not answer to {' '.join(arguments)}") from error
    except OSError as error:
        raise UsageError(f"{program}: {error.strerror}") from error


def first_line(text: str) -> str:
    return next((line.strip() for line in text.splitlines() if line.strip()), "")


def count_processors() -> int:
    """Those that this process may use."""
    return len(os.sched_getaffinity(0))


def check_runs(plan: Plan, runs: list[Run]) -> None:
    """Raises a UsageError with what the program says to the first run that it would refuse.

    Of runs that differ in nothing but the random numbers, only the first is tried.
    """
    firsts: dict[tuple, Run] = {}
    for run in runs:
        firsts.setdefault(tuple(run.options.values()), run)
    with tempfile.TemporaryDirectory() as folder:
        options = ask(plan.program, ["--PrintOptions"], folder)
        if options.returncode != 0 or re.search(r"^(?!\w+=).+", options.stdout):
            check_names(plan, folder)
            return
        if not re.search(r"^db=", options.stdout, re.M):
            raise refuse("program", Path(plan.program).name, "one that has the option --db")

        def check(run: Run) -> None:
            database = str(Path(folder) / f"{run.index}.db")
            arguments = ["--PrintOptions", *plan.options, *run.arguments, f"--db={database}"]
            answer = ask(plan.program, arguments, folder)
            if answer.returncode != 0:
                raise UsageError(first_line(answer.stderr) or f"{plan.program} refuses {run}")

        with ThreadPoolExecutor(count_processors()) as pool:
            checks = [pool.submit(check, run) for run in firsts.values()]
            try:
                for number, future in enumerate(checks):
                    show_line(f"{number}/{len(checks)} combinations checked")
                    future.result()
            finally:
                pool.shutdown(cancel_futures=True)
                show_line("")


def check_names(plan: Plan, folder: str) -> None:
    """The same for a program that cannot look at values only: does its help know the names?"""
    answer = ask(plan.program, ["--PrintHelp"], folder)
    names = set(re.findall(r"^ *--(\w+)[:=]", answer.stdout, re.M)) | {"RngSeed", "RngRun"}
    fixed = [option.lstrip("-").partition("=")[0] for option in plan.options]
    for name in ["db", *plan.names, *fixed]:
        if "::" not in name and name not in names:
            raise refuse("option", f"--{name}", f"a name that {plan.program} --help lists")
