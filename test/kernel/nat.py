#!/usr/bin/python3
# Copyright (c) 2026 The azure-net authors
# SPDX-License-Identifier: GPL-2.0-only
"""nat.py [OPTIONS] PROGRAM: the Linux kernel's NAT and the module, given the same flows to translate.

PROGRAM is azure-nat-case, in the folder test of the build folder.  Each case is a workload that
goes through the kernel, by nftables between network namespaces, and through the module, whose counts
are read from its trace database.  Both have to agree where that is what the module is for; where
the kernel is known to do something else, the difference has to be that one.

Where namespaces cannot be made, or nftables is missing, the exit status is 77: skipped.
"""

import argparse
import json
import re
import sqlite3
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path

from nat_sockets import Count, Phase, Workload

FOLDER = Path(__file__).resolve().parent
JOBS = 4  # cases at once: they mostly wait
BOUNDED_SEARCH = 0.01  # part of the ports that the kernel may fail to find


@dataclass(frozen=True)
class Reason:
    """How the kernel's count and the module's go together."""

    meaning: str

    def holds(self, kernel, module, flows, ports):
        return kernel == module


class Below(Reason):
    def holds(self, kernel, module, flows, ports):
        return module - BOUNDED_SEARCH * ports <= kernel <= module


class Near(Reason):
    def holds(self, kernel, module, flows, ports):
        return abs(module - kernel) <= BOUNDED_SEARCH * ports


class AllPass(Reason):
    def holds(self, kernel, module, flows, ports):
        return kernel == flows > module


EQUAL = Reason("of N flows to D destinations P ports are enough for min(N, P x D), in both")
SEARCH = Below("the kernel looks at up to 240 ports, and may miss the last free ones")
MISSED = Near("ports that the kernel's search has missed before are there now")
TRIES = Near("both give up: the kernel after 240 ports, the module after 64 that it draws")
EVICTED = AllPass("the kernel takes ports of closed connections; Azure holds them (B.2: OB-1808)")
ADDRESS = AllPass("the kernel tells destination ports of UDP apart, Azure does not (B.2: OB-2012)")


@dataclass(frozen=True)
class Case:
    """A workload with what is special about the module's side."""

    name: str
    workload: Workload
    expected: tuple[int, ...]  # the module's counts by phase, by arithmetic
    reasons: tuple[Reason, ...]  # by phase
    settings: dict[str, str]  # options of the module that the workload does not say


class CaseMaker:
    """Makes cases; flows and ports are given as with 1,024 ports, times as with whole seconds."""

    def __init__(self, ports, second):
        self.ports = ports
        self.second = second

    def scale(self, number):
        return number * self.ports // 1024

    def burst(self, flows, start=0, vm=0, timeout=8):
        return Phase(vm, self.scale(flows), start * self.second, timeout * self.second)

    def make(self, name, phases, expected, *, reasons=(), module=None, ports=1024, **settings):
        """A case; times of settings count as they are."""
        workload = Workload(tuple(phases), self.scale(ports), **settings)
        reasons = tuple(reasons) or (EQUAL,) * len(phases)
        return Case(name, workload, tuple(map(self.scale, expected)), reasons, module or {})

    def make_bursts(self):
        """Cases about how many flows the ports are enough for."""
        burst, make = self.burst, self.make
        tries = {"profile": "bounded-random[PortSearchTries=64]", "synAttempts": 4, "stop": "30s"}
        gateway = {"profile": f"nat-gateway[PortsPerPublicAddress={self.scale(2048)}]"}
        quiet = burst(500, 4, vm=1)
        address = {"reuseKey": "DestinationAddress"}
        return [
            make("to 1 address", [burst(1500)], [1024]),
            make("to 2 addresses", [burst(2048)], [2048], reasons=[SEARCH], destinations=2),
            make(
                "  and 64 random tries",
                [burst(2048)],
                [2048],
                reasons=[TRIES],
                module=tries,
                destinations=2,
            ),
            make("to 2 ports of 1 address", [burst(1500)], [1500], destination_ports=2),
            make("to 4 addresses", [burst(3600)], [3600], destinations=4),
            make("own blocks: VM 0", [burst(1500), quiet], [1024, 500]),
            make(
                "shared pool: VM 0",
                [burst(2600), quiet],
                [2048, 0],
                module=gateway,
                ports=2048,
                is_shared=True,
            ),
            make("UDP to 1 address", [burst(1500)], [1024], protocol="udp"),
            make(
                "UDP to 2 ports of 1 address",
                [burst(1500)],
                [1024],
                reasons=[ADDRESS],
                module=address,
                protocol="udp",
                destination_ports=2,
            ),
        ]

    def make_endings(self):
        """Cases about when a port is free again."""
        burst, make, second = self.burst, self.make, self.second
        idle = [burst(1000), burst(500, 3, timeout=2.4), burst(1000, 10)]
        waves = [burst(900), burst(900, 5), burst(900, 10)]
        all_pass = {"expected": [900, 900, 900], "module": {"finHold": "1ms"}}
        are_held = {"expected": [900, 124, 0], "reasons": [EQUAL, EVICTED, EVICTED]}
        kept = {"idle_timeout": 6 * second}
        closed = {"hold": second}
        searched = [SEARCH, MISSED, SEARCH]

        def seconds(text):
            return re.sub(r"\d+(?= s)", lambda number: f"{int(number[0]) * second:g}", text)

        return [
            make(seconds("idle, timeout 6 s"), idle, [1000, 24, 1000], reasons=searched, **kept),
            make(
                seconds("asked after 10 s idle"), [burst(300)], [0], echo_after=10 * second, **kept
            ),
            make(
                seconds("asked after 4 s idle"), [burst(300)], [300], echo_after=4 * second, **kept
            ),
            make(seconds("closed by FIN after 1 s"), waves, **are_held, **closed),
            make("  and FinHold 1 ms", waves, **all_pass, **closed),
            make(seconds("closed by RST after 1 s"), waves, **are_held, **closed, close="rst"),
        ]


