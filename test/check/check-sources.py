#!/usr/bin/python3
# Copyright (c) 2026 The azure-net authors
# SPDX-License-Identifier: GPL-2.0-only
"""Every file says whose it is and under which license; headers are guarded by their own name."""

import re

from common import CODE, files, finish, read

HEAD = ["Copyright (c) 2026 The azure-net authors", "SPDX-License-Identifier: GPL-2.0-only"]

findings = []
for path in files([*CODE, "cmake"], ".h", ".cc", ".py", ".cmake"):
    text = read(path)
    lines = text.removeprefix("#!/usr/bin/python3\n").splitlines()
    if [line.lstrip("/# ") for line in lines[:2]] != HEAD:
        findings.append(f"{path}: does not begin with the copyright and license lines")
    if not text.isascii():
        findings.append(f"{path}: has characters that are not ASCII")
    if re.search(r"\b(TODO|FIXME|XXX)\b", text) and path.name != "check-sources.py":
        findings.append(f"{path}: has something left to do")
    if path.suffix == ".h":
        guard = re.sub(r"[^A-Z0-9]", "_", path.name.upper())
        if re.findall(r"^#(?:ifndef|define) (\w+_H)$", text, re.M)[:2] != [guard, guard]:
            findings.append(f"{path}: is not guarded by {guard}")
finish(findings)
