// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-trace-figure-views.h"
#include "azure-trace-load-balancing-views.h"
#include "azure-trace-monitor-views.h"
#include "azure-trace-schema.h"
#include "azure-trace-security-views.h"
#include "azure-trace-snat-views.h"

namespace ns3::azure
{

namespace
{

constexpr const char* PORT_USAGE = R"(
SELECT usage.run_id,
       usage.time_ns,
       usage.network_interface_id,
       usage.nat_gateway,
       node.name AS virtual_machine,
       usage.public_address,
       usage.ports_allocated,
       usage.ports_in_use,
       usage.ports_cooling_down,
       usage.ports_allocated - usage.ports_in_use - usage.ports_cooling_down AS ports_free,
       usage.flows
FROM snat_port_usage AS usage
LEFT JOIN network_interface AS interface
    ON interface.run_id = usage.run_id
   AND interface.network_interface_id = usage.network_interface_id
LEFT JOIN node ON node.run_id = usage.run_id
              AND node.node_id = interface.virtual_machine_node_id)";

constexpr const char* EXHAUSTION_BY_DESTINATION = R"(
SELECT run_id,
       destination_address,
       COUNT(*) AS refused_packets,
       SUM(attempt = 1) AS affected_flows,
       (SELECT COUNT(*) FROM flow
        WHERE flow.run_id = exhaustion.run_id AND flow.outcome = 'refused'
          AND flow.destination_address = exhaustion.destination_address)
       + (SELECT COUNT(*) FROM nat_gateway_flow AS flow
          WHERE flow.run_id = exhaustion.run_id AND flow.outcome = 'refused'
            AND flow.destination_address = exhaustion.destination_address) AS refused_flows,
       COUNT(DISTINCT network_interface_id) AS network_interfaces,
       MIN(time_ns) AS first_refusal_time_ns,
       MAX(time_ns) AS last_refusal_time_ns
FROM snat_exhaustion AS exhaustion
GROUP BY run_id, destination_address)";

constexpr const char* TOP_PORT_USERS = R"(
WITH held AS (
    SELECT run_id, network_interface_id,
           SUM(CASE change WHEN 'given' THEN last_port - first_port + 1
                    ELSE first_port - last_port - 1 END)
               OVER (PARTITION BY run_id, network_interface_id ORDER BY snat_allocation_id) AS ports
    FROM snat_allocation),
allocated AS (
    SELECT run_id, network_interface_id, MAX(ports) AS ports
    FROM held GROUP BY run_id, network_interface_id),
used AS (
    SELECT run_id, network_interface_id,
           MAX(CASE WHEN nat_gateway IS NULL THEN ports_in_use + ports_cooling_down END) AS peak,
           SUM(stage IN ('acquired', 'reopened')) AS flows
    FROM snat_port_event GROUP BY run_id, network_interface_id),
refused AS (
    SELECT run_id, network_interface_id, COUNT(*) AS packets
    FROM snat_exhaustion GROUP BY run_id, network_interface_id)
SELECT run_id,
       RANK() OVER (PARTITION BY run_id ORDER BY IFNULL(used.peak, 0) DESC) AS rank,
       network_interface_id,
       node.name AS virtual_machine,
       IFNULL(allocated.ports, 0) AS ports_allocated,
       IFNULL(used.peak, 0) AS peak_ports_used,
       IFNULL(used.flows, 0) AS flows_with_port,
       IFNULL(refused.packets, 0) AS refused_packets
FROM network_interface AS interface
JOIN node USING (run_id)
LEFT JOIN allocated USING (run_id, network_interface_id)
LEFT JOIN used USING (run_id, network_interface_id)
LEFT JOIN refused USING (run_id, network_interface_id)
WHERE node.node_id = interface.virtual_machine_node_id
ORDER BY run_id, rank, network_interface_id)";

// Each use of a port begins with one "acquired" and ends with one "released", whatever is between.
constexpr const char* RECOVERY = R"(
WITH used AS (
    SELECT run_id, network_interface_id,
           SUM(stage = 'acquired') - SUM(stage = 'released') AS flows_with_port,
           MAX(CASE stage WHEN 'released' THEN time_ns END) AS last_release_time_ns
    FROM snat_port_event GROUP BY run_id, network_interface_id),
refused AS (
    SELECT run_id, network_interface_id,
           MIN(time_ns) AS first_refusal_time_ns, MAX(time_ns) AS last_refusal_time_ns
    FROM snat_exhaustion GROUP BY run_id, network_interface_id),
passed AS (
    SELECT run_id, network_interface_id, MAX(last_packet_time_ns) AS last_packet_time_ns
    FROM v_snat_flow WHERE accepted_time_ns IS NOT NULL GROUP BY run_id, network_interface_id)
