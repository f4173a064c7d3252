#!/usr/bin/python3
# Copyright (c) 2026 The azure-net authors
# SPDX-License-Identifier: GPL-2.0-only
"""clang-tidy has nothing to say about any .cc file, nor about our headers it includes.

A file that passed is not looked at again until it, a header of ours that it includes, its
compiler options, or a .clang-tidy changes: the hash of all that is kept in BUILD/lint.

Where time is short, as in CI, the environment variable AZURE_NET_LINT names the folders and files
to look at.
"""

import hashlib
import json
import os
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from common import CODE, TOP, files, finish, read

BUILD = Path(sys.argv[1])
FOLDERS = os.environ.get("AZURE_NET_LINT", " ".join(CODE)).split()
HEADERS = {path.name: path for path in files(CODE, ".h")}
# clang cannot read the headers that gcc has precompiled, and does not need them.
COMMANDS = json.loads(
    re.sub(
        r"-Winvalid-pch |-include \S+/cmake_pch\.hxx ",
        "",
        (BUILD / "compile_commands.json").read_text(),
    )
)
OPTIONS = {e["file"]: e["command"] for e in COMMANDS}


def with_own_headers(path, seen):
    """The file, and every header of ours that it includes, directly or not."""
    seen.add(path)
    for name in re.findall(r'#include ["<](?:ns3/)?([\w./-]+)[">]', read(path)):
        header = HEADERS.get(name)
        if header and header not in seen:
            with_own_headers(header, seen)
    return sorted(seen)


def lint(path):
    parts = [read(".clang-tidy"), read("test/.clang-tidy"), OPTIONS.get(str(TOP / path), "")]
    parts += [read(part) for part in with_own_headers(path, set())]
    passed = BUILD / "lint" / hashlib.sha256("\0".join(parts).encode()).hexdigest()
    if passed.exists():
        return ""
    command = ["clang-tidy-14", "-p", str(BUILD / "lint"), "--quiet", str(TOP / path)]
    run = subprocess.run(command, capture_output=True, text=True)
    if run.returncode == 0:
        passed.touch()
        return ""
    return f"{path}\n{run.stdout.replace(f'{TOP}/', '')}"


(BUILD / "lint").mkdir(exist_ok=True)
(BUILD / "lint/compile_commands.json").write_text(json.dumps(COMMANDS))
compiled = [path for path in files(FOLDERS, ".cc") if str(TOP / path) in OPTIONS]
for name in FOLDERS:
    if not any(path in compiled for path in files([name], ".cc")):
        finish([f"{name}: nothing in it is compiled in {BUILD}"])
with ThreadPoolExecutor(os.cpu_count()) as pool:
    finish([finding for finding in pool.map(lint, compiled) if finding])
