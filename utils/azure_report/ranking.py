# Copyright (c) 2026 The azure-net authors
# SPDX-License-Identifier: GPL-2.0-only
"""Bars of those that have most: destinations, VMs, causes of failures."""

import sqlite3

import pandas
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from . import style
from .panels import shorten
from .plot import Plot
from .runs import MAX_PANELS, name_runs, read

MAX_BARS = 10
LABEL_LENGTH = 32
CHARACTER_INCHES = 0.057

FAR_MORE = 3
"""Allocated ports are drawn up to this times the most that are used."""

DESTINATIONS = """
SELECT run_id, destination_address || ':' || destination_port AS destination, protocol,
       SUM(port_seconds) AS port_seconds, SUM(flows_attempted) AS flows_attempted
FROM v_top_destinations WHERE run_id IN ({runs}) GROUP BY run_id, destination, protocol"""

USERS = """
SELECT run_id, virtual_machine, peak_ports_used, ports_allocated
FROM v_top_port_users WHERE run_id IN ({runs}) AND peak_ports_used > 0"""

FAILURES = """
SELECT run_id, cause, detail, failures FROM v_failures_by_cause
WHERE run_id IN ({runs}) AND counted = '{counted}' AND failures > 0"""


def plot_destinations(database: sqlite3.Connection, runs: list[int]) -> Plot | None:
    """Where the ports went to."""
    table = read(database, DESTINATIONS, runs)
    table = table[table["port_seconds"] > 0].copy()
    if table.empty:
        return None
    if table["protocol"].nunique() > 1:
        table["destination"] += "/" + table["protocol"]
    count = table["destination"].nunique()
    total = table["port_seconds"].sum()
    if len(runs) <= MAX_PANELS:
        total = table.groupby("run_id")["port_seconds"].transform("sum")
    table["share_percent"] = 100 * table["port_seconds"] / total
    bars, words = choose_bars(database, runs, table, "destination", "port_seconds")
    figure, axes = draw_bars(bars, "port_seconds", "Time of SNAT ports held (port s)")
    label_bars(axes, bars["port_seconds"], [f"{share:.3g} %" for share in bars["share_percent"]])
    first = bars.iloc[0]
    return Plot(
        "top-destinations",
        f"Flows to {first['label']} held {first['share_percent']:.3g} % of the SNAT port time",
        "How long flows to a destination held SNAT ports, all flows added up, and which part that "
        f"is of all; {plural(len(bars), 'bar')} for {plural(count, 'destination')}{words}.",
        figure,
        bars,
    )


def plot_users(database: sqlite3.Connection, runs: list[int]) -> Plot | None:
    """Which VMs used most ports at once, and how many they had."""
    if len(runs) > MAX_PANELS:
        return None
    table = read(database, USERS, runs)
    if table.empty:
        return None
    bars, words = choose_bars(database, runs, table, "virtual_machine", "peak_ports_used")
    figure, axes = draw_bars(bars, "peak_ports_used", "SNAT ports used at once")
    has_room = bool(bars["ports_allocated"].max() <= FAR_MORE * bars["peak_ports_used"].max())
    if has_room:
        axes.plot(bars["ports_allocated"], range(len(bars)), "|", color=style.INK, ms=8, mew=1)
    used = zip(bars["peak_ports_used"], bars["ports_allocated"])
    edge = bars[["peak_ports_used", "ports_allocated"]].max(axis=1)
    label_bars(
        axes, edge if has_room else bars["peak_ports_used"], [f"{u:,} of {a:,}" for u, a in used]
    )
    first = bars.iloc[0]
    return Plot(
        "top-vms",
        f"{first['label']} used {first['peak_ports_used']:,} SNAT ports at once, of "
        f"{first['ports_allocated']:,}",
        "Most SNAT ports in use or cooling down at once (bars) and most allocated at once"
        f"{' (strokes)' * has_room}; {len(bars)} of {len(table)} VMs that used ports{words}. VMs "
        "behind NAT gateways have no ports of their own.",
        figure,
        bars,
    )


