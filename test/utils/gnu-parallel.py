#!/usr/bin/python3
# Copyright (c) 2026 The azure-net authors
# SPDX-License-Identifier: GPL-2.0-only
"""Sweeps by GNU parallel, in its local mode; skipped where it is not installed."""

import shutil
import signal
import subprocess
import unittest

from common import SweepTest, skip

from azure_sweep import gnu_parallel
from azure_sweep.folder import Folder

PARALLEL = "--backend=parallel"


class GnuParallel(SweepTest):
    def test_runs_are_made_and_failures_reported(self):
        program = self.write_program('[[ $* != *RngRun=2* ]] || exit 7\nexec $PROGRAM "$@"')
        failed = self.sweep(PARALLEL, "--set flows=1:3", "--runs=2", "-j 2", program=program)
        self.assert_ends(failed, 1, "6 runs: 0 finished before, 3 finished now, 3 failed")
        self.assertRegex(failed.stdout, r"\n  6      3       2  exit status 7\n")
        self.assertEqual(failed.stderr, "")
        self.assert_merged([(1, 1), (2, 1), (3, 1)])

    def test_backends_may_change(self):
        self.sweep("--set flows=1:2")
        before = self.finished()
        self.assert_ends(self.sweep(PARALLEL, "--set flows=1:3"), 0, "1 finished now")
        self.assertEqual({run: self.finished()[run] for run in before}, before)

    def test_a_sweep_that_was_stopped_goes_on(self):
        for number in [signal.SIGINT, signal.SIGKILL]:
            process = self.start(PARALLEL, "--set flows=1:24", "-j 2")
            known = len(self.finished())
            self.wait_until(lambda: len(self.finished()) > known and self.work(), "a run")
            process.send_signal(number)
            process.wait()
            if number == signal.SIGINT:
                self.assertEqual(process.returncode, 128 + number)
                self.assertEqual(self.work(), [])
        before = self.finished()
        self.assert_ends(self.sweep(PARALLEL, "--set flows=1:24", "-j 2"), 0, "24 runs: ")
        after = self.finished()
        self.assertEqual({run: after[run] for run in before}, before)
        self.assert_merged((flows, 1) for flows in range(1, 25))

    def test_runs_that_are_stopped_have_time_to_tidy_up(self):
        program = self.write_program(
            '[[ $PWD == */work/* ]] || exec $PROGRAM "$@"\n'
            "mkdir many; (cd many; seq 50000 | xargs touch); touch ready; exec sleep 60"
        )
        process = self.start(PARALLEL, "--set flows=1", program=program)
        self.wait_until(lambda: any(self.out.glob("work/*/ready")), "a run with many files")
        process.send_signal(signal.SIGINT)
        self.assertEqual(process.wait(), 128 + signal.SIGINT)
        self.assertEqual(self.work(), [])

    def test_what_parallel_cannot_start_is_reported_with_its_words(self):
        (self.folder / "logins").write_text("1/no-such-machine.invalid\n")
        failed = self.sweep(PARALLEL, "--sshloginfile=logins", "--set flows=1")
        self.assert_ends(failed, 1, "1 failed", "parallel has not made it")

    def test_the_command_names_logins_and_quotes_paths(self):
        command = gnu_parallel.make_command(Folder("/a folder"), 3, "logins")
        self.assertEqual(command[-3:], ["3", "--sshloginfile", "logins"])
        lines = gnu_parallel.make_input(Folder("/a folder"), [4, 7]).splitlines()
        self.assertEqual(len(lines), 2)
        self.assertRegex(lines[1], r"azure-sweep.py --one '/a folder' 7$")

    def test_a_folder_may_be_named_like_what_parallel_replaces(self):
        self.out = self.folder / "of {} and {#} in $HOME's"
        command = self.command(PARALLEL, "--set flows=1:2")
        command = [f"--out={self.out}" if word == "--out=out" else word for word in command]
        result = subprocess.run(
            command, cwd=self.folder, capture_output=True, text=True, check=False
        )
        self.assert_ends(result, 0, "2 finished now")
        self.assert_merged([(1, 1), (2, 1)])


if __name__ == "__main__":
    if not shutil.which("parallel"):
        skip("GNU parallel is not installed")
    unittest.main()
