#!/usr/bin/python3
# Copyright (c) 2026 The azure-net authors
# SPDX-License-Identifier: GPL-2.0-only
"""Values of swept options, their combinations, and the plan of a sweep."""

import unittest

from common import SweepTest

from azure_sweep import grid
from azure_sweep.plan import Plan
from azure_sweep.progress import Progress
from azure_trace.errors import TraceError, UsageError
from azure_trace.progress import format_duration
from azure_trace.table import WIDTH, format_table, shorten

# A text behind --set, and the values it stands for.
VALUES = [
    ("vms=1", ["1"]),
    ("vms=1,60,120", ["1", "60", "120"]),
    ("vms=1:4", ["1", "2", "3", "4"]),
    ("vms=1:10:4", ["1", "5", "9"]),  # the end is not met
    ("vms=1:9:4", ["1", "5", "9"]),
    ("vms=1:2,8,16:48:16", ["1", "2", "8", "16", "32", "48"]),
    # Ten tenths are one, exactly.
    ("rate=0.1:0.5:0.1", ["0.1", "0.2", "0.3", "0.4", "0.5"]),
    ("skew=-1:1", ["-1", "0", "1"]),
    # Colons alone do not make a range.
    ("retry=none,fixed:3:10s", ["none", "fixed:3:10s"]),
    ("hold=1s:2s", ["1s:2s"]),
    ("profile=2017[FinHold=30s|IdleTimeout=4s],2018", ["2017[FinHold=30s|IdleTimeout=4s]", "2018"]),
    (r"names=a\,b,c", ["a,b", "c"]),
    ("ns3::TcpSocket::SegmentSize=536,1460", ["536", "1460"]),
]

# What is refused, and what the line has to name.
REFUSED = [
    ("vms", ["set", "'vms'", "NAME=VALUE"]),
    ("=1", ["set", "''", "without dashes"]),
    ("--vms=1", ["set", "'--vms'", "without dashes"]),
    ("vms=", ["vms", "''", "not empty"]),
    ("vms=1,,2", ["vms", "''", "not empty"]),
    ("vms=1,2,1", ["vms", "'1'", "each value once"]),
    ("vms=1:3,2", ["vms", "'2'", "each value once"]),
    ("vms=3:1", ["vms", "'3:1'", "START <= STOP"]),
    ("vms=1:3:0", ["vms", "'1:3:0'", "STEP > 0"]),
    ("vms=1:3:-1", ["vms", "'1:3:-1'", "STEP > 0"]),
    ("rate=0:1:0.0000001", ["rate", "at most 1000000 values"]),
    ("vms,=1", ["set", "''", "without dashes"]),
    ("vms,activeVms=1,1", ["vms,activeVms", "'1'", "each value once"]),
    ("vms,db=1", ["set", "'db'"]),
    ("db=a.db", ["set", "'db'"]),
    ("RngRun=1,2", ["set", "'RngRun'", "--runs=N"]),
]


class Grid(SweepTest):
    def test_values(self):
        for text, values in VALUES:
            with self.subTest(text=text):
                self.assertEqual(grid.parse_set(text), ((text.partition("=")[0],), values))

    def test_refused(self):
        for text, named in REFUSED:
            with self.subTest(text=text):
                with self.assertRaises(UsageError) as raised:
                    grid.parse_set(text)
                for word in named:
                    self.assertIn(word, str(raised.exception))

    def test_points_are_all_combinations_the_last_option_fastest(self):
        points = grid.list_points(grid.parse_grid(["a=1,2", "b=x,y"]))
        said = [" ".join(point.values()) for point in points]
        self.assertEqual(said, ["1 x", "1 y", "2 x", "2 y"])
        self.assertEqual(grid.list_points({}), [{}])

    def test_options_that_go_together_have_the_same_value(self):
        values = grid.parse_grid(["a,b=1,2", "c=x,y"])
        self.assertEqual(grid.list_names(values), ["a", "b", "c"])
        said = [" ".join(point.values()) for point in grid.list_points(values)]
        self.assertEqual(said, ["1 1 x", "1 1 y", "2 2 x", "2 2 y"])
        self.assertEqual(grid.count_runs(values, 3), 12)

    def test_an_option_is_given_once(self):
        for texts in [["a=1", "a=2"], ["b,a=1", "a=2"], ["a=1", "b,a=2"], ["a,b,a=1"]]:
            with self.subTest(texts=texts):
                with self.assertRaisesRegex(UsageError, "'a'.*each option once"):
                    grid.parse_grid(texts)

    def test_a_million_runs_are_enough(self):
        values = grid.parse_grid(["a=1:1000", "b=1:1000"])
        self.assertEqual(grid.count_runs(values, 1), 1_000_000)
        with self.assertRaisesRegex(UsageError, "2000000 runs"):
            grid.count_runs(values, 2)


