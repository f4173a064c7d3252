#!/usr/bin/python3
# Copyright (c) 2026 The azure-net authors
# SPDX-License-Identifier: GPL-2.0-only
"""What documents for beginners show in a shell is what the commands print.

tutorial-document.py EXAMPLES, a folder with the programs
"""

import re
import shlex
import shutil
import subprocess
import textwrap
import unittest
from pathlib import Path

from common import PROGRAM, UTILS, ToolTest, skip

DOCUMENTS = UTILS.parent / "doc"
BLOCK = re.compile(r"^\.\. code-block:: console\n\n((?:   .*\n|\n)+)", re.M)


def read_commands(name):
    """The command lines of a document's blocks, in order, each with the lines that it prints."""
    commands = []
    for block in BLOCK.findall((DOCUMENTS / name).read_text()):
        # A command ends where its quotes do and no backslash goes on.
        lines = textwrap.dedent(block).strip("\n").split("\n")
        while lines:
            command = lines.pop(0)
            assert command.startswith("$ "), command
            while command.endswith("\\") or command.count('"') % 2:
                command += "\n" + lines.pop(0)
            output = []
            while lines and not lines[0].startswith("$ "):
                output.append(lines.pop(0))
            commands.append((shlex.split(command[2:].replace("\\\n", " ")), output))
    return commands


def translate(words):
    """A command as the wrapper would call it."""
    if words[0] != "./azure-net":
        return words
    command, *rest = words[1:]
    if command == "run":
        return [Path(PROGRAM) / rest[0], *rest[1:]]
    if command == "sweep":
        rest[0] = str(Path(PROGRAM) / rest[0])
    return ["/usr/bin/python3", str(UTILS / f"azure-{command}.py"), *rest]


class Document(ToolTest):
    def check(self, name, least):
        """Runs a document's commands, in one folder, and compares."""
        commands = read_commands(name)
        self.assertGreaterEqual(len(commands), least)
        for words, expected in commands:
            with self.subTest(" ".join(words)):
                result = subprocess.run(
                    translate(words), cwd=self.folder, capture_output=True, text=True, check=False
                )
                self.assertEqual(result.returncode, 0, result.stderr)
                printed = [line.rstrip() for line in result.stdout.rstrip().splitlines()]
                pattern = "".join(
                    r"(?:.*\n)*?" if line == "..." else re.escape(line.rstrip()) + "\n"
                    for line in expected
                )
                self.assertRegex("".join(f"{line}\n" for line in printed), rf"\A{pattern}\Z")

    def test_the_tutorial_prints_what_it_says(self):
        self.check("tutorial.rst", 12)
        for name in ["tutorial-pool.svg", "tutorial-policy.svg"]:
            drawn = (self.folder / name).read_text(encoding="utf-8")
            shown = (DOCUMENTS / "figures" / name).read_text(encoding="utf-8")
            self.assertTrue(drawn == shown, f"doc/figures/{name} is of another time")

    def test_the_page_for_azure_users_prints_what_it_says(self):
        self.check("for-azure-users.rst", 2)

    def test_the_packet_walk_prints_what_it_says(self):
        self.check("packet-walk.rst", 2)


if __name__ == "__main__":
    if not shutil.which("tshark"):
        skip("tshark is not installed")
    unittest.main()
