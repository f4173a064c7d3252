#!/usr/bin/python3
# Copyright (c) 2026 The azure-net authors
# SPDX-License-Identifier: GPL-2.0-only
"""benchmark-test.py PROGRAM: a benchmark, in its shortest form, reports all rows as it should.

How long anything takes is not looked at: the machine may be busy.
"""

import itertools
import json
import math
import os
import subprocess
import sys
import tempfile
import unittest

PROGRAM = os.path.abspath(sys.argv.pop(1))
NAME = os.path.basename(PROGRAM).removeprefix("azure-")
FIGURES = os.path.join(os.path.dirname(os.path.abspath(__file__)), "benchmark-figures.py")


def product(names, **parameters):
    """Each name with each combination of the parameters, as a row's name and parameters."""
    combinations = itertools.product(*parameters.values())
    pairs = itertools.product(names, combinations)
    return [(name, dict(zip(parameters, values))) for name, values in pairs]


KINDS = ["router", "host-out", "host-in", "mux", "nat-gateway-out", "nat-gateway-in"]
VARIANTS = [f"{n}-{way}" for n in ("nsg-10", "nsg-1000", "traced") for way in ("out", "in")]
VARIANTS += ["traced-mux"]
CHOICES = ["Lowest", "Random", "RandomUnused", "BoundedRandom", "Deterministic"]
RULES = [10, 100, 1000]

# The options of the shortest form, and the rows that are there.
EXPECTED = {
    "allocator-cost": (
        ["--flows=64"],
        product(CHOICES, taken_percent=[0, 50, 99, 100]),
    ),
    "build-cost": (
        [],
        product(["time-per-vm", "time", "memory"], vms=[100, 1000]),
    ),
    "flow-memory": (
        ["--largest=1000"],
        product(
            ["host-flow", "host-ports", "host-spread", "mux-flow", "deadline"],
            flows=[1000],
        ),
    ),
    "flow-scale": (
        ["--largest=1000"],
        product(["time", "memory", "flow-memory"], flows=[1000]),
    ),
    "flow-setup-cost": (
        ["--packets=64"],
        product(["router", "host", "nsg-10", "nsg-1000", "traced", "mux", "traced-mux"]),
    ),
    "hop-cost": (
        ["--packets=64", "--flows=64"],
        product(
            KINDS + VARIANTS + ["+" + name for name in VARIANTS],
            protocol=["udp", "tcp"],
            checksum=["off", "on"],
        ),
    ),
    "mux-cost": (
        ["--packets=64", "--largest=10000"],
        product(["router", "mux", "table"], flows=[1, 10000])
        + product(["begin", "bytes"], flows=[10000]),
    ),
    "recovery-speed": ([], product(["socket", "compact"])),
    "security-rule-cost": (
        [],
        product(["loop", "table"], rules=RULES, packet=["any", "last"])
        + product(["make", "memory"], rules=RULES),
    ),
    "tracing-cost": (
        ["--flows=50", "--rows=100"],
        product(["off", "on"], flows=[50])
        + product(["row-memory", "file", "port-rows", "flow-rows"]),
    ),
    "transport-cost": (
        ["--largest=1000", "--largestSocket=1000"],
        product(["socket", "socket-memory", "compact", "compact-memory", "peak"], flows=[1000]),
    ),
}


def key(name, parameters):
    return name, tuple(sorted(parameters.items()))


class BenchmarkTest(unittest.TestCase):
    """The program is run in an empty folder, once for each test."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name
        self.file = os.path.join(folder.name, "figures.json")

    def run_program(self, *options):
        return subprocess.run(
            [PROGRAM, *options], cwd=self.folder, capture_output=True, text=True, check=False
        )

    def run_shortest(self, *options):
        shortest = ["--quick", "--repetitions=1", *EXPECTED[NAME][0]]
        return self.run_program(*shortest, f"--json={self.file}", *options)

    def load(self):
        with open(self.file, encoding="ascii") as file:
            return json.load(file)

    def check_row(self, row):
        """A figure is a number, and its goal is met exactly when it says so."""
        self.assertTrue(math.isfinite(row["value"]), row)
        if not row["goal"]:
            return
        goal = row["goal"]
        figure = row[goal["of"]]
        self.assertEqual(goal["of"], "value" if row["ratio"] is None else "ratio")
        is_met = figure <= goal["at_most"] if "at_most" in goal else figure >= goal["at_least"]
        self.assertEqual(goal["is_met"], is_met, row)

    def test_reports_all_rows_in_table_and_file(self):
        other = {"format": 1, "programs": [{"program": "other"}, {"program": NAME, "rows": []}]}
        with open(self.file, "w", encoding="ascii") as file:
            json.dump(other, file)

        result = self.run_shortest("--require-goals")

        programs = self.load()["programs"]
        self.assertEqual([program["program"] for program in programs], ["other", NAME])
        entry = programs[1]
        rows = entry["rows"]
        found = [key(row["name"], row["parameters"]) for row in rows]
        self.assertEqual(len(found), len(set(found)), "two rows have the same name")
        expected = [key(*row) for row in EXPECTED[NAME][1]]
        self.assertEqual([row for row in expected if row not in found], [])
        for row in rows:
            self.check_row(row)
        missed = [row for row in rows if row["goal"] and not row["goal"]["is_met"]]
        self.assertEqual(result.returncode, 1 if missed else 0, result.stderr)
        self.assertTrue(entry["is_quick"])
        self.assertEqual(entry["repetitions"], 1)
        self.assertGreater(entry["machine"]["cores"], 0)
        for fact in ("compiler", "build_type", "ns3_version", "module_version"):
            self.assertNotEqual(entry["build"][fact], "")
        lines = result.stdout.splitlines()
        head = next(i for i, line in enumerate(lines) if line.split()[:2] == ["value", "unit"])
        table = [line for line in lines[head + 1 :] if "goals missed" not in line]
        names = [line.split()[0] for line in table if "goal missed" not in line]
        self.assertEqual(names, [row["name"] for row in rows])
        self.assertLessEqual(max(map(len, table)), 80)

    def test_figures_are_written_as_tables(self):
        self.run_shortest()
        rows = self.load()["programs"][0]["rows"]

        tables = subprocess.run(
            ["/usr/bin/python3", FIGURES, self.file], capture_output=True, text=True, check=True
        ).stdout

        self.assertIn(f"``{NAME}``", tables)
        for row in rows:
            self.assertRegex(tables, rf"(?m)^{row['name'].replace('+', '[+]')} ")

    def test_refuses_what_it_does_not_know(self):
        for option, text in (("clock", "sun"), ("repetitions", "0"), ("quick", "maybe")):
            result = self.run_program(f"--{option}={text}")
            self.assertEqual(result.returncode, 1)
            self.assertRegex(result.stderr, rf"^azure-{NAME}: {option}: '{text}' is not allowed")
            self.assertEqual(result.stdout, "")

    def test_says_so_if_the_file_cannot_be_written(self):
        self.file = os.path.join(self.folder, "nowhere", "figures.json")
        result = self.run_shortest()
        self.assertEqual(result.returncode, 1)
        self.assertIn("cannot be written", result.stderr)


if __name__ == "__main__":
    unittest.main()
