#!/usr/bin/python3
# Copyright (c) 2026 The azure-net authors
# SPDX-License-Identifier: GPL-2.0-only
"""nsg-ip-flow-verify.py PROGRAM: what it answers, and how it refuses bad options and rules."""

import json
import os
import unittest

from common import ExampleTest


def rule(name="Allow80", **changes):
    """A rule that allows TCP to port 80, with other properties where asked for; None takes one out."""
    properties = {
        "name": name,
        "priority": 100,
        "direction": "Inbound",
        "access": "Allow",
        "protocol": "Tcp",
        "sourceAddressPrefix": "*",
        "sourcePortRange": "*",
        "destinationAddressPrefix": "*",
        "destinationPortRange": "80",
    }
    properties.update(changes)
    return {name: value for name, value in properties.items() if value is not None}


def group(name, *rules):
    return {"name": name, "securityRules": list(rules)}


# Options that are refused, and what the line has to name: the field, the value, what is allowed.
BAD = [
    (["--profile=1999"], ["profile", "1999", "2016, 2017, 2018, 2023, legacy-on-demand"]),
    (["--rules=none.json"], ["rules", "none.json", "a file that can be read"]),
    (["--rules=."], ["rules", "'.'", "a file, not a folder"]),
    (["--subnetGroup=web"], ["subnetGroup", "'web'", "auto, none, web-subnet or web-vm"]),
    (["--interfaceGroup="], ["interfaceGroup", "''", "auto, none, web-subnet or web-vm"]),
    (["--applicationSecurityGroups=Web"], ["applicationSecurityGroups", "Web"]),
    (["--applicationSecurityGroups=WebServers,"], ["applicationSecurityGroups", "''"]),
    (["--virtualNetwork=10.0.0.0"], ["virtualNetwork", "10.0.0.0/32", "10.0.1.4"]),
    (["--virtualNetwork=10.0.0.1/16"], ["virtualNetwork", "10.0.0.1/16"]),
    (["--virtualNetwork=10.0.0.0/33"], ["virtualNetwork", "10.0.0.0/33"]),
    (["--virtualNetwork=10.1.0.0/16"], ["virtualNetwork", "10.1.0.0/16", "10.0.1.4"]),
    (["--direction=ingress"], ["direction", "ingress", "inbound or outbound"]),
    (["--protocol=sctp"], ["protocol", "sctp", "tcp, udp, icmp, esp or ah"]),
    (["--local=10.0.1.4:443"], ["remote", "''", "both ends"]),
    (["--remote=10.0.1.4:443"], ["local", "''", "both ends"]),
    (["--direction=outbound"], ["local", "''", "both ends"]),
    (["--protocol=udp"], ["local", "''", "both ends"]),
    (["--local=10.0.1.4:65536"], ["local", "65536", "1 to 65535"]),
    (["--local=10.0.1.4:0"], ["local", "10.0.1.4:0", "1 to 65535"]),
    (["--local=10.0.1.4:"], ["local", "10.0.1.4:", "1 to 65535"]),
    (["--local=10.0.1:80"], ["local", "10.0.1:80", "as 10.0.1.4:443"]),
    (["--local=vm:80"], ["local", "vm:80", "as 10.0.1.4:443"]),
    (["--local=10.0.1.4", "--remote=192.0.2.1:80"], ["local", "10.0.1.4", "a port too"]),
    (["--local=10.0.1.4:80", "--remote=192.0.2.1"], ["remote", "192.0.2.1", "a port too"]),
    (
        ["--protocol=icmp", "--local=10.0.1.4:80", "--remote=192.0.2.1"],
        ["local", "10.0.1.4:80", "without port"],
    ),
    (["--local=10.9.1.4:80", "--remote=192.0.2.1:80"], ["virtualNetwork", "with", "10.9.1.4"]),
    (["--full=maybe"], ["full", "maybe", "true or false"]),
    (["--colour=red"], ["--colour=red", "--help"]),
    (["rules.json"], ["rules.json", "--help"]),
]

