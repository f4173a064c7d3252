# Copyright (c) 2026 The azure-net authors
# SPDX-License-Identifier: GPL-2.0-only
"""What axes are called: the names of columns, with the unit that they end in."""

from dataclasses import dataclass

SUFFIXES = {
    "_per_s": (1.0, "1/s"),
    "_ns": (1e9, "s"),
    "_us": (1.0, "us"),
    "_ms": (1.0, "ms"),
    "_s": (1.0, "s"),
    "_min": (1.0, "min"),
    "_h": (1.0, "h"),
    "_percent": (1.0, "%"),
    "_bytes": (1.0, "bytes"),
    "_mib": (1.0, "MiB"),
}
"""How a column's name ends, with its unit on an axis, and how many of the column's that is."""


@dataclass(frozen=True)
class Label:
    """The name of an axis; ticks are values of the column divided by the divisor."""

    text: str
    divisor: float = 1.0


def describe_column(name: str) -> Label:
    """time_ns is "Time (s)", with ticks in seconds; a name that ends in no unit is a count."""
    for suffix, (divisor, unit) in SUFFIXES.items():
        if name.endswith(suffix) and len(name) > len(suffix):
            return Label(f"{as_words(name.removesuffix(suffix))} ({unit})", divisor)
    return Label(as_words(name))


def as_words(name: str) -> str:
    """A column's name as the beginning of a sentence."""
    words = name.replace("_", " ")
    return words[:1].upper() + words[1:]


def describe_columns(names: list[str]) -> Label:
    """One name for several columns that share an axis."""
    labels = [describe_column(name) for name in names]
    divisor = max(label.divisor for label in labels)
    if len({label.divisor for label in labels}) > 1:
        return Label(", ".join(as_words(name) for name in names))
    return Label(", ".join(dict.fromkeys(label.text for label in labels)), divisor)
