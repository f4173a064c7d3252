#!/usr/bin/python3
# Copyright (c) 2026 The azure-net authors
# SPDX-License-Identifier: GPL-2.0-only
"""CMakeLists.txt, wscript and the disk know the same files, and the lists are sorted.

So is the version, and no test suite of test/unit has the name of one of test/simulation.
"""

import re

from common import MODULE, TOP, files, finish, read


def compare(lists):
    """Says which list lacks which name that another one has, and what is listed twice."""
    everything = set().union(*lists.values())
    found = []
    for place, names in lists.items():
        found += [f"{name}: missing in {place}" for name in sorted(everything - set(names))]
        found += [f"{name}: twice in {place}" for name in sorted(names) if names.count(name) > 1]
    return sorted(set(found))


def unsorted(place, pattern):
    """Says which name of a run of list lines stands after one that it should stand before."""
    found, last = [], ""
    for line in read(place).splitlines():
        match = re.match(pattern, line)
        name = match.group(1) if match else ""
        if name and name < last:
            found.append(f"{place}: {name} stands after {last}")
        last = name
    return found


def suites(folder):
    """Names of GoogleTest's suites in a folder of tests, each with a file that has it."""
    pattern = re.compile(r"^TEST(?:_F|_P)?\(\s*(\w+),", re.M)
    return {name: path for path in files([folder], ".cc") for name in pattern.findall(read(path))}


CMAKE = r"^\s+((?:model|helper)/\S+\.(?:cc|h))$"
WAF = r"^\s+'((?:model|helper)/\S+\.(?:cc|h))',$"
CMAKE_NAME = r"^\s+NAME (\S+)$"
WAF_NAME = r"^\s+'([\w-]+)',$"
PROGRAM = r"^azure_net_program\((\S+)\)$"
IN_TREE = "test/examples-to-run.py"
IN_TREE_NAME = r'^    \("([\w-]+)", "(?:True|False)", "(?:True|False)"\),$'

findings = compare(
    {
        "CMakeLists.txt": re.findall(CMAKE, read("CMakeLists.txt"), re.M),
        "wscript": re.findall(WAF, read("wscript"), re.M),
        "disk": [str(path) for path in files(MODULE, ".h", ".cc")],
    },
)
findings += unsorted("CMakeLists.txt", CMAKE) + unsorted("wscript", WAF)
findings += compare(
    {
        "examples/CMakeLists.txt": re.findall(CMAKE_NAME, read("examples/CMakeLists.txt"), re.M),
        "examples/wscript": re.findall(WAF_NAME, read("examples/wscript"), re.M),
        IN_TREE: re.findall(IN_TREE_NAME, read(IN_TREE), re.M),
        "disk": [path.stem for path in files(["examples"], ".cc")],
    },
)
findings += unsorted(IN_TREE, IN_TREE_NAME)
findings += compare(
    {
        "utils/CMakeLists.txt": re.findall(PROGRAM, read("utils/CMakeLists.txt"), re.M),
        "utils/wscript": re.findall(WAF_NAME, read("utils/wscript"), re.M),
        "disk": [path.stem for path in files(["utils"], ".cc")],
    },
)

# In an ns-3 tree all tests are one program; stand-alone they are two.
simulations = suites("test/simulation")
for suite, path in suites("test/unit").items():
    if suite in simulations:
        findings.append(f"{path}: {simulations[suite]} has a test suite {suite}, too")

VERSION = re.search(r'MODULE_VERSION = "(.+)"', read("helper/azure-version.h"))[1]
for file, pattern in {
    "CITATION.cff": r'^version: "(.+)"$',
    "debian/changelog": r"\Aazure-net \((\S+)\)",
    "debian/control": r"libns3-azure-net([0-9.]+)",
    "doc/installing.rst": r"(?:libns3-azure-net(?:\.so\.)?|find_package\(azure-net )([0-9][0-9.]*)",
    "test/install/project/CMakeLists.txt": r"find_package\(azure-net (\S+)",
}.items():
    found = re.findall(pattern, read(file), re.M)
    if set(found) != {VERSION}:
        findings.append(f"{file}: has the version {' and '.join(sorted(set(found)))}, not {VERSION}")
for path in (TOP / "debian").glob("libns3-azure-net[0-9]*"):
    if not path.name.startswith(f"libns3-azure-net{VERSION}."):
        findings.append(f"debian/{path.name}: its name has another version than {VERSION}")
finish(findings)
