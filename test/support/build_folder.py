# Copyright (c) 2026 The azure-net authors
# SPDX-License-Identifier: GPL-2.0-only
"""Build folders besides the ordinary one, for programs that are compiled in another way."""

import contextlib
import fcntl
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

TOP = Path(__file__).resolve().parents[2]


class BuildFailed(Exception):
    """What to tell: one line, or all that a program said."""


def say(text: str) -> None:
    """Tells it as ./azure-net does."""
    print(f"azure-net: {text}", file=sys.stderr, flush=True)


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
        if not (folder / "build.ninja").exists():
            say(f"building {target} in {folder}, which takes some minutes the first time")
        for command in (
            ["cmake", "-S", str(TOP), "-B", str(folder), "-G", "Ninja", *options],
            ["cmake", "--build", str(folder), "--target", target],
        ):
            done = subprocess.run(
                command,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                errors="replace",
                check=False,
            )
            if done.returncode:
                raise BuildFailed(f"{' '.join(command)} failed:\n{done.stdout}")
