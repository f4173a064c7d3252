# Copyright (c) 2026 The azure-net authors
# SPDX-License-Identifier: GPL-2.0-only
"""nat_sockets.py WORKLOAD: a workload's clients and servers, in the namespaces of a Network.

One thread serves all sockets; a socket stays in the namespace where it was made.

The program takes a workload as JSON, and prints the counts of its phases.
"""

import json
import resource
import select
import signal
import socket
import struct
import sys
import time
from contextlib import suppress
from dataclasses import asdict, dataclass

from nat_network import VMS, Network, configure

TOTAL_RETRANSMITS = 100  # where tcp_info has them, bytes from its beginning
FIRST_PORT = 9000  # of the servers
WARM_UP_PORT = 8000  # no flow of a workload goes there
WARM_UP = -1  # the phase of flows that go there
BACKLOG = 4096
OPENED_AT_ONCE = 64  # flows before the sockets are looked at again
ECHO_SECONDS = 2  # that an answer may take
OPEN_FILES = 9000  # that a workload may need


@dataclass(frozen=True)
class Phase:
    """Flows of one VM that begin at once."""

    vm: int  # number of the VM, from 0
    flows: int
    start: float = 0  # seconds
    timeout: float = 8  # seconds after which a flow that is not established is given up


@dataclass(frozen=True)
class Workload:
    """What is done, by the kernel and by the module."""

    phases: tuple[Phase, ...]
    ports: int  # SNAT ports of each VM, or of both together
    destinations: int = 1  # addresses
    destination_ports: int = 1  # of each
    protocol: str = "tcp"
    close: str = "fin"  # how a VM ends a connection
    hold: float | None = None  # seconds that connections stay open; None: to the end
    idle_timeout: float | None = None  # seconds; None: longer than all phases
    echo_after: float | None = None  # seconds without packets, then each flow asks for an answer
    is_shared: bool = False  # whether the VMs have their ports together

    @property
    def seconds(self):
        """How long it takes."""
        last = max(phase.start + phase.timeout for phase in self.phases)
        return max(last, (self.echo_after or 0) + ECHO_SECONDS)


@dataclass(frozen=True)
class Count:
    """What became of the flows of a phase."""

    established: int  # of a workload with echo_after those that were answered then
    at_once: int  # TCP: established by their first SYN


@dataclass
class Flow:
    """A client's socket."""

    socket: socket.socket
    phase: int
    is_established: bool = False
    is_at_once: bool = False
    is_answered: bool = False  # since it was established


