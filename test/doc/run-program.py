#!/usr/bin/python3
# Copyright (c) 2026 The azure-net authors
# SPDX-License-Identifier: GPL-2.0-only
"""run-program.py PROGRAM: a program of the documents does what its page says.

It is run in a folder of its own.  Then the commands "./NAME" and "sqlite3 ..." that the page has
after it are typed there, and have to print what the page says.
"""

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

import blocks

TYPED = ("./", "sqlite3 ")


def find(name: str) -> list[tuple[str, str]]:
    """The commands of a program that are typed; there has to be one."""
    for program, commands in blocks.programs():
        if program.name == name:
            typed = [entry for entry in commands if entry[0].startswith(TYPED)]
            if not typed:
                sys.exit(f"{program.page.name}:{program.line}: nothing tells what {name} gives")
            return typed
    sys.exit(f"no page has a program {name}.cc")


def run(command: str, folder: str) -> str:
    """What a command prints; it ends the test if it fails."""
    result = subprocess.run(
        command, shell=True, cwd=folder, stdout=subprocess.PIPE, text=True, check=False
    )
    if result.returncode:
        sys.exit(f"{result.stdout}{command}: status {result.returncode}")
    return "".join(line.rstrip() + "\n" for line in result.stdout.splitlines())


def main() -> None:
    """Does what the file says."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("program", type=Path)
    program = parser.parse_args().program.resolve()
    commands = find(program.name)
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / program.name).symlink_to(program)
        if all(command != f"./{program.name}" for command, _ in commands):
            run(f"./{program.name}", folder)
        for command, expected in commands:
            printed = run(command, folder)
            if printed != expected:
                sys.exit(f"$ {command}\nshould print\n{expected}but prints\n{printed}")


main()
