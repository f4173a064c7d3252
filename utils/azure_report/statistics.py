# Copyright (c) 2026 The azure-net authors
# SPDX-License-Identifier: GPL-2.0-only
"""Means of repetitions with their confidence intervals, and percentiles."""

import functools
import math
from collections.abc import Sequence

import numpy
import pandas

CONFIDENCE = 0.95


def student_t(x: float, degrees: int) -> float:
    """The part of Student's distribution between -x and x: Abramowitz and Stegun 26.7.3 and 4."""
    angle = math.atan(x / math.sqrt(degrees))
    sine, cosine = math.sin(angle), math.cos(angle)
    term = total = cosine if degrees % 2 else 1.0
    for i in range(3 if degrees % 2 else 2, degrees - 1, 2):
        term *= cosine**2 * (i - 1) / i
        total += term
    if degrees % 2 == 0:
        return sine * total
    return 2 / math.pi * (angle + (sine * total if degrees > 1 else 0))


@functools.cache
def student_t_bound(degrees: int, confidence: float = CONFIDENCE) -> float:
    """The x for which student_t() is the confidence: 12.706, 4.303, 3.182, ... for 95 %."""
    low, high = 0.0, 1.0
    while student_t(high, degrees) < confidence:
        high *= 2
    for _ in range(80):
        middle = (low + high) / 2
        low, high = (middle, high) if student_t(middle, degrees) < confidence else (low, middle)
    return high


def half_width(values: Sequence[float]) -> float:
    """Half the confidence interval of a mean: t s / sqrt(n); NaN for less than two values."""
    count = len(values)
    if count < 2:
        return math.nan
    return student_t_bound(count - 1) * float(numpy.std(values, ddof=1)) / math.sqrt(count)


def summarize(table: pandas.DataFrame, keys: list[str], value: str) -> pandas.DataFrame:
    """For each combination of keys, in order: repetitions, mean and half_width of the values."""
    known = table.dropna(subset=[value])
    groups = known.groupby(keys, sort=True)[value]
    answer = groups.agg(repetitions="size", mean="mean", half_width=half_width)
    return answer.reset_index()


def percentile(ordered: numpy.ndarray, percent: float) -> float:
    """The least value with at least that part of all at or below it; the values are in order."""
    return ordered[max(0, math.ceil(percent / 100 * len(ordered)) - 1)]
