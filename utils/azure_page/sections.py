# Copyright (c) 2026 The azure-net authors
# SPDX-License-Identifier: GPL-2.0-only
"""Which tables the page has, each an SQL query; {runs} in it is the condition that selects runs."""

import re
from dataclasses import dataclass, field

from azure_trace.database import quote

from .runs import ALL_RUNS, Selection

LIMIT = 500
"""Most rows of a table: a page is read, what is counted is asked for by SQL."""

RUN_LIMIT = 2000
"""Most rows of the table of runs."""


@dataclass(frozen=True)
class Section:
    """A table of the page."""

    slug: str
    title: str
    text: str  # what a row is, and in which order
    sql: str
    sources: tuple[str, ...]  # tables and views whose columns these are, for the glossary
    meanings: dict[str, tuple[str, str]] = field(default_factory=dict)  # unit and words of others
    optional: tuple[str, ...] = ()  # columns that are left out where they are empty
    raw_names: tuple[str, ...] = ()  # columns whose names are the user's
    is_event: bool = False  # what happened inside runs: left out where many runs are compared
    limit: int = LIMIT


PARAMETERS = Section(
    "parameters",
    "Parameters",
    "What the program was called with, defaults included.",
    """\
SELECT name, value
FROM run_parameter
WHERE {runs}
ORDER BY name""",
    ("run_parameter",),
)

PARAMETERS_OF_MANY = Section(
    "parameters",
    "Parameters",
    "What the program was called with, defaults included; parameters with several values first.",
    """\
SELECT name, COUNT(DISTINCT value) AS different_values, COUNT(*) AS runs,
       MIN(value) AS value, CASE WHEN MAX(value) <> MIN(value) THEN MAX(value) END AS last_value
FROM run_parameter
WHERE {runs}
GROUP BY name
ORDER BY different_values DESC, name""",
    ("run_parameter",),
    {
        "different_values": ("", "how many different values the runs have"),
        "runs": ("", "runs that have the parameter"),
        "value": ("", "the value, or the first of them in order of the alphabet"),
        "last_value": ("", "the last value in order of the alphabet, if there are several"),
    },
    optional=("last_value",),
)