# Documents that are refused, and the place and the value that the line has to name.
BAD_RULES = [
    ("{", ["x.json: line 1, column 2: ''", "JSON"]),
    ("", ["x.json: line 1, column 1: ''", "JSON"]),
    ("\ufeff[]", ["x.json: '[]'", "at least one network security group"]),
    (group("web", rule(priority=99)), ["x.json: securityRules[0].priority: '99'", "100 to 4096"]),
    (
        [group("a"), group("b", rule(), rule("Deny", priority=101, access="Block"))],
        ["x.json: [1].securityRules[1].access: 'Block'", "Allow or Deny"],
    ),
    (
        group("web", rule(sourceAddressPrefix="10.0.0.0/40")),
        ["x.json: securityRules[0].sourceAddressPrefix: '10.0.0.0/40'"],
    ),
    (
        group("web", rule(destinationPortRange=None)),
        ["x.json: securityRules[0].destinationPortRange: 'nothing'"],
    ),
    # Names and priorities are of one rule only (S3-14; sources.rst B.9).
    (group("web", rule(), rule(priority=101)), ["x.json: securityRules[1]", "'Allow80'"]),
    (group("web", rule(), rule("Other")), ["x.json: securityRules[1]", "'100'"]),
    ([group("web"), group("web")], ["x.json: [1]", "'web'"]),
]

# Packets, and the answer for the rules that come with the program.
IN, OUT = "inbound", "outbound"
VNET_IN = "defaultSecurityRules/AllowVNetInBound"
ANSWERS = [
    (IN, "tcp", "10.0.1.4:443", "203.0.113.7:1", "Allow", "web-vm", "securityRules/AllowHttps"),
    (IN, "udp", "10.0.1.4:443", "203.0.113.7:1", "Deny", "web-subnet", "/DenyAllInbound"),
    # Addresses of the virtual network are not the Internet's.
    (IN, "tcp", "10.0.1.4:443", "10.0.9.9:1", "Allow", "web-vm", VNET_IN),
    (IN, "icmp", "10.0.1.4", "10.0.9.9", "Allow", "web-vm", VNET_IN),
    (IN, "icmp", "10.0.1.4", "203.0.113.7", "Deny", "web-subnet", "/DenyAllInbound"),
    (IN, "tcp", "10.0.1.4:22", "198.51.101.1:1", "Deny", "web-subnet", "/DenyAllInbound"),
    (OUT, "tcp", "10.0.1.4:1", "203.0.113.7:465", "Deny", "web-subnet", "securityRules/DenyMail"),
    (OUT, "tcp", "10.0.1.4:1", "10.0.9.9:25", "Allow", "web-subnet", "/AllowVnetOutBound"),
    (OUT, "esp", "10.0.1.4", "203.0.113.7", "Allow", "web-subnet", "/AllowInternetOutBound"),
]

DEFAULTS = {
    "rules": "",
    "subnetGroup": "auto",
    "interfaceGroup": "auto",
    "applicationSecurityGroups": "auto",
    "virtualNetwork": "10.0.0.0/16",
    "profile": "auto",
    "direction": "inbound",
    "protocol": "tcp",
    "local": "",
    "remote": "",
    "full": "false",
}


