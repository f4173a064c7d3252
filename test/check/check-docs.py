#!/usr/bin/python3
# Copyright (c) 2026 The azure-net authors
# SPDX-License-Identifier: GPL-2.0-only
"""The documentation can be built, and says what the code does.

documents.py looks at pages, links and what is generated, claims.py at the statements about Azure,
commands.py at the commands that documents quote.
"""

import sys

import claims
import documents
from commands import Commands
from common import TOP, files, finish, read

findings = [*documents.find_problems(sys.argv[1]), *claims.find_problems()]
commands = Commands()
for path in [*files(["doc"], ".rst"), *sorted(file.name for file in TOP.glob("*.md"))]:
    findings += (f"{path}: {problem}" for problem in commands.find_problems(read(path)))
finish(findings)
