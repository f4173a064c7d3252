#!/usr/bin/python3
# Copyright (c) 2026 The azure-net authors
# SPDX-License-Identifier: GPL-2.0-only
"""What fails is kept, reported, and tried again; also where the disk is full."""

import re
import resource
import unittest

from common import SweepTest

# Ways to fail, by the option flows; "well" is a file that mends them.
FAILING = """
flows=$(sed -n 's/.*--flows=\\([0-9]*\\).*/\\1/p' <<<"$*")
[[ $* != *PrintOptions* && ! -e ../../../well ]] || exec $PROGRAM "$@"
case $flows in
    2) $PROGRAM "$@"; echo "it was so difficult" >&2; exit 3 ;;
    3) kill -SEGV $$ ;;
    4) exit 0 ;;
    5) $PROGRAM "$@"; exec /usr/bin/python3 -c 'import sqlite3
database = sqlite3.connect("run.db")
database.execute("UPDATE run SET status = \\"running\\", end_time_ns = NULL")
database.commit()' ;;
    6) exec $PROGRAM "$@" --RngRun=9 ;;
    7) echo "not a database at all, but long enough that it might have been one" >run.db ;;
esac
exec $PROGRAM "$@"
"""

# What the table has to say of each.
TABLE = """\
run  flows  RngRun  problem                                    last line of its output
  2      2       1  exit status 3                              it was so difficult
  3      3       1  killed by SIGSEGV
  4      4       1  database: there is no such database
  5      5       1  database: run 1 is 'running'               RESULT
  6      6       1  database: run 1 has RngRun 9 instead of 1  RESULT
"""

# 1,000 flows need about 600 KB.
FULL_DISK = """
[[ $* != *PrintOptions* ]] || exec $PROGRAM "$@"
trap '' XFSZ
ulimit -f 500
exec $PROGRAM "$@"
"""


class Failures(SweepTest):
    def test_failed_runs_are_kept_and_reported_and_made_again(self):
        program = self.write_program(FAILING)
        failed = self.sweep("--set flows=1:6", program=program)
        self.assert_ends(failed, 1, "6 runs: 0 finished before, 1 finished now, 5 failed")
        table = re.sub("result attempted=.*", "RESULT", failed.stdout)
        self.assertIn(TABLE, table)
        self.assert_merged([(1, 1)])
        for run in range(2, 7):
            self.assertTrue((self.out / f"failed/{run:06}/output.txt").exists(), run)
        for run in [2, 5, 6]:
            self.assertTrue((self.out / f"failed/{run:06}/run.db").exists(), run)
        self.assertEqual([row["status"] for row in self.results()], ["finished"] + 5 * ["failed"])
        self.assertEqual(self.work(), [])

        (self.folder / "well").touch()
        again = self.sweep("--set flows=1:6", program=program)
        self.assert_ends(again, 0, "6 runs: 1 finished before, 5 finished now, 0 failed")
        self.assertEqual(list((self.out / "failed").iterdir()), [])
        self.assert_merged((flows, 1) for flows in range(1, 7))

    def test_a_failure_before_does_not_count_when_a_run_is_finished(self):
        self.sweep("--set flows=1")
        aside = self.out / "failed/000001"  # as of a process that was killed before it removed that
        aside.mkdir()
        (aside / "result.json").write_text('{"problem": "exit status 1"}')
        self.assert_ends(self.sweep("--set flows=1"), 0, "1 of 1 runs")
        self.assertEqual([row["status"] for row in self.results()], ["finished"])

    def test_a_file_that_is_no_database_is_a_failure(self):
        failed = self.sweep("--set flows=7", program=self.write_program(FAILING))
        self.assert_ends(failed, 1, "database")
        self.assertEqual(self.finished(), {})

    def test_a_program_that_cannot_be_run_any_more_is_a_failure(self):
        # It answers to --PrintOptions, and then removes itself.
        program = self.write_program('$PROGRAM "$@"\n[[ $* != *flows* ]] || rm "$0"\n')
        failed = self.sweep("--set flows=2", program=program)
        self.assert_ends(failed, 1, "cannot run it: No such file")

    def test_a_full_disk_ends_a_run_and_leaves_what_was_committed(self):
        failed = self.sweep("--set flows=1000", program=self.write_program(FULL_DISK))
        self.assert_ends(failed, 1, "1 failed", "exit status 1", "run.db")
        database = self.out / "failed/000001/run.db"
        self.assertLessEqual(database.stat().st_size, 500 * 1024)
        self.assertEqual(self.query(database, "PRAGMA integrity_check"), [("ok",)])
        run = "SELECT program, status != 'finished' FROM run"
        self.assertEqual(self.query(database, run), [("port-exhaustion", 1)])

    def test_a_disk_too_full_to_merge_leaves_the_merged_database_as_it_was(self):
        self.assert_ends(self.sweep("--set flows=500"), 0)
        before = (self.out / "merged.db").read_bytes()
        # A run fits, six of them do not.
        size = len(before) * 5 // 4
        limit = (resource.RLIMIT_FSIZE, (size, size))
        full = self.sweep("--set flows=500:505", preexec_fn=lambda: resource.setrlimit(*limit))
        self.assert_ends(full, 1, "6 runs: 1 finished before, 5 finished now", "merged.db: ")
        self.assertEqual((self.out / "merged.db").read_bytes(), before)
        self.assertEqual([p.name for p in self.out.iterdir() if "tmp" in p.name], [])

        self.assert_ends(self.sweep("--set flows=500:505"), 0, "6 runs: 6 finished before")
        self.assert_merged((flows, 1) for flows in range(500, 506))


if __name__ == "__main__":
    unittest.main()
