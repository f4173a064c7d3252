# Copyright (c) 2026 The azure-net authors
# SPDX-License-Identifier: GPL-2.0-only
"""Which runs of a database a command line means."""

import re

from .errors import refuse


def parse_runs(text: str) -> list[int]:
    """1,3,5-9 as numbers, sorted, each once."""
    numbers: set[int] = set()
    for part in text.split(","):
        found = re.fullmatch(r"([0-9]{1,9})(?:-([0-9]{1,9}))?", part)
        if not found or int(found[2] or found[1]) < int(found[1]):
            raise refuse("runs", text, "numbers of runs, as 3 or 1,4-9")
        numbers.update(range(int(found[1]), int(found[2] or found[1]) + 1))
    return sorted(numbers)
