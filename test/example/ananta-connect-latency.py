#!/usr/bin/python3
# Copyright (c) 2026 The azure-net authors
# SPDX-License-Identifier: GPL-2.0-only
"""ananta-connect-latency.py PROGRAM: what it prints is what its database says."""

import unittest

from common import ExampleTest


class AnantaConnectLatency(ExampleTest):
    """Each test runs the program in an empty folder."""

    def setUp(self):
        super().setUp()
        result = self.run_program("--db=a.db")
        self.assertEqual(result.returncode, 0, result.stderr)
        self.lines = [line.split() for line in result.stdout.splitlines()[2:5]]

    def test_database_has_the_shares_that_are_printed(self):
        """X-1: of 968 connections all wait, 968 / 8 or 1 + 960 / 24."""
        shares = self.query(
            "a.db",
            "SELECT flows, waited, without_port, never_waited_percent "
            "FROM v_connection_wait_share WHERE network_interface_id IS NULL ORDER BY run_id",
        )
        self.assertEqual([row[:3] for row in shares], [(968, 968, 0), (968, 121, 0), (968, 41, 0)])
        printed = [line[-8:-6] for line in self.lines]
        self.assertEqual([[str(row[1]), f"{row[3]:.1f}"] for row in shares], printed)

    def test_each_connection_that_waited_has_a_request(self):
        """A request without answer was dropped, while another one of the VM waited."""
        requests = self.query(
            "a.db",
            "SELECT run_id, granted, refused, requests - granted - unanswered, dropped - unanswered "
            "FROM v_snat_request_percentile WHERE network_interface_id IS NULL ORDER BY run_id",
        )
        self.assertEqual(
            requests, [(1, 968, 0, 0, 0), (2, 121, 0, 0, 0), (3, 41, 0, 0, 0)]
        )
        ports = self.query("a.db", "SELECT run_id, SUM(ports) FROM v_snat_request_latency GROUP BY 1")
        self.assertEqual(ports, [(1, 968), (2, 968), (3, 8 + 40 * 24)])
        strange = "SELECT COUNT(*) FROM v_snat_request_latency WHERE queue_ns > latency_ns"
        self.assertEqual(self.query("a.db", strange), [(0,)])

    def test_same_seed_makes_the_same_database(self):
        self.assertEqual(self.run_program("--db=b.db").returncode, 0)
        self.assertEqual(self.dump("a.db"), self.dump("b.db"))


if __name__ == "__main__":
    unittest.main()
