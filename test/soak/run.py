#!/usr/bin/python3
# Copyright (c) 2026 The azure-net authors
# SPDX-License-Identifier: GPL-2.0-only
"""The reliability run: rounds of simulated chaos, side by side, each in its own process.

./azure-net soak calls it.  It builds the library and azure-soak with AddressSanitizer and
UndefinedBehaviorSanitizer in a folder of their own, runs the rounds, and prints what happened.  The
exit status is 0 if all rounds came to their end and no law was broken, 1 if not, 2 for a wrong
command line.  Who stops it sees the sums of the rounds that are over.
"""

import argparse
import concurrent.futures
import json
import math
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import textwrap
import time

TOP = pathlib.Path(__file__).resolve().parents[2]
sys.path[:0] = [str(TOP / "test" / "support"), str(TOP / "utils")]

import build_folder  # noqa: E402
import child_processes  # noqa: E402
import command_line  # noqa: E402
from azure_trace import command  # noqa: E402
from azure_trace.signals import Stopped  # noqa: E402
from terminal import show_progress  # noqa: E402

BUILD = pathlib.Path(os.environ.get("AZURE_NET_BUILD", TOP / "build"))
FOLDER = BUILD / "soak"
PROGRAM = FOLDER / "test" / "soak" / "azure-soak"
MINUTES_PER_ROUND = 20
DEFAULT_HOURS = 1
NICE = 10
ROUND_SECONDS = 2 * 3600  # that a round may take; about a minute if nothing else is at work
# ns-3 is Debian's and not instrumented: containers that cross its border would be taken for
# overflows.  What its library keeps to the end of the process is reachable, and so no leak.  Nor
# does it keep frame pointers: stacks of allocations are false beyond two frames, no two alike, and
# would fill the memory.
SANITIZER_OPTIONS = {
    "ASAN_OPTIONS": "detect_leaks=1:detect_container_overflow=0:abort_on_error=0:exitcode=99"
                    ":malloc_context_size=2:hard_rss_limit_mb=4000",
    "UBSAN_OPTIONS": "print_stacktrace=1:halt_on_error=1",
    "LSAN_OPTIONS": f"suppressions={pathlib.Path(__file__).with_name('leaks.txt')}"
                    ":print_suppressions=0",
}


def hours(text: str) -> float:
    """A positive number of hours."""
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not 0 < value <= 100000:
        raise argparse.ArgumentTypeError(f"'{text}' is not allowed; give more than 0 hours, "
                                         "at most 100000")
    return value


def parse(arguments: list[str]) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        prog="./azure-net soak", allow_abbrev=False,
        description="Simulate hours of faults under sanitizers, and check the conservation laws "
                    "throughout. doc/soak.rst tells more.")
    parser.add_argument("--hours", type=hours, default=DEFAULT_HOURS, metavar="H",
                        help="simulated hours, in rounds of "
                             f"{MINUTES_PER_ROUND} minutes (default: {DEFAULT_HOURS})")
    parser.add_argument("--seed", type=command_line.count, default=1, metavar="S",
                        help="whole number that all chance follows from (default: 1)")
    parser.add_argument("--round", type=command_line.count, metavar="N",
                        help="run this round of the seed alone, with its own messages")
    parser.add_argument("--first", type=command_line.count, default=1, metavar="N",
                        help="number of the first round, to go on where another run has ended "
                             "(default: 1)")
    parser.add_argument("--jobs", type=command_line.count, default=os.cpu_count() or 1, metavar="N",
                        help="rounds at a time (default: as many as there are processors)")
    parser.add_argument("--list", action="store_true",
                        help="print what laws are checked and what goes wrong, and stop")
    return parser.parse_args(arguments)


def simulate(seed: int, number_of_round: int, folder: str) -> tuple[int, dict, str]:
    """Run a round, with its files below the folder; return its number, its line of results, and
    what was wrong."""
    try:
        done = child_processes.run(["nice", "-n", str(NICE), str(PROGRAM), f"--seed={seed}",
                                    f"--round={number_of_round}"], timeout=ROUND_SECONDS,
                                   env={**SANITIZER_OPTIONS, **os.environ, "TMPDIR": folder})
    except subprocess.TimeoutExpired:
        wrong = f"round {number_of_round} has not ended after {ROUND_SECONDS} s"
        return number_of_round, {}, wrong
    try:
        result = json.loads(done.stdout.strip().splitlines()[-1])
    except (IndexError, ValueError):
        result = {}
    wrong = done.stderr.strip()
    if done.returncode not in (0, 1) or not result:
        wrong = f"round {number_of_round} ended with status {done.returncode}\n{wrong}"
    elif done.returncode and not wrong:
        wrong = f"round {number_of_round}: a law is broken"
    elif not done.returncode:
        wrong = ""
    return number_of_round, result, wrong


