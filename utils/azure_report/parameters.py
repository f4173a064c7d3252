# Copyright (c) 2026 The azure-net authors
# SPDX-License-Identifier: GPL-2.0-only
"""Parameters of a sweep as axes: numbers where their texts are numbers, with their unit."""

import re
from dataclasses import dataclass

import pandas

from azure_trace.quantity import NUMBER, TIME_UNITS

VALUE = re.compile(
    r"(?P<prefix>(?:.*[ :=]|.*[A-Za-z_]-?)??)"
    rf"(?P<number>(?<![A-Za-z_-])[+-]?{NUMBER}|{NUMBER})(?P<unit>[A-Za-z/%]*)"
)
"""A number behind words or none: 10, -2.5, 500ms, exponential:10s, pool-5; no address, no date."""

UNITS = {"rate": "1/s", "allocatedPorts": "ports"}
"""Of options of the examples whose values are plain numbers."""

DECADES = 100
"""An axis is logarmithic if its greatest value is this many times the least, or more."""


@dataclass
class Parameter:
    """A parameter with its values, in order."""

    name: str
    label: str
    """What an axis is called."""
    is_number: bool
    values: list[float | str]

    def is_logarithmic(self) -> bool:
        return (
            self.is_number and self.values[0] > 0 and self.values[-1] >= DECADES * self.values[0]
        )


def read_parameter(texts: pandas.Series) -> tuple[Parameter, pandas.Series]:
    """What a column of texts is as an axis, and its values as those of the axis.

    Times are in seconds; a word that all values begin with goes to the label.
    """
    name = str(texts.name)
    found = [VALUE.fullmatch(text.strip()) for text in texts]
    if all(found):
        prefixes = {match["prefix"] for match in found}
        units = {match["unit"] for match in found}
        if len(prefixes) == 1 and (len(units) == 1 or units <= set(TIME_UNITS)):
            values = [float(m["number"]) * TIME_UNITS.get(m["unit"], 1.0) for m in found]
            unit = "s" if units <= set(TIME_UNITS) else units.pop() or UNITS.get(name, "")
            words = [word for word in (prefixes.pop().strip(" :=-"), unit) if word]
            label = f"{name} ({', '.join(words)})" if words else name
            return Parameter(name, label, True, sorted(set(values))), as_column(texts, values)
    values = [text.strip() or "none" for text in texts]
    return Parameter(name, name, False, list(dict.fromkeys(values))), as_column(texts, values)


def as_column(texts: pandas.Series, values: list) -> pandas.Series:
    return pandas.Series(values, index=texts.index, name=texts.name)


def show(value: float | str) -> str:
    """A value in a legend or beside a cell."""
    return f"{value:g}" if isinstance(value, (int, float)) else str(value)
