# Copyright (c) 2026 The azure-net authors
# SPDX-License-Identifier: GPL-2.0-only
"""The panels of the plot of SNAT ports."""

import numpy
import pandas
from matplotlib.axes import Axes

from . import style
from .panels import Panels, make_panels, shorten

FAR_MORE = 3
"""Allocated ports are drawn up to this times the most that are used: else lines would lie flat."""

ONE_SCALE = 10
"""Panels whose peaks differ by more have a scale each."""

NAME_LENGTH = 26
"""Of names with the number that is beside them."""

STROKES = 500
"""Places for strokes side by side in the widest panel: more would only lie on each other."""

HEADROOM = 1.22
"""The height of a panel as a part of what is drawn; refused packets are above that."""


def draw_panels(data: pandas.DataFrame, names: list[str], has_wide: bool) -> Panels:
    """A panel for each name; a wide one has an axis of its own."""
    parts = {name: data[data["panel"] == name] for name in names}
    peaks = [get_top(parts, [name]) for name in names]
    has_one_scale = max(peaks[has_wide:]) <= ONE_SCALE * min(peaks[has_wide:])
    groups = [names[:1], names[1:]] if has_wide else [names]
    if not has_one_scale:
        groups = [[name] for name in names]
    tops = {name: get_top(parts, group) for group in groups for name in group}
    panels = make_panels(names, has_wide, has_one_scale)
    end = max(data["time_s"].max(), 1e-9)
    for name, axes in zip(names, panels.axes):
        draw_panel(axes, parts[name], tops[name], end)
        axes.set_xlim(0, end)  # panels in a column share it
    panels.set_legend(["used", "allocated", "packets refused"])
    panels.set_labels("Time (s)", "SNAT ports")
    return panels


def get_top(parts: dict[str, pandas.DataFrame], names: list[str]) -> int:
    """The greatest value that has to fit into the panels."""
    most = [parts[name].groupby("quantity")["value"].max() for name in names]
    used = max(1, *(part["ports used"] for part in most))
    allocated = [part["ports allocated"] for part in most]
    return max(used, *(ports for ports in allocated if ports <= FAR_MORE * used), 0)


def draw_panel(axes: Axes, data: pandas.DataFrame, top: int, end: float) -> None:
    used, allocated, refused = (
        data[data["quantity"] == quantity]
        for quantity in ("ports used", "ports allocated", "packets refused")
    )
    draw_area(axes, used["time_s"].to_numpy(), used["value"].to_numpy())
    if allocated["value"].max() <= top:
        axes.step(
            allocated["time_s"],
            allocated["value"],
            where="post",
            color=style.INK,
            dashes=(4, 2),
            linewidth=0.8,
            label="allocated",
        )
    else:
        text = f"of {allocated['value'].max():,}"
        axes.set_title(shorten(axes.get_title(loc="left"), NAME_LENGTH - len(text)))
        axes.set_title(text, loc="right", fontsize=6, color=style.MUTED)
    if not refused.empty:
        times = refused["time_s"].groupby(refused["time_s"] * STROKES // end).first()
        axes.plot(
            times,
            [0.94] * len(times),
            "|",
            color=style.VERMILION,
            markersize=5,
            markeredgewidth=0.6,
            transform=axes.get_xaxis_transform(),
            clip_on=False,
            label="packets refused",
        )
    axes.set_ylim(0, top * HEADROOM)
    style.count_on(axes.yaxis)


def draw_area(axes: Axes, times: numpy.ndarray, values: numpy.ndarray) -> None:
    """What is below a line of steps, as one polygon."""
    across = numpy.repeat(times, 2)[1:]
    up = numpy.repeat(values, 2)[:-1]
    axes.fill(
        [across[0], *across, across[-1]],
        [0, *up, 0],
        color=style.BLUE,
        alpha=0.25,
    )
    axes.plot(across, up, color=style.BLUE, linewidth=0.8, label="used")
