# Copyright (c) 2026 The azure-net authors
# SPDX-License-Identifier: GPL-2.0-only
"""The kinds of plots of ./azure-net plot.

Each is a function that draws a table with columns x, y, series, by and column, and returns what it
has drawn.
"""

from collections.abc import Iterator

import numpy
import pandas
from matplotlib import ticker
from matplotlib.axes import Axes

from azure_trace.errors import TraceError

from . import style
from .labels import Label, as_words
from .lines import draw_band, draw_heat_map
from .statistics import summarize
from .steps import thin_out

MAX_SERIES = len(style.SERIES)
MAX_MARKS = 30
"""A line with more points has no mark at each."""

MAX_VECTORS = 5000
"""More points than that become a picture within the figure."""

NEAR_ZERO = 0.4
"""An axis begins at 0 if the least value is at most this part of the greatest one."""

KEYS = ["series", "by", "column"]


def split(long: pandas.DataFrame) -> Iterator[tuple[str, pandas.DataFrame, tuple]]:
    """The series with their looks; where there are very many, those that rise least are gray."""
    names = list(dict.fromkeys(long["series"]))
    chosen = names
    if len(names) > MAX_SERIES:
        most = long.groupby("series", sort=False)["y"].max().sort_values(ascending=False)
        chosen = [name for name in names if name in most.index[: MAX_SERIES - 1]]
    others = [name for name in names if name not in chosen]
    for i, name in enumerate(others):
        label = f"{len(others)} others" if i == 0 else "_"
        yield label, long[long["series"] == name], (style.GRID, "-", "")
    for name, look in zip(chosen, style.SERIES):
        yield name or "_", long[long["series"] == name], look


def draw_line(axes: Axes, long: pandas.DataFrame, by: str | None) -> pandas.DataFrame:
    return draw_lines(axes, long, "default")


def draw_step(axes: Axes, long: pandas.DataFrame, by: str | None) -> pandas.DataFrame:
    return draw_lines(axes, long, "steps-post")


def draw_lines(axes: Axes, long: pandas.DataFrame, draw_style: str) -> pandas.DataFrame:
    """Lines from left to right; very long ones keep the least and the greatest of each bin."""
    drawn = []
    for label, part, (color, dash, mark) in split(long):
        part = part.sort_values("x", kind="stable")
        part = part.iloc[thin_out(part["x"].to_numpy(), part["y"].to_numpy())]
        axes.plot(
            part["x"],
            part["y"],
            color=color,
            linestyle=dash,
            marker=mark if len(part) <= MAX_MARKS and draw_style == "default" else "",
            drawstyle=draw_style,
            label=label,
        )
        drawn.append(part)
    return pandas.concat(drawn)


def draw_scatter(axes: Axes, long: pandas.DataFrame, by: str | None) -> pandas.DataFrame:
    for label, part, (color, _, mark) in split(long):
        axes.plot(
            part["x"],
            part["y"],
            linestyle="",
            marker=mark or ".",
            color=color,
            markersize=3 if len(long) <= MAX_VECTORS else 1,
            label=label,
            rasterized=len(long) > MAX_VECTORS,
        )
    return long


def draw_bar(axes: Axes, long: pandas.DataFrame, by: str | None) -> pandas.DataFrame:
    """Groups of bars from 0; words or numbers along x, in the order of the query."""
    groups, names = list(dict.fromkeys(long["x"])), list(dict.fromkeys(long["series"]))
    if len(names) > MAX_SERIES:
        raise TraceError(f"by: has {len(names)} values, but bars show {MAX_SERIES} at most")
    if long.duplicated(["x", "series"]).any():
        raise TraceError("query: has several rows for one bar; add them up in SQL, as by GROUP BY")
    width = 0.8 / len(names)
    for i, (name, (color, _, _)) in enumerate(zip(names, style.SERIES)):
        part = long[long["series"] == name]
        places = part["x"].map(groups.index) + (i + 0.5) * width - 0.4
        hatch = ["", "////", "....", "\\\\\\\\", "xxxx", "----", "||||", "++++"][i]
        axes.bar(places, part["y"], width * 0.94, color=color, hatch=hatch, label=name or "_")
    set_words(axes, [f"{x:g}" if isinstance(x, float) else x.strip() for x in groups])
    return long