def plot_failures(database: sqlite3.Connection, runs: list[int]) -> Plot | None:
    """Why flows failed."""
    return plot_causes(
        database, runs, "flows", "failures", "Flows that failed", "flows failed", "Flows by cause"
    )


def plot_drops(database: sqlite3.Connection, runs: list[int]) -> Plot | None:
    """Why packets were dropped, and by whom."""
    return plot_causes(
        database,
        runs,
        "packets",
        "drops",
        "Packets dropped",
        "packets were dropped",
        "Packets by the reason of their drop, and by who dropped them",
    )


def plot_causes(
    database: sqlite3.Connection,
    runs: list[int],
    counted: str,
    name: str,
    x_label: str,
    verb: str,
    caption: str,
) -> Plot | None:
    """Bars of causes, of flows or of packets."""
    table = read(database, FAILURES.replace("{counted}", counted), runs)
    if table.empty:
        return None
    details = table["detail"].map(lambda detail: f" ({detail})" if detail else "")
    table["cause"] += details
    table = table.groupby(["run_id", "cause"], as_index=False)["failures"].sum()
    total, causes = table["failures"].sum(), table["cause"].nunique()
    bars, words = choose_bars(database, runs, table, "cause", "failures")
    figure, axes = draw_bars(bars, "failures", x_label)
    label_bars(axes, bars["failures"], [f"{count:,}" for count in bars["failures"]])
    first = bars.iloc[0]
    share = "all" if first["failures"] == total else f"{first['failures']:,} of them"
    return Plot(
        name,
        f"{total:,} {verb}, {share} by {first['label']}",
        f"{caption}; {plural(len(bars), 'bar')} for {plural(causes, 'cause')}{words}.",
        figure,
        bars,
    )


def choose_bars(
    database: sqlite3.Connection, runs: list[int], table: pandas.DataFrame, name: str, value: str
) -> tuple[pandas.DataFrame, str]:
    """The longest bars with their labels; of very many runs the sums, of several each its own."""
    words = ""
    if len(runs) > MAX_PANELS:
        table = table.groupby(name, as_index=False).sum(numeric_only=True).drop(columns="run_id")
        table["label"] = table[name]
        words = f", summed over {len(runs)} runs"
    elif table["run_id"].nunique() > 1:
        names = name_runs(database, runs)
        table["label"] = table[name] + " (" + table["run_id"].map(names) + ")"
        if table["label"].map(len).max() > LABEL_LENGTH:  # what would be cut off is the run
            table["label"] = "run " + table["run_id"].map(str) + ": " + table[name]
        words = ", each run by itself"
    else:
        table["label"] = table[name]
    bars = table.sort_values(value, ascending=False, kind="stable").head(MAX_BARS)
    return bars.reset_index(drop=True), words


def draw_bars(bars: pandas.DataFrame, value: str, x_label: str) -> tuple[Figure, Axes]:
    """Bars from 0, the longest at the top, each with its label at the left."""
    figure = style.make_figure(0.5 + 0.19 * max(len(bars), 2))
    axes = figure.add_subplot()
    axes.barh(range(len(bars)), bars[value], height=0.62, color=style.BLUE)
    axes.set_yticks(range(len(bars)), [shorten(label, LABEL_LENGTH) for label in bars["label"]])
    axes.set_ylim(len(bars) - 0.4, -0.6)
    axes.tick_params(axis="y", length=0)
    axes.set_xlabel(x_label, loc="right")
    style.count_on(axes.xaxis)
    return figure, axes


def label_bars(axes: Axes, ends: pandas.Series, texts: list[str]) -> None:
    """Numbers behind bars, with the room they take."""
    for row, (end, text) in enumerate(zip(ends, texts)):
        axes.annotate(
            text, (end, row), xytext=(4, 0), textcoords="offset points", va="center", fontsize=7
        )
    names = [label.get_text() for label in axes.get_yticklabels()]
    width = style.WIDTH - 0.2 - CHARACTER_INCHES * max(map(len, names))
    needed = 0.12 + CHARACTER_INCHES * max(map(len, texts))
    axes.set_xlim(0, ends.max() * width / (width - needed))


def plural(count: int, noun: str) -> str:
    return f"{count} {noun}{'s' * (count != 1)}"