def run(command):
    """What a program prints."""
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise RuntimeError(f"{' '.join(map(str, command))}: {done.stderr.strip()}")
    return done.stdout


def ask_module(program, case, folder):
    """How many flows of each phase of a case the module establishes."""
    workload = case.workload
    database = Path(folder) / f"{case.name.strip().replace(' ', '-')}.db"
    phases = [f"{each.vm}:{each.flows}:{each.start}s" for each in workload.phases]
    settings = {
        "profile": "2018",
        "phases": ",".join(phases),
        "vms": 2,
        "destinations": workload.destinations,
        "destinationPorts": workload.destination_ports,
        "protocol": workload.protocol,
        "close": workload.close,
        "stop": f"{workload.seconds}s",
        "db": database,
    }
    if not workload.is_shared:
        settings["allocatedPorts"] = workload.ports
    if workload.protocol == "udp":
        settings["reuseKey"] = "DestinationEndpoint"
    if workload.hold is not None:
        settings["hold"] = f"{workload.hold}s"
    if workload.idle_timeout is not None:
        settings["idleTimeout"] = f"{workload.idle_timeout}s"
    if workload.echo_after is not None:
        settings["keepAlive"] = f"{workload.echo_after}s"
    settings |= case.settings
    options = [f"--{name}={value}" for name, value in settings.items()]
    run([program, *options])
    return [count_established(database, phase, workload.echo_after) for phase in workload.phases]


def count_established(database, phase, echo_after):
    """Flows of a phase in a trace database: established, or passed still when they asked."""
    query = """
        SELECT COUNT(*) FROM flow
        WHERE run_id = 1 AND outcome = 'established' AND network_interface_id = :vm + 1
          AND first_packet_time_ns BETWEEN 1e9 * :start AND 1e9 * (:start + 1)
          AND last_packet_time_ns >= 1e9 * :last_packet
    """
    values = {"vm": phase.vm, "start": phase.start, "last_packet": echo_after or 0}
    connection = sqlite3.connect(f"file:{database}?mode=ro", uri=True)
    try:
        return connection.execute(query, values).fetchone()[0]
    finally:
        connection.close()


