#!/usr/bin/python3
# Copyright (c) 2026 The azure-net authors
# SPDX-License-Identifier: GPL-2.0-only
"""./azure-net plot: draws what a query gives; doc/analysis.rst tells how to use it."""

import argparse
import contextlib
import sys
from pathlib import Path

from azure_report import custom, output, table
from azure_trace import command, signals
from azure_trace.database import open_database
from azure_trace.errors import TraceError, UsageError, refuse
from azure_trace.files import write_whole

DESCRIPTION = """\
Draws the answer to a query, 3.4 inches (86 mm) wide: a column of a paper.  The
database is not written to.  Rows with NULL in a column that is drawn are left
out."""

EPILOG = f"""\
kinds:
  line     points joined from left to right       step     the same, as steps
  scatter  points                                 bar      bars from 0
  cdf      distribution of the values of --x, in percent
  band     mean of the rows with the same --x, with the 95 % confidence band of
           the mean (Student's t)
  heatmap  mean of --y as color, over --x and --by

A column's name tells the unit on its axis: time_s, time_ns (drawn in seconds),
latency_ms, refused_percent, length_bytes, flows_per_s.

  {command.WRAPPER} plot my.db --view=v_port_steps --kind=step --x=time_ns \\
      --y=ports_used --by=virtual_machine --out=ports.svg
  {command.WRAPPER} plot my.db "SELECT refused_packets, destination_address
      FROM v_exhaustion_by_destination LIMIT 5" --kind=bar \\
      --x=destination_address --y=refused_packets --out=refused.pdf
  {command.WRAPPER} plot sweep/merged.db "SELECT value + 0 AS rate, refused_percent
      FROM v_run_summary JOIN run_parameter USING (run_id)
      WHERE name = 'rate'" --kind=band --x=rate --y=refused_percent \\
      --out=refused.svg"""


class Parser(argparse.ArgumentParser):
    """Says in one line what is wrong."""

    def error(self, message: str) -> None:
        raise UsageError(f"{message}; plot --help tells the options")


def parse_command_line() -> argparse.Namespace:
    parser = Parser(
        prog="azure-net plot",
        usage=f"{command.WRAPPER} plot DATABASE QUERY|--view=NAME --out=FILE --x=COLUMN [...]",
        description=DESCRIPTION,
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    add = parser.add_argument
    add("database", metavar="DATABASE", type=Path, help="a file that an example wrote by --db")
    add("query", metavar="QUERY", nargs="?", help="one query in SQL [none: give --view]")
    add("--view", metavar="NAME", help="draw all rows of a view instead of a query's [none]")
    add("--x", metavar="COLUMN", required=True, help="column along the horizontal axis")
    add("--y", metavar="COLUMN,...", default="", help="columns along the other one [none, for cdf]")
    add("--by", metavar="COLUMN", help="a line, or color, for each value of this column [none]")
    add("--kind", metavar="KIND", default="line", help="what is drawn, see below [line]")
    add("--title", metavar="TEXT", default="", help="text over the axes [none]")
    add("--x-label", metavar="TEXT", help="name of the axis, with its unit [of the column]")
    add("--y-label", metavar="TEXT", help="name of the other one [of the columns]")
    add("--log-x", action="store_true", help="logarithmic axis [linear]")
    add("--log-y", action="store_true", help="the same for the other one [linear]")
    add(
        "--out",
        metavar="FILE",
        type=Path,
        required=True,
        help="file for the figure, .svg, .pdf or .png (300 dots an inch), or for its numbers, .csv",
    )
    return parser.parse_args()


def check_command_line(given: argparse.Namespace) -> str:
    """Raises a UsageError about the first option that is wrong; returns the ending of --out."""
    ending = given.out.suffix.removeprefix(".")
    if ending not in output.ENDINGS:
        raise refuse("out", given.out, f"a name that ends in .{', .'.join(output.ENDINGS)}")
    if not given.out.absolute().parent.is_dir():
        raise TraceError(f"{given.out}: there is no folder {given.out.parent}")
    if (given.query is None) == (given.view is None):
        raise UsageError("query: give either a query in SQL or --view=NAME")
    return ending


def work() -> None:
    signals.end_on_signals()
    given = parse_command_line()
    ending = check_command_line(given)
    request = custom.Request(
        kind=given.kind,
        x=given.x,
        y=[name for name in given.y.split(",") if name],
        by=given.by,
        title=given.title,
        x_label=given.x_label,
        y_label=given.y_label,
        log_x=given.log_x,
        log_y=given.log_y,
    )
    custom.check(request)
    with contextlib.closing(open_database(given.database)) as database:
        if given.view is not None:
            answer = table.read_view(database, given.view)
        else:
            answer = table.read_answer(database, given.query)
    plot = custom.make_plot(answer, request, given.out.stem)
    signals.stop_on_signals()
    write_whole(given.out, output.render(plot, ending))


if __name__ == "__main__":
    sys.exit(command.run(work))
