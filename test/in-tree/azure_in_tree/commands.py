# Copyright (c) 2026 The azure-net authors
# SPDX-License-Identifier: GPL-2.0-only
"""Running programs, with all that they print in a log."""

import re
import subprocess
from pathlib import Path
from typing import Sequence

TAIL = 40  # lines of a program that failed to show
COLOR = re.compile(r"\x1b\[[0-9;]*m")


class StepFailed(Exception):
    """A step that did not go well: what to tell."""


class Commands:
    """Runs programs in a folder and keeps what they print."""

    def __init__(self, log: Path) -> None:
        log.parent.mkdir(parents=True, exist_ok=True)
        self.log = log
        self.log.write_text("", encoding="utf-8")

    def try_to_run(self, command: Sequence[str | Path], folder: Path) -> tuple[int, str]:
        """The program's exit status, and what it printed."""
        words = [str(word) for word in command]
        with self.log.open("a", encoding="utf-8") as log:
            log.write(f"$ {' '.join(words)}\n")
            log.flush()
            begin = log.tell()
            try:
                done = subprocess.run(
                    words,
                    cwd=folder,
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=subprocess.STDOUT,
                    check=False,
                )
            except FileNotFoundError as error:
                raise StepFailed(f"{words[0]}: {error.strerror}") from error
        with self.log.open("r+", encoding="utf-8", errors="replace") as log:
            log.seek(begin)
            text = COLOR.sub("", log.read())
            log.write(f"\nstatus {done.returncode}\n\n")
        return done.returncode, text

    def run(self, command: Sequence[str | Path], folder: Path) -> str:
        """What the program printed; a status other than 0 ends the step."""
        status, text = self.try_to_run(command, folder)
        if status != 0:
            end = "\n".join(text.splitlines()[-TAIL:])
            words = " ".join(str(word) for word in command)
            raise StepFailed(f"{end}\n{words}: status {status}")
        return text
