# Copyright (c) 2026 The azure-net authors
# SPDX-License-Identifier: GPL-2.0-only
"""Runs started as processes of this machine."""

import selectors
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from .folder import Folder

SWEEP = Path(__file__).resolve().parents[1] / "azure-sweep.py"

PATIENCE = 1.0
"""Seconds between two looks at the clock."""

SECONDS_TO_END = 10
"""How long a run that is stopped may take to tidy up before it is killed."""


def one_run_command(folder: Folder) -> list[str]:
    """What makes runs of the sweep, with their numbers behind it; the same on every machine."""
    return ["/usr/bin/python3", str(SWEEP), "--one", str(folder.path)]


def start(folder: Folder, index: int) -> subprocess.Popen:
    """A process that makes one run.

    It has a session of its own: the terminal's interrupt is for the sweep, which passes it on.
    """
    return subprocess.Popen(
        [*one_run_command(folder), str(index)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )


def run(
    folder: Folder, indexes: list[int], jobs: int, tick: Callable[[], None]
) -> Iterator[tuple[int, str]]:
    """Makes the runs; yields number and last words of each when it is over.

    tick() is called about every second.  If the caller stops early, all processes are ended.
    """
    waiting = list(reversed(indexes))
    running: dict[subprocess.Popen, int] = {}
    with selectors.DefaultSelector() as selector:
        try:
            while waiting or running:
                while waiting and len(running) < jobs:
                    index = waiting.pop()
                    process = start(folder, index)
                    running[process] = index
                    selector.register(process.stdout, selectors.EVENT_READ, process)
                for key, _ in selector.select(PATIENCE):
                    # A few lines, and the end of the file not before the end of the process.
                    words, _ = key.data.communicate()
                    selector.unregister(key.fileobj)
                    yield running.pop(key.data), words.strip()
                tick()
        finally:
            end(list(running))


def end(processes: list[subprocess.Popen]) -> None:
    """Asks processes to end, and waits until they have cleaned up."""
    for process in processes:
        process.terminate()
    for process in processes:
        try:
            process.wait(SECONDS_TO_END)
        except subprocess.TimeoutExpired:
            print(f"azure-net: process {process.pid} does not end, and is killed", file=sys.stderr)
            process.kill()
            process.wait()
