#!/usr/bin/python3
# Copyright (c) 2026 The azure-net authors
# SPDX-License-Identifier: GPL-2.0-only
"""policy-comparison.py PROGRAM: what it prints is what its database says."""

import unittest

from common import ExampleTest


class PolicyComparison(ExampleTest):
    """Runs the program in an empty folder."""

    def test_database_has_the_numbers_that_are_printed(self):
        result = self.run_program("--db=a.db")
        self.assertEqual(result.returncode, 0, result.stderr)
        lines = [line.split("/")[1].split() for line in result.stdout.splitlines()[2:9]]
        hot = [line.split("/")[0].split()[-1] for line in result.stdout.splitlines()[2:9]]
        fairness = self.query(
            "a.db",
            "SELECT run_id, flows_attempted, max_flows_established, flows_established, "
            "jain_share_established FROM v_fairness WHERE protocol IS NULL ORDER BY run_id",
        )
        # The eighth run, of instance-level public IPs, has nobody that asks for SNAT ports.
        self.assertEqual([row[:2] for row in fairness], [(run, 1650) for run in range(1, 8)])
        self.assertEqual([str(row[2]) for row in fairness], hot)
        self.assertEqual([f"{row[4]:.3f}" for row in fairness], [line[2] for line in lines])
        self.assertEqual([str(row[3] - row[2]) for row in fairness], [line[1] for line in lines])

        granted = self.query(
            "a.db",
            "SELECT run_id, granted FROM v_snat_request_percentile "
            "WHERE network_interface_id IS NULL ORDER BY run_id",
        )
        self.assertEqual(granted, [(5, 130), (6, 87)])
        allocated = self.query(
            "a.db",
            "SELECT run_id, SUM(peak_ports_allocated) FROM v_allocation_waste "
            "GROUP BY run_id ORDER BY run_id",
        )
        self.assertEqual([str(row[1]) for row in allocated], [line[3] for line in lines])

        # The NAT gateway: each connection stays, with 4 packets out and 3 in.
        metrics = self.query(
            "a.db",
            "SELECT metric, direction, SUM(value) FROM v_nat_gateway_metrics_1min "
            "WHERE metric NOT LIKE '%Bytes%' GROUP BY metric, direction ORDER BY metric, direction",
        )
        self.assertEqual(
            metrics,
            [
                ("Packets", "In", 3 * 1650),
                ("Packets", "Out", 4 * 1650),
                ("SNAT Connection Count", None, 1650),
                ("Total SNAT Connection Count", None, 1650),
            ],
        )


if __name__ == "__main__":
    unittest.main()
