# Copyright (c) 2026 The azure-net authors
# SPDX-License-Identifier: GPL-2.0-only
"""nat_network.py: network namespaces with the kernel's NAT between them.

  vm-0, vm-1 --- bridge of the NAT, which translates by nftables --- server

All four belong to the process that makes them: there is no link to any other namespace, nobody else
sees them, and they are gone when it ends, however it ends.

As a program it tries whether they can be made here; if not, the exit status is 77.
"""

import ctypes
import os
import subprocess
import sys

SKIPPED = 77
NEW_NETWORK = 0x40000000  # CLONE_NEWNET
SNAT_PORT = 1024  # the first
VMS = 2
NAT_ADDRESS = "198.18.1.1"  # in the VMs' network
PUBLIC_ADDRESS = "198.18.2.1"

RULE = """  ip saddr {source} oifname "out" meta l4proto {{ tcp, udp }} \
snat to {address}:{first}-{last}"""


def get_vm_address(vm):
    return f"198.18.1.{4 + vm}"


def run(*command, **options):
    """Runs a command in the namespace at hand."""
    done = subprocess.run(command, capture_output=True, text=True, check=False, **options)
    if done.returncode != 0:
        raise RuntimeError(f"{' '.join(command)}: {done.stderr.strip()}")


def configure(setting, value):
    """Sets what sysctl calls net.SETTING, in the namespace at hand."""
    with open(f"/proc/sys/net/{setting}", "w", encoding="ascii") as file:
        file.write(f"{value}\n")


def load(rules):
    """Has the namespace at hand translate by the rules."""
    head = "  type nat hook postrouting priority 100;"
    run("nft", "-f", "-", input=f"table ip nat {{\n chain out {{\n{head}\n{rules}\n }}\n}}\n")


class Spaces:
    """Namespaces by name."""

    def __init__(self):
        self.libc = ctypes.CDLL(None, use_errno=True)
        self.files = {}

    def make(self, name):
        """Enters a new namespace."""
        if self.libc.unshare(NEW_NETWORK) != 0:
            raise OSError(ctypes.get_errno(), "network namespaces cannot be made")
        self.files[name] = os.open("/proc/thread-self/ns/net", os.O_RDONLY)

    def enter(self, name):
        if self.libc.setns(self.files[name], NEW_NETWORK) != 0:
            raise OSError(ctypes.get_errno(), f"namespace {name}")

    def link(self, near, far):
        """A veth pair, from the namespace at hand to the interface "in" of another."""
        place = f"/proc/{os.getpid()}/fd/{self.files[far]}"
        peer = ["peer", "name", "in", "netns", place]
        run("ip", "link", "add", "name", near, "type", "veth", *peer)
        run("ip", "link", "set", near, "up")


def add_addresses(device, addresses):
    for address in addresses:
        run("ip", "address", "add", f"{address}/24", "dev", device)
    run("ip", "link", "set", device, "up")


class Network(Spaces):
    """The namespaces, with addresses and NAT rules for a workload."""

    def __init__(self, workload):
        super().__init__()
        self.destinations = [f"198.18.2.{10 + i}" for i in range(workload.destinations)]
        for name in [*(f"vm-{vm}" for vm in range(VMS)), "server", "nat"]:
            self.make(name)
        run("ip", "link", "add", "name", "bridge", "type", "bridge")
        for vm in range(VMS):
            self.link(f"to-vm-{vm}", f"vm-{vm}")
            run("ip", "link", "set", f"to-vm-{vm}", "master", "bridge")
        self.link("out", "server")
        add_addresses("bridge", [NAT_ADDRESS])
        add_addresses("out", [PUBLIC_ADDRESS])
        translate(workload)
        for vm in range(VMS):
            self.enter(f"vm-{vm}")
            add_addresses("in", [get_vm_address(vm)])
            run("ip", "route", "add", "default", "via", NAT_ADDRESS)
        self.enter("server")
        add_addresses("in", self.destinations)


def translate(workload):
    """Sets up NAT in the namespace at hand."""
    blocks = [("198.18.1.0/24", SNAT_PORT)]
    if not workload.is_shared:
        blocks = [(get_vm_address(vm), SNAT_PORT + vm * workload.ports) for vm in range(VMS)]
    rules = [
        RULE.format(
            source=source, address=PUBLIC_ADDRESS, first=first, last=first + workload.ports - 1
        )
        for source, first in blocks
    ]
    load("\n".join(rules))
    configure("ipv4/ip_forward", 1)
    # A segment of a connection that is no longer known begins no new one.
    configure("netfilter/nf_conntrack_tcp_loose", 0)
    if workload.idle_timeout:
        configure("netfilter/nf_conntrack_tcp_timeout_established", round(workload.idle_timeout))


def find_obstacle():
    """Tries what Network needs.  Returns why this machine does not have it, or None."""
    if os.geteuid() != 0:
        return "network namespaces need root"
    try:
        spaces = Spaces()
        spaces.make("far")
        spaces.make("near")
        spaces.link("out", "far")
        run("ip", "link", "add", "name", "bridge", "type", "bridge")
        load(f"  snat to {PUBLIC_ADDRESS}")
        configure("netfilter/nf_conntrack_tcp_loose", 0)
    except FileNotFoundError as error:
        return f"there is no {error.filename} (packages iproute2, nftables)"
    except (OSError, RuntimeError) as error:
        return str(error)
    return None


if __name__ == "__main__":
    obstacle = find_obstacle()
    if obstacle:
        print(f"skipped: {obstacle}")
        sys.exit(SKIPPED)
