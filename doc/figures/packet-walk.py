#!/usr/bin/python3
# Copyright (c) 2026 The azure-net authors
# SPDX-License-Identifier: GPL-2.0-only
"""Draws the figures of doc/packet-walk.rst from what tshark reads in captures of a simulation.

packet-walk.py PROGRAM FOLDER: PROGRAM is the example packet-walk; the figures go to FOLDER.

Each way names the stations that its packets have to pass.  The headers come from the captures, and
a packet of a way that is captured on any other link, or not on each of its own, is an error.
"""

import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Callable, NamedTuple
from xml.sax.saxutils import escape

SYN, SYN_ACK = "0x0002", "0x0012"

# The capture of each link: its file, and the nodes at its ends.
LINKS = {
    "virtual-machine-0-1": ("vm-0", "host-0"),
    "virtual-machine-1-1": ("vm-1", "host-1"),
    "virtual-machine-2-1": ("vm-2", "host-2"),
    "virtual-machine-3-1": ("vm-3", "host-3"),
    "host-0-1": ("host-0", "router"),
    "host-1-1": ("host-1", "router"),
    "host-2-1": ("host-2", "router"),
    "host-3-1": ("host-3", "router"),
    "load-balancer-mux-0-1": ("mux", "router"),
    "nat-gateway-0-1": ("gateway", "router"),
    "slb-manager-0-1": ("manager", "router"),
    "router-0-1": ("router", "edge"),
    "server-0-1": ("edge", "server"),
    "dns-server-0-1": ("edge", "dns"),
}
LABELS = {
    "edge": "edge router",
    "dns": "DNS server",
    "gateway": "NAT gateway",
    "manager": "SLB manager",
}


class Frame(NamedTuple):
    """A packet on a link."""

    time: float
    sources: list[str]
    destinations: list[str]
    lives: list[str]  # times to live
    key: str  # of GRE, or empty
    source_port: str
    destination_port: str
    flags: str  # of TCP, or empty
    response: str  # of DNS, or empty
    length: int  # bytes on the link

    def inner(self) -> tuple[str, str]:
        """Both ends as the VM's protocol has them."""
        return (
            f"{self.sources[-1]}:{self.source_port}",
            f"{self.destinations[-1]}:{self.destination_port}",
        )

    def outer(self) -> str:
        """The header around the packet, if there is one."""
        if len(self.sources) == 1:
            return ""
        name = f"GRE key {self.key}" if self.key else "IP-in-IP"
        return f"{self.sources[0]} > {self.destinations[0]}  {name}, TTL {self.lives[0]}"

    def kind(self) -> str:
        """What the packet is, for whoever reads the figure."""
        names = {SYN: "SYN", SYN_ACK: "SYN ACK"}
        if self.flags:
            return names[self.flags]
        if self.response:
            return "answer" if self.response in ("1", "True") else "query"
        return "message"


class Leg(NamedTuple):
    """A packet from its first station to its last one."""

    title: str
    stations: list[str]
    is_part: Callable[[Frame], bool]


class Way(NamedTuple):
    """A figure: lanes from left to right, and the packets that go along them."""

    name: str
    lanes: list[str]
    legs: list[Leg]


class Hop(NamedTuple):
    """A packet on the link between two stations."""

    start: str
    end: str
    frame: Frame
    title: str  # of the leg, at its first hop


def opened(second: float, flags: str) -> Callable[[Frame], bool]:
    """Packets of the connection that is opened in the half second from then on."""
    return lambda frame: second <= frame.time < second + 0.5 and frame.flags == flags


def asked(response: bool) -> Callable[[Frame], bool]:
    """Packets of DNS."""
    values = ("1", "True") if response else ("0", "False")
    return lambda frame: frame.response in values


def told(source_port: str) -> Callable[[Frame], bool]:
    """Messages that follow the first probe, without those that acknowledge them."""
    return lambda frame: 13 <= frame.time < 14 and (
        not frame.flags and frame.source_port == source_port and frame.length > ACKNOWLEDGEMENT
    )


ACKNOWLEDGEMENT = 40  # bytes on a link
ALL = ["host-0", "router", "edge", "server"]

