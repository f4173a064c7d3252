# Copyright (c) 2026 The azure-net authors
# SPDX-License-Identifier: GPL-2.0-only
"""Commands that documents quote, and whether what they name is there.

Looked at are "./azure-net COMMAND ..." with the names of examples, benchmarks and tests, and
"python3 FILE ...", in which files of the build folder are programs of ours.  In a table with a
column "example" or "``./azure-net test -R``" that goes for the column's cells.
"""

import re

import facts
from common import TOP, read

QUOTED = re.compile(
    r"(?:\./azure-net (?P<command>[a-z-]+)|python3 (?P<script>[\w./-]+\.py))(?P<rest>[^`\n|]*)"
)
TEST = re.compile(r"^TEST(?:_F|_P)?\(\s*(\w+),\s*(\w+)\)", re.M)
NAME = re.compile("[a-z][a-z0-9-]*")  # NAME in a document stands for any


def stems(folder, prefix=""):
    """Names of a folder's programs."""
    return {path.stem.removeprefix(prefix) for path in (TOP / folder).glob(f"{prefix}*.cc")}


def read_test_names():
    """What ctest calls our tests, without the instances of those with parameters."""
    names = set()
    for path in (TOP / "test").rglob("*.cc"):
        for suite, case in TEST.findall(path.read_text()):
            names.add(f"{suite}.{case}")
    for path in (TOP / "test").rglob("CMakeLists.txt"):
        text = path.read_text()
        names |= set(re.findall(r"add_test\(\s*NAME ([\w/-]*\w)", text))
        for kind, name in re.findall(r"^azure_net_(example|utils)_test\((\S+?)[ )]", text, re.M):
            names.add(f"{kind}/{name}")
    return names


class Commands:
    """What may be named."""

    def __init__(self):
        wrapper = read("azure-net")
        main = wrapper[wrapper.index("\nmain() {") :]
        self.commands = set(re.findall(r"^ {8}([a-z-]+)(?: \||\))", main, re.M))
        self.examples = stems("examples")
        self.benchmarks = stems("test/benchmark", "azure-")
        self.programs = self.examples | {path.stem for path in (TOP / "test").rglob("*.cc")}
        self.tests = read_test_names()

    def find_problems(self, text):
        """What quoted commands of a text name that is not there."""
        for match in QUOTED.finditer(text):
            yield from self.find_problems_of(match["command"], match["script"], match["rest"])
        for head, *rows in facts.tables(text):
            for column, command in [("example", "run"), ("``./azure-net test -R``", "test")]:
                for row in rows if column in head else []:
                    name = row[head.index(column)].strip("`")
                    if name:
                        rest = f"-R {name}" if command == "test" else name
                        yield from self.find_problems_of(command, None, rest)

    def find_problems_of(self, command, script, rest):
        """The same of one command, or of Python with a script, and what comes after it."""
        words = rest.split()
        first = words[0] if words else ""
        is_name = NAME.fullmatch(first)
        if command and command not in self.commands:
            yield f"there is no ./azure-net {command}"
        elif command == "run" and is_name and first not in self.examples:
            yield f"./azure-net run {first}: there is no such example"
        elif command == "bench" and is_name and first not in self.benchmarks:
            yield f"./azure-net bench {first}: there is no such benchmark"
        elif command == "test" and first == "-R" and len(words) > 1:
            pattern = words[1].strip("'\"")
            if not any(re.search(pattern, name) for name in self.tests):
                yield f"./azure-net test -R {pattern}: there is no such test"
        elif script and not (TOP / script).exists():
            yield f"python3 {script}: there is no such file"
        for program in re.findall(r"\bbuild/(?:test|examples)/([\w-]+)(?!\S)", rest):
            if program not in self.programs:
                yield f"build/.../{program}: there is no such program"