@dataclass(frozen=True)
class Row:
    """What is said of a phase."""

    case: Case
    number: int  # of the phase
    module: int
    kernel: list[Count]  # by run

    @property
    def phase(self):
        return self.case.workload.phases[self.number]

    @property
    def name(self):
        if self.number == 0:
            return self.case.name
        return f"  {f'VM {self.phase.vm} ' if self.phase.vm else ''}at {self.phase.start:g} s"

    @property
    def reason(self):
        return self.case.reasons[self.number]

    def find_problems(self):
        """What is not as it should be."""
        name = f"{self.case.name.strip()} at {self.phase.start:g} s"
        expected = self.case.expected[self.number]
        if self.reason is not TRIES and self.module != expected:
            yield f"{name}: the module has {self.module} flows, and not {expected}"
        workload = self.case.workload
        ports = workload.ports * workload.destinations
        for count in self.kernel:
            if not self.reason.holds(count.established, self.module, self.phase.flows, ports):
                yield (
                    f"{name}: the kernel has {count.established} flows, the module {self.module}, "
                    f"which is not what was expected: {self.reason.meaning}"
                )

    def get_cells(self, why):
        """What the table has of it."""
        kernel = [count.established for count in self.kernel]
        is_tcp = self.case.workload.protocol == "tcp"
        return (
            f"{self.phase.flows:,}",
            self.name,
            join(kernel),
            join([count.at_once for count in self.kernel]) if is_tcp else "-",
            f"{self.module:,}",
            join([self.module - count for count in kernel]),
            why,
        )


def join(numbers):
    """The range of some numbers."""
    least, most = min(numbers), max(numbers)
    return f"{least:,}" if least == most else f"{least:,} to {most:,}"


def print_table(rows):
    """Prints what came out, with the reasons below."""
    reasons = list(dict.fromkeys(row.reason for row in rows if row.reason is not EQUAL))
    marks = {reason: f"({number})" for number, reason in enumerate(reasons, 1)} | {EQUAL: "equal"}
    lines = [("flows", "", "kernel", "1st SYN", "module", "difference", "why")]
    lines += [row.get_cells(marks[row.reason]) for row in rows]
    widths = [max(map(len, column)) for column in zip(*lines)]
    for line in lines:
        cells = [
            text.ljust(width) if i in (1, 6) else text.rjust(width)
            for i, (text, width) in enumerate(zip(line, widths))
        ]
        print("  ".join(cells).rstrip())
    for reason in [EQUAL, *reasons]:
        print(f"{marks[reason]}: {reason.meaning}")


def ask_kernel(workload):
    """What becomes of the flows of each phase in the kernel."""
    # A process for each workload, since the namespaces are its own.
    text = run([sys.executable, FOLDER / "nat_sockets.py", json.dumps(asdict(workload))])
    return [Count(**count) for count in json.loads(text)]


def run_all(program, cases, runs):
    """The rows of all cases."""
    with (
        tempfile.TemporaryDirectory() as folder,
        ThreadPoolExecutor(JOBS) as executor,
    ):
        try:
            kernel = [
                [executor.submit(ask_kernel, case.workload) for _ in range(runs)] for case in cases
            ]
            module = [executor.submit(ask_module, program, case, folder) for case in cases]
            return [
                Row(
                    case,
                    number,
                    counts.result()[number],
                    [repetition.result()[number] for repetition in repetitions],
                )
                for case, counts, repetitions in zip(cases, module, kernel)
                for number in range(len(case.workload.phases))
            ]
        finally:
            executor.shutdown(cancel_futures=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("program", metavar="PROGRAM", help="azure-nat-case")
    parser.add_argument("--runs", type=int, default=1, help="of the kernel, for its ranges")
    parser.add_argument("--small", action="store_true", help="256 ports, and half the times")
    options = parser.parse_args()
    if options.runs < 1:
        parser.error(f"--runs: '{options.runs}' is not allowed; give 1 or more")
    probe = subprocess.run([sys.executable, FOLDER / "nat_network.py"], check=False)
    if probe.returncode != 0:
        sys.exit(probe.returncode)
    maker = CaseMaker(256, 0.5) if options.small else CaseMaker(1024, 1)
    cases = maker.make_bursts() + maker.make_endings()
    try:
        rows = run_all(options.program, cases, options.runs)
    except KeyboardInterrupt:
        sys.exit(130)
    except RuntimeError as error:
        sys.exit(f"nat.py: {error}")
    print_table(rows)
    problems = [problem for row in rows for problem in row.find_problems()]
    print("\n".join(problems) or "ok")
    sys.exit(1 if problems else 0)


if __name__ == "__main__":
    main()
