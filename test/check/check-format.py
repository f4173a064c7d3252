#!/usr/bin/python3
# Copyright (c) 2026 The azure-net authors
# SPDX-License-Identifier: GPL-2.0-only
"""Every C++ file is laid out as .clang-format says."""

import subprocess

from common import CODE, TOP, files, finish

sources = [str(path) for path in files(CODE, ".h", ".cc")]
command = ["clang-format-14", "--dry-run", "-Werror", *sources]
run = subprocess.run(command, cwd=TOP, capture_output=True, text=True)
wrong = sorted({line.split(":")[0] for line in run.stderr.splitlines() if "error:" in line})
finish([f"{path}: run clang-format-14 -i on it" for path in wrong])
