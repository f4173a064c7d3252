#!/usr/bin/python3
# Copyright (c) 2026 The azure-net authors
# SPDX-License-Identifier: GPL-2.0-only
"""run.py tells what rounds did, and how to repeat those that failed; stopped, it leaves nothing."""

import signal
import subprocess
import tempfile
import time
import unittest
from pathlib import Path

RUN = Path(__file__).resolve().parents[1] / "run.py"

# Stands for azure-soak: the second round breaks a law, the third one crashes, the fourth hangs.
ROUND = """#!/usr/bin/python3
import json, os, pathlib, sys, time
number = int(sys.argv[2].split("=")[1])
if number == 3:
    print("ERROR: AddressSanitizer", file=sys.stderr)
    os._exit(99)
if number == 4:
    pathlib.Path(os.environ["TMPDIR"], "soak.db").touch()
    pathlib.Path(sys.argv[0]).with_name("began").write_text(os.environ["TMPDIR"])
    time.sleep(600)
broken = number == 2
if broken:
    print("round 2, +5s: packets-balance is broken: so it is", file=sys.stderr)
print(json.dumps({"simulated_s": 1800, "packets": 1000, "flows": 10, "attempts": 9,
                  "established": 8, "events": 5000, "faults": {"mux-dies": 3},
                  "laws": {"packets-balance": [100, int(broken)]}}))
sys.exit(broken)
"""

DRIVER = """
import pathlib, runpy, sys
folder = pathlib.Path(sys.argv.pop(1))
run = runpy.run_path({run!r})
run["build_folder"].build = lambda *arguments: None
run["simulate"].__globals__["PROGRAM"] = folder / "azure-soak"
sys.exit(run["command"].run(run["main"]))
"""


class Run(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        program = self.folder / "azure-soak"
        program.write_text(ROUND)
        program.chmod(0o755)

    def start(self, *options):
        driver = DRIVER.format(run=str(RUN))
        return subprocess.Popen(
            ["/usr/bin/python3", "-c", driver, str(self.folder), "--jobs=1", *options],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def test_sums_and_recipes(self):
        process = self.start("--hours=1", "--seed=7")
        table, said = process.communicate()
        self.assertEqual(process.returncode, 1)
        for line in [
            "simulated hours                         1.00",
            "rounds                                     3",
            "rounds that failed                         2",
            "packets at ends of links               2,000",
            "laws looked at                           200",
            "laws broken                                1",
            "mux-dies                                   6",
            "packets-balance                          200           1",
        ]:
            self.assertIn(f"\n{line}\n", f"\n{table}")
        self.assertIn("packets-balance is broken: so it is\n", said)
        self.assertIn("round 3 ended with status 99\nERROR: AddressSanitizer\n", said)
        self.assertIn("repeat it: ./azure-net soak --seed=7 --round=2\n", said)
        self.assertIn("repeat it: ./azure-net soak --seed=7 --round=3\n", said)

    def test_true_rounds_are_status_0(self):
        process = self.start("--round=1")
        table, _ = process.communicate()
        self.assertEqual(process.returncode, 0)
        self.assertIn("\nrounds that failed                         0\n", table)

    def test_a_signal_ends_the_rounds_and_shows_the_sums(self):
        began = self.folder / "began"
        for number in [signal.SIGINT, signal.SIGTERM]:
            with self.subTest(signal=number.name):
                began.unlink(missing_ok=True)
                process = self.start("--hours=9")
                while not (began.exists() and began.read_text()):
                    self.assertIsNone(process.poll())
                    time.sleep(0.02)
                process.send_signal(number)
                table, said = process.communicate(timeout=30)
                self.assertEqual(process.returncode, 128 + number)
                self.assertIn(f"azure-net: stopped by {number.name} after 3 of 27 rounds\n", said)
                self.assertIn("\nrounds                                     3\n", table)
                self.assertFalse(Path(began.read_text()).exists())
                found = subprocess.run(
                    ["pgrep", "-f", str(self.folder / "azure-soak")], capture_output=True
                )
                self.assertEqual(found.stdout, b"")


if __name__ == "__main__":
    unittest.main()
