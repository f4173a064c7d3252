#!/usr/bin/python3
# Copyright (c) 2026 The azure-net authors
# SPDX-License-Identifier: GPL-2.0-only
"""./azure-net in-tree: builds and tests the module inside a tree of ns-3's sources."""

import argparse
import os
import sys
import time
from pathlib import Path
from typing import Callable

from azure_in_tree import sources
from azure_in_tree.commands import Commands, StepFailed
from azure_in_tree.steps import TOP, Tree

sys.path.insert(0, str(TOP / "test/support"))

import build_folder  # noqa: E402
import command_line  # noqa: E402

DESCRIPTION = """\
Builds and tests azure-net as contrib/azure-net inside a tree of ns-3's sources,
as a user does: ./ns3 configure, ./ns3 build, ./test.py, ./ns3 run.  A warning of
the module's files is a failure.  The tree is that of Debian's source package of
ns-3, downloaded by apt-get without a change of the machine's settings, or one
that is given.  All happens below the build folder and is kept there: the next
run compiles what has changed.  The first takes about half an hour on two cores,
2 GB of disk space, and 100 MB of downloads."""


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="./azure-net in-tree",
        description=DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument(
        "--source",
        type=Path,
        metavar="FOLDER",
        help="a folder with a tree of ns-3.36 or later, which is copied, or with Debian's source "
        "package of ns-3, ns3_*.dsc and what belongs to it (default: download the package)",
    )
    parser.add_argument(
        "--profile",
        choices=("debug", "default", "optimized"),
        default="debug",
        help="ns-3's build profile (default: debug, which checks all assertions)",
    )
    parser.add_argument(
        "--jobs",
        type=command_line.count,
        metavar="N",
        default=os.cpu_count() or 1,
        help="compilers at a time, 1 or more (default: as many as there are processors)",
    )
    arguments = parser.parse_args()
    if arguments.source and not arguments.source.is_dir():
        parser.error(f"argument --source: {arguments.source} is no folder")
    return arguments


def run_step(name: str, step: Callable[[], str]) -> None:
    """One row of the table: the name, before it is known how long it takes, and the result."""
    print(f"{name:24}", end="", flush=True)
    begin = time.monotonic()
    result = "FAILED"
    try:
        result = step()
    finally:
        seconds = round(time.monotonic() - begin)
        print(f"{result:40} {seconds // 60:3}:{seconds % 60:02}", flush=True)


def run(arguments: argparse.Namespace, folder: Path) -> None:
    """All steps, up to the first that fails."""
    commands = Commands(folder / "log.txt")
    print(f"{'step':24}{'result':40} min:s")
    found: list[Path] = []

    def prepare() -> str:
        path, text = sources.prepare(commands, folder, arguments.source)
        found.append(path)
        return text

    run_step("sources of ns-3", prepare)
    tree = Tree(commands, found[0], arguments.profile, arguments.jobs)
    run_step("module", tree.add_module)
    run_step("messages", tree.try_messages)
    run_step("configure", tree.configure)
    run_step("build", tree.build)
    run_step("test.py -s azure-net", tree.test)
    run_step("ns3 run port-exhaustion", tree.run_example)
    run_step("test.py, examples", tree.run_examples)
    run_step("programs of utils/", tree.run_programs)


def main() -> int:
    arguments = parse_arguments()
    build = Path(os.environ.get("AZURE_NET_BUILD", TOP / "build")).resolve()
    folder = build / "in-tree"
    try:
        with build_folder.alone(folder):
            run(arguments, folder)
    except build_folder.BuildFailed as error:
        build_folder.say(str(error))
        return 1
    except StepFailed as error:
        print(f"{error}\nall that was printed is in {folder / 'log.txt'}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\ninterrupted", file=sys.stderr)
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