SELECT used.run_id,
       used.network_interface_id,
       refused.first_refusal_time_ns,
       refused.last_refusal_time_ns,
       (SELECT MIN(event.time_ns) FROM snat_port_event AS event
        WHERE event.run_id = used.run_id
          AND event.network_interface_id = used.network_interface_id
          AND event.stage = 'released'
          AND event.time_ns >= refused.first_refusal_time_ns) AS first_release_time_ns,
       passed.last_packet_time_ns,
       used.flows_with_port,
       CASE used.flows_with_port WHEN 0 THEN used.last_release_time_ns END AS all_free_time_ns,
       CASE used.flows_with_port WHEN 0
            THEN used.last_release_time_ns - passed.last_packet_time_ns END AS recovery_ns
FROM used
LEFT JOIN refused USING (run_id, network_interface_id)
LEFT JOIN passed USING (run_id, network_interface_id))";

// clang-format off
/// @return the views about SNAT ports
std::vector<TraceView>
GetPortTraceViews()
{
    return {
        {"v_port_usage", "a sample of the SNAT ports that an interface, or a NAT gateway, has of one public address", PORT_USAGE, {
            {"run_id",               "", "",   "the run"},
            {"time_ns",              "", "ns", "time of the sample"},
            {"network_interface_id", "", "",   "interface whose ports are counted; NULL if they are a NAT gateway's"},
            {"nat_gateway",          "", "",   "name of the NAT gateway whose ports are counted; NULL if they are an interface's"},
            {"virtual_machine",      "", "",   "name of the VM's node; NULL for a NAT gateway"},
            {"public_address",       "", "",   "address whose ports are counted; NULL for an interface without SNAT"},
            {"ports_allocated",      "", "",   "ports it has of that address"},
            {"ports_in_use",         "", "",   "those that carry at least one open flow"},
            {"ports_cooling_down",   "", "",   "those that only closed flows still hold"},
            {"ports_free",           "", "",   "those that no flow holds"},
            {"flows",                "", "",   "flows that hold a port, open or closed"},
        }},
        {"v_exhaustion_by_destination", "a destination for which packets were refused", EXHAUSTION_BY_DESTINATION, {
            {"run_id",                "", "",   "the run"},
            {"destination_address",   "", "",   "the destination"},
            {"refused_packets",       "", "",   "packets refused for want of a SNAT port"},
            {"affected_flows",        "", "",   "flows of which at least one packet was refused"},
            {"refused_flows",         "", "",   "those that never got a port"},
            {"network_interfaces",    "", "",   "interfaces whose packets were refused"},
            {"first_refusal_time_ns", "", "ns", "time of the first refused packet"},
            {"last_refusal_time_ns",  "", "ns", "time of the last refused packet"},
        }},
        {"v_top_port_users", "a network interface, by the most SNAT ports that were not free", TOP_PORT_USERS, {
            {"run_id",               "", "", "the run"},
            {"rank",                 "", "", "place in the run by peak_ports_used, from 1; equal peaks share a place"},
            {"network_interface_id", "", "", "the interface"},
            {"virtual_machine",      "", "", "name of the VM's node"},
            {"ports_allocated",      "", "", "most ports the interface had at once, over all addresses; 0 behind a NAT gateway"},
            {"peak_ports_used",      "", "", "most ports in use or cooling down at once; 0 behind a NAT gateway"},
            {"flows_with_port",      "", "", "flows that got a port, a NAT gateway's included"},
            {"refused_packets",      "", "", "packets refused for want of a port, by a NAT gateway included"},
        }},
        {"v_recovery", "a network interface that used SNAT ports, and when they were free again", RECOVERY, {
            {"run_id",                "", "",   "the run"},
            {"network_interface_id",  "", "",   "the interface"},
            {"first_refusal_time_ns", "", "ns", "time of the first refused packet; NULL if none was"},
            {"last_refusal_time_ns",  "", "ns", "time of the last refused packet; NULL if none was"},
            {"first_release_time_ns", "", "ns", "time at which a port was released for the first time since the first refusal; NULL if none was"},
            {"last_packet_time_ns",   "", "ns", "time of the last packet of all flows that got a port; NULL if the run was cut off before one ended"},
            {"flows_with_port",       "", "",   "flows that still hold a port at the end of the run"},
            {"all_free_time_ns",      "", "ns", "time since which all ports are free; NULL if one is not at the end of the run"},
            {"recovery_ns",           "", "ns", "all_free_time_ns less last_packet_time_ns"},
        }},
    };
}
// clang-format on

} // namespace

const std::vector<TraceView>&
GetTraceViews()
{
    static const auto VIEWS = [] {
        auto views = GetPortTraceViews();
        for (const auto& more : {GetSnatTraceViews(),
                                 GetSnatRequestTraceViews(),
                                 GetNatGatewayTraceViews(),
                                 GetSecurityTraceViews(),
                                 GetLoadBalancingTraceViews(),
                                 GetMetricTraceViews(),
                                 GetMonitorTraceViews(),
                                 GetOutboundFlowTraceViews(),
                                 GetPortStepTraceViews(),
                                 GetResizeTraceViews(),
                                 GetSummaryTraceViews()})
        {
            views.insert(views.end(), more.begin(), more.end());
        }
        return views;
    }();
    return VIEWS;
}

} // namespace ns3::azure
