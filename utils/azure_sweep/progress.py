# Copyright (c) 2026 The azure-net authors
# SPDX-License-Identifier: GPL-2.0-only
"""How far a sweep is: one line of a terminal; nothing elsewhere."""

import sys
import time


def format_duration(seconds: float) -> str:
    """Two units at most: 45 s, 3 min 5 s, 2 h 10 min."""
    seconds = round(seconds)
    if seconds < 60:
        return f"{seconds} s"
    if seconds < 3600:
        return f"{seconds // 60} min {seconds % 60} s"
    return f"{seconds // 3600} h {seconds % 3600 // 60} min"


def show_line(text: str) -> None:
    """Writes over the line of the terminal."""
    if sys.stderr.isatty():
        print(f"\r\033[K{text}", end="", file=sys.stderr, flush=True)


class Progress:
    """Counts what is over."""

    def __init__(self, total: int, finished_before: int):
        self.total = total
        self.before = finished_before
        self.over = 0
        self.failed = 0
        self.started = time.monotonic()

    def count(self, is_finished: bool) -> None:
        self.over += 1
        self.failed += not is_finished
        self.show()

    def describe(self, elapsed: float) -> str:
        """The line; the time left is estimated from the runs that were over until now."""
        text = f"{self.before + self.over}/{self.total} runs"
        if self.failed:
            text += f", {self.failed} failed"
        left = self.total - self.before - self.over
        if self.over and left:
            text += f", about {format_duration(elapsed / self.over * left)} left"
        return text

    def show(self) -> None:
        show_line(self.describe(time.monotonic() - self.started))

    def clear(self) -> None:
        show_line("")