WAYS = [
    Way(
        "snat",
        ["vm-0", "host-0", "mux", "router", "edge", "server"],
        [
            Leg("1  VM to Internet", ["vm-0", *ALL], opened(41, SYN)),
            Leg(
                "2  Reply",
                ["server", "edge", "router", "mux", "router", "host-0", "vm-0"],
                opened(41, SYN_ACK),
            ),
        ],
    ),
    Way(
        "frontend",
        ["vm-0", "host-0", "mux", "router", "edge", "server"],
        [
            Leg(
                "3  Client to frontend",
                ["server", "edge", "router", "mux", "router", "host-0", "vm-0"],
                opened(42, SYN),
            ),
            Leg("Direct server return", ["vm-0", *ALL], opened(42, SYN_ACK)),
        ],
    ),
    Way(
        "public-ip",
        ["vm-1", "host-1", "mux", "router", "edge", "server"],
        [
            Leg(
                "4  Out by a public IP of its own",
                ["vm-1", "host-1", "router", "edge", "server"],
                opened(43, SYN),
            ),
            Leg(
                "In to a public IP",
                ["server", "edge", "router", "mux", "router", "host-1", "vm-1"],
                opened(44, SYN),
            ),
        ],
    ),
    Way(
        "vm-to-vm",
        ["vm-0", "host-0", "router", "host-2", "vm-2"],
        [
            Leg("5  VM to VM", ["vm-0", "host-0", "router", "host-2", "vm-2"], opened(45, SYN)),
            Leg("Reply", ["vm-2", "host-2", "router", "host-0", "vm-0"], opened(45, SYN_ACK)),
        ],
    ),
    Way(
        "probe",
        ["vm-0", "host-0", "router", "manager", "mux"],
        [
            Leg("6  Probe", ["host-0", "vm-0"], opened(13.5, SYN)),
            Leg("Its answer", ["vm-0", "host-0"], opened(13.5, SYN_ACK)),
            Leg("What the host reports", ["host-0", "router", "manager"], told("8088")),
            Leg("What the mux is told", ["manager", "router", "mux"], told("8084")),
        ],
    ),
    Way(
        "platform",
        ["vm-0", "host-0", "router", "edge", "dns"],
        [
            Leg("7  VM to its host, host to DNS", ["vm-0", "host-0", "router", "edge", "dns"],
                asked(False)),
            Leg("Answers", ["dns", "edge", "router", "host-0", "vm-0"], asked(True)),
        ],
    ),
    Way(
        "nat-gateway",
        ["vm-3", "host-3", "gateway", "router", "edge", "server"],
        [
            Leg(
                "8  VM to Internet by a NAT gateway",
                ["vm-3", "host-3", "router", "gateway", "router", "edge", "server"],
                opened(46, SYN),
            ),
            Leg(
                "Reply",
                ["server", "edge", "router", "gateway", "router", "host-3", "vm-3"],
                opened(46, SYN_ACK),
            ),
        ],
    ),
]

FIELDS = [
    "frame.time_epoch", "ip.src", "ip.dst", "ip.ttl", "gre.key", "tcp.srcport",
    "tcp.dstport", "udp.srcport", "udp.dstport", "tcp.flags", "dns.flags.response", "frame.len",
]  # fmt: skip


def read_capture(path: Path) -> list[Frame]:
    """The packets of a link, in order."""
    command = ["tshark", "-r", str(path), "-T", "fields", "-E", "separator=|"]
    for field in FIELDS:
        command += ["-e", field]
    answer = subprocess.run(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, check=True
    )
    frames = []
    for line in answer.stdout.splitlines():
        time, *values = line.split("|")
        key, tcp_from, tcp_to, udp_from, udp_to, flags, response, length = values[3:]
        lists = [text.split(",") for text in values[:3]]
        ports = (tcp_from or udp_from, tcp_to or udp_to)
        frames.append(Frame(float(time), *lists, key, *ports, flags, response, int(length)))
    return frames


def simulate(program: str) -> dict[frozenset[str], list[Frame]]:
    """The packets of each link of a simulation."""
    with tempfile.TemporaryDirectory() as folder:
        command = [str(Path(program).resolve()), "--pcap=walk"]
        subprocess.run(command, cwd=folder, stdout=subprocess.DEVNULL, check=True)
        return {
            frozenset(ends): read_capture(Path(folder) / f"walk-{name}.pcap.gz")
            for name, ends in LINKS.items()
        }


def follow(leg: Leg, links: dict[frozenset[str], list[Frame]]) -> list[Hop]:
    """The packet of a leg on each link that it has to pass; passing others ends the program."""
    found = {ends: [f for f in frames if leg.is_part(f)] for ends, frames in links.items()}
    hops: list[Hop] = []
    for start, end in zip(leg.stations, leg.stations[1:]):
        ends = frozenset((start, end))
        if not found[ends]:
            sys.exit(f"{leg.title}: no packet from {start} to {end}")
        frame = found[ends].pop(0)
        if hops and frame.time < hops[-1].frame.time:
            sys.exit(f"{leg.title}: from {start} to {end} sooner than before")
        hops.append(Hop(start, end, frame, "" if hops else leg.title))
    left = [" and ".join(sorted(ends)) for ends, frames in found.items() if frames]
    if left:
        sys.exit(f"{leg.title}: a packet between {', '.join(left)} too")
    return hops


