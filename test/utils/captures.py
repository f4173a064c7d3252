#!/usr/bin/python3
# Copyright (c) 2026 The azure-net authors
# SPDX-License-Identifier: GPL-2.0-only
"""Examples write packets for Wireshark and NetAnim; both hold what the database counts.

captures.py PORT-EXHAUSTION OUTBOUND-SCENARIOS
"""

import collections
import gzip
import os
import shutil
import subprocess
import sys
import unittest
import xml.etree.ElementTree

from common import PROGRAM, ToolTest, skip

SCENARIOS = os.path.abspath(sys.argv.pop(1))

# An option that is refused, and what the line says.
REFUSED = [
    ("--pcap=no/x", "pcap: 'no/x' is not allowed: there is no folder no"),
    ("--netanim=no/x.xml", "netanim: 'no/x.xml' is not allowed: there is no folder no"),
    ("--netanim=x.txt", "netanim: 'x.txt' is not allowed; give a name that ends in .xml"),
    ("--netanim=.xml", "netanim: '.xml' is not allowed"),
    ("--netanim=folder.xml", "netanim: 'folder.xml' is not allowed: folder.xml is a folder"),
]


class Captures(ToolTest):
    def run_example(self, *arguments, program=PROGRAM):
        command = [program, *arguments]
        return subprocess.run(
            command, cwd=self.folder, capture_output=True, text=True, check=False
        )

    def read_pcap(self, name, *fields):
        """A line for each packet, as tshark reads it."""
        command = ["tshark", "-r", self.folder / name, "-T", "fields"]
        for field in fields:
            command += ["-e", field]
        return subprocess.check_output(command, stderr=subprocess.DEVNULL, text=True).splitlines()

    def test_the_links_have_the_packets_of_the_database(self):
        arguments = ["--flows=200", "--vms=3", "--activeVms=2", "--allocatedPorts=64"]
        result = self.run_example(*arguments, "--db=a.db", "--pcap=cap")
        self.assertEqual(result.returncode, 0, result.stderr)
        for number, vm in [(1, "0"), (2, "1")]:
            packets = (
                "SELECT SUM(packets_out + packets_in + refused_packets) FROM flow "
                f"WHERE network_interface_id = {number}"
            )
            ((expected,),) = self.query(self.folder / "a.db", packets)
            lines = self.read_pcap(f"cap-virtual-machine-{vm}-1.pcap.gz", "frame.time_epoch")
            self.assertGreater(expected, 400)
            self.assertEqual(len(lines), expected)
            self.assertEqual(lines[0], "0.000000000")
        # The third VM opens nothing.
        names = sorted(path.name for path in self.folder.glob("cap-*"))
        known = {name for (name,) in self.query(self.folder / "a.db", "SELECT name FROM node")}
        self.assertNotIn("cap-virtual-machine-2-1.pcap.gz", names)
        for name in names:
            node = name.removeprefix("cap-").removesuffix(".pcap.gz").rpartition("-")[0]
            self.assertIn(node, known)
        self.assertGreaterEqual(len(names), 6)

    def test_packets_of_the_servers_link_have_public_addresses(self):
        result = self.run_example("--flows=20", "--pcap=cap")
        self.assertEqual(result.returncode, 0, result.stderr)
        lines = self.read_pcap("cap-server-0-1.pcap.gz", "ip.src", "ip.dst", "tcp.flags.syn")
        ends = collections.Counter(address for line in lines for address in line.split("\t")[:2])
        self.assertEqual(set(ends), {"198.18.0.1", "198.19.0.1"})
        self.assertEqual(sum(line.endswith("1") for line in lines), 40)  # SYN, SYN and ACK

    def test_netanim_has_the_nodes_and_packets_of_the_database(self):
        arguments = ["--flows=50", "--db=a.db", "--netanim=x.xml"]
        self.assertEqual(self.run_example(*arguments).returncode, 0)
        self.assertEqual(self.run_example("--flows=50", "--netanim=x.xml.gz").returncode, 0)
        text = (self.folder / "x.xml").read_bytes()
        packed = (self.folder / "x.xml.gz").read_bytes()
        self.assertEqual(gzip.decompress(packed), text)
        self.assertLess(len(packed), len(text) / 5)
        root = xml.etree.ElementTree.fromstring(text)
        nodes = dict(self.query(self.folder / "a.db", "SELECT node_id, name FROM node"))
        names = {int(e.get("id")): e.get("descr") for e in root.iter("nu") if e.get("p") == "d"}
        self.assertEqual(names, nodes)
        places = {(e.get("locX"), e.get("locY")) for e in root.iter("node")}
        self.assertEqual(len(places), len(nodes))
        links = {(int(e.get("fromId")), int(e.get("toId"))) for e in root.iter("link")}
        flows = collections.Counter((int(e.get("fId")), int(e.get("tId"))) for e in root.iter("p"))
        for ends in flows:
            self.assertTrue(ends in links or ends[::-1] in links, ends)
        ends = "SELECT virtual_machine_node_id, host_node_id FROM network_interface"
        ((vm, host),) = self.query(self.folder / "a.db", ends)
        sent = "SELECT SUM(packets_out + refused_packets), SUM(packets_in) FROM flow"
        seen = (flows[vm, host], flows[host, vm])
        self.assertEqual(self.query(self.folder / "a.db", sent), [seen])
        for packet in root.iter("p"):
            times = [float(packet.get(name)) for name in ("fbTx", "lbTx", "lbRx")]
            self.assertEqual(times, sorted(times))

    def test_each_run_of_a_program_has_its_own_files(self):
        arguments = ["--vms=2", "--flows=50", "--db=b.db", "--pcap=cap", "--netanim=n.xml.gz"]
        result = self.run_example(*arguments, program=SCENARIOS)
        self.assertEqual(result.returncode, 0, result.stderr)
        for scenario in ["load-balanced", "standalone", "public-ip"]:
            self.assertTrue((self.folder / f"n-{scenario}.xml.gz").is_file())
            packets = self.read_pcap(f"cap-{scenario}-virtual-machine-0-1.pcap.gz", "ip.src")
            self.assertGreaterEqual(len(packets), 50 * 7)

    def test_files_do_not_change_the_run_and_are_no_input_of_it(self):
        self.run_example("--flows=30", "--db=a.db")
        self.run_example("--flows=30", "--db=b.db", "--pcap=x", "--netanim=x.xml")
        for table in ["run_parameter", "flow", "snat_port_event"]:
            sql = f"SELECT * FROM {table}"
            one, two = (self.query(self.folder / name, sql) for name in ("a.db", "b.db"))
            self.assertEqual(one, two)
            self.assertGreater(len(one), 10)

    def test_what_cannot_be_written_is_refused_before_the_run(self):
        (self.folder / "folder.xml").mkdir()
        for option, text in REFUSED:
            with self.subTest(option):
                result = self.run_example(option, "--db=a.db")
                self.assertEqual((result.returncode, result.stdout), (1, ""))
                self.assertIn(text, result.stderr)
                self.assertEqual(result.stderr.count("\n"), 1)
                self.assertEqual(os.listdir(self.folder), ["folder.xml"])

    def test_a_full_disk_ends_the_program(self):
        for name in ["x.xml", "x.xml.gz"]:
            os.symlink("/dev/full", self.folder / name)
            result = self.run_example("--flows=3000", f"--netanim={name}")
            line = f"azure-net: cannot write {name}: No space left on device\n"
            self.assertEqual((result.returncode, result.stderr), (1, line))


if __name__ == "__main__":
    if not shutil.which("tshark"):
        skip("tshark is not installed")
    unittest.main()
