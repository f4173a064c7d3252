#!/usr/bin/python3
# Copyright (c) 2026 The azure-net authors
# SPDX-License-Identifier: GPL-2.0-only
"""make-rows.py LIKE OUT: writes a trace database of many rows, in a minute or two.

Tables, views and indexes are those of LIKE, any database of this version.  The rows tell of VMs
with SNAT whose flows come at random and of which some are refused; nothing is simulated but the
count of ports.  What is told fits together, so that views have as much to do as with a simulation.
"""

import argparse
import heapq
import random
import sqlite3
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

SECOND = 1_000_000_000
ROWS_PER_FLOW = 7.4  # about; measured
COOLING_NS = 15 * SECOND
MEAN_HOLD_S = 60
INTERFACES_PER_GATEWAY = 6  # of this many interfaces, one is behind the NAT gateway
FRONTEND, GATEWAY_ADDRESS = "198.51.100.1", "198.51.100.50"
NODES = {"mux0": (1, "load-balancer-mux"), "manager0": (2, "slb-manager")}
NODES |= {"gateway0": (3, "nat-gateway"), "server0": (4, "server"), "host0": (5, "host")}
FIRST_VM_NODE = 100
BATCH = 20_000


class Writer:
    """Inserts rows in batches, and numbers them by table."""

    def __init__(self, database: sqlite3.Connection):
        self.database = database
        self.batches: dict[str, list[tuple]] = {}
        self.numbers: dict[str, int] = {}
        self.rows = 0

    def add(self, table: str, row: tuple) -> None:
        batch = self.batches.setdefault(table, [])
        batch.append(row)
        if len(batch) >= BATCH:
            self.flush(table)

    def number(self, table: str) -> int:
        """The next number of a row of a table."""
        self.numbers[table] = number = self.numbers.get(table, 0) + 1
        return number

    def flush(self, table: str) -> None:
        batch = self.batches.pop(table, [])
        if batch:
            marks = ", ".join("?" * len(batch[0]))
            self.database.executemany(f'INSERT INTO "{table}" VALUES ({marks})', batch)
            self.rows += len(batch)

    def finish_run(self) -> None:
        for table in list(self.batches):
            self.flush(table)
        self.numbers.clear()


@dataclass
class Owner:
    """Whose ports they are, an interface's or the NAT gateway's, and how they are used."""

    ports: int
    in_use: int = 0
    cooling_down: int = 0
    acquired: int = 0
    peak: int = 0
    nanoseconds: int = 0  # port-nanoseconds up to the last event
    last_ns: int = 0

    def change(self, now: int, in_use: int, cooling_down: int) -> None:
        self.nanoseconds += (self.in_use + self.cooling_down) * (now - self.last_ns)
        self.last_ns = now
        self.in_use += in_use
        self.cooling_down += cooling_down
        self.peak = max(self.peak, self.in_use + self.cooling_down)


@dataclass
class Interface:
    """A VM's network interface."""

    number: int
    owner: Owner
    natgateway: str | None
    flows: int = 0
    traffic: int = 0

    @property
    def address(self) -> str:
        return f"10.0.{self.number // 250}.{self.number % 250 + 4}"


@dataclass
class Flow:
    """One outbound flow."""

    interface: Interface
    number: int
    seen_number: int  # the NAT gateway's own; else the same
    destination: str
    first_ns: int
    public_port: int | None = None
    attempts: int = 0

    @property
    def port(self) -> int:
        return 1024 + self.number % 64000


