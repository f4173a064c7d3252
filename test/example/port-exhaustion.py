#!/usr/bin/python3
# Copyright (c) 2026 The azure-net authors
# SPDX-License-Identifier: GPL-2.0-only
"""port-exhaustion.py PROGRAM: what port-exhaustion must show, and how it refuses bad options."""

import os
import re
import unittest

from common import ExampleTest

# Options that are refused, and what the line has to name: the field, the value, what is allowed.
BAD = [
    (["--profile=1999"], ["profile", "1999", "2016, 2017, 2018, 2023, legacy-on-demand, ananta"]),
    (["--profile=nat-gateway", "--frontends=17"], ["frontends", "17", "1 to 16 with a NAT gate"]),
    (["--profile=nat-gateway", "--allocatedPorts=8"], ["allocatedPorts", "'8'", "none with a NAT"]),
    (["--profile=nat-gateway", "--idleTimeout=9s"], ["idleTimeout", "'9s'", "4min to 120min"]),
    (["--profile=nat-gateway", "--idleTimeout=270s"], ["idleTimeout", "270s", "whole minutes"]),
    (["--scenario=vpn"], ["scenario", "vpn", "standalone, load-balanced or public-ip"]),
    (["--vms=0"], ["vms", "'0'", "1 to 1000"]),
    (["--vms=1001"], ["vms", "1001", "1 to 1000"]),
    (["--vms=-1"], ["vms", "-1", "1 to 1000"]),
    (["--vms=4294967297"], ["vms", "4294967297", "1 to 1000"]),
    (["--vms=2x"], ["vms", "2x", "1 to 1000"]),
    (["--vms"], ["vms", "''", "1 to 1000"]),
    (["--activeVms=2"], ["activeVms", "'2'", "at most vms, which is 1"]),
    (["--flows=0"], ["flows", "'0'", "1 to"]),
    (["--flows=-5"], ["flows", "-5", "1 to"]),
    (["--flows=1000001"], ["flows", "1000001", "1 to 1000000"]),
    (["--flows=4294967295"], ["flows", "4294967295", "1 to 1000000"]),
    (["--destinations=0"], ["destinations", "'0'", "1 to"]),
    (["--destinations=70000"], ["destinations", "70000", "1 to"]),
    (["--destinationPorts=0"], ["destinationPorts", "'0'", "1 to"]),
    (["--skew=-0.5"], ["skew", "-0.5", "number >= 0"]),
    (["--arrival=sometimes"], ["arrival", "sometimes", "burst, periodic or poisson"]),
    (["--rate=0"], ["rate", "'0'", "above 0"]),
    (["--rate=nan"], ["rate", "nan", "above 0"]),
    (["--arrival=poisson", "--rate=1e-300"], ["rate", "1e-300", "within 1e9 s"]),
    (["--hold=-1s"], ["hold", "-1s", "a time >= 0s"]),
    (["--hold=2 s"], ["hold", "2 s", "a time >= 0s"]),
    (["--hold=pareto:2s:1"], ["hold", "pareto:2s:1", "SHAPE > 1"]),
    (["--hold=ns3::NoRandomVariable[Min=1]"], ["hold", "NoRandomVariable", "one of Constant,"]),
    (["--hold=ns3::DeterministicRandomVariable"], ["hold", "Deterministic", "one of Constant,"]),
    (["--hold=ns3::EmpiricalRandomVariable"], ["hold", "Empirical", "one of Constant,"]),
    (["--hold=ns3::SequentialRandomVariable[Max=9]"], ["hold", "Max=9", "one of Constant,"]),
    (["--hold=ns3::UniformRandomVariable[Min=5|Max=1]"], ["hold", "Min=5", "Min <= Max"]),
    (["--hold=ns3::UniformRandomVariable[Stream=1]"], ["hold", "Stream=1", "Min, Max, Antithetic"]),
    (["--hold=ns3::ExponentialRandomVariable[Mean=-1]"], ["hold", "=-1", "Mean as a number > 0"]),
    (["--hold=ns3::ParetoRandomVariable[Shape=0]"], ["hold", "Shape=0", "Shape as a number >="]),
    (["--hold=ns3::NormalRandomVariable[Mean=1|Variance=-1]"], ["hold", "=-1", "Variance as a"]),
    (["--hold=ns3::ErlangRandomVariable[K=0|Lambda=0]"], ["hold", "K=0", "K as a whole number"]),
    (["--hold=ns3::GammaRandomVariable[Alpha=-1|Beta=-1]"], ["hold", "=-1", "Alpha as a number"]),
    (["--keepAlive=0s"], ["keepAlive", "0s", "a time of at least 1ms, or none"]),
    (["--keepAlive=10s"], ["keepAlive", "10s", "none without a hold or a stop"]),
    (["--close=slam"], ["close", "slam", "fin, rst or none"]),
    (["--protocol=icmp"], ["protocol", "icmp", "tcp or udp"]),
    (["--frontends=0"], ["frontends", "'0'", "1 to 600"]),
    (["--frontends=3", "--scenario=standalone"], ["frontends", "'3'", "1 with the scenario stand"]),
    (["--frontends=3", "--scenario=public-ip"], ["frontends", "'3'", "1 with the scenario public"]),
    (["--resize=60s"], ["resize", "60s", "two times above 0s, JOINS:LEAVES, or none"]),
    (["--resize=0s:60s"], ["resize", "0s:60s", "two times above 0s, JOINS:LEAVES, or none"]),
    (["--resize=60s:60s"], ["resize", "60s:60s", "two times above 0s, JOINS:LEAVES, or none"]),
    (["--resize=60s:2x"], ["resize", "60s:2x", "two times above 0s, JOINS:LEAVES, or none"]),
    (["--resize=1s:60s", "--scenario=standalone"], ["resize", "1s:60s", "none where no backend"]),
    (["--resize=1s:60s", "--profile=nat-gateway"], ["resize", "1s:60s", "none where no backend"]),
    (["--resize=1s:60s", "--vms=1000"], ["vms", "1000", "fewer than the largest pool has"]),
    (["--allocatedPorts=0"], ["allocatedPorts", "'0'", "1 to 64512"]),
    (["--allocatedPorts=64511", "--vms=2"], ["allocatedPorts", "64511", "32255"]),
    (["--idleTimeout=0s"], ["idleTimeout", "0s", "above 0s"]),
    (["--finHold=soon"], ["finHold", "soon", "above 0s"]),
    (["--rstHold=-15s"], ["rstHold", "-15s", "above 0s"]),
    (["--reuseKey=Port"], ["reuseKey", "Port", "DestinationEndpoint, Never or Cone"]),
    (["--transport=tcp"], ["transport", "tcp", "socket or compact"]),
    (["--synAttempts=17"], ["synAttempts", "17", "1 to 16"]),
    (["--synAttempts=2", "--protocol=udp"], ["synAttempts", "'2'", "1 with the protocol udp"]),
    (["--retry=fixed:0:1s"], ["retry", "fixed:0:1s", "ATTEMPTS >= 1"]),
    (["--stop=0s"], ["stop", "0s", "above 0s"]),
    (["--db=nowhere/x.db"], ["db", "nowhere/x.db", "writable folder"]),
    (["--db=."], ["db", "'.'", "folder"]),
    (["--RngSeed=0"], ["RngSeed", "'0'", "1 to 4294944442"]),
    (["--RngRun=-1"], ["RngRun", "-1", "uint64_t"]),
    (["--ns3::TcpSocket::SegmentSize=big"], ["ns3::TcpSocket::SegmentSize", "big", "uint32_t"]),
    (["--colour=red"], ["--colour=red", "--help"]),
    (["2017"], ["2017", "--help"]),
]

