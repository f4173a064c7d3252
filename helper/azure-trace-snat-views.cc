// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-trace-snat-views.h"

#include "azure-trace-figure-views.h"

namespace ns3::azure
{

namespace
{

// Behind a NAT gateway a flow has two records; that of the gateway has its port.  A flow that was
// denied has not come as far as SNAT.
constexpr const char* SNAT_FLOW = R"(
SELECT run_id,
       outbound_method,
       NULL AS nat_gateway,
       network_interface_id,
       flow_id,
       protocol,
       private_address,
       private_port,
       public_address,
       public_port,
       destination_address,
       destination_port,
       first_packet_time_ns,
       accepted_time_ns,
       first_reply_time_ns,
       last_packet_time_ns,
       ended_time_ns,
       outcome,
       end_reason,
       refused_packets,
       packets_out,
       bytes_out,
       packets_in,
       bytes_in
FROM flow
WHERE IS_SNAT_FLOW
UNION ALL
SELECT run_id, 'nat-gateway', nat_gateway, network_interface_id, flow_id, protocol,
       private_address, private_port, public_address, public_port,
       destination_address, destination_port,
       first_packet_time_ns, accepted_time_ns, first_reply_time_ns, last_packet_time_ns,
       ended_time_ns, outcome, end_reason, refused_packets,
       packets_out, bytes_out, packets_in, bytes_in
FROM nat_gateway_flow)";

// What is given counts from then to the end, what is taken counts against it from then to the end.
// What the last event leaves in use stays so to the end.
constexpr const char* ALLOCATION_WASTE = R"(
WITH finish AS (
    SELECT run_id,
           IFNULL(end_time_ns, MAX(
               IFNULL((SELECT time_ns FROM snat_allocation WHERE snat_allocation.run_id = run.run_id
                       ORDER BY snat_allocation_id DESC LIMIT 1), 0),
               IFNULL((SELECT time_ns FROM snat_port_event WHERE snat_port_event.run_id = run.run_id
                       ORDER BY snat_port_event_id DESC LIMIT 1), 0),
               IFNULL((SELECT time_ns FROM snat_port_usage WHERE snat_port_usage.run_id = run.run_id
                       ORDER BY snat_port_usage_id DESC LIMIT 1), 0))) AS finish_time_ns
    FROM run),
owner AS (
    SELECT DISTINCT span.run_id, network_interface_id, nat_gateway, virtual_machine,
           MAX(ports_allocated) OVER owned AS peak,
           SUM(ports_allocated * ((IFNULL(end_time_ns, finish_time_ns) - time_ns) / 1e9))
               OVER owned AS port_seconds,
           finish_time_ns
    FROM v_allocated_ports AS span
    JOIN finish USING (run_id)
    WINDOW owned AS (PARTITION BY span.run_id, network_interface_id, nat_gateway)),
last AS (
    SELECT *,
           CASE WHEN nat_gateway IS NULL
                THEN (SELECT snat_port_event_id FROM snat_port_event AS event
                      WHERE event.run_id = owner.run_id
                        AND event.network_interface_id = owner.network_interface_id
                        AND event.nat_gateway IS NULL
                      ORDER BY event.time_ns DESC, snat_port_event_id DESC LIMIT 1)
                ELSE (SELECT snat_port_event_id FROM snat_port_event AS event
                      WHERE event.run_id = owner.run_id
                        AND event.nat_gateway = owner.nat_gateway
                      ORDER BY event.time_ns DESC, snat_port_event_id DESC LIMIT 1)
           END AS snat_port_event_id
    FROM owner),
used AS (
    SELECT last.run_id, last.network_interface_id, last.nat_gateway, virtual_machine,
           peak AS peak_allocated, port_seconds AS allocated_port_seconds,
           NULLIF(finish_time_ns / 1e9, 0) AS finish_s,
           IFNULL(peak_ports_used, 0) AS peak_used,
           IFNULL(used_port_seconds + (ports_in_use + ports_cooling_down)
                                      * ((finish_time_ns - time_ns) / 1e9), 0.0)
               AS used_port_seconds
    FROM last
    LEFT JOIN snat_port_event AS event ON event.run_id = last.run_id
                                      AND event.snat_port_event_id = last.snat_port_event_id)
SELECT run_id,
       network_interface_id,
       nat_gateway,
       virtual_machine,
       peak_allocated AS peak_ports_allocated,
       allocated_port_seconds / finish_s AS mean_ports_allocated,
       peak_used AS peak_ports_used,
       used_port_seconds / finish_s AS mean_ports_used,
       allocated_port_seconds,
       used_port_seconds,
       100.0 - 100.0 * used_port_seconds / NULLIF(allocated_port_seconds, 0) AS waste_percent
FROM used)";