class Totals:
    """The sums over all rounds."""

    def __init__(self) -> None:
        self.rounds = 0
        self.failed: list[int] = []
        self.sums: dict[str, float] = {}
        self.faults: dict[str, int] = {}
        self.laws: dict[str, list[int]] = {}

    def add(self, number_of_round: int, result: dict, wrong: str) -> None:
        """Count a round."""
        self.rounds += 1
        if wrong:
            self.failed.append(number_of_round)
        for name in ("simulated_s", "packets", "flows", "attempts", "established", "events"):
            self.sums[name] = self.sums.get(name, 0) + result.get(name, 0)
        for name, count in result.get("faults", {}).items():
            self.faults[name] = self.faults.get(name, 0) + count
        for name, (looked, broken) in result.get("laws", {}).items():
            before = self.laws.setdefault(name, [0, 0])
            before[0] += looked
            before[1] += broken

    def show(self, seconds: float) -> None:
        """Print the tables."""
        total = self.sums
        broken = sum(law[1] for law in self.laws.values())
        faults = sum(self.faults.values())
        rows = [("simulated hours", f"{total['simulated_s'] / 3600:.2f}"),
                ("rounds", f"{self.rounds:,}"),
                ("rounds that failed", f"{len(self.failed):,}"),
                ("events", f"{total['events']:,.0f}"),
                ("packets at ends of links", f"{total['packets']:,.0f}"),
                ("flows at hosts", f"{total['flows']:,.0f}"),
                ("attempts of applications", f"{total['attempts']:,.0f}"),
                ("flows established", f"{total['established']:,.0f}"),
                ("faults", f"{faults:,}"),
                ("laws looked at", f"{sum(law[0] for law in self.laws.values()):,}"),
                ("laws broken", f"{broken:,}"),
                ("wall time", f"{seconds:.0f} s")]
        for name, value in rows:
            print(f"{name:<26}{value:>18}")
        print(f"\n{'fault':<26}{'times':>18}")
        for name, count in self.faults.items():
            print(f"{name:<26}{count:>18,}")
        print(f"\n{'law':<26}{'looked at':>18}{'broken':>12}")
        for name, (looked, violations) in self.laws.items():
            print(f"{name:<26}{looked:>18,}{violations:>12,}")


def print_list() -> None:
    """Print laws and faults."""
    done = child_processes.run([str(PROGRAM), "--list"])
    for title, rows in json.loads(done.stdout).items():
        print(f"{title}:")
        for row in rows:
            print(textwrap.fill(row["description"], 78, initial_indent=f"  {row['name']:<25} ",
                                subsequent_indent=" " * 28))
        print()


def run_rounds(arguments: argparse.Namespace, totals: Totals, folder: str) -> None:
    """Run all rounds, and add them up as they end."""
    rounds = math.ceil(arguments.hours * 60 / MINUTES_PER_ROUND)
    numbers = range(arguments.first, arguments.first + rounds)
    if arguments.round:
        numbers = range(arguments.round, arguments.round + 1)
        plan = child_processes.run([str(PROGRAM), f"--seed={arguments.seed}",
                                    f"--round={arguments.round}", "--plan"])
        print(plan.stdout.strip(), file=sys.stderr)
    begin = time.monotonic()
    with concurrent.futures.ThreadPoolExecutor(arguments.jobs) as pool:
        try:
            futures = [pool.submit(simulate, arguments.seed, each, folder) for each in numbers]
            show_progress(f"0 of {len(numbers)} rounds")
            for future in concurrent.futures.as_completed(futures):
                number_of_round, result, wrong = future.result()
                totals.add(number_of_round, result, wrong)
                if wrong:
                    show_progress("")
                    print(f"{wrong}\nrepeat it: ./azure-net soak --seed={arguments.seed} "
                          f"--round={number_of_round}", file=sys.stderr, flush=True)
                passed = time.monotonic() - begin
                left = passed / totals.rounds * (len(numbers) - totals.rounds)
                show_progress(f"{totals.rounds} of {len(numbers)} rounds, {left / 60:.0f} min left")
        except Stopped as stopped:
            child_processes.end_all()
            show_progress("")
            command.say(f"stopped by {signal.Signals(stopped.number).name} after {totals.rounds} of "
                        f"{len(numbers)} rounds")
            raise
        finally:
            show_progress("")


def main() -> int:
    """Build, run, report."""
    arguments = parse(sys.argv[1:])
    try:
        build_folder.build(FOLDER, "azure-soak", ["-DAZURE_NET_SANITIZE=ON"])
    except build_folder.BuildFailed as error:
        command.say(error)
        return 1
    if arguments.list:
        print_list()
        return 0
    totals = Totals()
    begin = time.monotonic()
    try:
        with tempfile.TemporaryDirectory(prefix="azure-net-soak-") as folder:
            run_rounds(arguments, totals, folder)
    finally:
        if totals.rounds:
            totals.show(time.monotonic() - begin)
    return 1 if totals.failed else 0


if __name__ == "__main__":
    sys.exit(command.run(main))