# Must-show 2, 5 and 6: options, and what the last line has to say.
RESULTS = [
    ("--vms=120 --flows=300", {"established": 256, "refused": 44, "portsAllocated": 256}),
    ("--allocatedPorts=8 --flows=20 --destinations=20", {"established": 20, "peakPortsUsed": 1}),
    (
        "--profile=2018 --allocatedPorts=8 --flows=20 --destinations=20",
        {"established": 20, "peakPortsUsed": 1},
    ),
    (
        "--allocatedPorts=8 --flows=20 --destinationPorts=20",
        {"established": 8, "refused": 12, "peakPortsUsed": 8},
    ),
    (
        "--profile=2018 --allocatedPorts=8 --flows=20 --destinationPorts=20",
        {"established": 20, "refused": 0, "peakPortsUsed": 1},
    ),
    (
        "--scenario=public-ip --vms=120 --flows=300",
        {"established": 300, "refused": 0, "portsAllocated": 0, "firstRefusal_s": "-"},
    ),
    # A refused flow is the same flow when it is tried again, and has got its port then: three
    # attempts, 6 s apart, of which the last falls after the first flows' 2 s and RST's 5 s.
    (
        "--allocatedPorts=8 --flows=12 --hold=2s --close=rst --rstHold=5s --retry=fixed:3:3s",
        {"attempted": 12, "established": 12, "refused": 0},
    ),
    # SYN packets 3 s and 9 s after the first, likewise.
    (
        "--allocatedPorts=8 --flows=12 --hold=2s --close=rst --rstHold=5s --synAttempts=3",
        {"attempted": 12, "established": 12, "refused": 0},
    ),
    # 2 VMs of 2: sums, and no VM takes ports from the other.
    (
        "--vms=2 --activeVms=2 --allocatedPorts=8 --flows=10",
        {"attempted": 20, "established": 16, "refused": 4, "portsAllocated": 16},
    ),
    # 3 frontends of 8 ports each.
    ("--frontends=3 --allocatedPorts=8 --flows=30", {"established": 24, "portsAllocated": 24}),
    # UDP of 2018: a port each, whatever the destination.
    (
        "--profile=2018 --protocol=udp --allocatedPorts=8 --flows=20 --destinations=20",
        {"established": 8, "refused": 12},
    ),
    # More ports when asked for, which are returned unused before the run is over.
    ("--profile=ananta --flows=300", {"established": 300, "portsAllocated": 8}),
    ("--profile=legacy-on-demand --flows=300", {"established": 300, "portsAllocated": 160}),
    # Of other allocators: ports tried at random, of which some are missed ...
    ("--profile=bounded-random --allocatedPorts=8 --flows=5", {"attempted": 5, "established": 5}),
    # ... and equal parts of the address, in multiples of 8, each VM's found in full.
    (
        "--profile=deterministic-blocks[PortsPerPublicAddress=80] --vms=4 --flows=30",
        {"established": 16, "refused": 14, "portsAllocated": 16},
    ),
    # The idle timeout is 4 s, keep-alives come before it: all ports are held for the 30 s, ...
    (
        "--profile=2017[IdleTimeout=4s|AllocatedPorts=8] --hold=30s --keepAlive=2s "
        "--arrival=periodic --rate=1 --flows=20",
        {"established": 8, "refused": 12},
    ),
    # ... or none for longer than 4 s.
    (
        "--profile=2017[IdleTimeout=4s|AllocatedPorts=8] --hold=30s "
        "--arrival=periodic --rate=1 --flows=20",
        {"established": 20, "refused": 0},
    ),
    # A NAT gateway: 64,512 ports for whoever comes (B.6), ...
    (
        "--profile=nat-gateway --flows=1100",
        {"established": 1100, "refused": 0, "portsAllocated": 64512, "peakPortsUsed": 1100},
    ),
    # ... so that two VMs have 64 of them together, to each destination anew, ...
    (
        "--profile=nat-gateway[PortsPerPublicAddress=64] --vms=2 --activeVms=2 --flows=50",
        {"attempted": 100, "established": 64, "refused": 36, "portsAllocated": 64},
    ),
    (
        "--profile=nat-gateway[PortsPerPublicAddress=64] --vms=2 --activeVms=2 --flows=80 "
        "--destinations=2 --scenario=public-ip",
        {"attempted": 160, "established": 128, "refused": 32, "peakPortsUsed": 64},
    ),
    # ... 128 on two addresses, and to one destination no more than MaxFlowsPerDestination on each.
    (
        "--profile=nat-gateway[PortsPerPublicAddress=64] --frontends=2 --flows=150",
        {"established": 128, "refused": 22, "portsAllocated": 128, "peakPortsUsed": 128},
    ),
    (
        "--profile=nat-gateway[MaxFlowsPerDestination=40] --frontends=2 --flows=100",
        {"established": 80, "refused": 20, "portsAllocated": 129024},
    ),
    # 600 of 1,024 ports would do, but from 30 s to 55 s the pool has 51 VMs, and each of them 512:
    # those that begin at 51.2 s and later are refused, until the VM has left.
    (
        "--profile=2018 --vms=50 --arrival=periodic --rate=10 --flows=600 --resize=30s:54.95s",
        {"established": 562, "refused": 38, "firstRefusal_s": "51.200010"},
    ),
    ("--reuseKey=Never --allocatedPorts=8 --flows=20 --destinations=20", {"established": 8}),
    # Flow 9 begins at 8 / 4 s, and finds the ports taken.
    (
        "--arrival=periodic --rate=4 --allocatedPorts=8 --flows=10",
        {"established": 8, "firstRefusal_s": "2.000010"},
    ),
    # Flows begin at 0 s, 0.1 s ... 0.9 s; at 1 s the run ends first.
    ("--stop=1s --arrival=periodic --rate=10 --flows=100", {"attempted": 10}),
    # Flows that wait for SNAT ports when the run is stopped: refused for the host agent, of which
    # the application has not heard.
    ("--profile=ananta --flows=300 --stop=50us", {"attempted": 300, "established": 0}),
    # Ports are allocated before a packet has reached the host agent.
    (
        "--stop=1us --vms=3 --activeVms=2 --flows=100",
        {"attempted": 200, "established": 0, "portsAllocated": 2048},
    ),
    # Ports are lost before the answer comes: no closed form, but no false alarm either.
    ("--idleTimeout=1ns --flows=5", {"attempted": 5, "established": 0}),
    (
        "--hold=ns3::NormalRandomVariable[Mean=1|Variance=4] --close=rst --flows=20",
        {"attempted": 20, "established": 20},
    ),
]

