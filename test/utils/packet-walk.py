#!/usr/bin/python3
# Copyright (c) 2026 The azure-net authors
# SPDX-License-Identifier: GPL-2.0-only
"""The figures of doc/packet-walk.rst are what tshark reads in captures of a new simulation.

packet-walk.py PACKET-WALK
"""

import shutil
import subprocess
import unittest

from common import PROGRAM, UTILS, ToolTest, skip

FIGURES = UTILS.parent / "doc" / "figures"


class Figures(ToolTest):
    def draw(self, program):
        """What doc/figures/packet-walk.py answers; the figures are in the test's folder."""
        command = ["/usr/bin/python3", FIGURES / "packet-walk.py", program, self.folder]
        return subprocess.run(command, capture_output=True, text=True, check=False)

    def test_figures_are_those_of_the_captures(self):
        self.assert_ends(self.draw(PROGRAM), 0)
        drawn = {path.name: path.read_text() for path in self.folder.glob("*.svg")}
        kept = {path.name: path.read_text() for path in FIGURES.glob("packet-walk-*.svg")}
        self.assertEqual(len(drawn), 7)
        self.assertEqual(drawn, kept, "doc/figures/packet-walk.py PROGRAM doc/figures draws them")

    def test_a_packet_that_takes_another_way_is_an_error(self):
        # The same captures, but as if host 0's link and the mux's were each other's.
        program = self.folder / "crossed.sh"
        program.write_text(
            f'#!/bin/sh\n"{PROGRAM}" "$@" && mv walk-host-0-1.pcap.gz x && '
            "mv walk-load-balancer-mux-0-1.pcap.gz walk-host-0-1.pcap.gz && "
            "mv x walk-load-balancer-mux-0-1.pcap.gz\n"
        )
        program.chmod(0o755)
        missing = "1  VM to Internet: no packet from host-0 to router"
        self.assert_ends(self.draw(program), 1, missing)


if __name__ == "__main__":
    if not shutil.which("tshark"):
        skip("tshark is not installed")
    unittest.main()
