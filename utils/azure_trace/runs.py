# Copyright (c) 2026 The azure-net authors
# SPDX-License-Identifier: GPL-2.0-only
"""Which runs a command line means."""

import re
from collections.abc import Collection

from .errors import refuse

MAX_SPANS = 8
"""Ranges of numbers that an error names."""


def choose_runs(text: str, known: Collection[int]) -> list[int]:
    """The known runs that 1,3,5-9 means, sorted; each number and each range has to mean some."""
    chosen: set[int] = set()
    for part in text.split(","):
        found = re.fullmatch(r"([0-9]{1,9})(?:-([0-9]{1,9}))?", part)
        if not found or int(found[2] or found[1]) < int(found[1]):
            raise refuse("runs", text, "numbers of runs, as 3 or 1,4-9")
        first, last = int(found[1]), int(found[2] or found[1])
        meant = {run for run in known if first <= run <= last}
        if not {first, last} <= meant:
            raise refuse("runs", part, f"numbers of runs that there are: {describe(known)}")
        chosen |= meant
    return sorted(chosen)


def describe(known: Collection[int]) -> str:
    """Numbers as ranges: 1-3, 5."""
    spans: list[list[int]] = []
    for run in sorted(known):
        if spans and run == spans[-1][1] + 1:
            spans[-1][1] = run
        else:
            spans.append([run, run])
    texts = [f"{first}-{last}" if last > first else str(first) for first, last in spans]
    more = ["..."] if len(texts) > MAX_SPANS else []
    return ", ".join(texts[:MAX_SPANS] + more) or "none"