// Jain's index of x over n interfaces: (sum of x)^2 / (n * sum of x^2).
constexpr const char* FAIRNESS = R"(
WITH counted AS (
    SELECT run_id, network_interface_id, protocol, COUNT(*) AS attempted,
           SUM(outcome = 'established') AS established
    FROM v_snat_flow
    GROUP BY run_id, network_interface_id, protocol),
mixed AS (
    SELECT run_id, protocol, attempted, established,
           CAST(established AS REAL) / attempted AS share
    FROM counted
    UNION ALL
    SELECT run_id, NULL, SUM(attempted), SUM(established),
           CAST(SUM(established) AS REAL) / SUM(attempted)
    FROM counted GROUP BY run_id, network_interface_id)
SELECT run_id,
       protocol,
       COUNT(*) AS network_interfaces,
       SUM(attempted) AS flows_attempted,
       SUM(established) AS flows_established,
       MIN(established) AS min_flows_established,
       MAX(established) AS max_flows_established,
       1.0 * SUM(established) * SUM(established)
           / NULLIF(COUNT(*) * SUM(1.0 * established * established), 0) AS jain_established,
       SUM(share) * SUM(share) / NULLIF(COUNT(*) * SUM(share * share), 0) AS jain_share_established
FROM mixed
GROUP BY run_id, protocol)";

constexpr const char* BROKEN_BY_RESIZE = R"(
WITH taken AS (
    SELECT run_id, network_interface_id, cause, time_ns,
           CASE cause WHEN 'revoked' THEN time_ns
                ELSE IFNULL((SELECT MAX(change.time_ns) FROM pool_member_change AS change
                             WHERE change.run_id = allocation.run_id
                               AND change.time_ns <= allocation.time_ns), time_ns)
           END AS resize_time_ns,
           last_port - first_port + 1 AS ports, flows_broken
    FROM snat_allocation AS allocation
    WHERE change = 'taken' AND cause IN ('pool-grew', 'left', 'revoked')),
counted AS (
    SELECT run_id, resize_time_ns, cause, network_interface_id, MIN(time_ns) AS time_ns,
           SUM(ports) AS ports_taken, SUM(flows_broken) AS flows_broken
    FROM taken
    GROUP BY run_id, resize_time_ns, cause, network_interface_id)
SELECT counted.run_id,
       resize_time_ns,
       cause,
       network_interface_id,
       node.name AS virtual_machine,
       time_ns,
       ports_taken,
       flows_broken,
       SUM(ports_taken) OVER resize AS resize_ports_taken,
       SUM(flows_broken) OVER resize AS resize_flows_broken
FROM counted
JOIN network_interface AS interface USING (run_id, network_interface_id)
JOIN node ON node.run_id = interface.run_id AND node.node_id = interface.virtual_machine_node_id
WINDOW resize AS (PARTITION BY counted.run_id, resize_time_ns, cause))";

} // namespace

