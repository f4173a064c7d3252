#!/usr/bin/python3
# Copyright (c) 2026 The azure-net authors
# SPDX-License-Identifier: GPL-2.0-only
"""The suite for ns-3's test runner sees all failures: failures.py AZURE-FAILING-CASES."""

import os
import subprocess
import sys
import unittest
import xml.etree.ElementTree as xml
from pathlib import Path

PROGRAM = sys.argv.pop()
SUITE = ["--suite=azure-net", "--xml"]
SOURCE = Path(__file__).with_name("azure-failing-cases.cc")

# Each case, with how its line begins and a part of the message, of all that failed.
ALL = {
    "Cases.Pass": [],
    "Cases.ExpectTwiceInVain": [("EXPECT_EQ(1 + 1, 3)", "one & <two>"), ("EXPECT_LT(2, 1)", "Expected: (2) < (1)")],
    "Cases.Crash": [("EXPECT_TRUE(false)", "false"), (None, "ended by signal: Aborted")],
    "Cases.EndTheProgram": [(None, "ended the program, status 0")],
    "Cases.EndBySimulatorError": [(None, "ended by signal: Aborted")],
    "Cases.Throw": [(None, "Unknown C++ exception")],
    "LastCase.ExpectsDeath": [],
    "Numbers:NumberCase.IsSmall:0": [],
    "Numbers:NumberCase.IsSmall:1": [("EXPECT_LT(GetParam(), 2)", "2 vs 2")],
}


def run(*options: str, cases: str = "*") -> tuple[int, xml.Element]:
    """The runner's exit status and its report."""
    done = subprocess.run(
        [PROGRAM, *SUITE, *options],
        env={**os.environ, "GTEST_FILTER": cases},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        encoding="utf-8",
        check=False,
    )
    return done.returncode, xml.fromstring(done.stdout)


class Failures(unittest.TestCase):
    """What the runner says of the failing cases."""

    def test_all_are_reported_with_their_lines(self) -> None:
        status, report = run()
        lines = SOURCE.read_text(encoding="utf-8").splitlines()
        self.assertEqual(status, 1)
        self.assertEqual([case.findtext("Name") for case in report.findall("Test")], list(ALL))
        for case in report.findall("Test"):
            name = case.findtext("Name", "")
            with self.subTest(name):
                expected = ALL[name]
                found = case.findall("FailureDetails")
                self.assertEqual(case.findtext("Result"), "FAIL" if expected else "PASS")
                self.assertEqual(len(found), len(expected))
                for (begin, message), failure in zip(expected, found):
                    self.assertIn(message, failure.findtext("Message", ""))
                    if begin:
                        line = lines[int(failure.findtext("Line", "0")) - 1]
                        self.assertTrue(line.strip().startswith(begin), line)
                        self.assertTrue(failure.findtext("File", "").endswith(SOURCE.name))

    def test_first_failure_ends_the_run_on_request(self) -> None:
        status, report = run("--stop-on-failure")
        self.assertEqual(status, 1)
        names = [case.findtext("Name") for case in report.findall("Test")]
        self.assertEqual(names, ["Cases.Pass", "Cases.ExpectTwiceInVain"])

    def test_filter_selects(self) -> None:
        status, report = run(cases="*Pass:*Death")
        self.assertEqual(status, 0)
        self.assertEqual(len(report.findall("Test")), 2)

    def test_nothing_selected_is_a_failure(self) -> None:
        status, report = run(cases="NoSuchCase")
        self.assertEqual(status, 1)
        self.assertIn("GTEST_FILTER=NoSuchCase", report.findtext("FailureDetails/Message", ""))

    def test_debugger_stops_where_it_fails(self) -> None:
        done = subprocess.run(
            [PROGRAM, "--suite=azure-net", "--assert-on-failure"],
            env={**os.environ, "GTEST_FILTER": "*InVain"},
            capture_output=True,
            check=False,
        )
        self.assertLess(done.returncode, 0)


if __name__ == "__main__":
    unittest.main()