def draw_cdf(axes: Axes, long: pandas.DataFrame, by: str | None) -> pandas.DataFrame:
    """For which part of the values x is at most that."""
    drawn = []
    for label, part, (color, dash, _) in split(long):
        x = numpy.sort(part["x"].to_numpy())
        last = numpy.append(numpy.flatnonzero(numpy.diff(x)), len(x) - 1)
        percent = 100 * (last + 1) / len(x)
        kept = thin_out(x[last], percent)
        x, percent = x[last][kept], percent[kept]
        axes.step([x[0], *x], [0, *percent], where="post", color=color, linestyle=dash, label=label)
        table = pandas.DataFrame({"x": x, "percent": percent})
        drawn.append(table.assign(**{key: part[key].iloc[0] for key in KEYS}))
    axes.set_ylim(0, 103)
    return pandas.concat(drawn)


def draw_bands(axes: Axes, long: pandas.DataFrame, by: str | None) -> pandas.DataFrame:
    """Means of the rows with the same x, with their confidence bands."""
    words = None
    if isinstance(long["x"].iloc[0], str):
        words = list(dict.fromkeys(long["x"]))
    drawn = []
    for label, part, look in split(long):
        table = summarize(part, ["x"], "y")
        if words:
            table = table.sort_values("x", key=lambda x: x.map(words.index))
        place = table["x"].map(words.index) if words else table["x"]
        draw_band(axes, table.assign(place=place), look, label)
        drawn.append(table.assign(**{key: part[key].iloc[0] for key in KEYS}))
    if words:
        set_words(axes, words)
    return pandas.concat(drawn)


def draw_map(axes: Axes, long: pandas.DataFrame, by: str | None) -> pandas.DataFrame:
    """Means of the rows with the same x and by, as colors."""
    table = summarize(long, ["by", "x"], "y")
    draw_heat_map(axes, table.pivot(index="by", columns="x", values="mean"))
    return table.drop(columns="half_width")


KINDS = {
    "line": draw_line,
    "step": draw_step,
    "scatter": draw_scatter,
    "bar": draw_bar,
    "cdf": draw_cdf,
    "heatmap": draw_map,
    "band": draw_bands,
}


def get_height(kind: str, long: pandas.DataFrame) -> float:
    """Inches: more for rows of cells, and for a legend."""
    if kind == "heatmap":
        return 0.9 + 0.22 * long["by"].nunique()
    return 2.1 + 0.13 * min(4, (long["series"].nunique() + 1) // 2 - 1)


def set_words(axes: Axes, words: list[str]) -> None:
    """Ticks with words, turned if they would not fit side by side."""
    turned = {"rotation": 30, "ha": "right", "rotation_mode": "anchor"}
    axes.set_xticks(range(len(words)), words, **(turned if sum(map(len, words)) > 38 else {}))
    axes.set_xlim(-0.5, len(words) - 0.5)
    axes.tick_params(axis="x", length=0)


def scale_log(axes: Axes, is_x: bool, values: pandas.Series, label: Label) -> None:
    """A logarithmic axis; along x, ticks are at the values if these are few, as in a sweep."""
    axis = axes.xaxis if is_x else axes.yaxis
    (axes.set_xscale if is_x else axes.set_yscale)("log")
    style.name_log_ticks(axis, sorted(set(values)) if is_x else (), label.divisor)


def name_axes(axes: Axes, kind: str, x_label: Label, y_label: Label, by: str | None) -> None:
    """Names, ticks in their units, and a legend if there is more than one series."""
    if kind == "heatmap":
        axes.set_xlabel(x_label.text)
        axes.set_ylabel(as_words(by or ""))
        axes.figure.axes[-1].set_ylabel(y_label.text)
        return
    style.finish(axes, x_label.text, y_label.text, "y" if kind == "bar" else "both")
    if axes.get_yscale() != "log":
        begin_at_zero(axes)
    for axis, label in ((axes.xaxis, x_label), (axes.yaxis, y_label)):
        if isinstance(axis.get_major_formatter(), ticker.ScalarFormatter):
            axis.set_major_formatter(
                lambda value, _, d=label.divisor: style.show_number(value / d, style.TICK_DIGITS)
            )
    if axes.get_legend_handles_labels()[1]:
        style.legend_above(axes, title=as_words(by) if by else None)


def begin_at_zero(axes: Axes) -> None:
    """Begins the vertical axis at 0 if what is drawn comes near to it, and none is below."""
    low, high = axes.dataLim.intervaly
    if 0 <= low <= NEAR_ZERO * high:
        axes.set_ylim(0)
