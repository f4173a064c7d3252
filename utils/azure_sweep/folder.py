# Copyright (c) 2026 The azure-net authors
# SPDX-License-Identifier: GPL-2.0-only
"""Where everything is in the folder of a sweep.

sweep.json         the plan
runs/000001/       a finished run: run.db, output.txt, result.json, and what else the program wrote
failed/000002/     a run whose last attempt failed, likewise; its database is as the program left it
work/000003.HOST.PID/
                   a run under way, renamed into one of the above when it is over
slurm/             scripts for Slurm
results.csv        all runs with their times and memory
merged.db          the databases of all finished runs
lock               held by the sweep that works here
"""

import fcntl
import json
import os
import re
import shutil
import socket
from pathlib import Path
from typing import IO

from azure_trace.errors import TraceError

from .plan import Plan

HOST = re.sub(r"[^A-Za-z0-9-]", "-", socket.gethostname())

DATABASE, OUTPUT, RESULT = "run.db", "output.txt", "result.json"
"""The files of a run."""


def shown(path: Path) -> str:
    """A path as the user may want to read it: without the working folder."""
    here = Path.cwd()
    return str(path.relative_to(here) if path.is_relative_to(here) else path)


class Folder:
    """Paths in the folder of a sweep, and what there is."""

    def __init__(self, path: str | Path):
        self.path = Path(path).resolve()
        self.plan = self.path / "sweep.json"
        self.runs = self.path / "runs"
        self.failed = self.path / "failed"
        self.work = self.path / "work"
        self.slurm = self.path / "slurm"
        self.results = self.path / "results.csv"
        self.merged = self.path / "merged.db"

    def create(self) -> None:
        """Makes the folders that are missing; a folder of something else is left alone."""
        if not self.plan.exists() and self.path.exists() and any(self.path.iterdir()):
            raise TraceError(f"{self.path}: has files, but no sweep; give another folder by --out")
        for path in (self.runs, self.failed, self.work):
            path.mkdir(parents=True, exist_ok=True)

    def load_plan(self) -> Plan:
        return Plan.load(self.plan)

    def lock(self) -> IO:
        """Keeps other sweeps out until the file that is returned is closed."""
        file = open(self.path / "lock", "w", encoding="utf-8")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            file.close()
            raise TraceError(f"{self.path}: another sweep is at work in this folder") from error
        return file

    def finished(self, index: int) -> Path:
        """The folder that a run has once it is finished."""
        return self.runs / f"{index:06}"

    def aside(self, index: int) -> Path:
        """The folder that a run has after an attempt that failed."""
        return self.failed / f"{index:06}"

    def under_way(self, index: int) -> Path:
        """The folder that a run has while this process attempts it."""
        return self.work / f"{index:06}.{HOST}.{os.getpid()}"

    def begin(self, index: int) -> Path:
        """A new folder for an attempt."""
        path = self.under_way(index)
        shutil.rmtree(path, ignore_errors=True)  # of one that was killed and had our number
        path.mkdir(parents=True)
        return path

    def is_finished(self, index: int) -> bool:
        return (self.finished(index) / RESULT).exists()

    def result(self, index: int) -> dict | None:
        """What is known of a run's last attempt; nothing if there was none."""
        for path in (self.finished(index), self.aside(index)):
            try:
                return json.loads((path / RESULT).read_text())
            except (OSError, ValueError):
                pass
        return None

    def remove_leftovers(self) -> None:
        """Removes what killed runs of this machine have left behind."""
        for path in self.work.glob(f"*.{HOST}.*"):
            pid = path.name.rpartition(".")[2]
            if not Path(f"/proc/{pid}").exists():
                shutil.rmtree(path, ignore_errors=True)
