# Copyright (c) 2026 The azure-net authors
# SPDX-License-Identifier: GPL-2.0-only
"""Which runs a sweep consists of, as kept in the file sweep.json of its folder."""

import json
from dataclasses import dataclass, field
from pathlib import Path

from azure_trace.errors import TraceError, UsageError
from azure_trace.files import write_whole

FORMAT = 1
"""Version of sweep.json."""


@dataclass(frozen=True)
class Run:
    """One run: a point of the grid, and ns-3's run number."""

    index: int  # from 1, and the same for as long as the folder is there
    options: dict[str, str]
    rng_run: int

    @property
    def arguments(self) -> list[str]:
        given = [f"--{name}={value}" for name, value in self.options.items()]
        return [*given, f"--RngRun={self.rng_run}"]

    @property
    def key(self) -> tuple:
        """What makes it another run than the others."""
        return (*self.options.values(), self.rng_run)

    def __str__(self) -> str:
        words = [f"{name}={value}" for name, value in self.options.items()]
        return " ".join([*words, f"RngRun={self.rng_run}"])


@dataclass
class Plan:
    """What a sweep runs."""

    program: str  # absolute path
    options: list[str]  # of all runs, as --NAME=VALUE
    names: list[str]  # of the swept options
    runs: list[Run] = field(default_factory=list)  # run number i is runs[i - 1]

    def add(self, points: list[dict[str, str]], repetitions: int) -> int:
        """Adds the runs that are not there yet, behind those that are; returns how many."""
        known = {run.key for run in self.runs}
        before = len(self.runs)
        for point in points:
            options = {name: point[name] for name in self.names}
            for rng_run in range(1, repetitions + 1):
                run = Run(len(self.runs) + 1, options, rng_run)
                if run.key not in known:
                    self.runs.append(run)
        return len(self.runs) - before

    def check_same(self, other: "Plan") -> None:
        """Raises a UsageError if the other one's runs cannot be added to this one."""
        for what, mine, others in [
            ("runs", self.program, other.program),
            ("gives all runs", self.options, other.options),
            ("varies", sorted(self.names), sorted(other.names)),
        ]:
            if mine != others:
                mine, others = (x if isinstance(x, str) else " ".join(x) for x in (mine, others))
                raise UsageError(
                    f"the sweep in this folder {what} '{mine}', not '{others}'; give the same, or "
                    "another folder by --out"
                )

    def save(self, path: Path) -> None:
        """Writes the file as a whole or not at all; one run a line."""
        head = {
            "format": FORMAT,
            "program": self.program,
            "options": self.options,
            "names": self.names,
        }
        runs = [json.dumps({**run.options, "RngRun": run.rng_run}) for run in self.runs]
        text = json.dumps(head, indent=1).removesuffix("\n}")
        write_whole(path, text + ',\n "runs": [\n  ' + ",\n  ".join(runs) + "\n ]\n}\n")

    @staticmethod
    def load(path: Path) -> "Plan":
        try:
            data = json.loads(path.read_text())
            if data["format"] != FORMAT:
                raise TraceError(f"{path}: written by another version of azure-net")
            names = data["names"]
            plan = Plan(data["program"], data["options"], names)
            for index, run in enumerate(data["runs"], 1):
                plan.runs.append(Run(index, {name: run[name] for name in names}, run["RngRun"]))
        except OSError as error:
            raise TraceError(f"{path}: {error.strerror}; is this the folder of a sweep?") from error
        except (KeyError, TypeError, ValueError) as error:
            raise TraceError(f"{path}: not the plan of a sweep ({error!r})") from error
        return plan
