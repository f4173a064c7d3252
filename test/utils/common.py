# Copyright (c) 2026 The azure-net authors
# SPDX-License-Identifier: GPL-2.0-only
"""What tests of the tools share.

The first argument is the program that is run: port-exhaustion, for it is quick.
"""

import csv
import os
import sqlite3
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path

UTILS = Path(__file__).resolve().parents[2] / "utils"
sys.path.insert(0, str(UTILS))

SKIPPED = 77
"""The exit status that tells ctest that a test could not be made."""

PROGRAM = os.path.abspath(sys.argv.pop(1)) if len(sys.argv) > 1 else ""


def skip(why):
    print(f"skipped: {why}")
    sys.exit(SKIPPED)


class ToolTest(unittest.TestCase):
    """Each test works in an empty folder."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def run_program(self, program, name, *options):
        """Makes a database by an example."""
        command = [program, *options, f"--db={name}"]
        subprocess.run(command, cwd=self.folder, stdout=subprocess.DEVNULL, check=True)
        return self.folder / name

    def call(self, tool, *arguments, **options):
        """What a script of utils/ answers."""
        return subprocess.run(
            ["/usr/bin/python3", str(UTILS / tool), *map(str, arguments)],
            cwd=self.folder,
            capture_output=True,
            text=True,
            check=False,
            **options,
        )

    def query(self, path, sql):
        """The rows that a database answers."""
        database = sqlite3.connect(path)
        try:
            return database.execute(sql).fetchall()
        finally:
            database.close()

    def assert_ends(self, result, status, *texts):
        """Its exit status, and what it says on standard output or error."""
        said = result.stdout + result.stderr
        self.assertEqual(result.returncode, status, said)
        for text in texts:
            self.assertIn(text, said)


class SweepTest(ToolTest):
    """The sweep's own folder is "out" in the test's."""

    def setUp(self):
        super().setUp()
        self.out = self.folder / "out"

    def command(self, *arguments, program=PROGRAM):
        """A sweep's command line; the arguments may be texts of several words."""
        words = [word for argument in arguments for word in argument.split()]
        return ["/usr/bin/python3", str(UTILS / "azure-sweep.py"), program, "--out=out", *words]

    def sweep(self, *arguments, program=PROGRAM, **options):
        return subprocess.run(
            self.command(*arguments, program=str(program)),
            cwd=self.folder,
            capture_output=True,
            text=True,
            check=False,
            **options,
        )

    def start(self, *arguments, program=PROGRAM):
        """A sweep that goes on while the test does."""
        process = subprocess.Popen(
            self.command(*arguments, program=program),
            cwd=self.folder,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.addCleanup(process.communicate)
        self.addCleanup(process.kill)
        return process

    def merge(self, *arguments):
        """./azure-net merge."""
        return self.call("azure-merge.py", *arguments)

    def write_program(self, text):
        """A program in bash, which has the swept one as $PROGRAM; returns its path."""
        path = self.folder / "program.sh"
        path.write_text(f"#!/bin/bash\nPROGRAM={PROGRAM}\n{text}")
        path.chmod(0o755)
        return str(path)

    def wait_until(self, condition, what):
        """Looks often, for up to a minute."""
        end = time.monotonic() + 60
        while not condition():
            self.assertLess(time.monotonic(), end, what)
            time.sleep(0.02)

    def finished(self):
        """The runs that are finished, with what tells whether their files were written anew."""
        results = (self.out / "runs").glob("*/result.json")
        stats = {int(path.parent.name): path.stat() for path in results}
        return {run: (stat.st_ino, stat.st_mtime_ns) for run, stat in stats.items()}

    def work(self):
        """The folders of runs under way."""
        return sorted(path.name for path in (self.out / "work").glob("*"))

    def results(self):
        with open(self.out / "results.csv", encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))

    def assert_merged(self, runs):
        """The merged database has each of these runs, by flows and RngRun, once, and no other."""
        found = self.query(
            self.out / "merged.db",
            "SELECT value, rng_run FROM run JOIN run_parameter USING (run_id) WHERE name = 'flows' "
            "AND status = 'finished'",
        )
        self.assertEqual(sorted(found), sorted((str(flows), run) for flows, run in runs))
        self.assertEqual(self.query(self.out / "merged.db", "PRAGMA foreign_key_check"), [])
