# Copyright (c) 2026 The azure-net authors
# SPDX-License-Identifier: GPL-2.0-only
"""When pool members were up and down."""

import sqlite3

import pandas
from matplotlib.axes import Axes

from . import style
from .plot import Plot
from .runs import MAX_PANELS, name_runs, read

MAX_ROWS = 40
"""Most members that are drawn: those whose health changed most often."""

ROW_INCHES = 0.15

# What the SLB manager has decided counts; a member of several backend sets has a row for each.
SPANS = """
WITH change AS (
    SELECT run_id, backend_set_id, network_interface_id, is_up, time_ns,
           LEAD(time_ns) OVER (PARTITION BY run_id, backend_set_id, network_interface_id
                               ORDER BY member_health_id) AS next_ns
    FROM member_health WHERE run_id IN ({runs}) AND stage = 'decided')
SELECT change.run_id, backend_set_id, network_interface_id, node.name AS virtual_machine, is_up,
       time_ns / 1e9 AS begin_s,
       IFNULL(next_ns, IFNULL(end_time_ns, MAX(time_ns) OVER (PARTITION BY change.run_id))) / 1e9
           AS end_s
FROM change JOIN run USING (run_id) JOIN network_interface USING (run_id, network_interface_id)
JOIN node ON node.run_id = change.run_id AND node.node_id = virtual_machine_node_id
WHERE (change.run_id, backend_set_id) IN (
    SELECT run_id, backend_set_id FROM pool_member WHERE health_probe_id IS NOT NULL)
ORDER BY change.run_id, backend_set_id, network_interface_id, begin_s"""


def plot_health(database: sqlite3.Connection, runs: list[int]) -> Plot | None:
    """A row for each member with a probe, a panel for each run."""
    if len(runs) > MAX_PANELS:
        return None
    spans = read(database, SPANS, runs)
    if spans.empty:
        return None
    rows, left_out = choose_rows(spans)
    spans = spans.merge(rows, on=list(rows))
    runs_shown = list(spans["run_id"].unique())
    sizes = [len(rows[rows["run_id"] == run]) for run in runs_shown]
    inches = [ROW_INCHES * size + 0.1 for size in sizes]
    figure = style.make_figure(sum(inches) + 0.2 * len(inches) + 0.55)
    grid = figure.add_gridspec(len(sizes) + 1, 1, height_ratios=[0.14, *inches])
    names = name_runs(database, runs)
    first = None
    for place, run in enumerate(runs_shown):
        axes = figure.add_subplot(grid[place + 1], sharex=first)
        first = first or axes
        draw_members(axes, spans[spans["run_id"] == run])
        axes.tick_params(labelbottom=run == runs_shown[-1])
        if len(runs_shown) > 1:
            axes.set_title(names[run])
    axes.set_xlabel("Time (s)")
    legend = figure.add_subplot(grid[0])
    legend.set_axis_off()
    handles, labels = first.get_legend_handles_labels()
    shown = dict(zip(labels, handles))
    legend.legend(shown.values(), shown.keys(), loc="center left", ncol=2, borderaxespad=0)
    return Plot(
        "member-health",
        describe_health(spans),
        "Members with a health probe, as the SLB manager has decided: in rotation (thin bars) or "
        "out of it (thick bars, also before the first probe has succeeded)." + left_out,
        figure,
        spans,
    )


def choose_rows(spans: pandas.DataFrame) -> tuple[pandas.DataFrame, str]:
    """The members that are drawn, and a sentence about those that are not."""
    keys = ["run_id", "backend_set_id", "network_interface_id"]
    changes = spans.groupby(keys).size().rename("changes").reset_index()
    if len(changes) <= MAX_ROWS:
        return changes[keys], ""
    kept = changes.sort_values("changes", ascending=False, kind="stable").head(MAX_ROWS)
    return kept[keys].sort_values(keys), (
        f" Of {len(changes)} members the {MAX_ROWS} are shown whose health changed most often."
    )


def draw_members(axes: Axes, spans: pandas.DataFrame) -> None:
    """The members of one run, the first at the top."""
    members = spans[["backend_set_id", "network_interface_id", "virtual_machine"]].drop_duplicates()
    has_sets = members["backend_set_id"].nunique() > 1
    names = []
    for row, member in enumerate(members.itertuples()):
        own = spans[
            (spans["backend_set_id"] == member.backend_set_id)
            & (spans["network_interface_id"] == member.network_interface_id)
        ]
        for is_up, label, height, color, hatch in (
            (1, "up", 0.3, style.BLUE, ""),
            (0, "down", 0.75, style.VERMILION, "/////"),
        ):
            part = own[own["is_up"] == is_up]
            bars = list(zip(part["begin_s"], part["end_s"] - part["begin_s"]))
            place = (row - height / 2, height)
            axes.broken_barh(bars, place, facecolors=color, hatch=hatch, label=label)
        names.append(member.virtual_machine + (f" (set {member.backend_set_id})" * has_sets))
    axes.set_yticks(range(len(names)), names)
    axes.set_ylim(len(names) - 0.4, -0.6)
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)
    axes.set_xlim(0)


def describe_health(spans: pandas.DataFrame) -> str:
    """How often members went down, and for how long."""
    members = spans.groupby(["run_id", "backend_set_id", "network_interface_id"])
    fell = spans[(spans["is_up"] == 0) & (members.cumcount() > 0)]
    if fell.empty:
        return f"None of {members.ngroups} members went down"
    longest = (fell["end_s"] - fell["begin_s"]).max()
    count = len(fell.groupby(["run_id", "backend_set_id", "network_interface_id"]))
    text = style.show_number(longest)
    return f"{count} of {members.ngroups} members went down, for {text} s at most"
