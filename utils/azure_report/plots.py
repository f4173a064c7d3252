# Copyright (c) 2026 The azure-net authors
# SPDX-License-Identifier: GPL-2.0-only
"""All plots of a report."""

import sqlite3
from collections.abc import Callable, Iterator

from .flows import plot_outcomes
from .health import plot_health
from .latency import plot_connect_times, plot_request_times
from .plot import Plot
from .ports import plot_ports
from .ranking import plot_destinations, plot_drops, plot_failures, plot_users
from .sweep import plot_sweep

PLOTS: list[Callable[[sqlite3.Connection, list[int]], Plot | None]] = [
    plot_ports,
    plot_outcomes,
    plot_connect_times,
    plot_request_times,
    plot_failures,
    plot_drops,
    plot_users,
    plot_destinations,
    plot_health,
]
"""In the order of a page, after those of sweeps; each gives nothing if there is nothing to draw."""


def make_plots(database: sqlite3.Connection, runs: list[int]) -> Iterator[Plot]:
    """Those plots for which there is data, in order: first what a sweep was made for."""
    yield from plot_sweep(database, runs)
    for make in PLOTS:
        plot = make(database, runs)
        if plot is not None:
            yield plot
