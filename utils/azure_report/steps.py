# Copyright (c) 2026 The azure-net authors
# SPDX-License-Identifier: GPL-2.0-only
"""Step lines of any length, thinned out so that no peak is lost."""

from collections.abc import Iterator

import numpy

BINS = 400
"""Parts of the time axis, each of about a dot on paper; a line has at most four points in each."""


class StepLine:
    """Steps in order of time; of each bin the first, the least, the greatest and the last stay.

    In a drawing BINS or less dots wide, nothing changes by what is left out.
    """

    def __init__(self, bin_ns: int):
        self.bin_ns = max(1, bin_ns)
        self.kept: list[tuple[int, int]] = []
        self.bin = -1
        self.first = self.least = self.greatest = self.last = (0, 0)

    def add(self, time_ns: int, value: int) -> None:
        """The value from that time on."""
        if value == self.last[1] and self.bin >= 0:
            return
        place = time_ns // self.bin_ns
        step = (time_ns, value)
        if place != self.bin:
            self.flush()
            self.bin = place
            self.first = self.least = self.greatest = self.last = step
            return
        if value < self.least[1]:
            self.least = step
        elif value > self.greatest[1]:
            self.greatest = step
        self.last = step

    def flush(self) -> None:
        if self.bin < 0:
            return
        inner = sorted({self.least, self.greatest} - {self.first, self.last})
        for step in (self.first, *inner, self.last):
            if not self.kept or (self.kept[-1] != step):
                self.kept.append(step)

    def points(self, end_ns: int) -> Iterator[tuple[int, int]]:
        """What is to be drawn, up to the end of the run."""
        self.flush()
        self.bin = -1
        yield from self.kept
        if self.kept and self.kept[-1][0] < end_ns:
            yield end_ns, self.kept[-1][1]


def thin_out(x: numpy.ndarray, y: numpy.ndarray) -> numpy.ndarray:
    """The places of those points of a line, in order of x, that stay: of short lines, all."""
    if len(x) <= 4 * BINS or x[-1] == x[0]:
        return numpy.arange(len(x))
    bins = numpy.minimum((x - x[0]) / (x[-1] - x[0]) * BINS, BINS - 1).astype(int)
    begins = numpy.flatnonzero(numpy.diff(bins, prepend=-1))
    ends = numpy.append(begins[1:], len(x))
    kept = set()
    for begin, end in zip(begins, ends):
        part = y[begin:end]
        kept |= {begin, begin + int(part.argmin()), begin + int(part.argmax()), end - 1}
    return numpy.array(sorted(kept))