// clang-format off
std::vector<TraceView>
GetSnatTraceViews()
{
    static const auto SNAT_FLOW_SQL = FillInConditions(SNAT_FLOW);
    return {
        {"v_snat_flow", "a flow that asked for a SNAT port, be it of an interface or of a NAT gateway", SNAT_FLOW_SQL.c_str(), {
            {"run_id",               "", "",   "the run"},
            {"outbound_method",      "", "",   "who translates: load-balancer-frontend, default-snat or nat-gateway"},
            {"nat_gateway",          "", "",   "name of the NAT gateway; NULL with other methods"},
            {"network_interface_id", "", "",   "the VM's network interface"},
            {"flow_id",              "", "",   "number of the flow: of flow, or of nat_gateway_flow if a NAT gateway is named"},
            {"protocol",             "", "",   "transport protocol"},
            {"private_address",      "", "",   "the VM's address"},
            {"private_port",         "", "",   "the VM's port"},
            {"public_address",       "", "",   "what the other side sees as the VM's address; NULL if it never got a port"},
            {"public_port",          "", "",   "the SNAT port; NULL if it never got one"},
            {"destination_address",  "", "",   "the other side's address"},
            {"destination_port",     "", "",   "the other side's port"},
            {"first_packet_time_ns", "", "ns", "time of the first packet"},
            {"accepted_time_ns",     "", "ns", "time at which it got its port; NULL if it never did"},
            {"first_reply_time_ns",  "", "ns", "time of the first packet in the other direction; NULL if there was none, or over TCP only a RST"},
            {"last_packet_time_ns",  "", "ns", "time of the last packet, passed or refused"},
            {"ended_time_ns",        "", "ns", "time at which it left the flow table; NULL if open at the end of the run"},
            {"outcome",              "", "",   "refused (never got a port), unanswered or established; flows that security groups denied are left out"},
            {"end_reason",           "", "",   "why it left the flow table; open if it had not at the end of the run"},
            {"refused_packets",      "", "",   "packets refused for want of a SNAT port"},
            {"packets_out",          "", "",   "packets passed from the VM"},
            {"bytes_out",            "", "bytes", "IPv4 datagrams passed from the VM"},
            {"packets_in",           "", "",   "packets passed to the VM"},
            {"bytes_in",             "", "bytes", "IPv4 datagrams passed to the VM"},
        }},
        {"v_allocation_waste", "an interface or a NAT gateway with SNAT ports, and how many of them were used, integrated over the run", ALLOCATION_WASTE, {
            {"run_id",                 "", "",        "the run"},
            {"network_interface_id",   "", "",        "the interface; NULL for a NAT gateway"},
            {"nat_gateway",            "", "",        "name of the NAT gateway; NULL for an interface"},
            {"virtual_machine",        "", "",        "name of the VM's node; NULL for a NAT gateway"},
            {"peak_ports_allocated",   "", "",        "most ports it had at once, over all addresses"},
            {"mean_ports_allocated",   "", "",        "ports it had, mean over the time of the run; NULL if that is 0"},
            {"peak_ports_used",        "", "",        "most ports in use or cooling down at once"},
            {"mean_ports_used",        "", "",        "ports in use or cooling down, mean over the time of the run; NULL if that is 0"},
            {"allocated_port_seconds", "", "port s",  "ports it had, times how long it had them"},
            {"used_port_seconds",      "", "port s",  "ports in use or cooling down, times how long they were"},
            {"waste_percent",          "", "percent", "allocated port seconds that were not used, as a part of all; NULL if there were none"},
        }},
        {"v_fairness", "a protocol, or all of them, and how evenly SNAT served the interfaces (Jain's index)", FAIRNESS, {
            {"run_id",                 "", "", "the run"},
            {"protocol",               "", "", "transport protocol; NULL: all of them"},
            {"network_interfaces",     "", "", "interfaces that asked for SNAT ports: n"},
            {"flows_attempted",        "", "", "flows that asked for a SNAT port"},
            {"flows_established",      "", "", "those that were established"},
            {"min_flows_established",  "", "", "fewest of one interface"},
            {"max_flows_established",  "", "", "most of one interface"},
            {"jain_established",       "", "", "(sum x)^2 / (n sum x^2) of the flows x that each interface established: 1 if all are equal, 1/n if one has all; NULL if there are none"},
            {"jain_share_established", "", "", "the same index of the part of its attempted flows that each interface established, for interfaces that ask for different amounts"},
        }},
        {"v_flows_broken_by_resize", "an interface that lost SNAT ports as pools changed or ports were revoked, and the flows that ended with them", BROKEN_BY_RESIZE, {
            {"run_id",               "", "",   "the run"},
            {"resize_time_ns",       "", "ns", "time of the latest change of a pool's members by then; with the cause revoked, or if no change is known, time_ns"},
            {"cause",                "", "",   "why the ports were taken: pool-grew, left or revoked"},
            {"network_interface_id", "", "",   "interface that lost ports"},
            {"virtual_machine",      "", "",   "name of the VM's node"},
            {"time_ns",              "", "ns", "time at which its host took the first of them"},
            {"ports_taken",          "", "",   "ports it lost"},
            {"flows_broken",         "", "",   "flows that held one of them and ended with it"},
            {"resize_ports_taken",   "", "",   "ports_taken of all interfaces with the same resize_time_ns and cause"},
            {"resize_flows_broken",  "", "",   "flows_broken of all interfaces with the same resize_time_ns and cause"},
        }},
    };
}
// clang-format on

} // namespace ns3::azure