class Drawing:
    """A figure that grows downwards: lanes of nodes, and packets between them."""

    LANE, EDGE, SIZE = 78, 42, 10.5  # from lane to lane, from the side to a lane, of letters
    CHARACTER = 0.605 * SIZE
    INK, PALE, CHANGED, AROUND = "#1f2937", "#9ca3af", "#b91c1c", "#e0ecfa"

    def __init__(self, lanes: list[str]) -> None:
        self.places = {lane: self.EDGE + i * self.LANE for i, lane in enumerate(lanes)}
        self.width = 2 * self.EDGE + (len(lanes) - 1) * self.LANE
        self.height = 46.0
        self.shapes: list[str] = []

    def add_text(self, x: float, y: float, text: str, style: str = "") -> None:
        """Text in the middle of x; it may have tspans, so it is XML already."""
        self.shapes.append(f'<text x="{x:.1f}" y="{y:.1f}" {style}>{text}</text>')

    def add_title(self, title: str) -> None:
        """A line over the packets of a leg."""
        self.height += 14
        y = self.height
        self.shapes.append(
            f'<rect x="6" y="{y - 12:.1f}" width="{self.width - 12}" height="17" rx="3" '
            'fill="#eef0f3"/>'
        )
        style = 'font-weight="bold" font-family="sans-serif"'
        self.add_text(self.width / 2, y, escape(title), style)
        self.height += 10

    def add_hop(self, hop: Hop, before: tuple[str, str]) -> None:
        """An arrow, and below it the headers; what differs from before is marked."""
        self.height += 12
        start, end, y = self.places[hop.start], self.places[hop.end], self.height
        tip = end - 4 if end > start else end + 4
        self.shapes.append(
            f'<line x1="{start}" y1="{y:.1f}" x2="{tip}" y2="{y:.1f}" stroke="{self.INK}" '
            'stroke-width="1.6" marker-end="url(#tip)"/>'
        )
        ends = hop.frame.inner()
        kind, life = hop.frame.kind(), hop.frame.lives[-1]
        plain = f"{ends[0]} > {ends[1]}  {kind}, TTL {life}"
        marked = [
            f'<tspan fill="{self.CHANGED}" font-weight="bold">{now}</tspan>'
            if then and now != then
            else now
            for now, then in zip(ends, before)
        ]
        inner = f"{marked[0]} &gt; {marked[1]}  {escape(kind)}, TTL {life}"
        outer = hop.frame.outer()
        lines = [(line, xml) for line, xml in ((outer, escape(outer)), (plain, inner)) if line]
        width = max(len(line) for line, _ in lines) * self.CHARACTER + 10
        middle = min(max((start + end) / 2, width / 2 + 4), self.width - width / 2 - 4)
        depth = 14 * len(lines) + 3
        fill = self.AROUND if outer else "#ffffff"
        self.shapes.append(
            f'<rect x="{middle - width / 2:.1f}" y="{y + 6:.1f}" width="{width:.1f}" '
            f'height="{depth}" rx="3" fill="{fill}"/>'
        )
        for number, (_, xml) in enumerate(lines):
            self.add_text(middle, y + 17 + 14 * number, xml)
        self.height += depth + 8

    def render(self) -> str:
        """The figure as SVG."""
        bottom = self.height + 8
        parts = [
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{self.width}" '
            f'height="{bottom:.0f}" viewBox="0 0 {self.width} {bottom:.0f}" '
            f'font-family="DejaVu Sans Mono, Consolas, Menlo, monospace" font-size="{self.SIZE}" '
            f'text-anchor="middle" fill="{self.INK}" xml:space="preserve">',
            '<defs><marker id="tip" viewBox="0 0 8 8" refX="6" refY="4" markerWidth="6" '
            f'markerHeight="6" orient="auto"><path d="M0,0 L8,4 L0,8 z" fill="{self.INK}"/>'
            "</marker></defs>",
            f'<rect width="{self.width}" height="{bottom:.0f}" fill="#ffffff"/>',
        ]
        for lane, x in self.places.items():
            words = LABELS.get(lane, lane).split(" ")
            parts.append(
                f'<line x1="{x}" y1="38" x2="{x}" y2="{bottom - 4:.0f}" stroke="{self.PALE}" '
                'stroke-dasharray="3 3"/>'
            )
            for number, word in enumerate(words):
                y = (24 if len(words) == 1 else 18) + 13 * number
                parts.append(
                    f'<text x="{x}" y="{y}" font-family="sans-serif" font-size="11.5" '
                    f'font-weight="bold">{escape(word)}</text>'
                )
        return "\n".join([*parts, *self.shapes, "</svg>\n"])


def draw(way: Way, links: dict[frozenset[str], list[Frame]]) -> str:
    """A way as SVG."""
    drawing = Drawing(way.lanes)
    for leg in way.legs:
        before = ("", "")
        for hop in follow(leg, links):
            if hop.title:
                drawing.add_title(hop.title)
            drawing.add_hop(hop, before)
            before = hop.frame.inner()
    return drawing.render()


def main() -> None:
    """Draws all ways."""
    if len(sys.argv) != 3:
        print("usage: packet-walk.py PROGRAM FOLDER", file=sys.stderr)
        sys.exit(2)
    links = simulate(sys.argv[1])
    for way in WAYS:
        (Path(sys.argv[2]) / f"packet-walk-{way.name}.svg").write_text(draw(way, links))


if __name__ == "__main__":
    main()
