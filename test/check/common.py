# Copyright (c) 2026 The azure-net authors
# SPDX-License-Identifier: GPL-2.0-only
"""What the checks share.  Each check prints its findings and exits with 1 if there are any."""

import re
import sys
from pathlib import Path

TOP = Path(__file__).resolve().parents[2]
MODULE = ("model", "helper")  # what users compile against
CODE = ("model", "helper", "examples", "test", "utils")  # all C++


def files(folders, *suffixes):
    """The files below the folders that have one of the suffixes, sorted, relative to the top; what
    is named may be a file, too."""
    named = [TOP / folder for folder in folders]
    below = (path for folder in named for path in (folder, *folder.rglob("*")))
    return sorted(path.relative_to(TOP) for path in set(below) if path.suffix in suffixes)


def read(path):
    return (TOP / path).read_text()


def blank(text, comments=True, strings=True):
    """The C++ text without its comments, without the insides of its strings, or both."""

    def replace(match):
        token = match.group()
        if token.startswith("/"):
            return "\n" * token.count("\n") if comments else token
        return '""' if strings else token

    token = r'//[^\n]*|/\*.*?\*/|R"(\w*)\(.*?\)\1"|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])+\''
    return re.sub(token, replace, text, flags=re.S)


def finish(findings):
    for finding in findings:
        print(f"  {finding}")
    sys.exit(1 if findings else 0)
