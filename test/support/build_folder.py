# Copyright (c) 2026 The azure-net authors
# SPDX-License-Identifier: GPL-2.0-only
"""Build folders besides the ordinary one, for programs that are compiled in another way."""

import contextlib
import fcntl
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import child_processes
import terminal

TOP = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(TOP / "utils"))

from azure_trace.command import say  # noqa: E402

STEP = re.compile(r"\[(\d+)/(\d+)\] ")
MANY_STEPS = 60
"""Steps of a build that take some minutes on two processors, as in the wrapper."""


class BuildFailed(Exception):
    """What to tell: one line, or all that a program said."""


@contextlib.contextmanager
def alone(folder: Path) -> Iterator[None]:
    """While it lasts, nobody else works in the folder; waits for who does."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = (folder / "azure-net.lock").open("w", encoding="utf-8")
    except OSError as error:
        raise BuildFailed(f"{folder}: cannot be written to: {error.strerror}") from error
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say(f"waiting for another azure-net that builds in {folder}")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def build(folder: Path, target: str, options: list[str]) -> None:
    """Brings a target up to date; by ccache where that is installed."""
    if shutil.which("ccache"):
        options = ["-DCMAKE_CXX_COMPILER_LAUNCHER=ccache", *options]
    with alone(folder):
        _run(["cmake", "-S", str(TOP), "-B", str(folder), "-G", "Ninja", *options], target, folder)
        _run(["cmake", "--build", str(folder), "--target", target], target, folder)


def _run(command: list[str], target: str, folder: Path) -> None:
    """Runs a command; what it prints is told only if it fails."""
    printed = []
    is_announced = False
    try:
        with child_processes.start(
            command,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env={**os.environ, "NINJA_STATUS": "[%f/%t] "},
        ) as process:
            assert process.stdout is not None
            for line in process.stdout:
                step = STEP.match(line)
                if not step:
                    printed.append(line)
                    continue
                # A step or two are ninja's own, which looks for new files.
                if int(step[2]) > 2 and not is_announced:
                    duration = ", which takes some minutes" if int(step[2]) >= MANY_STEPS else ""
                    say(f"building {target} in {folder}{duration}")
                    is_announced = True
                terminal.show_progress(step[0].strip())
    finally:
        terminal.show_progress("")
    if process.returncode:
        raise BuildFailed(f"{' '.join(command)} failed:\n{''.join(printed)}")
