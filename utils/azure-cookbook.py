#!/usr/bin/python3
# Copyright (c) 2026 The azure-net authors
# SPDX-License-Identifier: GPL-2.0-only
"""./azure-net cookbook: runs the experiments of doc/cookbook.rst, which tells how."""

import argparse
import os
import shutil
import sys
import textwrap
import time
from pathlib import Path

from azure_cookbook import entry as one
from azure_cookbook.commands import TOP
from azure_cookbook.document import Entry, read_entries
from azure_trace import command
from azure_trace.errors import TraceError, refuse
from azure_trace.progress import show_line
from azure_trace.table import format_table

DOCUMENT = TOP / "doc" / "cookbook.rst"

FIGURES = TOP / "doc" / "figures"
"""The document's own plots."""

IS_CLONE = FIGURES.is_dir()
"""Installed, there is no document to put plots into, and nothing is written to the build folder."""

WORDS = {True: "ok", False: "FAILED"}

DESCRIPTION = """\
Runs entries of doc/cookbook.rst, all of them unless told: their commands, their
query, their check and their plot, each in a folder of its own."""


def parse_command_line() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="azure-net cookbook",
        usage=f"{command.WRAPPER} cookbook [OPTIONS...] [NUMBER...]",
        description=DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    add = parser.add_argument
    add("numbers", metavar="NUMBER", nargs="*", help="entries to run [all]")
    add("--list", action="store_true", help="list the entries, and run nothing")
    add("--examples", action="store_true", help="list the examples that they need")
    add("--small", action="store_true", help="run the small commands: seconds instead of minutes")
    place = "cookbook in the build folder" if IS_CLONE else "azure-net-cookbook"
    add("--out", metavar="DIR", help=f"where the folders are made [{place}]")
    if IS_CLONE:
        add("--figures", action="store_true", help="put the plots into doc/figures, not with --small")
    parser.set_defaults(figures=False)
    given = parser.parse_args()
    if given.figures and given.small:
        raise refuse("figures", "--small", "--figures without it: the document has the full size")
    return given


def choose(entries: list[Entry], numbers: list[str]) -> list[Entry]:
    """The entries with the numbers, or all."""
    known = {str(entry.number): entry for entry in entries}
    for number in numbers:
        if number not in known:
            raise refuse("entry", number, f"numbers from 1 to {len(entries)}")
    return [known[number] for number in dict.fromkeys(numbers)] or entries


def shown(path: Path) -> str:
    """A path as short as it can be said from here."""
    return min(str(path), os.path.relpath(path), key=len)


def run_entry(plan: one.Plan, build: Path, folder: Path) -> bool:
    """Runs an entry and prints what it shows; returns whether its check holds."""
    title = f"{plan.entry.number}. {plan.entry.title}"
    print(f"{title}\n\n{textwrap.fill(plan.entry.question, 80)}\n", flush=True)
    show_line(f"{title} ...")
    try:
        outcome = one.run(plan, build, folder)
    finally:
        show_line("")
    print(f"{outcome.answer}\ncheck {WORDS[outcome.is_right]}", flush=True)
    print(f"plot {shown(one.draw(plan, build, folder))}\n", flush=True)
    return outcome.is_right


def run_all(plans: list[one.Plan], build: Path, out: Path, is_figures: bool) -> int:
    """Runs entries one after the other, also after one that failed; returns the exit status."""
    summary = [["", "entry", "check", "seconds"]]
    is_right = True
    for plan in plans:
        started = time.monotonic()
        folder = out / plan.entry.folder
        try:
            holds = run_entry(plan, build, folder)
            if holds and is_figures:
                shutil.copy(folder / plan.picture, FIGURES)
        except TraceError as error:
            command.say(error)
            holds = False
        is_right = is_right and holds
        seconds = f"{time.monotonic() - started:.1f}"
        summary.append([str(plan.entry.number), plan.entry.title, WORDS[holds], seconds])
    print(format_table(summary), end="")
    return 0 if is_right else 1


def work() -> int:
    given = parse_command_line()
    entries = read_entries(DOCUMENT)
    if given.list:
        print("\n".join(f"{entry.number:2}  {entry.title}" for entry in entries))
        return 0
    plans = [one.make_plan(entry, given.small) for entry in choose(entries, given.numbers)]
    if given.examples:
        print("\n".join(one.list_examples(plans)))
        return 0
    build = Path(os.environ.get("AZURE_NET_BUILD", TOP / "build")).absolute()
    place = build / "cookbook" if IS_CLONE else Path("azure-net-cookbook")
    folder = Path(given.out) if given.out else place / ("small" if given.small else "")
    return run_all(plans, build, folder.absolute(), given.figures)


if __name__ == "__main__":
    sys.exit(command.run(work))
