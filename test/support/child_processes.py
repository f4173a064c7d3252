# Copyright (c) 2026 The azure-net authors
# SPDX-License-Identifier: GPL-2.0-only
"""Programs that a script runs, some of them at the same time, and that are over when it is.

Each has a process group of its own, so that a signal reaches all that it has started: ninja takes
half-built files away then.  A terminal's interrupt is for the script, which passes it on.
"""

import contextlib
import os
import signal
import subprocess
import threading
from collections.abc import Iterator
from typing import Any

_lock = threading.Lock()
_running: set[subprocess.Popen[str]] = set()
_is_over = False


class Over(Exception):
    """No more programs are started."""


@contextlib.contextmanager
def start(command: list[str], **options: Any) -> Iterator[subprocess.Popen[str]]:
    """A program, whose output is text; it has ended when the context is left."""
    with _lock:
        if _is_over:
            raise Over
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            text=True,
            errors="replace",
            start_new_session=True,
            **options,
        )
        _running.add(process)
    try:
        with process:
            try:
                yield process
            except BaseException:
                _end(process)
                raise
    finally:
        with _lock:
            _running.discard(process)


def run(
    command: list[str], timeout: float | None = None, **options: Any
) -> subprocess.CompletedProcess[str]:
    """As subprocess.run(); never raises because of a status."""
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with start(command, **{**pipes, **options}) as process:
        output, errors = process.communicate(timeout=timeout)
    return subprocess.CompletedProcess(command, process.returncode, output, errors)


def end_all() -> None:
    """Asks all programs to end; whoever has started them sees that they do."""
    global _is_over
    with _lock:
        _is_over = True
        for process in _running:
            _end(process)


def _end(process: subprocess.Popen[str]) -> None:
    if process.returncode is None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGTERM)
