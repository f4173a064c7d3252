# Copyright (c) 2026 The azure-net authors
# SPDX-License-Identifier: GPL-2.0-only
"""Runs as a job array of Slurm: scripts ready to submit, in slurm/ of the sweep's folder.

array.sh makes the runs that are not finished yet, merge.sh merges when all of them are over,
finished or not, and submit.sh submits both.  Slurm limits the tasks of an array, which it counts
from 0, so that a task may have several runs: those of line task + 1 of runs-CHECKSUM.txt, which
never changes, since tasks read it long after they were submitted.
"""

import hashlib
import re
import shlex
import shutil
import subprocess
from pathlib import Path

from azure_trace.errors import TraceError
from azure_trace.files import write_whole

from .folder import Folder
from .processes import one_run_command

MAX_TASKS = 1001
"""Tasks of an array where the cluster cannot be asked: Slurm's default of MaxArraySize."""

HEAD = """#!/bin/bash
# Written by ./azure-net sweep, and again each time it is called.
#
#SBATCH --job-name={name}
#SBATCH --output="{output}"
{options}
set -euo pipefail
"""

ARRAY = """read -ra runs < <(sed -n "$((SLURM_ARRAY_TASK_ID + 1))p" {runs})
exec {command} "${{runs[@]}}"
"""

MERGE = """exec {command}
"""

SUBMIT = """#!/bin/bash
# Written by ./azure-net sweep: submits the runs, and what merges them.
set -euo pipefail

array=$(sbatch --parsable {array})
merge=$(sbatch --parsable --dependency="afterany:${{array%%;*}}" {merge})
echo "submitted: runs ${{array%%;*}}, merging ${{merge%%;*}}"
"""


def get_max_tasks() -> int:
    """How many tasks an array may have."""
    if not shutil.which("scontrol"):
        return MAX_TASKS
    answer = subprocess.run(
        ["scontrol", "show", "config"], capture_output=True, text=True, check=False
    )
    match = re.search(r"^MaxArraySize\s*=\s*(\d+)", answer.stdout, re.M)
    return max(int(match[1]), 1) if match else MAX_TASKS


def share(indexes: list[int], tasks: int) -> list[list[int]]:
    """The numbers of each task, as evenly as possible: the first tasks have one more."""
    count = min(tasks, len(indexes))
    each, more = divmod(len(indexes), count)
    shares, begin = [], 0
    for task in range(count):
        end = begin + each + (task < more)
        shares.append(indexes[begin:end])
        begin = end
    return shares


def write_scripts(
    folder: Folder, name: str, indexes: list[int], jobs: int | None, options: list[str]
) -> Path:
    """Writes the scripts; returns the one that submits the others.

    At most the given number of tasks runs at once; the options are those of sbatch.
    """
    name = re.sub(r"[^\w.-]", "-", name)
    folder.slurm.mkdir(exist_ok=True)
    shares = share(indexes, get_max_tasks())
    text = "".join(" ".join(map(str, share)) + "\n" for share in shares)
    runs = folder.slurm / f"runs-{hashlib.sha256(text.encode()).hexdigest()[:16]}.txt"
    write_whole(runs, text)

    def write(script: str, text: str, **fields) -> Path:
        path = folder.slurm / script
        write_whole(path, text.format(**fields))
        path.chmod(0o755)
        return path

    def directives(*own: str) -> str:
        return "".join(f"#SBATCH {option}\n" for option in [*own, *options])

    throttle = f"%{jobs}" if jobs else ""
    array = write(
        "array.sh",
        HEAD + ARRAY,
        name=name,
        output=folder.slurm / "%A_%a.txt",
        options=directives(f"--array=0-{len(shares) - 1}{throttle}"),
        runs=shlex.quote(str(runs)),
        command=shlex.join(one_run_command(folder)),
    )
    command = one_run_command(folder)
    merge = write(
        "merge.sh",
        HEAD + MERGE,
        name=f"{name}-merge",
        output=folder.slurm / "%j.txt",
        options=directives(),
        command=shlex.join(["--merge" if word == "--one" else word for word in command]),
    )
    paths = {"array": shlex.quote(str(array)), "merge": shlex.quote(str(merge))}
    return write("submit.sh", SUBMIT, **paths)


def submit(script: Path) -> str:
    """Submits; returns what the script says."""
    if not shutil.which("sbatch"):
        raise TraceError(f"sbatch is not there; on a machine of the cluster, run {script}")
    answer = subprocess.run([str(script)], capture_output=True, text=True, check=False)
    if answer.returncode != 0:
        raise TraceError(f"{script}: {answer.stderr.strip() or 'failed'}")
    return answer.stdout.strip()