DEFAULTS = {
    "profile": "2017",
    "scenario": "load-balanced",
    "vms": "1",
    "activeVms": "1",
    "flows": "1100",
    "resize": "none",
    "destinations": "1",
    "destinationPorts": "1",
    "skew": "none",
    "arrival": "burst",
    "rate": "100",
    "hold": "none",
    "keepAlive": "none",
    "close": "fin",
    "protocol": "tcp",
    "frontends": "1",
    "allocatedPorts": "profile",
    "idleTimeout": "profile",
    "finHold": "profile",
    "rstHold": "profile",
    "reuseKey": "profile",
    "synAttempts": "1",
    "transport": "socket",
    "retry": "none",
    "stop": "auto",
    "db": "",
}

RESULT = re.compile(
    r"result attempted=(?P<attempted>\d+) established=(?P<established>\d+) "
    r"refused=(?P<refused>\d+) portsAllocated=(?P<portsAllocated>\d+) "
    r"peakPortsUsed=(?P<peakPortsUsed>\d+) firstRefusal_s=(?P<firstRefusal_s>-|\d+\.\d+)"
)


class PortExhaustion(ExampleTest):
    """Each test runs the program in an empty folder."""

    def test_bad_options_get_one_line_and_leave_no_file(self):
        for options, named in BAD:
            with self.subTest(options=options):
                has_database = any(option.startswith("--db") for option in options)
                result = self.run_program(*([] if has_database else ["--db=x.db"]), *options)
                self.assert_refused(result, named)
                self.assertEqual(os.listdir(self.folder), [])

    def test_result_lines(self):
        for options, expected in RESULTS:
            with self.subTest(options=options):
                result = self.run_program(*options.split())
                self.assertEqual(result.returncode, 0, result.stderr)
                self.assertEqual(result.stderr, "")
                last = RESULT.fullmatch(result.stdout.splitlines()[-1])
                self.assertIsNotNone(last, result.stdout)
                shown = {name: last[name] for name in expected}
                self.assertEqual(shown, {name: str(value) for name, value in expected.items()})

    def test_all_ports_are_free_240_s_after_the_last_packet(self):
        self.run_program("--vms=120", "--flows=300", "--db=x.db")
        self.assertEqual(self.query("x.db", "SELECT recovery_ns FROM v_recovery"), [(240 * 10**9,)])
        last = "SELECT ports_in_use, ports_free FROM v_port_usage WHERE network_interface_id = 1"
        self.assertEqual(self.query("x.db", last + " ORDER BY time_ns DESC LIMIT 1"), [(0, 256)])
        outcomes = "SELECT outcome, COUNT(*) FROM flow GROUP BY outcome ORDER BY outcome"
        self.assertEqual(self.query("x.db", outcomes), [("established", 256), ("refused", 44)])

    def test_connections_that_lose_their_ports_while_they_are_open_get_a_note(self):
        note = "note: 20 of 20 connections were idle for 4 s and lost their SNAT ports"
        options = "--idleTimeout=4s --flows=20 --hold=9s"
        for more, is_noted in [
            ("", True),
            ("--close=rst", True),
            ("--profile=2018", True),
            ("--keepAlive=6s", True),
            ("--keepAlive=3s", False),
            ("--close=none", False),
            ("--scenario=public-ip", False),
            ("--protocol=udp", False),
            ("--hold=none", False),
            ("--hold=3s", False),
            ("--profile=2018 --hold=3s", False),
        ]:
            with self.subTest(more=more):
                # ns-3 takes the last of an option that is given twice.
                output = self.run_program(*options.split(), *more.split()).stdout
                self.assertEqual(note in output, is_noted, output)

    def test_refused_flows_whose_source_ports_come_again_get_a_note(self):
        # 1,024 flows get a port; the source ports of the others come again after 16 s.
        options = "--scenario=standalone --transport=compact --arrival=periodic --rate=4000 --db=x.db"
        for flows, repeated in [(64512, 0), (64513, 1), (130000, 130000 - 64512)]:
            with self.subTest(flows=flows):
                result = self.run_program(*options.split(), f"--flows={flows}")
                self.assertEqual(result.returncode, 0, result.stderr)
                refused = flows - 1024
                self.assertIn(f" refused={refused} ", result.stdout)
                note = f"note: {repeated} of {refused} refused flows came from the source port of"
                self.assertEqual(note in result.stdout, repeated > 0, result.stdout)
                counted = "SELECT flows_refused FROM v_run_summary ORDER BY run_id DESC LIMIT 1"
                self.assertEqual(self.query("x.db", counted), [(refused - repeated,)])

    def test_an_instance_level_public_ip_uses_no_snat_ports(self):
        self.run_program("--scenario=public-ip", "--flows=300", "--db=x.db")
        flows = "SELECT COUNT(*), SUM(private_port = public_port), MIN(public_address) FROM flow"
        self.assertEqual(self.query("x.db", flows), [(300, 300, "198.18.32.1")])
        usage = "SELECT SUM(ports_allocated), SUM(ports_in_use), SUM(flows) FROM snat_port_usage"
        self.assertEqual(self.query("x.db", usage), [(0, 0, 0)])

    def test_same_seed_makes_the_same_database(self):
        options = (
            "--vms=60 --activeVms=2 --flows=100 --arrival=poisson --rate=20 --hold=pareto:5s:1.5 "
            "--skew=0.9 --destinations=5 --retry=exponential:4:3s --allocatedPorts=8"
        ).split()
        for name in ["a.db", "b.db"]:
            self.assertEqual(self.run_program(*options, f"--db={name}").returncode, 0)
        self.assertEqual(self.run_program(*options, "--RngRun=2", "--db=c.db").returncode, 0)
        self.assertEqual(self.dump("a.db"), self.dump("b.db"))
        self.assertNotEqual(self.dump("a.db"), self.dump("c.db"))

    def test_help_tells_every_option_with_its_default(self):
        self.assert_help_tells(DEFAULTS)
        text = self.run_program("--help").stdout
        for option in ["RngSeed", "RngRun"]:
            self.assertIn(f"--{option}", text)


if __name__ == "__main__":
    unittest.main()
