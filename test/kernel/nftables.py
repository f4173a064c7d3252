#!/usr/bin/python3
# Copyright (c) 2026 The azure-net authors
# SPDX-License-Identifier: GPL-2.0-only
"""nftables.py PROGRAM [OPTIONS...]: the Linux kernel decides on packets as security groups do.

PROGRAM, azure-security-rule-cases, draws groups and packets, and says which rule decides; OPTIONS
go to it.  Each group becomes two nftables chains, one for each direction, with one nftables rule
for each security rule, in order of priority.  The packets are sent from one network namespace to
another, which has the chains on its end of a veth pair, where it sees every packet before anything
else does.  The direction is in the packet's DSCP field, and its number in the identification
field.  A rule that takes a packet writes both their numbers into a set of the kernel's; another
chain behind writes down which packets have come through.

A rule that names ports takes TCP and UDP only: that much of our own is in the chains.

Both namespaces are made for the test, and are gone when it ends.  Where they cannot be made, or
nftables is missing, the exit status is 77: skipped.

Facts: S3-01, S3-15, S3-19, S3-23
"""

import json
import os
import socket
import struct
import subprocess
import sys
import time

SKIPPED = 77
INSIDE = "AZURE_NET_INSIDE_NAMESPACE"  # set once this program runs in a namespace of its own
PROTOCOLS = {"Tcp": 6, "Udp": 17, "Icmp": 1, "Esp": 50, "Ah": 51}
ANY_PORTS = ["0-65535"]
DSCP = {"inbound": 1, "outbound": 2}

TABLE = """
table netdev azure {{
  set decided {{ typeof ip id . meta mark; flags dynamic; size 65535; }}
  set passed {{ typeof ip id; flags dynamic; size 65535; }}
  set nobody {{ type ipv4_addr; }}
  chain inbound {{
{inbound}
  }}
  chain outbound {{
{outbound}
  }}
  chain group {{
    type filter hook ingress device "far" priority 0;
    ip dscp 1 jump inbound
    ip dscp 2 jump outbound
  }}
  chain behind {{
    type filter hook ingress device "far" priority 10;
    add @passed {{ ip id }}
  }}
}}
"""


def skip(reason):
    print(f"skipped: {reason}")
    sys.exit(SKIPPED)


def run(command, **options):
    return subprocess.run(command, capture_output=True, text=True, **options)


def enter_namespace():
    """Starts this program again in a network namespace of its own, unless that has been done."""
    if INSIDE in os.environ:
        return
    if os.geteuid() != 0:
        skip("network namespaces need root")
    try:
        for tool in ["unshare", "nsenter", "ip", "nft"]:
            run([tool, "--version" if tool != "ip" else "-V"])
    except FileNotFoundError as error:
        skip(f"{error.filename} is not installed (packages util-linux, iproute2, nftables)")
    made = run(["unshare", "--net", "true"])
    if made.returncode != 0:
        skip(f"network namespaces cannot be made: {made.stderr.strip()}")
    command = ["unshare", "--net", sys.executable, *sys.argv]
    os.execvpe("unshare", command, {**os.environ, INSIDE: "1"})


