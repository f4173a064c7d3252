# Copyright (c) 2026 The azure-net authors
# SPDX-License-Identifier: GPL-2.0-only
"""Numbers, times and names as a reader wants them."""

from azure_trace.quantity import read_quantity

THIN = "\u202f"
"""A narrow blank that does not break, between groups of digits and before units."""

NOTHING = "\u2013"
"""What is shown where there is nothing."""


def group(number: int) -> str:
    """12 345 678"""
    return f"{number:,}".replace(",", THIN)


def decimals(number: float, digits: int) -> str:
    """A number with so many digits after the point, and its groups of digits before it."""
    return f"{number:,.{digits}f}".replace(",", THIN)


def significant(number: float, digits: int = 4) -> str:
    """A number with so many digits that count at least: 0.01234, 12.34, 1 234, 123 456."""
    if number != number or number in (float("inf"), float("-inf")):
        return str(number)
    if number == 0:
        return "0"
    places = digits - 1 - int(f"{number:e}".split("e")[1])
    text = decimals(number, max(0, places))
    return text.rstrip("0").rstrip(".") if "." in text else text


def unit(text: str, name: str) -> str:
    return f"{text}{THIN}{name}"


def percent(number: float) -> str:
    """One digit after the point, but never 0 or 100 for what is not quite that."""
    if number in (0, 100):
        return unit(f"{number:.0f}", "%")
    if 0 < number < 0.05:
        return unit("< 0.1", "%")
    if 99.95 <= number < 100:
        return unit("> 99.9", "%")
    return unit(decimals(number, 1), "%")


def seconds(nanoseconds: int) -> str:
    """A point in time, or a duration, with three digits that count at least."""
    value = nanoseconds / 1e9
    if value and abs(value) < 1:
        return milliseconds(nanoseconds)
    return unit(significant(value, 3), "s")


def milliseconds(nanoseconds: int) -> str:
    return unit(significant(nanoseconds / 1e6, 3), "ms")


def duration(value: float) -> str:
    """Two units at most: 4.5 s, 3 min 5 s, 2 h 10 min."""
    if value < 60:
        return unit(significant(value, 3), "s")
    whole = round(value)
    if whole < 3600:
        return f"{unit(str(whole // 60), 'min')} {unit(str(whole % 60), 's')}"
    return f"{unit(str(whole // 3600), 'h')} {unit(str(whole % 3600 // 60), 'min')}"


def span(values: list[str]) -> str:
    """8 ... 32 for numbers, otherwise the values themselves, as far as they are few."""
    numbers = [read_quantity(value) for value in values]
    if len(values) > 1 and None not in numbers:
        ranked = sorted(zip(numbers, values))
        return f"{ranked[0][1]} \u2026 {ranked[-1][1]}"
    if len(values) > 3:
        return f"{values[0]}, \u2026 ({len(values)} in all)"
    return ", ".join(values)


def plural(count: int, one: str, many: str | None = None) -> str:
    return f"{group(count)} {one if count == 1 else many or one + 's'}"
