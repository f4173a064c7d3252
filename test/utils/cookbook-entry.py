#!/usr/bin/python3
# Copyright (c) 2026 The azure-net authors
# SPDX-License-Identifier: GPL-2.0-only
"""An entry of doc/cookbook.rst, at the small size: all of its commands and queries.

The argument is the number of the entry; AZURE_NET_BUILD is the build folder.
"""

import re
import sqlite3
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

TOP = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(TOP / "utils"))

from azure_cookbook import commands, document, entry  # noqa: E402

NUMBER = int(sys.argv.pop(1))

SPOIL = {
    1: "UPDATE flow SET outcome = 'established' WHERE flow_id % 5 = 0",
    2: "UPDATE flow_attempt SET established_time_ns = NULL WHERE flow_number % 9 = 0",
    3: "UPDATE flow SET outcome = 'established'",
    4: "UPDATE flow SET ended_time_ns = ended_time_ns + 60000000000",
    5: "UPDATE flow SET accepted_time_ns = accepted_time_ns * 0.9",
    6: "UPDATE flow SET packets_out = packets_out + 1",
    7: "UPDATE snat_allocation SET last_port = last_port - 8",
    8: "UPDATE snat_allocation SET flows_broken = flows_broken + 1",
    9: "UPDATE flow SET outcome = 'established'",
    10: "UPDATE flow SET outcome = 'refused' WHERE network_interface_id = 2",
    11: "UPDATE flow SET outcome = 'established'",
    12: "UPDATE flow SET public_address = '198.18.0.99' WHERE flow_id % 3 = 0",
    13: "UPDATE flow SET outcome = 'established'",
    14: "UPDATE member_health SET time_ns = time_ns + 20000000000 WHERE time_ns > 20000000000",
    15: "UPDATE snat_exhaustion SET time_ns = time_ns + 5000000000",
    16: "UPDATE flow SET outcome = 'established'",
}
"""By entry, what is done to its database so that its law no longer holds."""


class CookbookEntry(unittest.TestCase):
    def test_its_check_holds_and_fails_on_another_database(self):
        found = document.read_entries(TOP / "doc" / "cookbook.rst")[NUMBER - 1]
        with tempfile.TemporaryDirectory() as out:
            ended = subprocess.run(
                [TOP / "utils" / "azure-cookbook.py", "--small", f"--out={out}", str(NUMBER)],
                capture_output=True,
                text=True,
                check=False,
            )
            self.assertEqual((ended.returncode, ended.stderr), (0, ""), ended.stdout)
            self.assertRegex(ended.stdout, rf"{re.escape(found.title)} +ok +\d+\.\d\n$")
            folder = Path(out) / found.folder
            plan = entry.make_plan(found, is_small=True)
            self.assertRegex((folder / plan.picture).read_text("utf-8"), r"<svg\b")

            database = sqlite3.connect(folder / commands.find_database(plan.plot))
            with database:
                database.execute(SPOIL[NUMBER])
            database.close()
            self.assertFalse(entry.look(plan, folder).is_right, SPOIL[NUMBER])


if __name__ == "__main__":
    unittest.main()