SECTIONS = (
    Section(
        "failures",
        "Failures by cause",
        "Why flows failed, and packets were dropped, the most frequent causes first. The two "
        "overlap: the packets of a refused flow are dropped too.",
        """\
SELECT run_id, counted, direction, cause, detail, failures
FROM v_failures_by_cause
WHERE {runs}
ORDER BY failures DESC, run_id, counted, cause, detail, direction""",
        ("v_failures_by_cause",),
        optional=("direction", "detail"),
    ),
    Section(
        "virtual-machines",
        "Virtual machines",
        "What each interface got, those with most refused flows first, then those that used most "
        "ports.",
        """\
WITH asked AS (
    SELECT run_id, network_interface_id, COUNT(*) AS flows_attempted,
           SUM(outcome = 'established') AS flows_established,
           SUM(outcome = 'refused') AS flows_refused,
           100.0 * SUM(outcome = 'refused') / COUNT(*) AS refused_percent
    FROM v_snat_flow
    WHERE {runs}
    GROUP BY run_id, network_interface_id)
SELECT run_id, virtual_machine, flows_attempted, flows_established, flows_refused, refused_percent,
       refused_packets, ports_allocated, peak_ports_used
FROM v_top_port_users
JOIN asked USING (run_id, network_interface_id)
WHERE {runs}
ORDER BY flows_refused DESC, peak_ports_used DESC, run_id, network_interface_id""",
        ("v_top_port_users", "v_run_summary"),
        {
            "flows_attempted": ("", "flows that asked for a SNAT port"),
            "flows_established": ("", "those to which something came back"),
            "flows_refused": ("", "those that never got a port"),
            "refused_percent": ("percent", "flows_refused as a part of flows_attempted"),
        },
    ),
    Section(
        "destinations",
        "Destinations",
        "Where flows went that asked for SNAT ports: those that held ports longest first.",
        """\
SELECT run_id, rank, destination_address, destination_port, protocol, flows_attempted,
       flows_established, flows_refused, refused_percent, port_seconds, share_percent
FROM v_top_destinations
WHERE {runs}
ORDER BY rank, run_id, destination_address, destination_port, protocol""",
        ("v_top_destinations",),
    ),
    Section(
        "refusals",
        "Refused packets",
        "Packets for which there was no SNAT port, in order of time, with the ports that the "
        "interface (or NAT gateway) had and used at that time.",
        """\
SELECT run_id, time_ns, node.name AS virtual_machine, exhaustion.nat_gateway, flow_id, attempt,
       protocol, private_port, destination_address, destination_port, ports_allocated,
       ports_in_use, ports_cooling_down
FROM snat_exhaustion AS exhaustion
JOIN network_interface AS interface USING (run_id, network_interface_id)
JOIN node USING (run_id)
WHERE {runs} AND node.node_id = interface.virtual_machine_node_id
ORDER BY run_id, snat_exhaustion_id""",
        ("snat_exhaustion", "v_port_usage"),
        optional=("nat_gateway",),
        is_event=True,
    ),
    Section(
        "allocations",
        "SNAT allocations",
        "Ranges of SNAT ports given to interfaces and taken from them, in order of time.",
        """\
SELECT run_id, time_ns, node.name AS virtual_machine, change, cause, public_address, first_port,
       last_port, last_port - first_port + 1 AS ports, flows_broken
FROM snat_allocation
JOIN network_interface AS interface USING (run_id, network_interface_id)
JOIN node USING (run_id)
WHERE {runs} AND node.node_id = interface.virtual_machine_node_id
ORDER BY run_id, snat_allocation_id""",
        ("snat_allocation", "v_port_usage"),
        {"ports": ("", "ports of the range")},
        is_event=True,
    ),
    Section(
        "resizes",
        "What changes of pools cost",
        "Flows that ended because ports were taken, and failures in the minute after.",
        """\
SELECT *
FROM v_resize_effect
WHERE {runs}
ORDER BY run_id, time_ns, load_balancer, backend_pool""",
        ("v_resize_effect",),
        is_event=True,
    ),
    Section(
        "warnings",
        "Early warning",
        "When used ports came up to a part of the allocated ones, exactly and in figures of one "
        "minute, and how long that was before the first refusal.",
        """\
SELECT run_id, virtual_machine, nat_gateway, threshold_percent, crossed_time_ns,
       crossed_1min_time_ns, first_refusal_time_ns, lead_s, lead_1min_s
FROM v_early_warning
WHERE {runs}
ORDER BY run_id, network_interface_id, nat_gateway, threshold_percent""",
        ("v_early_warning",),
        optional=("virtual_machine", "nat_gateway"),
        is_event=True,
    ),
    Section(
        "health",
        "Changes of health",
        "What hosts found by probing, the SLB manager decided and muxes applied, in order of time.",
        """\
SELECT health.run_id, health.time_ns, health.stage, says.name AS said_by,
       member.name AS virtual_machine, pool.load_balancer, pool.backend_pool,
       probe.name AS health_probe, health.is_up
FROM member_health AS health
JOIN node AS says ON says.run_id = health.run_id AND says.node_id = health.node_id
JOIN network_interface AS interface
    ON interface.run_id = health.run_id
   AND interface.network_interface_id = health.network_interface_id
JOIN node AS member ON member.run_id = health.run_id
                   AND member.node_id = interface.virtual_machine_node_id
LEFT JOIN pool_member AS pool ON pool.run_id = health.run_id
                             AND pool.backend_set_id = health.backend_set_id
                             AND pool.network_interface_id = health.network_interface_id
LEFT JOIN health_probe AS probe ON probe.run_id = health.run_id
                               AND probe.health_probe_id = health.health_probe_id
WHERE health.{runs}
ORDER BY health.run_id, health.member_health_id""",
        ("member_health", "v_member_availability", "v_port_usage"),
        {
            "said_by": ("", "node of the host, SLB manager or mux that says so"),
            "health_probe": ("", "name of the probe; empty where it has none or is not known"),
        },
        optional=("load_balancer", "backend_pool", "health_probe"),
        is_event=True,
    ),
    Section(
        "availability",
        "Availability of members",
        "How long each member of a backend pool was in rotation, the least available first.",
        """\
SELECT run_id, load_balancer, backend_pool, virtual_machine, first_up_time_ns, time_up_ns,
       time_down_ns, flips, availability_percent
FROM v_member_availability
WHERE {runs} AND first_decision_time_ns IS NOT NULL
ORDER BY availability_percent, run_id, backend_set_id, network_interface_id""",
        ("v_member_availability",),
    ),
    Section(
        "shares",
        "Shares of load balancing",
        "How the flows of each load-balancing rule were shared by its members.",
        """\
SELECT run_id, load_balancer, rule, virtual_machine, flows_chosen, share_percent, flows_passed,
       packets_in, bytes_in, packets_out, bytes_out
FROM v_flows_by_member
WHERE {runs} AND decisions > 0
ORDER BY run_id, load_balancing_rule_id, flows_chosen DESC, network_interface_id""",
        ("v_flows_by_member",),
    ),
    Section(
        "security-rules",
        "Security rules",
        "Which rules of network security groups decided, those that denied most flows first.",
        """\
SELECT run_id, network_security_group, security_rule, is_default_rule, attachment, direction,
       network_interfaces, flows_allowed, flows_denied, packets, first_time_ns, last_time_ns
FROM v_nsg_rule_hits
WHERE {runs}
ORDER BY flows_denied DESC, flows_allowed DESC, run_id, network_security_group, security_rule,
         direction, attachment""",
        ("v_nsg_rule_hits",),
    ),
    Section(
        "nat-gateways",
        "NAT gateways",
        "What each NAT gateway had and did.",
        """\
WITH asked AS (
    SELECT run_id, nat_gateway, COUNT(*) AS flows_attempted,
           SUM(outcome = 'established') AS flows_established,
           SUM(outcome = 'refused') AS flows_refused
    FROM nat_gateway_flow
    WHERE {runs}
    GROUP BY run_id, nat_gateway)
SELECT gateway.run_id, gateway.name, gateway.idle_timeout_ns,
       (SELECT COUNT(*) FROM public_ip
        WHERE public_ip.run_id = gateway.run_id AND public_ip.nat_gateway = gateway.name)
           AS public_addresses,
       IFNULL(flows_attempted, 0) AS flows_attempted,
       IFNULL(flows_established, 0) AS flows_established, IFNULL(flows_refused, 0) AS flows_refused,
       waste.peak_ports_allocated, waste.peak_ports_used, waste.mean_ports_used
FROM nat_gateway AS gateway
LEFT JOIN asked ON asked.run_id = gateway.run_id AND asked.nat_gateway = gateway.name
LEFT JOIN v_allocation_waste AS waste ON waste.run_id = gateway.run_id
                                     AND waste.nat_gateway = gateway.name
WHERE gateway.{runs}
ORDER BY gateway.run_id, gateway.name""",
        ("nat_gateway", "v_allocation_waste"),
        {
            "public_addresses": ("", "public addresses that the gateway translates to"),
            "flows_attempted": ("", "flows that asked the gateway for a SNAT port"),
            "flows_established": ("", "those to which something came back"),
            "flows_refused": ("", "those that never got a port"),
        },
    ),
)


