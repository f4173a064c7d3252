#!/usr/bin/python3
# Copyright (c) 2026 The azure-net authors
# SPDX-License-Identifier: GPL-2.0-only
"""The program behind "./azure-net migrate": what it prints, and its exit status.

migrate.py AZURE-TRACE-MIGRATE
"""

import sqlite3
import subprocess
import unittest
from pathlib import Path

from common import PROGRAM, ToolTest

from azure_sweep import merge

DATA = Path(__file__).resolve().parents[1] / "data"


class Migrate(ToolTest):
    def setUp(self):
        super().setUp()
        database = sqlite3.connect(self.folder / "old.db")
        database.executescript((DATA / "trace-schema-4.sql").read_text())
        database.close()

    def migrate(self, *arguments):
        return subprocess.run(
            [PROGRAM, *arguments], cwd=self.folder, capture_output=True, text=True, check=False
        )

    def assert_refused(self, arguments, status, line):
        """One line on standard error, and no new file."""
        answer = self.migrate(*arguments)
        self.assertEqual((answer.returncode, answer.stdout), (status, ""))
        self.assertEqual(answer.stderr, f"azure-net: {line}\n")
        self.assertEqual([path.name for path in self.folder.iterdir()], ["old.db"])

    def test_writes_a_new_file(self):
        answer = self.migrate("old.db", "new.db")
        self.assertEqual((answer.returncode, answer.stderr), (0, ""))
        self.assertRegex(answer.stdout, r"^wrote new\.db, of schema version \d+\n$")
        self.assertEqual(
            self.query(self.folder / "new.db", "SELECT run_id, status FROM run"),
            [(1, "finished"), (2, "running")],
        )

    def test_keeps_what_a_sweep_has_added(self):
        database = sqlite3.connect(self.folder / "old.db")
        database.execute(merge.SWEEP_TABLE)
        database.execute("INSERT INTO sweep_run VALUES (2, 7, 1, 2, 3, 'host')")
        insert = "INSERT INTO column_doc VALUES ('sweep_run', ?, ?, ?)"
        database.executemany(insert, merge.SWEEP_COLUMNS)
        database.commit()
        database.close()
        self.assertEqual(self.migrate("old.db", "new.db").returncode, 0)
        new = self.folder / "new.db"
        self.assertEqual(self.query(new, "SELECT * FROM sweep_run"), [(2, 7, 1, 2, 3, "host")])
        documented = "FROM column_doc WHERE table_name = 'sweep_run' ORDER BY column_name"
        self.assertEqual(
            self.query(new, f"SELECT column_name, unit, meaning {documented}"),
            sorted(merge.SWEEP_COLUMNS),
        )
        self.assertEqual(
            self.query(new, "SELECT meaning FROM table_doc WHERE table_name = 'sweep_run'"),
            [(merge.SWEEP_MEANING,)],
        )

    def test_help_tells_the_files(self):
        answer = self.migrate("--help")
        self.assertEqual((answer.returncode, answer.stderr), (0, ""))
        self.assertIn("azure-trace-migrate OLD NEW", answer.stdout)

    def test_names_what_is_wrong(self):
        self.assert_refused([], 2, "migrate takes two files, OLD and NEW; it was given 0")
        self.assert_refused(["a"], 2, "migrate takes two files, OLD and NEW; it was given 1")
        self.assert_refused(
            ["--force", "old.db", "new.db"],
            2,
            "migrate has no option '--force'; --help tells what it takes",
        )
        self.assert_refused(
            ["no.db", "new.db"], 1, "'no.db' is not allowed: there is no such file"
        )
        self.assert_refused(
            ["old.db", "old.db"],
            1,
            "'old.db' is not allowed: it is the old database itself, which stays as it is; "
            "give a new name",
        )


if __name__ == "__main__":
    unittest.main()
