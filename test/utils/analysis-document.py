#!/usr/bin/python3
# Copyright (c) 2026 The azure-net authors
# SPDX-License-Identifier: GPL-2.0-only
"""The commands of doc/analysis.rst do what it says, and its Python runs.

analysis-document.py PORT-EXHAUSTION
"""

import importlib.util
import os
import re
import shlex
import subprocess
import textwrap
import unittest

from common import PROGRAM, UTILS, ToolTest, skip

DOCUMENT = UTILS.parent / "doc" / "analysis.rst"

# What a command has to say, or the file that it has to make.
SAID = {
    "v_run_summary": "400",
    "v_early_warning": "threshold_percent",
    "SELECT column_name": "lead_1min_s",
}


def read_blocks(language):
    """The code blocks in a language."""
    text = DOCUMENT.read_text()
    blocks = re.findall(rf"^\.\. code-block:: {language}\n\n((?:   .*\n|\n)+)", text, re.M)
    return [textwrap.dedent(block) for block in blocks]


def read_commands():
    """The words of each command line."""
    commands = []
    for block in read_blocks("sh"):
        for command in re.split(r"\n(?=\./)", block.strip()):
            words = shlex.split(command.replace("\\\n", " "))
            assert words[0] == "./azure-net", command
            commands.append(words[1:])
    return commands


class Document(ToolTest):
    def run_command(self, words):
        """What a command says, as the wrapper would call it."""
        if words[0] == "run":
            self.assertEqual(words[1], "port-exhaustion")
            command = [PROGRAM, *words[2:]]
        else:
            command = ["/usr/bin/python3", UTILS / f"azure-{words[0]}.py", *words[1:]]
        result = subprocess.run(
            command, cwd=self.folder, capture_output=True, text=True, check=False, input=""
        )
        self.assertEqual(result.returncode, 0, f"{words}: {result.stderr}")
        return result.stdout

    def test_every_command_works_and_the_python_reads_what_they_made(self):
        commands = read_commands()
        self.assertGreaterEqual(len(commands), 8)
        for words in commands:
            with self.subTest(" ".join(words)):
                said = self.run_command(words)
                for text, answer in SAID.items():
                    if any(text in word for word in words):
                        self.assertIn(answer, said)
        made = set(os.listdir(self.folder))
        names = ["my-csv", "two", "my-report", "ports.svg", "packets.xml.gz"]
        names.append("packets-virtual-machine-0-1.pcap.gz")
        self.assertLessEqual(set(names), made)
        self.run_python()

    def run_python(self):
        (code,) = read_blocks("python")
        answer = subprocess.run(
            ["/usr/bin/python3", "-c", code],
            cwd=self.folder,
            capture_output=True,
            text=True,
            check=False,
        )
        self.assertEqual(answer.returncode, 0, answer.stderr)
        self.assertRegex(answer.stdout, r"established +256\n.*refused +144\n")
        # The 256th connection begins at 255 / 50 s.
        self.assertIn("all ports in use after 5.10 s", answer.stdout)


if __name__ == "__main__":
    for module in ["pandas", "matplotlib", "jinja2"]:
        if importlib.util.find_spec(module) is None:
            skip(f"{module} is not installed")
    unittest.main()
