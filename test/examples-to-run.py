# Copyright (c) 2026 The azure-net authors
# SPDX-License-Identifier: GPL-2.0-only
"""Which examples ns-3's test.py runs: (name, whether to run it, whether also under valgrind).

All of them are listed.  Those that take long are not run here; stand-alone, ctest runs each.
"""

cpp_examples = [
    ("ananta-connect-latency", "True", "False"),
    ("ananta-isolation", "False", "False"),
    ("ananta-snat-latency", "False", "False"),
    ("ananta-syn-flood", "False", "False"),
    ("connection-rate-ceiling", "False", "False"),
    ("distributed-pool", "True", "False"),
    ("four-minute-recovery", "True", "True"),
    ("full-address", "False", "False"),
    ("full-pool", "False", "False"),
    ("idle-timeout-vs-keepalive", "True", "True"),
    ("lb-distribution", "False", "False"),
    ("lb-mux-failure", "False", "False"),
    ("lb-nsg-blocks-probe", "True", "True"),
    ("lb-probe-failover", "False", "False"),
    ("my-public-ip", "True", "True"),
    ("noisy-neighbour", "True", "False"),
    ("nsg-blocks-internet", "True", "True"),
    ("nsg-ip-flow-verify", "True", "True"),
    ("nsg-walk", "True", "True"),
    ("outbound-scenarios", "True", "True"),
    ("packet-walk", "True", "True"),
    ("policy-comparison", "False", "False"),
    ("port-exhaustion", "True", "True"),
    ("scale-out-paradox", "False", "False"),
    ("tutorial-experiment", "True", "True"),
    ("tutorial-policy", "True", "True"),
    ("udp-vs-tcp", "True", "True"),
]

python_examples = []
