// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-trace-figure-views.h"

#include <utility>

namespace ns3::azure
{

namespace
{

constexpr const char* OUTBOUND_FLOW = R"(
SELECT run_id,
       outbound_method,
       NULL AS nat_gateway,
       network_interface_id,
       flow_id,
       protocol,
       destination_address,
       destination_port,
       first_packet_time_ns,
       accepted_time_ns,
       last_packet_time_ns,
       ended_time_ns,
       outcome,
       packets_in
FROM flow
WHERE IS_OUTBOUND_FLOW
UNION ALL
SELECT run_id, 'nat-gateway', nat_gateway, network_interface_id, flow_id, protocol,
       destination_address, destination_port, first_packet_time_ns, accepted_time_ns,
       last_packet_time_ns, ended_time_ns, outcome, packets_in
FROM nat_gateway_flow)";

// In these views only tables are grouped, and what that gives is summed up by windows: SQLite hands
// a WHERE for one run down through windows, but not through groups.
constexpr const char* FLOWS_OVER_TIME = R"(
WITH part AS (
    SELECT run_id, first_packet_time_ns / 1000000000 * 1000000000 AS time_ns,
           COUNT(*) AS attempted, SUM(outcome = 'established') AS established,
           SUM(outcome = 'refused') AS refused, SUM(outcome = 'denied') AS denied,
           SUM(outcome = 'unanswered') AS unanswered
    FROM flow
    WHERE IS_OUTBOUND_FLOW
    GROUP BY 1, 2
    UNION ALL
    SELECT run_id, first_packet_time_ns / 1000000000 * 1000000000,
           COUNT(*), SUM(outcome = 'established'), SUM(outcome = 'refused'), 0,
           SUM(outcome = 'unanswered')
    FROM nat_gateway_flow
    GROUP BY 1, 2)
SELECT DISTINCT run_id,
       time_ns,
       SUM(attempted) OVER second AS flows_attempted,
       SUM(established) OVER second AS flows_established,
       SUM(refused) OVER second AS flows_refused,
       SUM(denied) OVER second AS flows_denied,
       SUM(unanswered) OVER second AS flows_unanswered
FROM part
WINDOW second AS (PARTITION BY run_id, time_ns))";

// A flow that ends as denied has a last packet that was denied; its rule is the cause.
constexpr const char* FAILURES_BY_CAUSE = R"(
WITH denied AS (
    SELECT run_id, network_interface_id, flow_id, direction, 1 AS is_denied, 0 AS decision_id,
           NULL AS rule
    FROM flow
    WHERE outcome = 'denied'
    UNION ALL
    SELECT run_id, network_interface_id, flow_id, NULL, 0, nsg_decision_id,
           CASE is_default_rule WHEN 1 THEN 'DefaultRule_' ELSE 'UserRule_' END || security_rule
    FROM nsg_decision
    WHERE decision = 'deny'),
blamed AS (
    SELECT run_id, direction, is_denied,
           LAST_VALUE(rule) OVER (PARTITION BY run_id, network_interface_id, flow_id
                                  ORDER BY decision_id
                                  ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) AS rule
    FROM denied),
part AS (
    SELECT run_id, 'flows' AS counted, direction, 'security-rule' AS cause, rule AS detail,
           1 AS failures
    FROM blamed
    WHERE is_denied = 1
    UNION ALL
    SELECT run_id, 'flows', direction,
           CASE WHEN outcome = 'refused' THEN 'no-snat-port'
                WHEN protocol = 'tcp' AND direction = 'outbound' AND packets_in > 0
                    THEN 'reset-by-peer'
                WHEN protocol = 'tcp' AND direction = 'inbound' AND packets_out > 0
                    THEN 'reset-by-peer'
                ELSE 'no-answer' END, NULL, COUNT(*)
    FROM flow
    WHERE outcome IN ('refused', 'unanswered')
      AND (direction = 'inbound' OR path <> 'internet' OR IS_OUTBOUND_FLOW)
    GROUP BY 1, 3, 4
    UNION ALL
    SELECT run_id, 'flows', 'outbound',
           CASE WHEN outcome = 'refused' THEN 'no-snat-port'
                WHEN protocol = 'tcp' AND packets_in > 0 THEN 'reset-by-peer'
                ELSE 'no-answer' END, NULL, COUNT(*)
    FROM nat_gateway_flow
    WHERE outcome IN ('refused', 'unanswered')
    GROUP BY 1, 4
    UNION ALL
    SELECT run_id, 'attempts', NULL, failure, NULL, COUNT(*)
    FROM flow_attempt
    WHERE outcome = 'failed'
    GROUP BY run_id, failure
    UNION ALL
    SELECT "drop".run_id, 'packets', NULL, reason, node.role, COUNT(*)
    FROM "drop"
    JOIN node USING (run_id, node_id)
    GROUP BY "drop".run_id, reason, node.role)