class Sockets:
    """Servers, and the flows to them."""

    def __init__(self, network, workload):
        self.network = network
        self.workload = workload
        self.poll = select.epoll()
        self.open_flows = {}  # by file
        self.servers = {}  # sockets by file: those that are bound, and connections
        self.flows = []  # all that there were
        self.is_tcp = workload.protocol == "tcp"
        network.enter("server")
        configure("core/somaxconn", BACKLOG)
        ports = range(FIRST_PORT, FIRST_PORT + workload.destination_ports)
        # As the module orders them: all addresses, then the next port of all addresses.
        self.endpoints = [(a, port) for port in ports for a in network.destinations]
        for endpoint in [*self.endpoints, *((a, WARM_UP_PORT) for a in network.destinations)]:
            server = self.make()
            server.bind(endpoint)
            if self.is_tcp:
                server.listen(BACKLOG)
            self.watch(server)

    def make(self):
        kind = socket.SOCK_STREAM if self.is_tcp else socket.SOCK_DGRAM
        return socket.socket(socket.AF_INET, kind | socket.SOCK_NONBLOCK)

    def watch(self, server):
        self.servers[server.fileno()] = server
        self.poll.register(server, select.EPOLLIN)

    def open(self, number, endpoint):
        """Begins a flow of the phase of that number."""
        client = self.make()
        with suppress(BlockingIOError):
            client.connect(endpoint)
        if not self.is_tcp:
            client.send(b"hello")
        flow = Flow(client, number)
        self.open_flows[client.fileno()] = flow
        self.flows.append(flow)
        self.poll.register(client, select.EPOLLOUT if self.is_tcp else select.EPOLLIN)
        return flow

    def begin(self, number):
        """Begins the flows of a phase."""
        phase = self.workload.phases[number]
        self.network.enter(f"vm-{phase.vm}")
        for i in range(phase.flows):
            self.open(number, self.endpoints[i % len(self.endpoints)])
            if i % OPENED_AT_ONCE == OPENED_AT_ONCE - 1:
                self.serve(0)

    def end(self, flow):
        """Ends a flow as the workload says."""
        if self.open_flows.pop(flow.socket.fileno(), None):
            if flow.is_established and self.workload.close == "rst":
                at_once = struct.pack("ii", 1, 0)
                flow.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, at_once)
            flow.socket.close()

    def get_flows(self, number):
        """The flows of a phase."""
        return [flow for flow in self.flows if flow.phase == number]

    def is_settled(self, number):
        """Whether all flows of a phase have been established."""
        return all(flow.is_established for flow in self.get_flows(number))

    def give_up(self, number):
        """Ends the flows of a phase that are not established."""
        for flow in self.get_flows(number):
            if not flow.is_established:
                self.end(flow)

    def close(self, number):
        """Ends those that are."""
        for flow in self.get_flows(number):
            if flow.is_established:
                self.end(flow)

    def ask(self, number):
        """Has the flows of a phase ask for an answer."""
        for flow in self.get_flows(number):
            if flow.is_established:
                flow.socket.send(b"are you there")

    def serve(self, until):
        """Does what sockets are ready for, at least once, until a time of the monotonic clock."""
        left = 1
        while left > 0:
            left = max(until - time.monotonic(), 0)
            for number, _ in self.poll.poll(left, 1024):
                if number in self.open_flows:
                    self.hear(self.open_flows[number])
                elif number in self.servers:
                    self.answer(self.servers[number])

    def hear(self, flow):
        """The client's side."""
        if self.is_tcp and not flow.is_established:
            if flow.socket.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR) != 0:
                self.end(flow)
                return
            information = flow.socket.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 104)
            flow.is_established = True
            flow.is_at_once = struct.unpack_from("I", information, TOTAL_RETRANSMITS)[0] == 0
            self.poll.modify(flow.socket, select.EPOLLIN)
            return
        data = b""
        with suppress(ConnectionError):
            data = flow.socket.recv(64)
        if data:
            flow.is_answered = flow.is_established
            flow.is_established = True
        else:
            self.end(flow)

    def answer(self, server):
        """The server's side: connections to accept, or something to send back."""
        with suppress(BlockingIOError):
            while not self.is_tcp:
                server.sendto(*server.recvfrom(64))
            while server.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN):
                client, _ = server.accept()
                client.setblocking(False)
                self.watch(client)
            data = b""
            with suppress(ConnectionError):
                data = server.recv(64)
            if data:
                server.send(data)
            else:
                del self.servers[server.fileno()]
                server.close()

    def warm_up(self):
        """A flow of each VM to each address, so that all know each other's hardware addresses."""
        for vm in range(VMS):
            self.network.enter(f"vm-{vm}")
            for address in self.network.destinations:
                self.open(WARM_UP, (address, WARM_UP_PORT))
            deadline = time.monotonic() + 10
            while not self.is_settled(WARM_UP):
                if time.monotonic() > deadline:
                    raise RuntimeError("nothing gets through the kernel's NAT")
                self.serve(time.monotonic() + 0.01)
        self.close(WARM_UP)

    def count(self, number):
        """What became of the flows of a phase."""
        flows = self.get_flows(number)
        is_echo = self.workload.echo_after is not None
        return Count(
            sum(flow.is_answered if is_echo else flow.is_established for flow in flows),
            sum(flow.is_at_once for flow in flows),
        )


def run_workload(workload):
    """The counts of each phase of a workload, which this process is for."""
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, OPEN_FILES), hard))
    sockets = Sockets(Network(workload), workload)
    sockets.warm_up()
    actions = []  # time, what is done, for which phase
    for number, phase in enumerate(workload.phases):
        actions.append((phase.start, sockets.begin, number))
        actions.append((phase.start + phase.timeout, sockets.give_up, number))
        if workload.hold is not None:
            actions.append((phase.start + workload.hold, sockets.close, number))
        if workload.echo_after is not None:
            actions.append((workload.echo_after, sockets.ask, number))
    begin = time.monotonic()
    for at, act, number in sorted(actions, key=lambda action: action[0]):
        while time.monotonic() < begin + at:
            if act == sockets.give_up and sockets.is_settled(number):
                break
            sockets.serve(min(begin + at, time.monotonic() + 0.1))
        act(number)
    if workload.echo_after is not None:
        sockets.serve(begin + workload.seconds)
    return [sockets.count(number) for number in range(len(workload.phases))]


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # to end in silence
    given = json.loads(sys.argv[1])
    given["phases"] = tuple(Phase(**phase) for phase in given["phases"])
    print(json.dumps([asdict(count) for count in run_workload(Workload(**given))]))
