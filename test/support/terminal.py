# Copyright (c) 2026 The azure-net authors
# SPDX-License-Identifier: GPL-2.0-only
"""What a script shows while it is at work."""

import sys

WIDTH = 79


def show_progress(text: str) -> None:
    """Writes over the current line of a terminal; elsewhere nothing is shown."""
    if sys.stderr.isatty():
        print(f"\r\033[K{text[:WIDTH]}", end="", file=sys.stderr, flush=True)