SELECT DISTINCT run_id,
       counted,
       direction,
       cause,
       detail,
       SUM(failures) OVER (PARTITION BY run_id, counted, direction, cause, detail) AS failures
FROM part)";

constexpr const char* TOP_DESTINATIONS = R"(
WITH part AS (
    SELECT run_id, destination_address, destination_port, protocol, COUNT(*) AS attempted,
           SUM(outcome = 'established') AS established, SUM(outcome = 'refused') AS refused,
           SUM(outcome = 'unanswered') AS unanswered,
           TOTAL((IFNULL(ended_time_ns,
                         IFNULL((SELECT end_time_ns FROM run WHERE run.run_id = flow.run_id),
                                last_packet_time_ns)) - accepted_time_ns) / 1e9) AS port_seconds
    FROM flow
    WHERE IS_SNAT_FLOW
    GROUP BY run_id, destination_address, destination_port, protocol
    UNION ALL
    SELECT run_id, destination_address, destination_port, protocol, COUNT(*),
           SUM(outcome = 'established'), SUM(outcome = 'refused'), SUM(outcome = 'unanswered'),
           TOTAL((IFNULL(ended_time_ns,
                         IFNULL((SELECT end_time_ns FROM run WHERE run.run_id = flow.run_id),
                                last_packet_time_ns)) - accepted_time_ns) / 1e9)
    FROM nat_gateway_flow AS flow
    GROUP BY run_id, destination_address, destination_port, protocol),
summed AS (
    SELECT DISTINCT run_id, destination_address, destination_port, protocol,
           SUM(attempted) OVER destination AS attempted,
           SUM(established) OVER destination AS established,
           SUM(refused) OVER destination AS refused,
           SUM(unanswered) OVER destination AS unanswered,
           SUM(port_seconds) OVER destination AS port_seconds
    FROM part
    WINDOW destination AS (PARTITION BY run_id, destination_address, destination_port, protocol))
SELECT run_id,
       RANK() OVER (PARTITION BY run_id ORDER BY port_seconds DESC) AS rank,
       destination_address,
       destination_port,
       protocol,
       attempted AS flows_attempted,
       established AS flows_established,
       refused AS flows_refused,
       unanswered AS flows_unanswered,
       100.0 * refused / attempted AS refused_percent,
       port_seconds,
       100.0 * port_seconds / NULLIF(SUM(port_seconds) OVER (PARTITION BY run_id), 0)
           AS share_percent
FROM summed)";

} // namespace

std::string
FillInConditions(std::string sql)
{
    for (const auto& [word, condition] :
         {std::pair<std::string, std::string>{"IS_SNAT_FLOW", IS_SNAT_FLOW},
          {"IS_OUTBOUND_FLOW", IS_OUTBOUND_FLOW}})
    {
        for (auto at = sql.find(word); at != std::string::npos; at = sql.find(word, at))
        {
            sql.replace(at, word.size(), "(" + condition + ")");
        }
    }
    return sql;
}

