#!/usr/bin/python3
# Copyright (c) 2026 The azure-net authors
# SPDX-License-Identifier: GPL-2.0-only
"""A sweep that is stopped, by whatever, goes on from there; a finished one can be extended."""

import os
import signal
import subprocess
import unittest
from pathlib import Path

from common import PROGRAM, SweepTest

from azure_sweep.folder import HOST, Folder
from azure_sweep.processes import one_run_command

SIXTY = ["--set flows=1:20", "--runs=3"]


class Sweep(SweepTest):
    def test_a_killed_sweep_makes_the_rest_only(self):
        first = self.start(*SIXTY, "-j 2")
        self.wait_until(lambda: len(self.finished()) >= 20, "20 runs")
        first.send_signal(signal.SIGKILL)
        self.wait_until(lambda: not self.work(), "the end of its children")
        before = self.finished()
        self.assertLess(len(before), 60)

        self.assert_ends(self.sweep(*SIXTY), 0, "60 runs: ", " 0 failed")
        after = self.finished()
        self.assertEqual(len(after), 60)
        for index, stat in before.items():
            self.assertEqual((index, after[index]), (index, stat))
        self.assert_merged((flows, run) for flows in range(1, 21) for run in (1, 2, 3))

        self.assert_ends(self.sweep(*SIXTY), 0, "60 runs: 60 finished before, 0 finished now")
        self.assertEqual(self.finished(), after)

    def test_an_interrupt_ends_the_runs_and_tells_how_to_go_on(self):
        for number in [signal.SIGINT, signal.SIGTERM]:
            with self.subTest(signal=number.name):
                process = self.start("--set flows=1:30", "-j 2")
                known = len(self.finished())
                self.wait_until(lambda: len(self.finished()) > known and self.work(), "a run")
                process.send_signal(number)
                _, said = process.communicate()
                self.assertEqual(process.returncode, 128 + number)
                text = f"azure-net: stopped by {number.name}; the same command goes on from here\n"
                self.assertEqual(said, text)
                self.assertEqual(self.work(), [])

    def test_leftovers_of_killed_runs_are_removed(self):
        self.sweep("--set flows=1")
        (child,) = (path.name for path in (self.out / "runs").iterdir())
        # Of this machine, and of a process that has ended, or goes on; and of another machine.
        dead, alive = f"{child}.{HOST}.999999999", f"{child}.{HOST}.{os.getpid()}"
        elsewhere = f"{child}.elsewhere.999999999"
        for name in [dead, alive, elsewhere]:
            (self.out / "work" / name).mkdir()
        self.sweep("--set flows=1")
        self.assertEqual(self.work(), sorted([alive, elsewhere]))

    def test_programs_end_with_a_sweep_that_is_killed(self):
        program = self.write_program(
            '[[ $* != *PrintOptions* ]] || exec $PROGRAM "$@"\n'
            "echo $$ >../../../number\nexec sleep 300"
        )
        number = self.folder / "number"
        process = self.start("--set flows=1", program=program)
        self.wait_until(lambda: number.exists() and number.read_text(), "the program")
        process.kill()
        self.wait_until(lambda: not self.work(), "the end of the run")
        self.assertFalse(Path(f"/proc/{number.read_text().strip()}").exists())
        self.assertEqual(self.finished(), {})

    def test_leftovers_of_a_process_with_our_number_do_not_stop_a_run(self):
        folder = Folder(self.out)
        (folder.begin(1) / "run.db").touch()
        self.assertEqual(list(folder.begin(1).iterdir()), [])

    def test_two_sweeps_at_once_do_not_share_a_folder(self):
        first = self.start("--set flows=1:30")
        self.wait_until(self.finished, "a run")
        second = self.sweep("--set flows=1:30")
        self.assert_ends(second, 1, "out: another sweep is at work")
        first.terminate()

    def test_a_run_that_two_machines_make_counts_once(self):
        self.sweep("--backend=slurm", "--set flows=500")  # which writes the plan, and runs nothing
        command = [*one_run_command(Folder(self.out)), "1"]
        both = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(2)]
        self.wait_until(lambda: len(self.work()) == 2 or self.finished(), "both at work")
        for process in both:
            self.assertIn("1 finished", process.communicate()[0])
            self.assertEqual(process.returncode, 0)
        self.assertEqual((list(self.finished()), self.work()), ([1], []))
        third = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
        self.assertEqual(third.stdout, "1 finished before: flows=500 RngRun=1\n")
        self.assert_ends(self.sweep("--set flows=500"), 0, "1 runs: 1 finished before")

    def test_more_runs_are_added_and_other_options_refused(self):
        self.sweep("--set flows=5", "-- --vms=2")
        before = self.finished()
        more = self.sweep("--set flows=4:5", "--runs=2", "-- --vms=2")
        self.assert_ends(more, 0, "4 runs: 1 finished before, 3 finished now")
        self.assertEqual(self.finished()[1], before[1])
        self.assert_merged([(4, 1), (4, 2), (5, 1), (5, 2)])
        others = [
            (["--set flows=5", "-- --vms=3"], PROGRAM, ["'--vms=2'", "'--vms=3'", "--out"]),
            (["--set flows=5"], PROGRAM, ["'--vms=2'", "''", "--out"]),
            (["--set frontends=1", "-- --vms=2"], PROGRAM, ["varies 'flows'", "'frontends'"]),
            (["--set flows=5", "-- --vms=2"], self.write_program(""), ["runs", "program.sh"]),
        ]
        for arguments, program, named in others:
            with self.subTest(arguments=arguments):
                self.assert_ends(self.sweep(*arguments, program=program), 2, *named)
        self.assertEqual(len(self.finished()), 4)


if __name__ == "__main__":
    unittest.main()
