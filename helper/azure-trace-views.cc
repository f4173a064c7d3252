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

// Figures of several tables are told below each other and summed up by windows, here and in other
// views: SQLite hands a WHERE for one run down to the tables then, but not through an outer join or
// a GROUP BY of something else than tables.
constexpr const char* EXHAUSTION_BY_DESTINATION = R"(
WITH part AS (
    SELECT run_id, destination_address, COUNT(*) AS packets, SUM(attempt = 1) AS affected,
           0 AS refused, COUNT(DISTINCT network_interface_id) AS interfaces,
           MIN(time_ns) AS first_ns, MAX(time_ns) AS last_ns
    FROM snat_exhaustion
    GROUP BY run_id, destination_address
    UNION ALL
    SELECT run_id, destination_address, NULL, NULL, COUNT(*), NULL, NULL, NULL
    FROM flow WHERE outcome = 'refused' GROUP BY run_id, destination_address
    UNION ALL
    SELECT run_id, destination_address, NULL, NULL, COUNT(*), NULL, NULL, NULL
    FROM nat_gateway_flow WHERE outcome = 'refused' GROUP BY run_id, destination_address)
SELECT *
FROM (SELECT DISTINCT run_id,
             destination_address,
             MAX(packets) OVER destination AS refused_packets,
             MAX(affected) OVER destination AS affected_flows,
             SUM(refused) OVER destination AS refused_flows,
             MAX(interfaces) OVER destination AS network_interfaces,
             MAX(first_ns) OVER destination AS first_refusal_time_ns,
             MAX(last_ns) OVER destination AS last_refusal_time_ns
      FROM part
      WINDOW destination AS (PARTITION BY run_id, destination_address))
WHERE refused_packets > 0)";

// What the last event of an interface says holds for the whole run.  A NAT gateway's sums are not
// those of its interfaces, whose flows are counted; the plus has SQLite go through the gateways'
// events only, and not through those of all interfaces in their order.
constexpr const char* TOP_PORT_USERS = R"(
WITH part AS (
    SELECT run_id, network_interface_id,
           0 AS allocated,
           (SELECT peak_ports_used FROM snat_port_event AS event
            WHERE event.run_id = interface.run_id
              AND event.network_interface_id = interface.network_interface_id
              AND event.nat_gateway IS NULL
            ORDER BY event.time_ns DESC, event.snat_port_event_id DESC LIMIT 1) AS peak,
           (SELECT ports_acquired FROM snat_port_event AS event
            WHERE event.run_id = interface.run_id
              AND event.network_interface_id = interface.network_interface_id
              AND event.nat_gateway IS NULL
            ORDER BY event.time_ns DESC, event.snat_port_event_id DESC LIMIT 1) AS flows,
           0 AS packets
    FROM network_interface AS interface
    UNION ALL
    SELECT run_id, network_interface_id, ports_allocated, 0, 0, 0
    FROM v_allocated_ports
    WHERE nat_gateway IS NULL
    UNION ALL
    SELECT run_id, network_interface_id, 0, 0, COUNT(*), 0
    FROM snat_port_event
    WHERE nat_gateway IS NOT NULL AND stage IN ('acquired', 'reopened')
    GROUP BY run_id, +network_interface_id
    UNION ALL
    SELECT run_id, network_interface_id, 0, 0, 0, COUNT(*)
    FROM snat_exhaustion
    GROUP BY run_id, network_interface_id),
used AS (
    SELECT DISTINCT run_id, network_interface_id, MAX(allocated) OVER whole AS allocated,
           IFNULL(SUM(peak) OVER whole, 0) AS peak, IFNULL(SUM(flows) OVER whole, 0) AS flows,
           SUM(packets) OVER whole AS packets
    FROM part
    WINDOW whole AS (PARTITION BY run_id, network_interface_id))
SELECT used.run_id,
       RANK() OVER (PARTITION BY used.run_id ORDER BY peak DESC) AS rank,
       used.network_interface_id,
       node.name AS virtual_machine,
       allocated AS ports_allocated,
       peak AS peak_ports_used,
       flows AS flows_with_port,
       packets AS refused_packets
FROM used
JOIN network_interface AS interface USING (run_id, network_interface_id)
JOIN node ON node.run_id = interface.run_id AND node.node_id = interface.virtual_machine_node_id
ORDER BY used.run_id, rank, used.network_interface_id)";

// Each use of a port begins with one "acquired" and ends with one "released", whatever is between.
constexpr const char* RECOVERY = R"(
WITH part AS (
    SELECT run_id, network_interface_id,
           SUM(stage = 'acquired') - SUM(stage = 'released') AS flows,
           MAX(CASE stage WHEN 'released' THEN time_ns END) AS last_release_ns,
           NULL AS first_refusal_ns, NULL AS last_refusal_ns, NULL AS last_packet_ns
    FROM snat_port_event
    GROUP BY run_id, network_interface_id
    UNION ALL
    SELECT run_id, network_interface_id, NULL, NULL, MIN(time_ns), MAX(time_ns), NULL
    FROM snat_exhaustion
    GROUP BY run_id, network_interface_id
    UNION ALL
    SELECT run_id, network_interface_id, NULL, NULL, NULL, NULL, MAX(last_packet_time_ns)
    FROM flow
    WHERE IS_SNAT_FLOW AND accepted_time_ns IS NOT NULL
    GROUP BY run_id, network_interface_id
    UNION ALL
    SELECT run_id, network_interface_id, NULL, NULL, NULL, NULL, MAX(last_packet_time_ns)
    FROM nat_gateway_flow
    WHERE accepted_time_ns IS NOT NULL
    GROUP BY run_id, network_interface_id),
used AS (
    SELECT DISTINCT run_id, network_interface_id, MAX(flows) OVER whole AS flows,
           MAX(last_release_ns) OVER whole AS last_release_ns,
           MAX(first_refusal_ns) OVER whole AS first_refusal_ns,
           MAX(last_refusal_ns) OVER whole AS last_refusal_ns,
           MAX(last_packet_ns) OVER whole AS last_packet_ns
    FROM part
    WINDOW whole AS (PARTITION BY run_id, network_interface_id))
SELECT run_id,
       network_interface_id,
       first_refusal_ns AS first_refusal_time_ns,
       last_refusal_ns AS last_refusal_time_ns,
       CASE WHEN first_refusal_ns IS NOT NULL
            THEN (SELECT event.time_ns FROM snat_port_event AS event
                  WHERE event.run_id = used.run_id
                    AND event.network_interface_id = used.network_interface_id
                    AND event.stage = 'released'
                    AND event.time_ns >= first_refusal_ns
                  ORDER BY event.time_ns LIMIT 1) END AS first_release_time_ns,
       last_packet_ns AS last_packet_time_ns,
       flows AS flows_with_port,
       CASE flows WHEN 0 THEN last_release_ns END AS all_free_time_ns,
       CASE flows WHEN 0 THEN last_release_ns - last_packet_ns END AS recovery_ns
FROM used
WHERE flows IS NOT NULL)";

// clang-format off
/// @return the views about SNAT ports
std::vector<TraceView>
GetPortTraceViews()
{
    static const auto RECOVERY_SQL = FillInConditions(RECOVERY);
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
        {"v_recovery", "a network interface that used SNAT ports, and when they were free again", RECOVERY_SQL.c_str(), {
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
