# Copyright (c) 2026 The azure-net authors
# SPDX-License-Identifier: GPL-2.0-only
"""The folder that the page and its plots are in: there as a whole or not at all."""

import contextlib
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from azure_trace.errors import TraceError

MARK = '<meta name="generator" content="azure-net report">'
"""What a page of ours has near its beginning."""

MARK_WITHIN = 1000  # bytes

PLOT_SUFFIXES = {".svg", ".pdf", ".csv"}


def check_replaceable(folder: Path) -> None:
    """Raises a TraceError if the folder has anything that is not of a report."""
    if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
        raise TraceError(f"{folder}: is there already and no folder; give another one by --out")
    if not folder.parent.is_dir():
        raise TraceError(f"{folder.parent}: there is no such folder to write the report to")
    if not folder.exists() or not any(folder.iterdir()):
        return
    foreign = sorted(path.name for path in folder.iterdir() if not is_ours(path))
    if foreign:
        raise TraceError(
            f"{folder}: has {foreign[0]}, which no report wrote; give another folder by --out"
        )


def is_ours(path: Path) -> bool:
    """Is it a page, or a folder of plots?"""
    if path.name == "plots" and path.is_dir() and not path.is_symlink():
        return all(p.suffix in PLOT_SUFFIXES and p.is_file() for p in path.iterdir())
    if path.name != "index.html" or not path.is_file():
        return False
    with open(path, "rb") as file:
        return MARK.encode() in file.read(MARK_WITHIN)


@contextlib.contextmanager
def written_whole(folder: Path) -> Iterator[Path]:
    """A new folder to write to, which takes the place of the given one when all is written."""
    check_replaceable(folder)
    temporary = folder.with_name(f".{folder.name}.{os.getpid()}.tmp")
    temporary.mkdir()
    try:
        yield temporary
        check_replaceable(folder)
        replace(folder, temporary)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def replace(folder: Path, new: Path) -> None:
    """Puts the new folder in the place of the old one, which stays if that fails."""
    old = folder.with_name(f".{folder.name}.{os.getpid()}.old")
    has_old = folder.exists()
    if has_old:
        os.rename(folder, old)
    try:
        os.rename(new, folder)
    except OSError:
        if has_old:
            os.rename(old, folder)
        raise
    if has_old:
        shutil.rmtree(old)
