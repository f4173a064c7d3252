# Copyright (c) 2026 The azure-net authors
# SPDX-License-Identifier: GPL-2.0-only
"""Numbers and times as options of programs have them."""

import re

TIME_UNITS = {"ns": 1e-9, "us": 1e-6, "ms": 1e-3, "s": 1.0, "min": 60.0, "h": 3600.0, "d": 86400.0}

NUMBER = r"(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?"


def read_quantity(text: str) -> float | None:
    """The number that a parameter's text is, times in seconds; None if it is no number."""
    found = re.fullmatch(rf"([+-]?{NUMBER})({'|'.join(TIME_UNITS)})?", text)
    return float(found[1]) * TIME_UNITS[found[2] or "s"] if found else None