class NsgIpFlowVerify(ExampleTest):
    """Each test runs the program in an empty folder."""

    def write(self, document):
        text = document if isinstance(document, str) else json.dumps(document)
        with open(os.path.join(self.folder, "x.json"), "w", encoding="utf-8") as file:
            file.write(text)

    def ask(self, local, remote, *options):
        """The answer of IP flow verify: access, group and rule."""
        result = self.run_program(f"--local={local}", f"--remote={remote}", *options)
        self.assertEqual((result.returncode, result.stderr), (0, ""))
        heading, row, name = result.stdout.splitlines()
        self.assertEqual(heading.split(), "packet protocol local remote access group".split())
        self.assertEqual(row.split()[2:4], [local, remote])
        return (*row.split()[4:], name.strip())

    def test_bad_options_get_one_line(self):
        for options, named in BAD:
            with self.subTest(options=options):
                self.assert_refused(self.run_program(*options), named)

    def test_bad_rules_get_one_line_with_their_place(self):
        for document, named in BAD_RULES:
            with self.subTest(document=document):
                self.write(document)
                self.assert_refused(self.run_program("--rules=x.json"), named)

    def test_answers(self):
        for direction, protocol, local, remote, access, by, name in ANSWERS:
            with self.subTest(direction=direction, protocol=protocol, local=local, remote=remote):
                answer = self.ask(
                    local, remote, f"--direction={direction}", f"--protocol={protocol}"
                )
                self.assertEqual(answer[:2], (access, by))
                self.assertTrue(answer[2].endswith(name), answer)

    def test_groups_can_be_left_out(self):
        http = ("10.0.1.4:80", "203.0.113.7:1")
        self.assertEqual(
            self.ask(*http, "--interfaceGroup=none"),
            ("Allow", "web-subnet", "securityRules/AllowWeb"),
        )
        everything = ("--interfaceGroup=none", "--subnetGroup=none")
        self.assertEqual(self.ask(*http, *everything), ("Allow", "-", "no rule"))
        self.assertIn("everything passes", self.run_program(*everything).stdout)

    def test_only_members_are_in_an_application_security_group(self):
        https = ("10.0.1.4:443", "203.0.113.7:1")
        self.assertEqual(
            self.ask(*https, "--applicationSecurityGroups=none"),
            ("Deny", "web-vm", "defaultSecurityRules/DenyAllInbound"),
        )
        self.assertEqual(
            self.ask(*https, "--applicationSecurityGroups=WebServers")[2],
            "securityRules/AllowHttps",
        )

    def test_own_rules(self):
        self.write(group("mine", rule()))
        self.assertEqual(
            self.ask("10.0.1.4:80", "203.0.113.7:1", "--rules=x.json"),
            ("Allow", "mine", "securityRules/Allow80"),
        )
        result = self.run_program("--rules=x.json", "--virtualNetwork=10.0.1.0/24")
        self.assertEqual(result.returncode, 0)
        self.assertIn("Subnet mine, inbound", result.stdout)
        self.assertNotIn("NetworkInterface", result.stdout)

    def test_own_rules_are_of_today_unless_a_profile_is_named(self):
        self.write(group("mine", rule(protocol="Icmp", destinationPortRange="*")))
        ask = ("10.0.1.4", "203.0.113.7", "--protocol=icmp", "--rules=x.json")
        answer = ("Allow", "mine", "securityRules/Allow80")
        self.assertEqual(self.ask(*ask), answer)
        self.assertEqual(self.ask(*ask, "--profile=2017[SelectableIcmp=true]"), answer)
        self.assert_refused(
            self.run_program("--rules=x.json", "--profile=2017"),
            ["securityRules[0].protocol: 'Icmp'", "SelectableIcmp=true, as 2023"],
        )

    def test_own_rules_can_be_in_a_template(self):
        nsg = {
            "type": "Microsoft.Network/networkSecurityGroups",
            "name": "mine",
            "properties": {"securityRules": []},
        }
        answer = ("Deny", "mine", "defaultSecurityRules/DenyAllInbound")
        for document in [{"$schema": "x", "resources": [nsg]}, {"value": [nsg]}]:
            with self.subTest(document=document):
                self.write(document)
                self.assertEqual(
                    self.ask("10.0.1.4:80", "203.0.113.7:1", "--rules=x.json"), answer
                )

    def test_lines_have_80_columns_unless_in_full(self):
        prefixes = [f"192.0.2.{number}/32" for number in range(20)]
        ports = ["10000-10005", "20000-20005"]
        self.write(
            group(
                "mine",
                rule(
                    sourceAddressPrefix=None,
                    sourceAddressPrefixes=prefixes,
                    destinationAddressPrefix=None,
                    destinationAddressPrefixes=prefixes,
                    destinationPortRange=None,
                    destinationPortRanges=ports,
                ),
            )
        )
        short = self.run_program("--rules=x.json").stdout
        self.assertLessEqual(max(map(len, short.splitlines())), 80)
        self.assertIn("...", short)
        full = self.run_program("--rules=x.json", "--full=true").stdout
        self.assertIn(",".join(prefixes), full)
        self.assertIn(",".join(ports), full)

    def test_in_every_profile_the_answers_are_the_expected_ones(self):
        for profile in ["2016", "2017", "2018", "2023", "2017[HostInVirtualNetworkTag=true]"]:
            with self.subTest(profile=profile):
                result = self.run_program(f"--profile={profile}")
                self.assertEqual(result.stdout.splitlines()[-1], "ok", result.stdout)
                self.assertEqual((result.returncode, result.stderr), (0, ""))

    def test_help_tells_every_option_with_its_default(self):
        self.assert_help_tells(DEFAULTS)


if __name__ == "__main__":
    unittest.main()
