# Copyright (c) 2026 The azure-net authors
# SPDX-License-Identifier: GPL-2.0-only
"""Lines with confidence bands, and heat maps."""

import pandas
from matplotlib.axes import Axes
from matplotlib.collections import QuadMesh

from . import style
from .parameters import Parameter, show

CHARACTERS_OF_ROW = 60
"""Cells have numbers in them if those of a row, as long as the longest, have no more."""

BLACK, WHITE = "#010101", "#ffffff"
"""Colors that are the same on light and dark pages."""


def draw_bands(
    axes: Axes, summary: pandas.DataFrame, x: Parameter, series: Parameter | None = None
) -> None:
    """Means as lines, with their confidence intervals: bands over numbers, bars over words."""
    values = series.values if series else [None]
    for value, (color, dash, mark) in zip(values, style.SERIES):
        part = summary if value is None else summary[summary[series.name] == value]
        places = place_values(part[x.name], x)
        part = part.assign(place=places).sort_values("place")
        label = None if value is None else show(value)
        if x.is_number:
            draw_band(axes, part, (color, dash, mark), label)
        else:
            axes.errorbar(
                part["place"],
                part["mean"],
                part["half_width"].fillna(0),
                fmt=mark,
                color=color,
                capsize=2,
                elinewidth=0.8,
                clip_on=False,
                label=label,
            )
    scale_parameter(axes, x)


def draw_band(axes: Axes, part: pandas.DataFrame, look: tuple, label: str | None) -> None:
    """A line with a band around it; where there is no band, nothing is known of its width."""
    color, dash, mark = look
    x, mean, half_width = part["place"], part["mean"], part["half_width"]
    axes.fill_between(x, mean - half_width, mean + half_width, color=color, alpha=0.2, linewidth=0)
    axes.plot(x, mean, color=color, linestyle=dash, marker=mark, label=label, clip_on=False)


def place_values(column: pandas.Series, parameter: Parameter) -> pandas.Series:
    """Where values are on an axis: numbers where they are, words one after the other."""
    return column if parameter.is_number else column.map(parameter.values.index)


def scale_parameter(axes: Axes, parameter: Parameter) -> None:
    """Ticks for words, or a logarithmic axis for numbers that span decades."""
    if not parameter.is_number:
        turned = {"rotation": 30, "ha": "right"} if len("".join(parameter.values)) > 40 else {}
        axes.set_xticks(range(len(parameter.values)), parameter.values, **turned)
        axes.set_xlim(-0.5, len(parameter.values) - 0.5)
    elif parameter.is_logarithmic():
        axes.set_xscale("log")
        style.name_log_ticks(axes.xaxis, parameter.values)


def draw_heat_map(axes: Axes, cells: pandas.DataFrame, label: str = "") -> None:
    """Cells of equal size, each with its number if there is room; the first row at the bottom."""
    mesh = axes.pcolormesh(
        range(len(cells.columns) + 1),
        range(len(cells) + 1),
        cells.to_numpy(),
        cmap="cividis",
        edgecolors=style.PAPER,
        linewidth=0.4,
    )
    axes.set_xticks([i + 0.5 for i in range(len(cells.columns))], map(show, cells.columns))
    axes.set_yticks([i + 0.5 for i in range(len(cells))], map(show, cells.index))
    axes.tick_params(length=0)
    for spine in axes.spines.values():
        spine.set_visible(False)
    bar = axes.figure.colorbar(mesh, ax=axes, pad=0.02, aspect=12)
    bar.set_label(label)
    bar.outline.set_visible(False)
    texts = cells.applymap(style.show_number)
    if len(cells.columns) * texts.applymap(len).to_numpy().max() <= CHARACTERS_OF_ROW:
        label_cells(axes, cells, texts, mesh)


def label_cells(
    axes: Axes, cells: pandas.DataFrame, texts: pandas.DataFrame, mesh: QuadMesh
) -> None:
    """Numbers in cells, black on light and white on dark whatever the page is like."""
    for row in range(len(cells)):
        for column in range(len(cells.columns)):
            value = cells.iat[row, column]
            if pandas.notna(value):
                red, green, blue, _ = mesh.to_rgba(value)
                is_light = 0.2126 * red + 0.7152 * green + 0.0722 * blue > 0.45
                axes.text(
                    column + 0.5,
                    row + 0.5,
                    texts.iat[row, column],
                    ha="center",
                    va="center",
                    color=BLACK if is_light else WHITE,
                    fontsize=6.5,
                )
