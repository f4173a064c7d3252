# Copyright (c) 2026 The azure-net authors
# SPDX-License-Identifier: GPL-2.0-only
"""Small multiples: panels with the same axes, each with its name over it."""

import math
from dataclasses import dataclass

from matplotlib import ticker
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from . import style

COLUMNS = 2
LEGEND_INCHES, PANEL_INCHES, ONLY_INCHES, LABEL_INCHES = 0.14, 0.92, 1.7, 0.3
NAME_LENGTH, LONG_NAME = 34, 26


@dataclass
class Panels:
    """A figure of panels, with room for a legend at the top."""

    figure: Figure
    axes: list[Axes]
    legend: Axes

    def set_legend(self, names: list[str], title: str = "") -> None:
        """A legend of what is drawn in any of the panels, in this order, in one row."""
        shown = {f"{title}:": Patch(visible=False)} if title else {}
        for axes in self.axes:
            handles, labels = axes.get_legend_handles_labels()
            shown |= dict(zip(labels, handles))
        names = [name for name in [f"{title}:", *names] if name in shown]
        self.legend.legend(
            [shown[name] for name in names],
            names,
            loc="center left",
            ncol=len(names),
            columnspacing=1.0,
            handletextpad=0.4,
            borderpad=0,
            borderaxespad=0,
        )

    def set_labels(self, x_label: str, y_label: str) -> None:
        """The names of the axes, once for all panels."""
        if len(self.axes) == 1:
            self.axes[0].set_xlabel(x_label)
            self.axes[0].set_ylabel(y_label)
        else:
            self.figure.supxlabel(x_label, size=8)
            self.figure.supylabel(y_label, size=8)
        for axes in self.axes:
            axes.grid(True, axis="y")


def make_panels(names: list[str], has_wide: bool = False, has_one_scale: bool = True) -> Panels:
    """Panels in two columns, a single one without its name; the first one may take both columns.

    Vertical axes are the same, but for that of a wide panel, or have a scale each.
    """
    is_only = len(names) == 1
    columns = 1 if is_only else COLUMNS
    rows = math.ceil((len(names) + has_wide) / columns)
    inches = [LEGEND_INCHES] + [ONLY_INCHES if is_only else PANEL_INCHES] * rows
    figure = style.make_figure(sum(inches) + LABEL_INCHES)
    grid = figure.add_gridspec(rows + 1, columns, height_ratios=inches)
    legend = figure.add_subplot(grid[0, :])
    legend.set_axis_off()
    axes: list[Axes] = []
    for i, name in enumerate(names):
        place = i + (has_wide and i > 0)
        row, column = place // columns + 1, place % columns
        cell = grid[row, :] if has_wide and i == 0 else grid[row, column]
        shared_x = axes[0] if axes else None
        shared_y = axes[int(has_wide)] if has_one_scale and len(axes) > has_wide else None
        axes.append(figure.add_subplot(cell, sharex=shared_x, sharey=shared_y))
        is_last = place + columns >= len(names) + has_wide or (has_wide and i == 0)
        axes[i].tick_params(labelbottom=is_last, labelleft=column == 0 or not has_one_scale)
        axes[i].xaxis.set_major_locator(ticker.MaxNLocator(nbins=5, steps=style.STEPS))
        if not is_only:
            size = 7.5 if len(name) <= LONG_NAME else 6
            axes[i].set_title(shorten(name, NAME_LENGTH), fontsize=size)
    return Panels(figure, axes, legend)


def shorten(name: str, length: int) -> str:
    """A name that fits over a panel, or before bars: without its middle, for names end in numbers.
    """
    if len(name) <= length:
        return name
    tail = (length - 3) // 2
    return f"{name[: length - 3 - tail]}...{name[-tail:]}"
