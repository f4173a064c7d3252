#!/usr/bin/python3
# Copyright (c) 2026 The azure-net authors
# SPDX-License-Identifier: GPL-2.0-only
"""One concept, one word: the words of other systems do not appear in our names.

Looked at are identifiers, attribute and trace source names, and database names (what is written
in snake_case in a string).  A name is taken apart into its words: m_lbName is "lb name".
"""

import re

from common import blank, files, finish, read

# Not anywhere in a name.
INSTEAD = {
    "lb": "LoadBalancer",
    "forwarder": "LoadBalancerMux",
    "controller": "SlbManager",
    "vip": "FrontendIpConfiguration",
    "public side": "FrontendIpConfiguration",
    "dip": "member of the BackendPool",
    "server list": "BackendPool",
    "port forward": "InboundNatRule",
    "snat rule": "OutboundRule",
    "hash mode": "LoadDistribution",
    "affinity": "LoadDistribution",
    "probe fsm": "HealthProbeTracker",
    "probe app": "HealthProber",
    "firewall": "NetworkSecurityGroup",
    "acl": "NetworkSecurityGroup",
    "filter entry": "SecurityRule",
    "address group": "ServiceTag",
    "asg": "ApplicationSecurityGroup",
    "pip": "InstanceLevelPublicIp",
    "eip": "InstanceLevelPublicIp",
    "port pool": "port block",
    "nat manager": "SnatPortAllocator",
    "hypervisor": "HostAgent",
    "vswitch": "HostAgent",
    "tuple": "FlowKey",
    "conn": "flow",
    "session map": "FlowTable",
    "manip": "Rewrite",
    "error code": "DropReason",
    "timeout min": "idleTimeout, a Time",
    "ingress": "inbound",
    "egress": "outbound",
    "in2out": "outbound",
}

# A table, its key and its indexes, as the trace database's users know them.
ALLOWED = r"lb_decision(_\w+)?"

# Not the whole name of a type: within a longer one, or as a verb, they are ordinary English.
INSTEAD_TYPE = {
    "Balancer": "LoadBalancer",
    "Real": "member of the BackendPool",
    "Mapping": "LoadBalancingRule",
    "Service": "LoadBalancingRule",
    "Check": "HealthProbe",
    "Monitor": "HealthProbe",
    "Ping": "HealthProbe",
    "Action": "Rewrite, or access of a SecurityRule",
    "Result": "Verdict",
    "Ret": "Verdict",
}


def words(name):
    parts = re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+[0-9]*[a-z]*|[0-9]+", name)
    return " " + " ".join(parts).lower() + " "


findings = []
for path in files(["model", "helper", "examples"], ".h", ".cc"):
    text = read(path)
    code = re.sub(r"^#.*$", "", blank(text), flags=re.M)
    names = set(re.findall(r"(?<!std::)\b[A-Za-z_]\w*", code))
    names |= set(re.findall(r'Add(?:Attribute|TraceSource)\(\s*"(\w+)"', text))
    for string in re.findall(r'R"\w*\(.*?\)\w*"|"(?:\\.|[^"\\\n])*"', blank(text, strings=False), re.S):
        names |= set(re.findall(r"\b[a-z]+(?:_[a-z0-9]+)+\b", string))
    for name in sorted(names):
        for word, instead in INSTEAD.items():
            if f" {word} " in words(name) and not re.fullmatch(ALLOWED, name):
                findings.append(f"{path}: {name}: do not say {word}, say {instead}")
    for name in re.findall(r"\b(?:class|struct|enum|using) (\w+)", code):
        if name in INSTEAD_TYPE:
            findings.append(f"{path}: {name}: say {INSTEAD_TYPE[name]}")
finish(findings)