class PlanFile(SweepTest):
    def make(self, texts, repetitions):
        values = grid.parse_grid(texts)
        plan = Plan("/program", ["--stop=1s"], grid.list_names(values))
        plan.add(grid.list_points(values), repetitions)
        return plan

    def test_runs_keep_their_numbers_when_others_come(self):
        plan = self.make(["a=1,2"], 1)
        self.assertEqual(plan.add(grid.list_points({("a",): ["0", "1", "2"]}), 2), 4)
        said = [f"{run.index}: {run}" for run in plan.runs]
        # a=1 and a=2 were there with RngRun 1.
        expected = ["1: a=1 RngRun=1", "2: a=2 RngRun=1", "3: a=0 RngRun=1", "4: a=0 RngRun=2"]
        self.assertEqual(said, [*expected, "5: a=1 RngRun=2", "6: a=2 RngRun=2"])

    def test_a_plan_comes_back_from_its_file(self):
        plan = self.make(['a="1",\\u00e9', "b=x:y"], 3)
        plan.save(self.folder / "sweep.json")
        self.assertEqual(Plan.load(self.folder / "sweep.json"), plan)
        self.assertEqual([path.name for path in self.folder.iterdir()], ["sweep.json"])
        self.assertEqual(plan.runs[0].arguments, ['--a="1"', "--b=x:y", "--RngRun=1"])

    def test_the_order_of_options_does_not_matter(self):
        plan, other = self.make(["a=1", "b=2"], 1), self.make(["b=2", "a=1"], 1)
        plan.check_same(other)
        self.assertEqual(plan.add(grid.list_points({("b",): ["2"], ("a",): ["1"]}), 1), 0)

    def test_what_is_not_a_plan_is_refused(self):
        path = self.folder / "sweep.json"
        for text in ["", "{}", "[]", '{"format": 2}', '{"format": 1, "program": "p"}']:
            with self.subTest(text=text):
                path.write_text(text)
                with self.assertRaisesRegex(TraceError, "sweep.json: (not the plan|written by)"):
                    Plan.load(path)
        path.unlink()
        with self.assertRaisesRegex(TraceError, "the folder of a sweep"):
            Plan.load(path)


class ProgressLine(unittest.TestCase):
    def test_time_left_is_estimated_from_the_runs_of_this_sweep(self):
        progress = Progress(100, 40)
        self.assertEqual(progress.describe(0), "40/100 runs")
        for is_finished in [True, True, False, True]:
            progress.count(is_finished)
        # 56 runs are left, and 4 took 10 s: 140 s.
        self.assertEqual(progress.describe(10), "44/100 runs, 1 failed, about 2 min 20 s left")

    def test_durations_have_two_units_at_most(self):
        for seconds, text in [(0.4, "0 s"), (59, "59 s"), (185, "3 min 5 s"), (7800, "2 h 10 min")]:
            self.assertEqual(format_duration(seconds), text)


class FailureTable(unittest.TestCase):
    def test_numbers_are_on_the_right_and_texts_on_the_left(self):
        rows = [["run", "hold", "problem"], ["9", "2s", ""], ["10", "none", "exit status 1"]]
        lines = ["run  hold  problem", "  9  2s", " 10  none  exit status 1"]
        self.assertEqual(format_table(rows).splitlines(), lines)

    def test_long_texts_keep_beginning_and_end(self):
        short = shorten(100 * "a" + 100 * "z")
        self.assertRegex(short, r"^a+\.\.\.z+$")
        self.assertEqual(len(short), WIDTH)
        self.assertEqual(shorten(100 * "a"), 100 * "a")


if __name__ == "__main__":
    unittest.main()
