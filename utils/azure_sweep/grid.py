# Copyright (c) 2026 The azure-net authors
# SPDX-License-Identifier: GPL-2.0-only
"""Values of swept options, and their combinations."""

import itertools
import re
from decimal import Decimal

from azure_trace.errors import refuse

MAX_RUNS = 1_000_000
"""Runs of a sweep: more are taken for a mistake in a range."""

NAME = re.compile(r"[A-Za-z]\w*(::\w+)*")
NUMBER = r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)"
RANGE = re.compile(rf"({NUMBER}):({NUMBER})(?::({NUMBER}))?")

OWN_OPTIONS = {
    "db": "the name of another option: each run has a database of its own",
    "RngRun": "--runs=N for the runs 1 to N of each point",
    "PrintOptions": "the name of an option that runs something",
}
"""Options that the sweep itself gives to the program, and what to do instead."""

Grid = dict[tuple[str, ...], list[str]]
"""The values of each swept option, or of several that go together, in the order they were given."""


def check_name(field: str, name: str) -> None:
    """Raises a UsageError if it is no option that the user may set."""
    if not NAME.fullmatch(name):
        raise refuse(field, name, "the name of an option of the program, without dashes")
    if name in OWN_OPTIONS:
        raise refuse(field, name, OWN_OPTIONS[name])


def parse_set(text: str) -> tuple[tuple[str, ...], list[str]]:
    """Reads NAME=VALUE,VALUE..., where a value is a text or a range START:STOP[:STEP] of numbers.

    A comma that belongs to a value is written as "\\,".  NAME,NAME=... is for options that have
    the same value in each run.
    """
    name, equals, rest = text.partition("=")
    if not equals:
        raise refuse("set", text, "NAME=VALUE,VALUE...")
    names = tuple(name.split(","))
    for each in names:
        check_name("set", each)
    values = []
    for part in re.split(r"(?<!\\),", rest):
        values += expand(name, part.replace("\\,", ","))
    for value in values:
        if values.count(value) > 1:
            raise refuse(name, value, "each value once")
    return names, values


def expand(name: str, part: str) -> list[str]:
    """The values of a range, its end included if a step meets it; anything else is one value."""
    if not part:
        raise refuse(name, part, "values that are not empty, with a comma between two")
    match = RANGE.fullmatch(part)
    if not match:
        return [part]
    start, stop, step = (Decimal(number or 1) for number in match.groups())
    if step <= 0 or stop < start:
        raise refuse(name, part, "START:STOP:STEP with START <= STOP and STEP > 0")
    count = int((stop - start) / step) + 1
    if count > MAX_RUNS:
        raise refuse(name, part, f"a range of at most {MAX_RUNS} values")
    return [str(start + i * step) for i in range(count)]


def parse_grid(texts: list[str]) -> Grid:
    """Reads all --set options."""
    grid: Grid = {}
    for text in texts:
        names, values = parse_set(text)
        known = list_names(grid)
        for place, name in enumerate(names):
            if name in known or name in names[:place]:
                raise refuse("set", name, "each option once, with all of its values")
        grid[names] = values
    return grid


def list_names(grid: Grid) -> list[str]:
    """All swept options."""
    return [name for names in grid for name in names]


def list_points(grid: Grid) -> list[dict[str, str]]:
    """Every combination; the last option varies fastest."""
    return [
        {name: value for names, value in zip(grid, values) for name in names}
        for values in itertools.product(*grid.values())
    ]


def count_runs(grid: Grid, repetitions: int) -> int:
    """How many runs the sweep has; a UsageError if these are too many."""
    count = repetitions
    for values in grid.values():
        count *= len(values)
    if count > MAX_RUNS:
        raise refuse("set", f"{count} runs", f"at most {MAX_RUNS} runs in all")
    return count