class Kernel:
    """Two ends of a veth pair: "near" in this namespace, "far" in another with the chains."""

    def __init__(self):
        # The other namespace is there as long as cat runs, and that as long as this program.
        self.holder = subprocess.Popen(
            ["unshare", "--net", "cat"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        self.holder.stdin.write(b"\n")
        self.holder.stdin.flush()
        self.holder.stdout.readline()  # it has entered its namespace
        self.inside = ["nsenter", f"--net=/proc/{self.holder.pid}/ns/net"]
        peer = ["peer", "name", "far", "netns", str(self.holder.pid)]
        for command in [
            ["ip", "link", "add", "name", "near", "type", "veth", *peer],
            ["ip", "link", "set", "near", "up"],
            [*self.inside, "ip", "link", "set", "far", "up"],
        ]:
            made = run(command)
            if made.returncode != 0:
                skip(f"{' '.join(command)}: {made.stderr.strip()}")
        loaded = self.load("", "")
        if loaded.returncode != 0:
            skip(f"nftables cannot look at packets of a device: {loaded.stderr.strip()}")
        self.socket = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
        self.socket.bind(("near", 0))

    def load(self, inbound, outbound):
        """Replaces the chains by those with the given lines."""
        text = "table netdev azure\ndelete table netdev azure\n"  # made first: it may not exist
        text += TABLE.format(inbound=inbound, outbound=outbound)
        return run([*self.inside, "nft", "-f", "-"], input=text)

    def read(self, name):
        """The elements of a set."""
        listed = run([*self.inside, "nft", "-j", "list", "set", "netdev", "azure", name], check=True)
        elements = json.loads(listed.stdout)["nftables"][1]["set"].get("elem", [])
        return [tuple(e["concat"]) if isinstance(e, dict) else e for e in elements]

    def send(self, datagrams):
        """Sends the datagrams, and waits until all of them are decided on."""
        for datagram in datagrams:
            self.socket.send(b"\xff" * 6 + b"\x02\0\0\0\0\x01" + b"\x08\0" + datagram)
        decided = []
        for _ in range(100):
            decided = self.read("decided")
            if len(decided) >= len(datagrams):
                break
            time.sleep(0.02)
        return decided, set(self.read("passed"))


def to_rule(number, rule):
    """The nftables rule for a security rule."""

    def braces(items):
        return "{ " + ", ".join(items) + " }"

    parts = []
    for field, prefixes in [("saddr", rule["sources"]), ("daddr", rule["destinations"])]:
        parts.append(f"ip {field} {braces(prefixes) if prefixes else '@nobody'}")
    if rule["protocol"] != "*":
        parts.append(f"meta l4proto {PROTOCOLS[rule['protocol']]}")
    if [rule["sourcePorts"], rule["destinationPorts"]] != [ANY_PORTS, ANY_PORTS]:
        parts.append("meta l4proto { tcp, udp }")
        parts.append(f"th sport {braces(rule['sourcePorts'])}")
        parts.append(f"th dport {braces(rule['destinationPorts'])}")
    parts.append(f"meta mark set {number} add @decided {{ ip id . meta mark }}")
    parts.append("accept" if rule["access"] == "Allow" else "drop")
    return "    " + " ".join(parts)


def to_chain(rules, direction):
    numbered = [(n, r) for n, r in enumerate(rules) if r["direction"] == direction]
    numbered.sort(key=lambda item: item[1]["priority"])
    return "\n".join(to_rule(number, rule) for number, rule in numbered)


def checksum(header):
    total = sum(struct.unpack(f"!{len(header) // 2}H", header))
    total = (total & 0xFFFF) + (total >> 16)
    return ~(total + (total >> 16)) & 0xFFFF


def to_datagram(number, packet):
    ports = struct.pack("!HH", packet["sourcePort"], packet["destinationPort"])
    payload = {
        6: ports + struct.pack("!IIBBHHH", 1, 0, 5 << 4, 2, 65535, 0, 0),  # SYN
        17: ports + struct.pack("!HH", 8, 0),
        1: struct.pack("!BBHHH", 8, 0, 0xF7FF, 0, 0),  # echo request
    }.get(packet["protocol"], bytes(8))
    source, destination = (socket.inet_aton(packet[side]) for side in ["source", "destination"])
    header = struct.pack(
        "!BBHHHBBH4s4s",
        0x45,
        DSCP[packet["direction"]] << 2,
        20 + len(payload),
        number,
        0,
        64,
        packet["protocol"],
        0,
        source,
        destination,
    )
    return header[:10] + struct.pack("!H", checksum(header)) + header[12:] + payload


def compare(kernel, case):
    """What the kernel says otherwise about the packets of one group."""
    rules, packets = case["rules"], case["packets"]
    loaded = kernel.load(to_chain(rules, "inbound"), to_chain(rules, "outbound"))
    if loaded.returncode != 0:
        return [loaded.stderr]
    decided, passed = kernel.send([to_datagram(n, p) for n, p in enumerate(packets)])
    differences = []
    for number, packet in enumerate(packets):
        found = [rules[mark] for identification, mark in decided if identification == number]
        names = [rule["name"] for rule in found]
        access = "Allow" if number in passed else "Deny"
        ours = next(rule for rule in rules if rule["name"] == packet["rule"])
        if names != [packet["rule"]] or access != ours["access"]:
            differences.append(f"{packet}: the kernel says {access} by {names}, rule {ours}")
    return differences


def main():
    enter_namespace()
    kernel = Kernel()
    cases = [json.loads(line) for line in run(sys.argv[1:], check=True).stdout.splitlines()]
    differences = [line for case in cases for line in compare(kernel, case)]
    for line in differences[:10]:
        print(line)
    packets = sum(len(case["packets"]) for case in cases)
    said = f"{len(differences)} differences" if differences else "all verdicts and rules agree"
    print(f"{packets:,} packets, {len(cases)} rule sets: {said}")
    sys.exit(1 if differences or packets == 0 else 0)


if __name__ == "__main__":
    main()
