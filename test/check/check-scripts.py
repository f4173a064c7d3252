#!/usr/bin/python3
# Copyright (c) 2026 The azure-net authors
# SPDX-License-Identifier: GPL-2.0-only
"""pyflakes and shellcheck have nothing to say about the scripts."""

import subprocess

from common import CODE, TOP, files, finish

python = files([*CODE, "doc"], ".py")
shell = ["azure-net", ".ci/run"]

findings = []
for command in [["pyflakes3", *python], ["shellcheck", "--format=gcc", *shell]]:
    answer = subprocess.run(command, cwd=TOP, capture_output=True, text=True, check=False)
    findings += (answer.stdout + answer.stderr).splitlines()
finish(findings)
