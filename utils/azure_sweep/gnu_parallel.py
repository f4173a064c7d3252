# Copyright (c) 2026 The azure-net authors
# SPDX-License-Identifier: GPL-2.0-only
"""Runs started by GNU parallel, on this machine or, with its file of ssh logins, on several.

Which runs are finished is known from the sweep's folder, so that parallel needs no log to resume
from.  All machines must have the folder, the program and azure-net in the same places.
"""

import os
import selectors
import shlex
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator

from azure_trace.command import WRAPPER
from azure_trace.errors import TraceError

from .folder import Folder
from .processes import PATIENCE, SECONDS_TO_END, one_run_command
from .run_one import die_with_parent


def make_command(folder: Folder, jobs: int, logins: str | None) -> list[str]:
    """The command, which reads those of runs; -j holds for each machine."""
    command = ["parallel", "--plain", "--will-cite", "--line-buffer"]
    # Its own sequence kills runs after a third of a second, which may be amid their tidying up.
    command += ["--termseq", f"TERM,{SECONDS_TO_END * 1000},KILL,100"]
    command += ["--jobs", str(jobs)]
    if logins:
        command += ["--sshloginfile", logins]
    return command


def make_input(folder: Folder, indexes: list[int]) -> str:
    """A command for each run.  In these, unlike in its own, parallel does not replace "{}"."""
    one_run = shlex.join(one_run_command(folder))
    return "".join(f"{one_run} {index}\n" for index in indexes)


def run(
    folder: Folder, indexes: list[int], jobs: int, logins: str | None, tick: Callable[[], None]
) -> Iterator[tuple[int, str]]:
    """As processes.run()."""
    if not shutil.which("parallel"):
        raise TraceError(f"GNU parallel is not there; {WRAPPER} setup installs it")
    waiting = set(indexes)
    words = ""
    with tempfile.TemporaryFile("w+") as commands:
        commands.write(make_input(folder, indexes))
        commands.seek(0)
        process = subprocess.Popen(
            make_command(folder, jobs, logins),
            stdin=commands,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            # If this process is killed, parallel starts no more.
            preexec_fn=lambda: die_with_parent(signal.SIGTERM),
        )
    try:
        for line in lines(process, tick):
            words = line.strip() or words
            number = line.partition(" ")[0]
            if number.isdigit() and int(number) in waiting:
                waiting.remove(int(number))
                yield int(number), line.strip()
        process.wait()
    finally:
        end(process)
    for index in sorted(waiting):
        yield index, f"parallel has not made it: {words}"


def lines(process: subprocess.Popen, tick: Callable[[], None]) -> Iterator[str]:
    """The lines that a process prints, as they come."""
    rest = b""
    with selectors.DefaultSelector() as selector:
        selector.register(process.stdout, selectors.EVENT_READ)
        while True:
            if selector.select(PATIENCE):
                data = os.read(process.stdout.fileno(), 65536)
                if not data:
                    return
                *complete, rest = (rest + data).split(b"\n")
                yield from (line.decode(errors="replace") for line in complete)
            tick()


def end(process: subprocess.Popen) -> None:
    """Stops parallel, if it is still at work, and what it has started.

    It does not mind the signal while it reads its options, hence the repetition.
    """
    until = time.monotonic() + SECONDS_TO_END + 2
    while time.monotonic() < until:
        if process.poll() is not None:
            return
        process.terminate()
        time.sleep(0.2)
    process.kill()
    process.wait()
