# Copyright (c) 2026 The azure-net authors
# SPDX-License-Identifier: GPL-2.0-only
"""The commands of an entry, as one types them, and what is started for them.

"./azure-net" would look for packages and build first, each time; whoever runs the cookbook has done
that, so that examples and scripts are started themselves.  Of the shell's language there is nothing
but quotes, continued lines and "$(cat FILE)".
"""

import re
import shlex
from dataclasses import dataclass
from pathlib import Path

from azure_trace.command import WRAPPER
from azure_trace.errors import TraceError

TOP = Path(__file__).resolve().parents[2]

PYTHON = "/usr/bin/python3"

EXAMPLE = re.compile(r"[a-z0-9-]+")
CONTENT = re.compile(r"\$\(cat ([a-z.]+)\)")
SHELL = re.compile(r"[$`;&|<>*?~#!(){}]")
"""What means something to a shell where it is not quoted."""


@dataclass(frozen=True)
class Command:
    """A command of a block."""

    text: str
    words: list[str]

    @property
    def name(self) -> str:
        """run, sweep or plot."""
        return self.words[1]


def refuse(text: str, allowed: str) -> TraceError:
    return TraceError(f"cookbook: '{text}' is not allowed; give {allowed}")


def read_commands(block: str, names: list[str]) -> list[Command]:
    """The commands of a block, each of which is ./azure-net with one of the names."""
    commands = []
    for text in split_commands(block):
        words = split_words(text)
        if len(words) < 3 or words[0] != "./azure-net" or words[1] not in names:
            raise refuse(text, " or ".join(f"./azure-net {name} ..." for name in names))
        commands.append(Command(text, words))
    return commands


def split_commands(block: str) -> list[str]:
    """One text a command, which goes on where a line ends in a backslash or within quotes."""
    commands, text = [], ""
    for line in block.splitlines():
        text += line
        try:
            shlex.split(text)
        except ValueError:  # an open quote, or a backslash at the end
            text += "\n"
            continue
        if text.strip():
            commands.append(text)
        text = ""
    if text:
        raise refuse(text.strip(), "quotes in pairs")
    return commands


def split_words(text: str) -> list[str]:
    """The words of a command; raises a TraceError if the shell would make something else of it."""
    joined = text.replace("\\\n", " ")
    plain = re.sub(r'"\$\(cat [a-z.]+\)"', "", joined)
    bare = re.sub(r"'[^']*'|\"[^\"$`\\]*\"", "", plain)
    if found := SHELL.search(bare):
        raise refuse(found[0], "it in quotes, or not at all")
    return shlex.split(joined)


def find_database(plot: Command) -> str:
    """The database an entry is about: the one it plots."""
    return plot.words[2]


def find_picture(plot: Command) -> str:
    """The file a plot is written to."""
    pictures = [word.removeprefix("--out=") for word in plot.words if word.startswith("--out=")]
    if len(pictures) != 1:
        raise refuse(plot.text, "--out=FILE once")
    return pictures[0]


def find_example(command: Command) -> str:
    """The name of the example that a command runs."""
    name = command.words[2]
    if not EXAMPLE.fullmatch(name) or not (TOP / "examples" / f"{name}.cc").exists():
        raise refuse(name, "the name of an example")
    return name


def make_arguments(command: Command, build: Path, folder: Path) -> list[str]:
    """The command line of what does the work."""
    rest = [fill_in(word, folder) for word in command.words[2:]]
    if command.name == "plot":
        return [PYTHON, str(TOP / "utils" / "azure-plot.py"), *rest]
    example = build / "examples" / find_example(command)
    if not example.exists():
        raise TraceError(f"{example}: is not built; {WRAPPER} cookbook builds it")
    if command.name == "sweep":
        return [PYTHON, str(TOP / "utils" / "azure-sweep.py"), str(example), *rest[1:]]
    return [str(example), *rest[1:]]


def fill_in(word: str, folder: Path) -> str:
    """The word, with the file's content in place of "$(cat FILE)"."""
    content = CONTENT.fullmatch(word)
    return (folder / content[1]).read_text("utf-8").strip() if content else word
