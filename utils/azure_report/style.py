# Copyright (c) 2026 The azure-net authors
# SPDX-License-Identifier: GPL-2.0-only
"""How figures look: a column of a paper wide, told apart in gray too, the same on every machine.

Colors are those of Okabe and Ito ("Color Universal Design", 2008) without yellow, which is too
light for lines on paper.  Nobody has to tell colors apart: lines also differ in their dashes and
marks, areas in their hatches, and where there is room, lines carry their names.
"""

import logging
import math
import warnings
from collections.abc import Sequence

import matplotlib
from matplotlib import ticker
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.figure import Figure

WIDTH = 3.4
"""Inches: a column of a paper with two of them."""

INK, MUTED, GRID, PAPER = "#222222", "#6b6b6b", "#d8d8d8", "#fefefe"
BLUE, VERMILION, GREEN = "#0072b2", "#d55e00", "#009e73"
ORANGE, SKY, PURPLE = "#e69f00", "#56b4e9", "#cc79a7"

SERIES = [
    (BLUE, "-", "o"),
    (VERMILION, "--", "s"),
    (GREEN, "-.", "^"),
    (PURPLE, ":", "D"),
    (ORANGE, (0, (5, 1, 1, 1, 1, 1)), "v"),
    (SKY, (0, (8, 2)), "P"),
    (INK, (0, (1, 1)), "X"),
    (MUTED, "-", "*"),
]
"""Color, dash and mark of the first series, the second, and so on."""

STEPS = [1, 2, 2.5, 5, 10]
"""Ticks are this far from each other, times a power of ten."""

TICK_DIGITS = 6
"""Digits of a tick's label that count."""

TICK_CHARACTER = 0.02
"""What a character of a tick's label takes of the axis."""

MAX_TICK_VALUES = 12
"""With more values than that, ticks are at round numbers instead."""

FEW_DECADES = 30
"""A logarithmic axis has ticks at 2 and 5 too if it spans less than that."""

LEGEND_CHARACTERS = 56
"""About as many fit side by side over the axes; each entry takes 8 more than its text."""

OUTCOMES = {
    "established": (BLUE, ""),
    "open": (SKY, "...."),
    "unanswered": (ORANGE, "\\\\\\\\"),
    "denied": (PURPLE, "xxxx"),
    "refused": (VERMILION, "////"),
    "failed": (VERMILION, "////"),
}
"""Color and hatch of what becomes of flows; stacked in this order, from below."""

RC = {
    "axes.axisbelow": True,
    "axes.edgecolor": INK,
    "axes.labelcolor": INK,
    "axes.labelsize": 8,
    "axes.linewidth": 0.5,
    "axes.prop_cycle": matplotlib.cycler(color=[color for color, _, _ in SERIES]),
    "axes.spines.right": False,
    "axes.spines.top": False,
    "axes.titlelocation": "left",
    "axes.titlesize": 7.5,
    "axes.titlepad": 3,
    "axes.unicode_minus": False,
    "figure.constrained_layout.use": True,
    "figure.constrained_layout.h_pad": 0.03,
    "figure.constrained_layout.w_pad": 0.03,
    "figure.dpi": 200,
    "figure.facecolor": PAPER,
    "axes.facecolor": "none",
    "font.family": "DejaVu Sans",
    "font.size": 7.5,
    "grid.color": GRID,
    "grid.linewidth": 0.4,
    "hatch.color": PAPER,
    "hatch.linewidth": 0.5,
    "legend.borderaxespad": 0.2,
    "legend.fontsize": 7,
    "legend.frameon": False,
    "legend.handlelength": 2.4,
    "lines.linewidth": 1.1,
    "lines.markersize": 3.5,
    "path.simplify": False,
    "patch.linewidth": 0,
    "text.color": INK,
    "text.parse_math": False,  # a name may have dollars in it
    "xtick.color": INK,
    "xtick.labelsize": 7,
    "xtick.major.width": 0.5,
    "xtick.minor.width": 0.35,
    "ytick.color": INK,
    "ytick.labelsize": 7,
    "ytick.major.width": 0.5,
    "ytick.minor.width": 0.35,
    "pdf.fonttype": 42,
    "svg.hashsalt": "azure-net",
}

# Of its cache of fonts, and of letters that a font has not: a name is shown as well as can be.
logging.getLogger("matplotlib").setLevel(logging.ERROR)
warnings.filterwarnings("ignore", r"Glyph \d+ .* missing from current font")

matplotlib.use("Agg")
matplotlib.rcdefaults()  # whatever a user's matplotlibrc says
matplotlib.rcParams.update(RC)


def make_figure(height: float = 2.1) -> Figure:
    """An empty figure; the height is in inches."""
    return Figure(figsize=(WIDTH, height))


def finish(axes: Axes, x_label: str, y_label: str, grid: str = "y") -> None:
    """Names the axes, and helps the eye along one of them, or both."""
    axes.set_xlabel(x_label)
    axes.set_ylabel(y_label)
    if grid:
        axes.grid(True, axis=grid)


def show_number(value: float, digits: int = 3) -> str:
    """A number with so many digits that count at least, and never a power of ten: 0.123, 12,345."""
    if not math.isfinite(value) or 0 < abs(value) < 1e-6:
        return f"{value:g}"
    places = digits - 1 - int(f"{value:e}".split("e")[1]) if value else 0
    text = f"{value:,.{max(0, places)}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def count_on(axis: Axis) -> None:
    """Ticks at whole numbers only, with digits in groups: 1,000,000."""
    axis.set_major_locator(ticker.MaxNLocator(nbins=5, integer=True, steps=STEPS))
    axis.set_major_formatter(ticker.StrMethodFormatter("{x:,.0f}"))


def name_log_ticks(axis: Axis, values: Sequence[float] = (), divisor: float = 1.0) -> None:
    """Ticks of a logarithmic axis, as plain numbers: at a few given values, or at 1, 2, 5, 10 ...

    Labels are the values divided by the divisor.
    """
    low, high = axis.get_view_interval()
    if 0 < len(values) <= MAX_TICK_VALUES:
        axis.set_major_locator(ticker.FixedLocator(choose_ticks(sorted(values), divisor)))
        axis.set_minor_locator(ticker.NullLocator())
    elif high / low < FEW_DECADES:
        axis.set_major_locator(ticker.LogLocator(subs=(1, 2, 5)))
    axis.set_major_formatter(lambda value, _: show_number(value / divisor, TICK_DIGITS))
    axis.set_minor_formatter(ticker.NullFormatter())


def choose_ticks(values: list[float], divisor: float) -> list[float]:
    """Those of the values in order whose labels do not touch on a logarithmic axis."""
    span = math.log(values[-1] / values[0])
    kept: list[float] = []
    for value in values:
        room = TICK_CHARACTER * (len(show_number(value / divisor, TICK_DIGITS)) + 1) * span
        if not kept or math.log(value / kept[-1]) >= room:
            kept.append(value)
    return kept


def legend_above(axes: Axes, **options) -> None:
    """A legend over the axes, so that it covers no data; in as many columns as fit."""
    labels = axes.get_legend_handles_labels()[1]
    columns = min(len(labels), LEGEND_CHARACTERS // (max(map(len, labels)) + 8))
    axes.legend(
        loc="lower left",
        bbox_to_anchor=(0, 1.01),
        ncol=max(1, columns),
        title_fontsize=7,
        alignment="left",
        columnspacing=1.2,
        handletextpad=0.5,
        **options,
    )
