# Copyright (c) 2026 The azure-net authors
# SPDX-License-Identifier: GPL-2.0-only
"""All plots of a report."""

import sqlite3
from collections.abc import Callable, Iterator

from .flows import plot_outcomes
from .health import plot_health
from .plot import Plot

PLOTS: list[Callable[[sqlite3.Connection, list[int]], Plot | None]] = [
    plot_outcomes,
    plot_health,
]
"""In the order of the page; each returns nothing where there is nothing to draw."""


def make_plots(database: sqlite3.Connection, runs: list[int]) -> Iterator[Plot]:
    """Those plots for which there is data, in order."""
    for make in PLOTS:
        plot = make(database, runs)
        if plot is not None:
            yield plot
