# Copyright (c) 2026 The azure-net authors
# SPDX-License-Identifier: GPL-2.0-only
"""Distributions of times: how long it took to connect, and to get SNAT ports."""

import math
import sqlite3

import numpy
import pandas
from matplotlib.axes import Axes

from . import style
from .plot import Plot
from .runs import name_runs, read
from .statistics import percentile

MAX_LINES = len(style.SERIES)
"""Most runs of which each gets a line; of more, all runs make one."""

MAX_POINTS = 600
"""About as many points of a line are drawn."""

NARROWEST = 8
"""The axis of time ends at this many times its beginning, or at more."""

PERCENTILES = (50, 90, 99)
MARKS = "percentiles 50, 90 and 99 (nearest rank)."

# Of applications, if they told; else of the host: from the first packet to the first answer.
ATTEMPTS = """
SELECT established_time_ns - started_time_ns FROM flow_attempt
WHERE run_id = ? AND established_time_ns > started_time_ns"""

FLOWS = """
SELECT first_reply_time_ns - first_packet_time_ns FROM flow
WHERE run_id = ? AND direction = 'outbound' AND path <> 'host-service'
  AND outcome = 'established' AND first_reply_time_ns > first_packet_time_ns"""

REQUESTS = """
SELECT answered_time_ns - asked_time_ns FROM snat_request
WHERE run_id = ? AND answered_time_ns > asked_time_ns"""

ANSWERS = """
SELECT outcome, COUNT(*) AS requests FROM snat_request WHERE run_id IN ({runs}) GROUP BY outcome"""


def plot_connect_times(database: sqlite3.Connection, runs: list[int]) -> Plot | None:
    """How long it took until connections were established."""
    source, words = ATTEMPTS, "applications waited, from an attempt to its success"
    times = read_times(database, runs, source)
    if not times:
        source, words = FLOWS, "passed at the host from a flow's first packet to the first answer"
        times = read_times(database, runs, source)
    if not times:
        return None
    figure, data = draw_distributions(database, runs, times, "Time to connect (ms)", "connections")
    return Plot(
        "connect-time",
        "Time to connect: " + describe(times),
        f"Part of the established connections for which at most that much time {words}; those that "
        "failed are left out. Marks: " + MARKS,
        figure,
        data,
    )


def plot_request_times(database: sqlite3.Connection, runs: list[int]) -> Plot | None:
    """How long requests for SNAT ports took, where ports are given on demand."""
    times = read_times(database, runs, REQUESTS)
    if not times:
        return None
    figure, data = draw_distributions(database, runs, times, "Time to answer (ms)", "requests")
    answers = read(database, ANSWERS, runs)
    counts = ", ".join(f"{row.requests:,} {row.outcome}" for row in answers.itertuples())
    return Plot(
        "request-time",
        "Requests for SNAT ports: " + describe(times),
        f"Part of the answered requests for SNAT ports that took at most that long, as hosts see "
        f"it; what became of all: {counts}. Marks: " + MARKS,
        figure,
        data,
    )


def read_times(
    database: sqlite3.Connection, runs: list[int], sql: str
) -> dict[int | None, numpy.ndarray]:
    """Milliseconds in order, by run; of very many runs together, under None."""
    times = {}
    for run in runs:
        rows = database.execute(sql, (run,))
        values = numpy.fromiter((value for (value,) in rows), dtype=numpy.float64)
        if len(values):
            values /= 1e6
            values.sort()
            times[run] = values
    if len(times) > MAX_LINES:
        return {None: numpy.sort(numpy.concatenate(list(times.values())))}
    return times


def thin_out(ordered: numpy.ndarray) -> pandas.DataFrame:
    """The steps of a distribution, of which those stay that are apart in time or in percent."""
    last = numpy.append(numpy.flatnonzero(numpy.diff(ordered)), len(ordered) - 1)
    times, percents = ordered[last], 100 * (last + 1) / len(ordered)
    spread = max(math.log(times[-1] / times[0]), 1e-9)
    places = numpy.log(times / times[0]) / spread * MAX_POINTS // 1
    levels = percents / 100 * MAX_POINTS // 1
    is_new = (numpy.diff(places, prepend=-1) != 0) | (numpy.diff(levels, prepend=-1) != 0)
    is_new[-1] = True
    return pandas.DataFrame({"time_ms": times[is_new], "percent": percents[is_new]})


def draw_distributions(
    database: sqlite3.Connection,
    runs: list[int],
    times: dict[int | None, numpy.ndarray],
    x_label: str,
    what: str,
) -> tuple[style.Figure, pandas.DataFrame]:
    """A line for each run, with marks at its percentiles."""
    names = name_runs(database, runs) | {None: f"{len(runs)} runs"}
    figure = style.make_figure(2.1 + 0.13 * math.ceil(len(times) / 2) * (len(times) > 1))
    axes = figure.add_subplot()
    tables = []
    for (run, ordered), (color, dash, mark) in zip(times.items(), style.SERIES):
        table = thin_out(ordered)
        x, y = table["time_ms"], table["percent"]
        axes.step(
            [x.iloc[0], *x], [0, *y], where="post", color=color, linestyle=dash, label=names[run]
        )
        marks = [percentile(ordered, percent) for percent in PERCENTILES]
        axes.plot(marks, PERCENTILES, mark, color=color, label="_", zorder=3)
        if len(times) == 1:
            label_percentiles(axes, marks)
        tables.append(table.assign(run_id=run, name=names[run]))
    scale_time(axes, min(t[0] for t in times.values()), max(t[-1] for t in times.values()))
    axes.set_ylim(0, 103)
    style.finish(axes, x_label, f"Part of {what} (%)", "both")
    if len(times) > 1:
        style.legend_above(axes)
    data = pandas.concat(tables)[["run_id", "name", "time_ms", "percent"]]
    return figure, data


def label_percentiles(axes: Axes, marks: list[float]) -> None:
    """Says what the percentiles are, beside their marks."""
    for percent, value in zip(PERCENTILES, marks):
        axes.annotate(
            f"p{percent} {style.show_number(value)} ms",
            (value, percent),
            xytext=(5, -8),
            textcoords="offset points",
            fontsize=7,
        )


def scale_time(axes: Axes, least: float, greatest: float) -> None:
    """A logarithmic axis with some room."""
    axes.set_xscale("log")
    room = max(1.25, (greatest / least) ** 0.06, (NARROWEST * least / greatest) ** 0.5)
    axes.set_xlim(least / room, greatest * room)
    style.name_log_ticks(axes.xaxis)


def describe(times: dict[int | None, numpy.ndarray]) -> str:
    """Half and nearly all of them, in words."""
    parts = [[percentile(ordered, p) for ordered in times.values()] for p in (50, 99)]
    texts = []
    for name, values in zip(("p50", "p99"), parts):
        low, high = style.show_number(min(values)), style.show_number(max(values))
        texts.append(f"{name} {low} ms" if low == high else f"{name} {low} to {high} ms")
    return ", ".join(texts)
