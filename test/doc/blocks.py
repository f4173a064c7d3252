# Copyright (c) 2026 The azure-net authors
# SPDX-License-Identifier: GPL-2.0-only
"""The code of the documents: programs, fragments of programs, and what is typed in a shell.

A block of C++ with ``:name: NAME.cc`` is a whole program; the commands of the blocks of text between
it and the next one are typed after it.  Any other block of C++ is a fragment, which may use what
FRAGMENT declares.
"""

import re
import shlex
import textwrap
from pathlib import Path
from typing import Iterator, NamedTuple

TOP = Path(__file__).resolve().parents[2]
PAGES = sorted((TOP / "doc").glob("*.rst"))
BLOCK = re.compile(
    r"^( *)\.\. code-block:: (cpp|text)\n((?:\1 +:.*\n)*)((?:\n|\1 +.*(?:\n|\Z))+)", re.M
)

FRAGMENT_HEAD = '#include "ns3/azure-net-module.h"\n#include "ns3/core-module.h"\n'
FRAGMENT = """
[[maybe_unused]] static int
{name}([[maybe_unused]] OutboundScenarioHelper& scenario,
       [[maybe_unused]] TrafficHelper& traffic,
       [[maybe_unused]] const NetworkResources& resources,
       [[maybe_unused]] int argc,
       [[maybe_unused]] char** argv)
{{
    {{
#line {line} "{page}"
{code}    }}
    return 0;
}}
"""


def write(path: Path, text: str) -> None:
    """Writes a file unless that is what is in it."""
    if not path.exists() or path.read_text() != text:
        path.write_text(text)


class Block(NamedTuple):
    """A block of code of a page, which begins at a line; programs have a name."""

    page: Path
    line: int
    language: str
    name: str
    code: str


def read_blocks(page: Path) -> Iterator[Block]:
    """The blocks of C++ and of text of a page, in order."""
    text = page.read_text()
    for match in BLOCK.finditer(text):
        _, language, options, code = match.groups()
        name = re.search(r":name: (\S+)\.cc$", options, re.M)
        line = text.count("\n", 0, match.start(4)) + 2  # after the empty line
        code = textwrap.dedent(code).strip("\n") + "\n"
        yield Block(page, line, language, name[1] if name else "", code)


def read_commands(text: str) -> Iterator[tuple[str, str]]:
    """What is typed after a prompt, with its further lines, and what that prints."""
    command, output = "", ""
    for line in text.splitlines():
        if command and not is_complete(command):
            command += "\n" + line
        elif line.startswith("$ "):
            if command:
                yield command, output
            command, output = line[2:], ""
        else:
            output += line + "\n"
    if command:
        yield command, output


def is_complete(command: str) -> bool:
    """Whether a shell would not wait for a closing quotation mark."""
    try:
        shlex.split(command)
    except ValueError:
        return False
    return True


def programs() -> Iterator[tuple[Block, list[tuple[str, str]]]]:
    """Each program, and the commands that come after it with what they print."""
    for page in PAGES:
        program, commands = None, []
        for block in read_blocks(page):
            if block.name:
                if program:
                    yield program, commands
                program, commands = block, []
            elif block.language == "text":
                commands += read_commands(block.code)
        if program:
            yield program, commands


def fragments() -> str:
    """A source file with all fragments, which tells errors by page and line."""
    text = FRAGMENT_HEAD + "using namespace ns3;\nusing namespace ns3::azure;\n"
    for page in PAGES:
        for block in read_blocks(page):
            if block.language == "cpp" and not block.name:
                name = f"{page.stem.replace('-', '_')}_{block.line}"
                place = page.relative_to(TOP)
                text += FRAGMENT.format(name=name, line=block.line, page=place, code=block.code)
    return text
