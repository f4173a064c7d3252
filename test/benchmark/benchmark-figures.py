#!/usr/bin/python3
# Copyright (c) 2026 The azure-net authors
# SPDX-License-Identifier: GPL-2.0-only
"""benchmark-figures.py FILE: the figures of ./azure-net bench as tables for doc/benchmarks.rst.

With --update, the part of doc/benchmarks.rst between its two marks is replaced by them.
"""

import argparse
import json
import textwrap
from pathlib import Path

DOCUMENT = Path(__file__).resolve().parents[2] / "doc" / "benchmarks.rst"
BEGIN = ".. figures begin\n"
END = ".. figures end\n"


def format_figure(number):
    """A number with three digits that matter, as the programs' own tables have it."""
    size = abs(number)
    before = 1 if size < 1 else len(str(int(size)))
    return f"{number:,.{max(0, 3 - before)}f}"


def format_goal(goal):
    if not goal:
        return ""
    sign, limit = ("<=", goal["at_most"]) if "at_most" in goal else (">=", goal["at_least"])
    return f"{sign} {limit:g}, {'met' if goal['is_met'] else 'missed'}"


def format_row(row):
    parameters = " ".join(f"{name}={value}" for name, value in row["parameters"].items())
    ratio = "" if row["ratio"] is None else format_figure(row["ratio"])
    value = f"{format_figure(row['value'])} {row['unit']}".strip()
    return [row["name"], parameters, value, ratio, format_goal(row["goal"])]


def make_table(rows):
    """A simple table of reStructuredText; a cell of the first column must not be empty."""
    head = ["name", "of", "value", "ratio", "goal"]
    cells = [head, *rows]
    widths = [max(len(row[column]) for row in cells) for column in range(len(head))]
    rule = " ".join("=" * width for width in widths)
    lines = [" ".join(cell.ljust(width) for cell, width in zip(row, widths)) for row in cells]
    return "\n".join([rule, lines[0], rule, *lines[1:], rule]).replace(" \n", "\n")


def describe(program):
    machine, build = program["machine"], program["build"]
    return (
        f"{program['conditions']}; {program['clock']} time; {machine['processor']}, "
        f"{machine['cores']} cores, load {machine['load_average']:.1f}; {build['compiler']}, "
        f"{build['build_type']}, ns-3 {build['ns3_version']}; {build['git_revision']}, "
        f"{program['date'][:10]}, {program['seconds']:.0f} s"
    )


def make_text(programs):
    parts = []
    for program in programs:
        table = make_table([format_row(row) for row in program.get("rows", [])])
        lines = [line.rstrip() for line in table.splitlines()]
        head = textwrap.fill(f"``{program['program']}``: {describe(program)}.", 100)
        parts.append(head + "\n\n" + "\n".join(lines) + "\n")
    return "\n".join(parts)


parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
parser.add_argument("file", help="JSON file that ./azure-net bench has written")
parser.add_argument("--update", action="store_true", help="write them into doc/benchmarks.rst")
options = parser.parse_args()
text = make_text(json.loads(Path(options.file).read_text())["programs"])
if options.update:
    before, rest = DOCUMENT.read_text().split(BEGIN)
    after = rest.split(END)[1]
    DOCUMENT.write_text(f"{before}{BEGIN}\n{text}\n{END}{after}")
else:
    print(text, end="")
