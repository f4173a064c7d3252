# Copyright (c) 2026 The azure-net authors
# SPDX-License-Identifier: GPL-2.0-only
"""What a plot is."""

from dataclasses import dataclass

import pandas
from matplotlib.figure import Figure


@dataclass
class Plot:
    """A figure with the numbers that are drawn in it."""

    name: str
    """What its files are called: lower case, with hyphens."""

    title: str
    """What is to be seen, in one sentence without full stop; it is not in the figure."""

    caption: str
    """How it was made, and what colors, lines and marks mean: whole sentences."""

    figure: Figure

    data: pandas.DataFrame
    """What is drawn, a row for each mark; units are in the columns' names."""
