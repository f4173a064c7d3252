#!/usr/bin/python3
# Copyright (c) 2026 The azure-net authors
# SPDX-License-Identifier: GPL-2.0-only
"""Includes go down or sideways in the house, never up (doc/design.rst, "Floors of the house")."""

import re

from common import MODULE, blank, files, finish, read

FLOORS = ["model/values", "model/tables", "model/datapath", "model/nodes", "helper"]
PURE = ["model/values", "model/tables"]  # of ns-3 only this:
PURE_INCLUDES = {"ns3/ipv4-address.h", "ns3/nstime.h", "ns3/assert.h", "ns3/abort.h"}
TIMED = ["model/nodes", "helper"]  # only these read the clock and draw random numbers
CLOCK = r"\b(?:Simulator::|RandomVariableStream\b|RngStream\b)"
CLOCK_INCLUDE = r"ns3/(?:simulator|random-variable-stream|rng-stream)\.h"
COMPAT = "model/nodes/azure-ns3-compat.h"  # the only file that asks which ns-3 it is
VERSION = r"AZURE_NET_NS3_VERSION|__has_include|NS3_VERSION_"

sources = files(MODULE, ".h", ".cc")
folder_of = {path.name: str(path.parent) for path in sources}
findings = []
includers = {r"sqlite3\.h": [], r"nlohmann/.*": []}  # one file each

for path in sources:
    folder = str(path.parent)
    text = blank(read(path), strings=False)
    if folder not in FLOORS:
        findings.append(f"{path}: is on no floor")
        continue
    for prefix, name in re.findall(r'#include "(ns3/)?([^"]+)"', text):
        target = folder_of.get(name)
        if target is None:
            if folder in PURE and prefix + name not in PURE_INCLUDES:
                findings.append(f"{path}: {folder} must not know {prefix}{name}")
        elif FLOORS.index(target) > FLOORS.index(folder):
            findings.append(f"{path}: includes {name} of the higher floor {target}")
        elif (target == folder) == bool(prefix):
            findings.append(f'{path}: "x.h" for the own folder, "ns3/x.h" for others: {name}')
    for header, paths in includers.items():
        if re.search(rf'#include ["<]{header}[">]', text):
            paths.append(str(path))
    if folder not in TIMED:
        found = re.search(CLOCK, blank(text)) or re.search(CLOCK_INCLUDE, text)
        if found:
            findings.append(f"{path}: {found.group()} belongs in model/nodes or helper")
    if str(path) != COMPAT and (match := re.search(VERSION, text)):
        findings.append(f"{path}: {match.group()} belongs in {COMPAT}")

for header, paths in includers.items():
    if len(paths) > 1:
        findings.append(f"{header} is included by more than one file: {', '.join(paths)}")
finish(findings)