@dataclass
class Run:
    """One run: what happens in order of time."""

    writer: Writer
    run_id: int
    flows: int
    interfaces: int
    duration_ns: int
    dice: random.Random
    events: list[tuple] = field(default_factory=list)  # a heap: time, order, what, its arguments
    order: int = 0
    gateway_flows: int = 0

    def __post_init__(self) -> None:
        rate = self.flows / self.interfaces / (self.duration_ns / SECOND)
        ports = max(8, int(0.95 * rate * (MEAN_HOLD_S + COOLING_NS / SECOND)))
        self.gateway = Owner(ports * (self.interfaces // INTERFACES_PER_GATEWAY or 1))
        self.members = []
        for number in range(self.interfaces):
            is_behind = number % INTERFACES_PER_GATEWAY == INTERFACES_PER_GATEWAY - 1
            owner = self.gateway if is_behind else Owner(ports)
            self.members.append(Interface(number, owner, "gateway" if is_behind else None))
        self.destinations = [f"203.0.{i // 250}.{i % 250 + 1}" for i in range(200)]
        self.weights = [1 / (i + 1) for i in range(200)]

    def add(self, table: str, *values: object) -> None:
        self.writer.add(table, (self.run_id, *values))

    def add_numbered(self, table: str, *values: object) -> None:
        self.writer.add(table, (self.run_id, self.writer.number(table), *values))

    def later(self, when: int, what, *arguments: object) -> None:
        self.order += 1
        if when <= self.duration_ns:
            heapq.heappush(self.events, (when, self.order, what, arguments))

    def tell(self) -> None:
        """Everything that happens."""
        self.tell_topology()
        self.later(0, self.sample_ports)
        self.later(60 * SECOND, self.sample_traffic)
        self.later(5 * SECOND, self.probe)
        self.later(self.duration_ns // 2, self.resize)
        for now, destination in self.draw_arrivals():
            while self.events and self.events[0][0] <= now:
                when, _, what, arguments = heapq.heappop(self.events)
                what(when, *arguments)
            self.arrive(now, destination)
        while self.events:
            when, _, what, arguments = heapq.heappop(self.events)
            what(when, *arguments)
        self.writer.finish_run()

    def draw_arrivals(self) -> Iterator[tuple[int, str]]:
        times = sorted(self.dice.randrange(self.duration_ns) for _ in range(self.flows))
        for first in range(0, self.flows, 1000):
            some = self.dice.choices(self.destinations, self.weights, k=1000)
            yield from zip(times[first : first + 1000], some)

    def tell_topology(self) -> None:
        stamp = "2026-01-01T00:00:00Z"
        text = ("make-rows", "load-balanced", "2017", self.run_id, 1, "3.37", "0", "finished")
        self.add("run", *text, self.duration_ns, stamp, stamp, 1000)
        self.add("run_parameter", "interfaces", str(self.interfaces))
        self.add("run_parameter", "flows", str(self.flows))
        for name, (node, role) in NODES.items():
            self.add("node", node, name, role)
        self.add("nat_gateway", "gateway", NODES["gateway0"][0], 240 * SECOND)
        self.add("load_balancer", "balancer", "Standard", 0)
        self.add("frontend", "balancer", "public", FRONTEND)
        probe = ("alive", "Tcp", 80, None, 5 * SECOND, 5 * SECOND, 2, 1, "AllProbedDown")
        self.add("health_probe", 1, "balancer", *probe)
        self.add("public_ip", FRONTEND, "frontend", None, None)
        self.add("public_ip", GATEWAY_ADDRESS, "nat-gateway", None, "gateway")
        rule = ("balancer", "web", "load-balancing", "public", "Tcp", 80, 80, "Default", 0)
        for interface in self.members:
            self.tell_interface(interface)
        self.add("load_balancing_rule", 1, *rule, 0, 1, 240 * SECOND, 0)

    def tell_interface(self, interface: Interface) -> None:
        node = FIRST_VM_NODE + interface.number
        self.add("node", node, f"vm{interface.number}", "virtual-machine")
        method = "nat-gateway" if interface.natgateway else "load-balancer-frontend"
        identity = (interface.number, node, NODES["host0"][0], interface.address, method)
        self.add("network_interface", *identity, None, interface.natgateway)
        if not interface.natgateway:
            self.add("pool_member", 0, "balancer", "servers", 1, interface.number, "None", 1)
            self.allocate(0, interface, "given", "begin", 0, interface.owner.ports)
            health = (interface.number, 0, 1, 1)
            self.add_numbered("member_health", 0, NODES["manager0"][0], "decided", *health)

    def allocate(self, now, interface, change, cause, first, ports, broken=0) -> None:
        first += 1024
        range_of = (FRONTEND, first, first + ports - 1, broken)
        self.add_numbered("snat_allocation", now, interface.number, change, cause, *range_of)

    def resize(self, now: int) -> None:
        """One member leaves, and comes back a minute later."""
        self.add_numbered("pool_member_change", now, "balancer", "servers", 0, "left")
        back = now + 60 * SECOND
        if back < self.duration_ns:
            self.later(back, self.rejoin)

    def rejoin(self, now: int) -> None:
        self.add_numbered("pool_member_change", now, "balancer", "servers", 0, "joined")

    def arrive(self, now: int, destination: str) -> None:
        interface = self.members[self.dice.randrange(self.interfaces)]
        interface.flows += 1
        seen = interface.flows
        if interface.natgateway:
            self.gateway_flows += 1
            seen = self.gateway_flows
        flow = Flow(interface, interface.flows, seen, destination, now)
        self.decide(now, flow)
        if self.dice.random() < 0.3:
            self.balance(now, interface)
        owner = interface.owner
        if owner.in_use + owner.cooling_down < owner.ports:
            self.acquire(now, flow)
        else:
            self.refuse(now, flow)

    def decide(self, now: int, flow: Flow) -> None:
        ends = (flow.interface.address, flow.port, flow.destination, 443)
        rule = ("group", "subnet", "AllowInternetOutBound", 1, "allow")
        key = (flow.interface.number, flow.number, 1, "outbound", "tcp", *ends)
        self.add_numbered("nsg_decision", now, *key, *rule)

    def balance(self, now: int, interface: Interface) -> None:
        """A client's flow comes in by the load balancer."""
        client = f"203.1.{self.dice.randrange(250)}.{self.dice.randrange(1, 250)}"
        port = self.dice.randrange(1024, 65536)
        member = interface.number if not interface.natgateway else 0
        choice = ("tcp", client, port, FRONTEND, 80, "new-flow", member, self.interfaces, 1)
        self.add_numbered("lb_decision", now, NODES["mux0"][0], 1, *choice)
        sent = (f"100.64.0.{member % 250}", "sent", "report-health")
        number = self.writer.number("transaction")
        manager = NODES["manager0"][0]
        self.add_numbered("control_message", now, manager, *sent, number, 1, 64)
        acknowledged = (sent[0], "acknowledged", sent[2], number, 1, 64)
        self.later(now + 200_000, self.acknowledge, acknowledged)

    def acknowledge(self, now: int, message: tuple) -> None:
        self.add_numbered("control_message", now, NODES["manager0"][0], *message)

    def acquire(self, now: int, flow: Flow) -> None:
        owner = flow.interface.owner
        owner.acquired += 1
        flow.public_port = 1024 + owner.acquired % owner.ports
        owner.change(now, 1, 0)
        self.tell_port(now, flow, "acquired", None)
        hold = int(self.dice.expovariate(1 / MEAN_HOLD_S) * SECOND)
        latency = 1_000_000 + int(self.dice.expovariate(1 / 2e6))
        if self.dice.random() < 0.1:
            self.request(now, flow, latency)
        self.later(now + hold, self.close, flow, latency)
        if now + hold > self.duration_ns:
            self.end(None, flow, "established", "open", latency)

    def request(self, now: int, flow: Flow, latency: int) -> None:
        number = self.writer.number(f"request {flow.interface.number}")
        key = (flow.interface.number, number)
        self.add_numbered("snat_request", *key, flow.number, now, now + latency, "granted", 8)
        decision = (NODES["manager0"][0], *key, now + latency // 4, "granted", 8, 1)
        self.add_numbered("snat_request_decision", now + latency // 2, *decision)

    def close(self, now: int, flow: Flow, latency: int) -> None:
        owner = flow.interface.owner
        owner.change(now, -1, 1)
        self.tell_port(now, flow, "cooling-down", "fin")
        self.later(now + COOLING_NS, self.release, flow, latency)
        self.attempt(flow, flow.first_ns, flow.first_ns + latency, now, "established", None, 0)
        if now + COOLING_NS > self.duration_ns:
            self.end(None, flow, "established", "open", latency)

    def release(self, now: int, flow: Flow, latency: int) -> None:
        flow.interface.owner.change(now, 0, -1)
        self.tell_port(now, flow, "released", "fin")
        self.end(now, flow, "established", "fin", latency)

    def tell_port(self, now: int, flow: Flow, stage: str, cause: str | None) -> None:
        interface, owner = flow.interface, flow.interface.owner
        address = GATEWAY_ADDRESS if interface.natgateway else FRONTEND
        used = (owner.in_use, owner.cooling_down)
        sums = (owner.acquired, owner.peak, owner.nanoseconds / 1e9)
        whose = (interface.number, interface.natgateway, flow.seen_number)
        port = ("tcp", address, flow.public_port, flow.destination, 443)
        self.add_numbered("snat_port_event", now, *whose, stage, cause, *port, *used, *sums)

    def refuse(self, now: int, flow: Flow) -> None:
        """A packet finds no port; the client sends it three times, and tries once more then."""
        interface, owner = flow.interface, flow.interface.owner
        flow.attempts += 1
        whose = (interface.number, interface.natgateway, flow.seen_number, flow.attempts)
        ends = (interface.address, flow.port, flow.destination, 443)
        used = (owner.ports, owner.in_use, owner.cooling_down)
        self.add_numbered("snat_exhaustion", now, *whose, "tcp", *ends, *used)
        node = NODES["gateway0" if interface.natgateway else "host0"][0]
        reason = (interface.number, "snat-ports-exhausted", "tcp", 6)
        self.add_numbered("drop", now, node, *reason, *ends, 40, None, None)
        if flow.attempts < 3:
            self.later(now + flow.attempts * SECOND, self.refuse, flow)
        else:
            is_retried = self.dice.randrange(2)
            self.attempt(flow, flow.first_ns, None, now, "failed", "timeout", is_retried)
        if flow.attempts == 3 or now + flow.attempts * SECOND > self.duration_ns:
            self.end(now, flow, "refused", "idle", None)

    def attempt(self, flow, started, established, ended, outcome, failure, is_retried) -> None:
        node = FIRST_VM_NODE + flow.interface.number
        key = ("tcp", flow.interface.address, flow.port, flow.destination, 443)
        times = (started, established, ended)
        end = "hold-over" if outcome == "established" else None
        what = (outcome, failure, is_retried, end)
        self.add_numbered("flow_attempt", node, 1, flow.number, 1, *key, *times, *what)

    def end(self, now, flow: Flow, outcome: str, reason: str, latency: int | None) -> None:
        """The flow's records are written."""
        interface = flow.interface
        key = (interface.address, flow.port)
        accepted = None if outcome == "refused" else flow.first_ns
        reply = None if latency is None else flow.first_ns + latency
        interface.traffic += 0 if accepted is None else 10
        life = (flow.first_ns, accepted, reply, now or self.duration_ns, now, outcome, reason)
        passed = (0, 0, 0, 0) if accepted is None else (5, 400, 5, 4000)
        there = (flow.destination, 443)
        if interface.natgateway:
            public = (GATEWAY_ADDRESS if accepted is not None else None, flow.public_port)
            whose = (interface.natgateway, flow.seen_number, interface.number)
            refused = (flow.attempts,)
            row = (*whose, "tcp", 6, *key, *public, *there, *life, *refused, *passed)
            self.add("nat_gateway_flow", *row)
            life = (flow.first_ns, flow.first_ns, *life[2:5])
            life += ("unanswered" if accepted is None else outcome, reason)
        public = (FRONTEND if accepted is not None else None, flow.public_port)
        public = (None, None) if interface.natgateway else public
        method = "nat-gateway" if interface.natgateway else "load-balancer-frontend"
        whose = (interface.number, flow.number, "outbound", "internet", method, "tcp", 6)
        row = (*whose, *key, *public, *there, *life, flow.attempts, 0, *passed)
        self.add("flow", *row)

    def sample_ports(self, now: int) -> None:
        for interface in self.members:
            if not interface.natgateway:
                self.sample_owner(now, interface.owner, interface.number, None, FRONTEND)
        self.sample_owner(now, self.gateway, None, "gateway", GATEWAY_ADDRESS)
        self.later(now + 10 * SECOND, self.sample_ports)

    def sample_owner(self, now, owner: Owner, interface, gateway, address) -> None:
        used = (owner.ports, owner.in_use, owner.cooling_down, owner.in_use + owner.cooling_down)
        self.add_numbered("snat_port_usage", now, interface, gateway, address, *used)

    def sample_traffic(self, now: int) -> None:
        passed = 0
        for interface in self.members:
            packets = interface.traffic
            passed += packets
            counts = (packets, packets * 100, packets, packets * 100)
            if not interface.natgateway:
                self.add_numbered("member_traffic", now, 1, interface.number, *counts)
        mux = NODES["mux0"][0]
        self.add_numbered("frontend_traffic", now, mux, 1, passed, passed * 100, passed // 10)
        self.add_numbered("mux_traffic", now, mux, passed * 2, passed, passed, 0, 0)
        counts = (passed, passed * 100, passed, passed * 100)
        self.add_numbered("nat_gateway_traffic", now, "gateway", *counts)
        self.later(now + 60 * SECOND, self.sample_traffic)

    def probe(self, now: int) -> None:
        for interface in self.members:
            if not interface.natgateway:
                attempt = now // (5 * SECOND)
                asked = (interface.number, 1, attempt, now - 1_000_000, "success", None)
                self.add_numbered("probe_result", now, NODES["host0"][0], *asked)
        self.later(now + 5 * SECOND, self.probe)


def copy_schema(like: Path, out: sqlite3.Connection) -> list[tuple[str, str]]:
    """Makes tables and views as in another database; returns the indexes' names and SQL."""
    source = sqlite3.connect(f"{like.absolute().as_uri()}?mode=ro", uri=True)
    rows = source.execute(
        "SELECT type, name, sql FROM sqlite_master "
        "WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite!_%' ESCAPE '!' ORDER BY rowid"
    ).fetchall()
    for kind, name, sql in rows:
        if kind != "index":
            out.execute(sql)
        if kind != "table":
            continue
        columns = [row[1] for row in out.execute(f'PRAGMA table_info("{name}")')]
        if "run_id" not in columns:
            marks = ", ".join("?" * len(columns))
            documentation = source.execute(f'SELECT * FROM "{name}"')
            out.executemany(f'INSERT INTO "{name}" VALUES ({marks})', documentation)
    for pragma in ("application_id", "user_version"):
        (value,) = source.execute(f"PRAGMA {pragma}").fetchone()
        out.execute(f"PRAGMA {pragma} = {value}")
    source.close()
    return [(name, sql) for kind, name, sql in rows if kind == "index"]


def make_indexes(database: sqlite3.Connection, indexes: list[tuple[str, str]]) -> None:
    """Makes the indexes, and tells what each costs."""
    print(f"{'index':36} {'seconds':>8} {'MB':>8}")
    for name, sql in indexes:
        (before,) = database.execute("PRAGMA page_count").fetchone()
        begun = time.monotonic()
        database.execute(sql)
        (after,) = database.execute("PRAGMA page_count").fetchone()
        (size,) = database.execute("PRAGMA page_size").fetchone()
        seconds = time.monotonic() - begun
        print(f"{name:36} {seconds:8.2f} {(after - before) * size / 1e6:8.1f}", flush=True)
    database.execute("PRAGMA analysis_limit = 1000")
    database.execute("ANALYZE")


def main() -> int:
    parser = argparse.ArgumentParser(allow_abbrev=False, description=__doc__)
    parser.add_argument("like", type=Path, help="a trace database of this version")
    parser.add_argument("out", type=Path, help="the new file")
    parser.add_argument("--rows", type=int, default=10_000_000, help="about so many [%(default)s]")
    parser.add_argument("--runs", type=int, default=1, help="in so many runs [%(default)s]")
    parser.add_argument("--no-indexes", action="store_true", help="as of runs that were cut off")
    given = parser.parse_args()
    if given.out.exists():
        print(f"make-rows: {given.out}: is there already; give a new file", file=sys.stderr)
        return 1
    database = sqlite3.connect(given.out, isolation_level=None)
    database.execute("PRAGMA journal_mode = OFF")
    database.execute("PRAGMA synchronous = OFF")
    database.execute("BEGIN")
    indexes = copy_schema(given.like, database)
    writer = Writer(database)
    flows = max(10, int(given.rows / given.runs / ROWS_PER_FLOW))
    interfaces = 120 if given.runs == 1 else 12
    for run_id in range(1, given.runs + 1):
        dice = random.Random(run_id)
        duration_ns = (1800 if given.runs == 1 else 300) * SECOND
        Run(writer, run_id, flows, interfaces, duration_ns, dice).tell()
    print(f"{writer.rows} rows", flush=True)
    if not given.no_indexes:
        make_indexes(database, indexes)
    database.execute("COMMIT")
    database.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
