#!/usr/bin/python3
# Copyright (c) 2026 The azure-net authors
# SPDX-License-Identifier: GPL-2.0-only
"""What a sweep refuses, leaving nothing behind, and what it leaves otherwise."""

import unittest

from common import SweepTest

# Command lines that are refused, and what the line has to name; status 2 each.
REFUSED = [
    (["--set vms=1,0"], ["port-exhaustion: vms: '0' is not allowed; give 1 to 1000"]),
    (["--set vms=1,2", "--set activeVms=2"], ["activeVms: '2'", "at most vms, which is 1"]),
    (["--set colour=red"], ["--colour=red", "--help"]),
    (["--set flows=5", "-- --colour=red"], ["--colour=red", "--help"]),
    (["--set flows=5", "-- --flows=6"], ["set", "'flows'", "--flows=6"]),
    (["--set flows=5", "-- --db=x.db"], ["option", "'db'"]),
    (["--set flows=5", "-- vms=2"], ["option", "'vms=2'", "--NAME=VALUE"]),
    (["--set flows=5", "--runs=0"], ["runs", "'0'", "1 or more"]),
    (["--set flows=5", "-j 0"], ["jobs", "'0'", "1 or more"]),
    (["--set flows=5", "--submit"], ["backend", "'processes'", "slurm"]),
    (["--set flows=5", "--backend=clouds"], ["--backend", "clouds"]),
    (["--set flows=5", "--rnus=3"], ["--rnus=3"]),
]


class Sweep(SweepTest):
    def test_a_wrong_option_is_refused_before_anything_runs(self):
        program = self.write_program('echo "$*" >> said.txt\nexec $PROGRAM "$@"\n')
        for arguments, named in REFUSED:
            with self.subTest(arguments=arguments):
                result = self.sweep(*arguments, program=program)
                self.assert_ends(result, 2, *named)
                self.assertEqual([path.name for path in self.folder.iterdir()], ["program.sh"])

    def test_a_program_that_is_not_ours_is_asked_for_names_only(self):
        # As ns-3's own CommandLine, which does not know --PrintOptions.
        program = self.write_program(
            'case "$*" in *--PrintOptions*) exit 1;; *--PrintHelp*) echo "    --db: d";'
            ' echo "    --flows: f [1]"; exit;; esac\nexec $PROGRAM "$@"\n'
        )
        refused = self.sweep("--set flow=5", program=program)
        self.assert_ends(refused, 2, "'--flow'", "--help lists")
        self.assert_ends(self.sweep("--set flows=5", program=program), 0, "1 finished now")

    def test_options_that_go_together_get_one_value(self):
        result = self.sweep("--set vms,activeVms=2,3", "-- --flows=5", "--stop=9s")
        self.assert_ends(result, 0, "2 runs: 0 finished before, 2 finished now, 0 failed")
        rows = self.query(
            self.out / "merged.db",
            "SELECT name, value FROM run_parameter WHERE name IN ('vms', 'activeVms') "
            "ORDER BY run_id, name",
        )
        self.assertEqual(rows, [(name, n) for n in "23" for name in ("activeVms", "vms")])

    def test_every_run_has_its_files_and_is_merged(self):
        result = self.sweep("--set flows=5,6", "--runs=2", "-j 2", "-- --stop=9s")
        self.assert_ends(result, 0, "4 runs: 0 finished before, 4 finished now, 0 failed")
        self.assertEqual(result.stderr, "")  # no progress but on a terminal
        self.assert_merged([(5, 1), (5, 2), (6, 1), (6, 2)])
        self.assertEqual(self.work(), [])
        for row in self.results():
            self.assertEqual(row["status"], "finished")
            self.assertGreater(float(row["wall_s"]), 0)
            # ns-3 and Python alone are 10 MB at least.
            self.assertGreater(int(row["peak_memory_bytes"]), 10_000_000)
        output = (self.out / "runs/000003/output.txt").read_text()
        self.assertIn("attempted=6", output)

    def test_the_merged_database_tells_what_each_run_was(self):
        segments = "ns3::TcpSocket::SegmentSize"  # which the program itself does not record
        self.sweep(f"--set {segments}=536,1460", "--set flows=5", "-- --stop=9s")
        rows = self.query(
            self.out / "merged.db",
            "SELECT run_id, name, value FROM run_parameter "
            f"WHERE name IN ('{segments}', 'flows', 'stop') ORDER BY run_id, name",
        )
        each = [[("flows", "5"), (segments, size), ("stop", "9s")] for size in ["536", "1460"]]
        self.assertEqual(rows, [(i, *row) for i, run in enumerate(each, 1) for row in run])
        measured = self.query(
            self.out / "merged.db",
            "SELECT run_id, sweep_run, wall_duration_ms > 0, peak_memory_bytes > 1e7 "
            "FROM sweep_run",
        )
        self.assertEqual(measured, [(1, 1, 1, 1), (2, 2, 1, 1)])
        columns = "SELECT COUNT(*) FROM pragma_table_info('sweep_run') JOIN column_doc "
        documented = columns + "ON table_name = 'sweep_run' AND column_name = name"
        self.assertEqual(self.query(self.out / "merged.db", documented), [(6,)])
        meaning = "SELECT meaning FROM table_doc WHERE table_name = 'sweep_run'"
        self.assertEqual(len(self.query(self.out / "merged.db", meaning)), 1)

    def test_a_folder_of_something_else_is_left_alone(self):
        self.out.mkdir()
        (self.out / "mine.txt").touch()
        self.assert_ends(self.sweep("--set flows=5"), 1, "has files, but no sweep")
        self.assertEqual([path.name for path in self.out.iterdir()], ["mine.txt"])


if __name__ == "__main__":
    unittest.main()
