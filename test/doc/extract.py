#!/usr/bin/python3
# Copyright (c) 2026 The azure-net authors
# SPDX-License-Identifier: GPL-2.0-only
"""extract.py FOLDER: writes the programs of the documents, and one file with all fragments of C++.

Prints the names of the programs.  Files that would not change are left as they are.
"""

import argparse
from pathlib import Path

import blocks


def main() -> None:
    """Does what the file says."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    folder = parser.parse_args().folder
    folder.mkdir(parents=True, exist_ok=True)
    blocks.write(folder / "fragments.cc", blocks.fragments())
    for program, _ in blocks.programs():
        blocks.write(folder / f"{program.name}.cc", program.code)
        print(program.name)


main()