def make_sections(selection: Selection) -> list[Section]:
    """The tables of a page about these runs, in its order."""
    if selection.is_single:
        return [*SECTIONS, PARAMETERS]
    shown = [s for s in SECTIONS if selection.is_detailed or not s.is_event]
    return [make_runs_section(selection), *shown, PARAMETERS_OF_MANY]


def make_runs_section(selection: Selection) -> Section:
    """One row per run: what differs between them, and what became of it."""
    parameters = [
        f"       (SELECT value FROM run_parameter AS given\n"
        f"        WHERE given.run_id = run.run_id AND given.name = {literal(name)})"
        f" AS {quote(name)},\n"
        for name in selection.swept
    ]
    columns = "".join(f"run.{name}, " for name in selection.varied)
    sql = (
        f"SELECT run.run_id, {columns}\n{''.join(parameters)}"
        "       run.rng_run, run.status, run.end_time_ns, run.wall_duration_ms,\n"
        "       flows_attempted, flows_established, flows_refused, refused_percent,\n"
        "       first_refusal_time_ns, peak_ports_allocated, peak_ports_used,\n"
        "       p50_connect_latency_ns, p99_connect_latency_ns\n"
        "FROM run\nJOIN v_run_summary AS summary ON summary.run_id = run.run_id\n"
        "WHERE run.{runs}\nORDER BY run.run_id"
    )
    meanings = {n: ("", "a parameter of the runs that not all have alike") for n in selection.swept}
    return Section(
        "runs",
        "Runs",
        "What differs between the runs, and what became of each.",
        sql,
        ("run", "v_run_summary"),
        meanings,
        optional=("first_refusal_time_ns",),
        raw_names=tuple(selection.swept),
        limit=RUN_LIMIT,
    )


def make_sql(section: Section, selection: Selection) -> str:
    """The section's query about the selected runs."""

    def condition(found: re.Match) -> str:
        if selection.condition == ALL_RUNS:
            return ALL_RUNS
        return f"{found[1] or ''}{selection.condition}"

    return re.sub(r"(\b\w+\.)?\{runs\}", condition, section.sql)


def literal(text: str) -> str:
    """A text as an SQL literal."""
    return "'" + text.replace("'", "''") + "'"