// clang-format off
std::vector<TraceView>
GetOutboundFlowTraceViews()
{
    static const auto OUTBOUND_FLOW_SQL = FillInConditions(OUTBOUND_FLOW);
    static const auto FLOWS_OVER_TIME_SQL = FillInConditions(FLOWS_OVER_TIME);
    static const auto FAILURES_BY_CAUSE_SQL = FillInConditions(FAILURES_BY_CAUSE);
    static const auto TOP_DESTINATIONS_SQL = FillInConditions(TOP_DESTINATIONS);
    return {
        {"v_outbound_flow", "a flow that a VM began with the Internet, as whoever translates it sees it", OUTBOUND_FLOW_SQL.c_str(), {
            {"run_id",               "", "",   "the run"},
            {"outbound_method",      "", "",   "how the VM reached the Internet"},
            {"nat_gateway",          "", "",   "name of the NAT gateway; NULL with other methods, and of a flow that never got there, as it was denied"},
            {"network_interface_id", "", "",   "the VM's network interface"},
            {"flow_id",              "", "",   "number of the flow: of flow, or of nat_gateway_flow if a NAT gateway is named"},
            {"protocol",             "", "",   "transport protocol"},
            {"destination_address",  "", "",   "the other side's address"},
            {"destination_port",     "", "",   "the other side's port; NULL without ports"},
            {"first_packet_time_ns", "", "ns", "time of the first packet"},
            {"accepted_time_ns",     "", "ns", "time at which it got its port, or passed without needing one; NULL if refused or denied"},
            {"last_packet_time_ns",  "", "ns", "time of the last packet, passed, refused or denied"},
            {"ended_time_ns",        "", "ns", "time at which it left the flow table; NULL if open at the end of the run"},
            {"outcome",              "", "",   "refused (never got a port), denied (never passed the network security groups), unanswered (nothing came back, or over TCP only a RST), or established"},
            {"packets_in",           "", "",   "packets passed to the VM"},
        }},
        {"v_flows_over_time", "a second of simulation time in which flows with the Internet began, and what became of them, then or later", FLOWS_OVER_TIME_SQL.c_str(), {
            {"run_id",            "", "",   "the run"},
            {"time_ns",           "", "ns", "beginning of the second; a flow belongs to that of its first packet"},
            {"flows_attempted",   "", "",   "flows that VMs began: the sum of the columns below"},
            {"flows_established", "", "",   "those that were established"},
            {"flows_refused",     "", "",   "those that never got a SNAT port"},
            {"flows_denied",      "", "",   "those that network security groups denied"},
            {"flows_unanswered",  "", "",   "those to which nothing came back, or over TCP only a RST"},
        }},
        {"v_failures_by_cause", "a cause, and how many flows, packets or attempts failed of it; these overlap: the packets of a refused flow are dropped, too, and its attempt fails", FAILURES_BY_CAUSE_SQL.c_str(), {
            {"run_id",    "", "", "the run"},
            {"counted",   "", "", "what is counted: flows (as hosts and NAT gateways see them, by their outcome), packets (rows of drop) or attempts (of traffic generators, as they see it)"},
            {"direction", "", "", "of flows: inbound or outbound, seen from the VM; NULL of packets and attempts"},
            {"cause",     "", "", "of flows: no-snat-port (refused), security-rule (denied), reset-by-peer (over TCP, only a RST came back) or no-answer (nothing did); of packets: drop's reason; of attempts: flow_attempt's failure"},
            {"detail",    "", "", "with security-rule, the rule that denied the flow's last packet, in the flow log's spelling: UserRule_ or DefaultRule_ and the name; of packets, the role of the node that dropped them; else NULL"},
            {"failures",  "", "", "how many failed"},
        }},
        {"v_top_destinations", "a destination of flows that asked for SNAT ports, by how long they held them", TOP_DESTINATIONS_SQL.c_str(), {
            {"run_id",              "", "", "the run"},
            {"rank",                "", "", "place in the run by port_seconds, from 1; equals share a place"},
            {"destination_address", "", "", "the other side's address"},
            {"destination_port",    "", "", "the other side's port"},
            {"protocol",            "", "", "transport protocol"},
            {"flows_attempted",     "", "", "flows that asked for a SNAT port"},
            {"flows_established",   "", "", "those that were established"},
            {"flows_refused",       "", "", "those that never got a port"},
            {"flows_unanswered",    "", "", "those to which nothing came back, or over TCP only a RST"},
            {"refused_percent",     "", "percent", "flows_refused as a part of flows_attempted"},
            {"port_seconds",        "", "port s",  "time from getting the port to leaving the flow table (or the end of the run), all flows added up; a port that flows to several destinations share counts for each"},
            {"share_percent",       "", "percent", "port_seconds as a part of the run's; NULL if those are 0"},
        }},
    };
}
// clang-format on

} // namespace ns3::azure
