# Copyright (c) 2026 The azure-net authors
# SPDX-License-Identifier: GPL-2.0-only
"""What tests of all example programs share; the program is the first argument."""

import os
import re
import sqlite3
import subprocess
import sys
import tempfile
import unittest

PROGRAM = os.path.abspath(sys.argv.pop(1))


class ExampleTest(unittest.TestCase):
    """Each test runs the program in an empty folder."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name

    def run_program(self, *options):
        return subprocess.run(
            [PROGRAM, *options], cwd=self.folder, capture_output=True, text=True, check=False
        )

    def query(self, name, sql):
        """The rows that a database in the folder answers."""
        with sqlite3.connect(os.path.join(self.folder, name)) as database:
            return database.execute(sql).fetchall()

    def dump(self, name):
        """All of a database but its wall-clock columns."""
        database = sqlite3.connect(os.path.join(self.folder, name))
        rows = []
        for (table,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'"):
            columns = [row[1] for row in database.execute(f'PRAGMA table_info("{table}")')]
            columns = ", ".join(c for c in columns if not c.startswith("wall_"))
            rows += [(table, row) for row in database.execute(f'SELECT {columns} FROM "{table}"')]
        return rows

    def assert_refused(self, result, named):
        """Nothing but one line, on standard error, which has all these texts."""
        self.assertEqual(result.returncode, 1)
        self.assertEqual(result.stdout, "")
        self.assertEqual(result.stderr.count("\n"), 1, result.stderr)
        for text in named:
            self.assertIn(text, result.stderr)

    def assert_help_tells(self, defaults):
        """Every option with its default."""
        text = self.run_program("--help").stdout
        for option, default in defaults.items():
            default = f" [{default}]" if default else ""
            self.assertRegex(text, rf"--{option}: (.*\n {{9,}})*.*{re.escape(default)}\n")
        self.assertLess(max(map(len, text.split("General Arguments")[0].splitlines())), 80)
