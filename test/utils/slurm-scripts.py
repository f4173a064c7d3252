#!/usr/bin/python3
# Copyright (c) 2026 The azure-net authors
# SPDX-License-Identifier: GPL-2.0-only
"""What is written for Slurm, and what it does in the hands of something that acts as Slurm."""

import os
import re
import shutil
import subprocess
import unittest

from common import SweepTest

from azure_sweep import slurm
from azure_sweep.folder import Folder
from azure_sweep.processes import one_run_command

SLURM = "--backend=slurm"

# As sbatch: runs a job at once, one task after the other; a job's number is that of its line in
# sbatch.log.  Tasks may fail, which is of no matter to "afterany".
SBATCH = """#!/bin/bash
echo "$*" >>sbatch.log
job=$(wc -l <sbatch.log)
script=${@: -1}
range=$(sed -n 's/^#SBATCH --array=\\([0-9]*-[0-9]*\\).*/\\1/p' "$script")
if [[ $range ]]; then
    for task in $(seq "${range%-*}" "${range#*-}"); do
        SLURM_ARRAY_TASK_ID=$task "$script" >"$job.$task.txt" 2>&1 || true
    done
else
    "$script" >"$job.txt" 2>&1 || true
fi
echo "$job;cluster"
"""


class Slurm(SweepTest):
    def setUp(self):
        super().setUp()
        (self.folder / "nothing").mkdir()
        self.without = {"PATH": str(self.folder / "nothing")}
        (self.folder / "bin").mkdir()
        self.with_slurm = {**os.environ, "PATH": f"{self.folder}/bin:/usr/bin:/bin"}
        self.write_tool("sbatch", SBATCH)
        # Tasks are counted from 0 to 4.
        self.write_tool("scontrol", "#!/bin/bash\necho 'MaxArraySize            = 5'\n")

    def write_tool(self, name, text):
        path = self.folder / "bin" / name
        path.write_text(text)
        path.chmod(0o755)

    def read(self, name):
        return (self.out / "slurm" / name).read_text()

    def read_runs(self):
        """What the tasks of array.sh have to do, a line for each."""
        return self.read(re.search(r"runs-\w+\.txt", self.read("array.sh"))[0]).splitlines()

    def test_scripts_are_written_for_what_is_missing(self):
        self.sweep("--set flows=1:2")
        arguments = ["--set flows=1:4", "-j 8", "--slurm-option=--time=60 --slurm-option=--mem=1G"]
        result = self.sweep(SLURM, *arguments, env=self.without)
        self.assert_ends(result, 0, "2 runs to make; to submit them: out/slurm/submit.sh\n")
        self.assertEqual(self.read_runs(), ["3", "4"])
        for line in ["--array=0-1%8", "--time=60", "--mem=1G", "--job-name=out"]:
            self.assertIn(f"#SBATCH {line}\n", self.read("array.sh"))
        self.assertIn("#SBATCH --time=60\n", self.read("merge.sh"))
        self.assertEqual(len(self.finished()), 2)

    def test_scripts_are_good_bash(self):
        self.sweep(SLURM, "--set flows=1:4", env=self.without)
        scripts = [str(path) for path in (self.out / "slurm").glob("*.sh")]
        self.assertEqual(len(scripts), 3)
        for script in scripts:
            subprocess.run(["bash", "-n", script], check=True)
        if shutil.which("shellcheck"):
            subprocess.run(["shellcheck", *scripts], check=True)

    def test_what_is_submitted_makes_all_runs_and_merges_them(self):
        program = self.write_program('[[ $* != *flows=3*RngRun=2* ]] || exit 7\nexec $PROGRAM "$@"')
        arguments = [SLURM, "--submit", "--set flows=1:3", "--runs=2"]
        result = self.sweep(*arguments, program=program, env=self.with_slurm)
        self.assert_ends(result, 0, "submitted: runs 1, merging 2\n")
        log = (self.folder / "sbatch.log").read_text().splitlines()
        self.assertEqual(log[0], f"--parsable {self.out.resolve()}/slurm/array.sh")
        self.assertIn("--dependency=afterany:1 ", log[1])
        self.assert_merged([(1, 1), (1, 2), (2, 1), (2, 2), (3, 1)])
        self.assertIn("\n  6      3       2  exit status 7", (self.folder / "2.txt").read_text())
        # Five tasks have six runs.
        self.assertEqual(self.read_runs(), ["1 2", "3", "4", "5", "6"])
        said = (self.folder / "1.4.txt").read_text()
        self.assertEqual(said, "6 exit status 7: flows=3 RngRun=2\n")

        # The next submission has what failed only; when nothing is missing there is none.
        self.write_program('exec $PROGRAM "$@"')
        self.sweep(*arguments, program=program, env=self.with_slurm)
        self.assertEqual(self.read_runs(), ["6"])
        done = self.sweep(*arguments, program=program, env=self.with_slurm)
        self.assert_ends(done, 0, "6 of 6 runs")
        self.assertEqual(len((self.folder / "sbatch.log").read_text().splitlines()), 4)

    def test_what_waits_for_slurm_keeps_its_runs_when_the_sweep_is_called_again(self):
        arguments = [SLURM, "--set flows=1:4"]
        self.sweep(*arguments, env=self.without)
        waiting = self.read("array.sh")  # sbatch takes a copy
        command = [*one_run_command(Folder(self.out)), "1", "2"]
        subprocess.run(command, stdout=subprocess.DEVNULL, check=True)
        self.sweep(*arguments, env=self.without)
        self.assertEqual(self.read_runs(), ["3", "4"])
        task = {**os.environ, "SLURM_ARRAY_TASK_ID": "3"}
        subprocess.run(["bash", "-c", waiting], env=task, stdout=subprocess.DEVNULL, check=True)
        self.assertEqual(sorted(self.finished()), [1, 2, 4])

    def test_without_sbatch_the_script_is_there_to_be_submitted(self):
        result = self.sweep(SLURM, "--submit", "--set flows=1", env=self.without)
        self.assert_ends(result, 1, "sbatch is not there", "out/slurm/submit.sh")
        self.assertTrue(os.access(self.out / "slurm/submit.sh", os.X_OK))

    def test_what_sbatch_refuses_is_told(self):
        self.write_tool("sbatch", "#!/bin/bash\necho 'error: no such partition' >&2\nexit 1\n")
        result = self.sweep(SLURM, "--submit", "--set flows=1", env=self.with_slurm)
        self.assert_ends(result, 1, "submit.sh: error: no such partition")

    def test_more_runs_than_tasks_are_shared(self):
        for runs, tasks, shares in [
            (3, 5, [[1], [2], [3]]),
            (5, 5, [[1], [2], [3], [4], [5]]),
            (7, 3, [[1, 2, 3], [4, 5], [6, 7]]),
        ]:
            self.assertEqual(slurm.share(list(range(1, runs + 1)), tasks), shares)


if __name__ == "__main__":
    unittest.main()
