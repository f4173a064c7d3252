#!/usr/bin/python3
# Copyright (c) 2026 The azure-net authors
# SPDX-License-Identifier: GPL-2.0-only
"""example-output.py SOURCE PROGRAM: an example prints what the comment of its file says it prints.

The program is run with its default options, and has to succeed.  Every @verbatim block that begins
with "$ ./azure-net run NAME OPTIONS", of which there must be one, is run as well, and has to print
the rest of the block; a line "..." in it stands for any lines.  All runs are in a folder of their
own.
"""

import functools
import re
import shlex
import subprocess
import sys
import tempfile
import textwrap
from pathlib import Path

SOURCE, PROGRAM = Path(sys.argv[1]), Path(sys.argv[2]).resolve()
COMMAND = re.compile(rf"\$ (?:\./azure-net run )?{re.escape(PROGRAM.name)}\b(.*)")


@functools.cache
def run(*options):
    """What the program prints with the options, run once; it ends the test if it fails."""
    with tempfile.TemporaryDirectory() as folder:
        result = subprocess.run(
            [PROGRAM, *options], cwd=folder, stdout=subprocess.PIPE, text=True, check=False
        )
    if result.returncode:
        sys.exit(f"{result.stdout}{PROGRAM.name} {options}: status {result.returncode}")
    return [line.rstrip() for line in result.stdout.rstrip().splitlines()]


def documented():
    """The documented runs: options, and the expected output."""
    for block in re.findall(r"@verbatim\n(.*?)@endverbatim", SOURCE.read_text(), re.S):
        block = textwrap.dedent(re.sub(r"^ \*", "", block, flags=re.M))
        lines = [line.rstrip() for line in block.rstrip().splitlines()]
        command = COMMAND.fullmatch(lines[0]) if lines else None
        if command:
            yield shlex.split(command.group(1)), lines[1:]


run()
blocks = list(documented())
if not blocks:
    sys.exit(f"{SOURCE.name} has no @verbatim block that begins with $ ./azure-net run")
for options, expected in blocks:
    printed = run(*options)
    pattern = "".join(
        r"(?:.*\n)*?" if line == "..." else re.escape(line) + "\n" for line in expected
    )
    if not re.fullmatch(pattern, "".join(line + "\n" for line in printed)):
        print(f"{SOURCE.name} says that {PROGRAM.name} {shlex.join(options)} prints")
        print(*expected, "but it prints", *printed, sep="\n")
        sys.exit(1)
