# Copyright (c) 2026 The azure-net authors
# SPDX-License-Identifier: GPL-2.0-only
"""What many runs say together: a share over the parameters that differ between them."""

import sqlite3
from collections.abc import Iterator

import pandas

from . import style
from .lines import draw_bands, draw_heat_map
from .panels import make_panels
from .parameters import Parameter, read_parameter, show
from .plot import Plot
from .runs import read, read_parameters
from .statistics import summarize

MAX_SERIES = 6
"""Most lines of a panel."""

MAX_PANELS = 8

MEASURE, LABEL = "refused_percent", "Refused flows (%)"

REFUSED = """
SELECT run_id, 100.0 * SUM(outcome = 'refused') / COUNT(*) AS refused_percent
FROM v_outbound_flow WHERE run_id IN ({runs}) GROUP BY run_id"""

BANDS = "means with their 95 % confidence bands (Student's t over repetitions); "


def plot_sweep(database: sqlite3.Connection, runs: list[int]) -> Iterator[Plot]:
    """One parameter: a line.  Two: lines and a heat map.  More: panels of lines.

    Nothing is drawn where no run has refused a flow.
    """
    shares = read(database, REFUSED, runs).set_index("run_id")
    table = read_parameters(database, list(shares.index)) if len(shares) > 1 else pandas.DataFrame()
    if table.shape[1] == 0 or len(shares) < 3 or not shares[MEASURE].any():
        return
    parameters = []
    for name in list(table):
        parameter, table[name] = read_parameter(table[name])
        parameters.append(parameter)
    parameters.sort(key=lambda parameter: (not parameter.is_number, -len(parameter.values)))
    names = [parameter.name for parameter in parameters]
    summary = summarize(table.join(shares).reset_index(), names, MEASURE)
    if len(parameters) <= 2 and all(len(p.values) <= MAX_SERIES for p in parameters[1:]):
        yield plot_lines(summary, parameters)
    elif len(parameters) > 2:
        yield plot_panels(summary, parameters)
    if len(parameters) == 2:
        yield plot_map(summary, parameters)


def describe(summary: pandas.DataFrame, parameters: list[Parameter]) -> str:
    """From where to where the share goes."""
    low, high = summary["mean"].min(), summary["mean"].max()
    names = ", ".join(parameter.name for parameter in parameters)
    return f"{low:.3g} to {high:.3g} % of the flows were refused, depending on {names}"


def describe_repetitions(summary: pandas.DataFrame) -> str:
    """How many runs there are at each point."""
    least, most = summary["repetitions"].min(), summary["repetitions"].max()
    if least == most:
        return "1 run" if most == 1 else f"{most} runs"
    return f"{least} to {most} runs"


def describe_bands(summary: pandas.DataFrame) -> str:
    """What is drawn at each point, and of how many runs."""
    has_bands = summary["repetitions"].max() > 1
    return f"{BANDS if has_bands else ''}{describe_repetitions(summary)} each"


def plot_lines(summary: pandas.DataFrame, parameters: list[Parameter]) -> Plot:
    """The share over one parameter, a line for each value of the other one."""
    x = parameters[0]
    figure = style.make_figure(2.25)
    axes = figure.add_subplot()
    draw_bands(axes, summary, x, parameters[1] if len(parameters) > 1 else None)
    axes.set_ylim(0)
    style.finish(axes, x.label, LABEL)
    if len(parameters) > 1:
        style.legend_above(axes, title=parameters[1].label)
    return Plot(
        "refused-share",
        describe(summary, parameters),
        f"Outbound flows that never got a SNAT port, as a part of all: {describe_bands(summary)}.",
        figure,
        rename(summary),
    )


def plot_panels(summary: pandas.DataFrame, parameters: list[Parameter]) -> Plot:
    """A panel for each combination of all parameters but two, which are x and lines."""
    x, rest = parameters[0], parameters[1:]
    few = [parameter for parameter in rest if len(parameter.values) <= MAX_SERIES]
    series = max(few, key=lambda parameter: len(parameter.values), default=None)
    others = [parameter for parameter in rest if parameter is not series]
    keys = [parameter.name for parameter in others]
    groups = list(summary.groupby(keys if len(keys) > 1 else keys[0], sort=False))
    shown = groups[:MAX_PANELS]
    titles = [name_panel(key, others) for key, _ in shown]
    panels = make_panels(titles)
    for (_, part), axes in zip(shown, panels.axes):
        draw_bands(axes, part, x, series)
    panels.axes[0].set_ylim(0)
    if series:
        panels.set_legend([show(value) for value in series.values], series.name)
    panels.set_labels(x.label, LABEL)
    left_out = f" {len(groups) - len(shown)} more panels are left out." * (len(groups) > len(shown))
    return Plot(
        "refused-share",
        describe(summary, parameters),
        f"Outbound flows that never got a SNAT port, as a part of all: {describe_bands(summary)}"
        f"{f'; lines are values of {series.label}' if series else ''}.{left_out}",
        panels.figure,
        rename(pandas.concat([part for _, part in shown])),
    )


def name_panel(key: object, others: list[Parameter]) -> str:
    values = key if isinstance(key, tuple) else (key,)
    return ", ".join(f"{p.name} {show(value)}" for p, value in zip(others, values))


def plot_map(summary: pandas.DataFrame, parameters: list[Parameter]) -> Plot:
    """The share as a color over both parameters."""
    x, y = parameters
    figure = style.make_figure(0.9 + 0.22 * len(y.values))
    axes = figure.add_subplot()
    cells = summary.pivot(index=y.name, columns=x.name, values="mean")
    cells = cells.reindex(index=y.values, columns=x.values)
    draw_heat_map(axes, cells.round(2), LABEL)
    axes.set_xlabel(x.label)
    axes.set_ylabel(y.label)
    return Plot(
        "refused-share-map",
        describe(summary, parameters),
        "Outbound flows that never got a SNAT port, as a part of all, in percent: means of "
        f"{describe_repetitions(summary)}.",
        figure,
        rename(summary),
    )


def rename(summary: pandas.DataFrame) -> pandas.DataFrame:
    """Says in the columns' names what was averaged."""
    return summary.rename(
        columns={"mean": f"{MEASURE}_mean", "half_width": f"{MEASURE}_half_width"}
    )
