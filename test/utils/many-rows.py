# Copyright (c) 2026 The azure-net authors
# SPDX-License-Identifier: GPL-2.0-only
"""test/benchmark/make-rows.py and view-cost.py: what views cost is measured on what is possible."""

import subprocess
import unittest
from pathlib import Path

from common import PROGRAM, ToolTest

BENCHMARK = Path(__file__).resolve().parents[1] / "benchmark"
READ_SCHEMA = "SELECT name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite!_%' ESCAPE '!'"


class ManyRows(ToolTest):
    def setUp(self):
        super().setUp()
        self.run_program(PROGRAM, "like.db", "--flows=2")

    def measure(self, script, *arguments):
        """What a script of test/benchmark says."""
        result = subprocess.run(
            ["/usr/bin/python3", str(BENCHMARK / script), *arguments],
            cwd=self.folder,
            capture_output=True,
            text=True,
            check=False,
        )
        self.assertEqual(result.returncode, 0, result.stderr)
        return result.stdout

    def test_rows_are_those_of_a_trace_database(self):
        self.measure("make-rows.py", "like.db", "rows.db", "--rows=20000", "--runs=2")
        path, like = self.folder / "rows.db", self.folder / "like.db"
        self.assertEqual(self.query(path, "PRAGMA foreign_key_check"), [])
        self.assertEqual(self.query(path, READ_SCHEMA), self.query(like, READ_SCHEMA))
        flows = "SELECT COUNT(*) FROM flow GROUP BY run_id"
        self.assertEqual(len(self.query(path, flows)), 2)
        # Counts of ports fit together: nobody uses more than there are, and sums are right.
        too_many = "SELECT * FROM v_port_steps WHERE ports_used > ports_allocated"
        self.assertEqual(self.query(path, too_many), [])
        acquired = "SELECT COUNT(*) FROM snat_port_event WHERE run_id = 1 AND stage = 'acquired'"
        with_port = "SELECT SUM(flows_with_port) FROM v_top_port_users WHERE run_id = 1"
        self.assertEqual(self.query(path, with_port), self.query(path, acquired))

    def test_every_view_is_measured(self):
        views = "SELECT name FROM sqlite_master WHERE type = 'view'"
        table = self.measure("view-cost.py", "like.db").splitlines()
        measured = {line.split()[0] for line in table[1:]}
        self.assertEqual(measured, {name for (name,) in self.query(self.folder / "like.db", views)})


if __name__ == "__main__":
    unittest.main()
