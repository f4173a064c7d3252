# Copyright (c) 2026 The azure-net authors
# SPDX-License-Identifier: GPL-2.0-only
"""What became of flows, over time."""

import math
import sqlite3

import numpy
import pandas
from matplotlib.axes import Axes

from . import style
from .panels import make_panels
from .plot import Plot
from .runs import MAX_PANELS, name_runs, read

MAX_BINS = 60
"""Most bars of a panel: more could not be told apart."""

# Flows with the Internet as whoever translates them sees them, and all others but probes.
FLOWS = """
SELECT run_id, first_packet_time_ns AS time_ns, outcome FROM v_outbound_flow
WHERE run_id IN ({runs})
UNION ALL
SELECT run_id, first_packet_time_ns, outcome FROM flow
WHERE run_id IN ({runs}) AND path <> 'host-service'
  AND NOT (direction = 'outbound' AND path = 'internet')"""

UNITS = [(10**9, "s"), (10**6, "ms")]


def choose_bin_ns(span_ns: int) -> int:
    """The least 1, 2 or 5 times a power of ten of which MAX_BINS cover the span; 1 ms at least."""
    exponent = max(6, math.floor(math.log10(max(span_ns, 1) / MAX_BINS)))
    powers = (10**exponent, 10 ** (exponent + 1))
    steps = (factor * power for power in powers for factor in (1, 2, 5))
    return next(step for step in steps if step * MAX_BINS >= span_ns)


def describe_span(span_ns: int) -> str:
    """A time in words: 200 ms, 5 s."""
    unit, name = next((u for u in UNITS if span_ns >= u[0]), UNITS[-1])
    return f"{span_ns / unit:g} {name}"


def read_bins(database: sqlite3.Connection, runs: list[int]) -> tuple[pandas.DataFrame, int]:
    """Flows by run, bin and outcome, and how long a bin is."""
    (last,) = read(database, f"SELECT MAX(time_ns) FROM ({FLOWS})", runs).iloc[0]
    width = choose_bin_ns(int(last or 0) + 1)
    table = read(
        database,
        f"SELECT run_id, time_ns / {width} AS bin, outcome, COUNT(*) AS flows FROM ({FLOWS}) "
        "GROUP BY run_id, bin, outcome",
        runs,
    )
    return table, width


def plot_outcomes(database: sqlite3.Connection, runs: list[int]) -> Plot | None:
    """Flows by when they began and what became of them; a panel for each run."""
    if len(runs) > MAX_PANELS:
        return None
    table, width = read_bins(database, runs)
    if table["bin"].nunique() < 2:
        return None
    counts = table.pivot_table(index=["run_id", "bin"], columns="outcome", values="flows")
    every = pandas.MultiIndex.from_product(
        [counts.index.levels[0], range(table["bin"].max() + 1)], names=counts.index.names
    )
    counts = counts.reindex(every).fillna(0).astype(int)
    counts = counts[[name for name in style.OUTCOMES if name in counts]]
    names = name_runs(database, runs)
    shown = [run for run in runs if run in counts.index]
    panels = make_panels([names[run] for run in shown])
    for run, axes in zip(shown, panels.axes):
        draw_stacks(axes, counts.loc[run], width / 1e9)
    panels.set_legend(list(counts))
    panels.set_labels("Time of the first packet (s)", f"Flows per {describe_span(width)}")
    data = counts.reset_index()
    data.insert(1, "time_s", data.pop("bin") * width / 1e9)
    return Plot(
        "flow-outcomes",
        describe_outcomes(counts.sum()),
        f"Flows by the time of their first packet, in bins of {describe_span(width)}, and by what "
        "became of them, then or later. Probes are left out.",
        panels.figure,
        data,
    )


def draw_stacks(axes: Axes, counts: pandas.DataFrame, width_s: float) -> None:
    """Bars without gaps, one outcome on the other."""
    base = numpy.zeros(len(counts))
    edges = numpy.arange(len(counts) + 1) * width_s
    for outcome in counts:
        color, hatch = style.OUTCOMES[outcome]
        top = base + counts[outcome].to_numpy()
        axes.stairs(
            top, edges, baseline=base, fill=True, color=color, hatch=hatch, label=outcome
        )
        base = top
    axes.set_xlim(0, edges[-1])
    axes.set_ylim(0)
    style.count_on(axes.yaxis)


def describe_outcomes(flows: pandas.Series) -> str:
    """How many flows there were, and what became of them."""
    parts = [f"{count:,} {outcome}" for outcome, count in flows.items() if count]
    return f"{flows.sum():,} flows: {', '.join(parts)}"
