# Copyright (c) 2026 The azure-net authors
# SPDX-License-Identifier: GPL-2.0-only
"""How far a sweep is."""

import time

from azure_trace.progress import format_duration, show_line


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
