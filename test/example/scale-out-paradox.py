#!/usr/bin/python3
# Copyright (c) 2026 The azure-net authors
# SPDX-License-Identifier: GPL-2.0-only
"""scale-out-paradox.py PROGRAM: what resizing breaks, as its database says."""

import unittest

from common import ExampleTest


class ScaleOutParadox(ExampleTest):
    """Runs the program in an empty folder."""

    def test_database_tells_what_growth_breaks(self):
        """B.1: 600 - 512 connections of each of ten VMs, or 512; of the 50 each loses 512 ports."""
        self.assertEqual(self.run_program("--db=a.db").returncode, 0)
        broken = self.query(
            "a.db",
            "SELECT run_id, cause, flows_broken, COUNT(*), MIN(ports_taken), MAX(ports_taken), "
            "MAX(resize_flows_broken), MIN(resize_time_ns) FROM v_flows_broken_by_resize "
            "WHERE cause = 'pool-grew' GROUP BY 1, 2, 3 ORDER BY 1, 3",
        )
        grown = 30 * 10**9
        self.assertEqual(
            broken,
            [
                (1, "pool-grew", 0, 40, 512, 512, 880, grown),
                (1, "pool-grew", 88, 10, 512, 512, 880, grown),
                (2, "pool-grew", 0, 40, 512, 512, 5120, grown),
                (2, "pool-grew", 512, 10, 512, 512, 5120, grown),
            ],
        )
        others = "SELECT SUM(flows_broken) FROM v_flows_broken_by_resize WHERE cause <> 'pool-grew'"
        self.assertIn(self.query("a.db", others), [[(0,)], [(None,)]])
        ended = "SELECT run_id, COUNT(*) FROM v_snat_flow WHERE end_reason = 'reclaimed' GROUP BY 1"
        self.assertEqual(self.query("a.db", ended), [(1, 880), (2, 5120)])


if __name__ == "__main__":
    unittest.main()
