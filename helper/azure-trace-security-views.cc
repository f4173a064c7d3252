// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-trace-security-views.h"

namespace ns3::azure
{

namespace
{

// The group that is asked last decides, and so it is the one that logs (sources.rst B.9).
//
// Increments are taken between all samples, and those up to the flow's B are left out.  A sample of
// the time of B stays if the flow was accepted then: it has counted nothing from before.
//
// Window functions over whole flows, no GROUP BY: SQLite then hands a WHERE for one flow down to
// the tables, where nsg_decision_by_flow finds it.  Joins are made by primary keys only, and CROSS
// JOIN keeps their order: as SQLite guesses the number of rows of a subquery, it would go through
// one of a million rows for each row of another.
constexpr const char* FLOW_LOG = R"(
WITH word AS (
    SELECT run_id, network_interface_id, flow_id, attempt, time_ns, decision, nsg_decision_id,
           LEAD(attempt) OVER (PARTITION BY run_id, network_interface_id, flow_id
                               ORDER BY attempt, nsg_decision_id) AS next_attempt
    FROM nsg_decision
    WHERE protocol IN ('tcp', 'udp')),
decided AS (
    SELECT run_id, network_interface_id, flow_id, time_ns, decision, nsg_decision_id,
           ROW_NUMBER() OVER (PARTITION BY run_id, network_interface_id, flow_id, decision
                              ORDER BY attempt) AS number
    FROM word
    WHERE next_attempt IS NOT attempt),
total AS (
    SELECT sample.run_id, sample.network_interface_id, sample.flow_id, time_ns, 'C' AS state,
           accepted_time_ns,
           sample.packets_out, sample.bytes_out, sample.packets_in, sample.bytes_in
    FROM nsg_flow_sample AS sample
    LEFT JOIN flow ON flow.run_id = sample.run_id
                  AND flow.network_interface_id = sample.network_interface_id
                  AND flow.flow_id = sample.flow_id
    UNION ALL
    SELECT run_id, network_interface_id, flow_id, ended_time_ns, 'E', ended_time_ns,
           packets_out, bytes_out, packets_in, bytes_in
    FROM flow
    WHERE accepted_time_ns IS NOT NULL AND ended_time_ns IS NOT NULL),
increment AS (
    SELECT run_id, network_interface_id, flow_id, time_ns, state, accepted_time_ns,
           packets_out - LAG(packets_out, 1, 0) OVER earlier AS packets_out,
           bytes_out - LAG(bytes_out, 1, 0) OVER earlier AS bytes_out,
           packets_in - LAG(packets_in, 1, 0) OVER earlier AS packets_in,
           bytes_in - LAG(bytes_in, 1, 0) OVER earlier AS bytes_in
    FROM total
    WINDOW earlier AS (PARTITION BY run_id, network_interface_id, flow_id ORDER BY time_ns, state)),
mixed AS (
    SELECT run_id, network_interface_id, flow_id, time_ns, 'B' AS state, NULL AS accepted_time_ns,
           NULL AS packets_out, NULL AS bytes_out, NULL AS packets_in, NULL AS bytes_in,
           nsg_decision_id, CASE decision WHEN 'allow' THEN nsg_decision_id END AS allowance_id,
           CASE decision WHEN 'allow' THEN time_ns END AS allowance_time_ns
    FROM decided
    WHERE number = 1
    UNION ALL
    SELECT *, NULL, NULL, NULL FROM increment),
logged AS (
    SELECT run_id, network_interface_id, flow_id, time_ns, state, accepted_time_ns,
           packets_out, bytes_out, packets_in, bytes_in,
           IFNULL(nsg_decision_id, MAX(allowance_id) OVER whole) AS nsg_decision_id,
           MAX(allowance_time_ns) OVER whole AS allowance_time_ns
    FROM mixed
    WINDOW whole AS (PARTITION BY run_id, network_interface_id, flow_id)),
spelled AS (
    SELECT logged.run_id, logged.network_interface_id, logged.flow_id, logged.time_ns,
           logged.time_ns / 1000000000 AS epoch_time_s, network_security_group,
           CASE is_default_rule WHEN 1 THEN 'DefaultRule_' ELSE 'UserRule_' END || security_rule
               AS rule,
           source_address, destination_address, source_port, destination_port,
           CASE protocol WHEN 'tcp' THEN 'T' ELSE 'U' END AS protocol,
           CASE direction WHEN 'inbound' THEN 'I' ELSE 'O' END AS direction,
           CASE decision WHEN 'allow' THEN 'A' ELSE 'D' END AS decision,
           state,
           CASE direction WHEN 'outbound' THEN packets_out ELSE packets_in END AS packets_forth,
           CASE direction WHEN 'outbound' THEN bytes_out ELSE bytes_in END AS bytes_forth,
           CASE direction WHEN 'outbound' THEN packets_in ELSE packets_out END AS packets_back,
           CASE direction WHEN 'outbound' THEN bytes_in ELSE bytes_out END AS bytes_back
    FROM logged
    CROSS JOIN nsg_decision USING (run_id, nsg_decision_id)
    WHERE state = 'B' OR (logged.time_ns, accepted_time_ns) >= (allowance_time_ns, allowance_time_ns))
SELECT spelled.run_id,
       spelled.network_interface_id,
       flow_id,
       node.name AS virtual_machine,
       time_ns,
       epoch_time_s,
       network_security_group,
       rule,
       source_address,
       destination_address,
       source_port,
       destination_port,
       protocol,
       direction,
       decision,
       state,
       packets_forth AS packets_source_to_destination,
       bytes_forth AS bytes_source_to_destination,
       packets_back AS packets_destination_to_source,
       bytes_back AS bytes_destination_to_source,
       epoch_time_s || ',' || source_address || ',' || destination_address || ',' ||
           source_port || ',' || destination_port || ',' || protocol || ',' || direction || ',' ||
           decision || ',' || state || ',' || IFNULL(packets_forth, '') || ',' ||
           IFNULL(bytes_forth, '') || ',' || IFNULL(packets_back, '') || ',' ||
           IFNULL(bytes_back, '') AS entry
FROM spelled
CROSS JOIN network_interface AS interface USING (run_id, network_interface_id)
CROSS JOIN node ON node.run_id = interface.run_id
               AND node.node_id = interface.virtual_machine_node_id)";

constexpr const char* RULE_HITS = R"(
WITH hit AS (
    SELECT run_id, network_security_group, security_rule, is_default_rule, attachment, direction,
           network_interface_id, flow_id, COUNT(*) AS packets,
           MAX(decision = 'allow') AS is_allowed, MAX(decision = 'deny') AS is_denied,
           MIN(time_ns) AS first_time_ns, MAX(time_ns) AS last_time_ns
    FROM nsg_decision
    GROUP BY run_id, network_security_group, security_rule, is_default_rule, attachment, direction,
             network_interface_id, flow_id)
SELECT run_id,
       network_security_group,
       security_rule,
       is_default_rule,
       attachment,
       direction,
       COUNT(DISTINCT network_interface_id) AS network_interfaces,
       SUM(is_allowed) AS flows_allowed,
       SUM(is_denied) AS flows_denied,
       SUM(packets) AS packets,
       MIN(first_time_ns) AS first_time_ns,
       MAX(last_time_ns) AS last_time_ns
FROM hit
GROUP BY run_id, network_security_group, security_rule, is_default_rule, attachment, direction)";

} // namespace

// clang-format off
std::vector<TraceView>
GetSecurityTraceViews()
{
    return {
        {"v_nsg_flow_log", "an entry of Azure's flow log, version 2", FLOW_LOG, {
            {"run_id",                        "", "",      "the run"},
            {"network_interface_id",          "", "",      "the VM's network interface"},
            {"flow_id",                       "", "",      "flow; its row in flow is missing if the run was cut off before it ended"},
            {"virtual_machine",               "", "",      "name of the VM's node"},
            {"time_ns",                       "", "ns",    "time of the entry"},
            {"epoch_time_s",                  "", "s",     "the same in whole seconds of simulation time"},
            {"network_security_group",        "", "",      "group that denied the flow, or the last one that allowed it"},
            {"rule",                          "", "",      "rule of that group, in the flow log's spelling: UserRule_ or DefaultRule_ and the name"},
            {"source_address",                "", "",      "where the flow's first packet came from, as the VM knows it"},
            {"destination_address",           "", "",      "where it went, as the VM knows it"},
            {"source_port",                   "", "",      "its source port"},
            {"destination_port",              "", "",      "its destination port"},
            {"protocol",                      "", "",      "T for TCP, U for UDP; other protocols are not logged"},
            {"direction",                     "", "",      "I for inbound, O for outbound, seen from the VM"},
            {"decision",                      "", "",      "A for allowed, D for denied"},
            {"state",                         "", "",      "B where the flow begins (all there is of a denied one), C every 5 minutes while it is open and at the end of the run, E where it ends"},
            {"packets_source_to_destination", "", "",      "packets passed since the entry before; NULL in state B"},
            {"bytes_source_to_destination",   "", "bytes", "IPv4 datagrams passed since the entry before; NULL in state B"},
            {"packets_destination_to_source", "", "",      "packets passed the other way since the entry before; NULL in state B"},
            {"bytes_destination_to_source",   "", "bytes", "IPv4 datagrams passed the other way since the entry before; NULL in state B"},
            {"entry",                         "", "",      "the entry as Azure writes it: the 13 values from epoch_time_s on, without group and rule, with commas between them"},
        }},
        {"v_nsg_rule_hits", "a rule of a network security group that decided, where the group is attached", RULE_HITS, {
            {"run_id",                 "", "",   "the run"},
            {"network_security_group", "", "",   "the group"},
            {"security_rule",          "", "",   "the rule"},
            {"is_default_rule",        "", "",   "1 if it is one of the six that every group has, else 0"},
            {"attachment",             "", "",   "what the group is attached to"},
            {"direction",              "", "",   "which way the packets went, seen from the VM"},
            {"network_interfaces",     "", "",   "interfaces whose packets it decided on"},
            {"flows_allowed",          "", "",   "flows of which it let a packet pass; the other group may have denied it"},
            {"flows_denied",           "", "",   "flows of which it denied a packet"},
            {"packets",                "", "",   "packets it decided on; later packets of an allowed flow pass by its flow record"},
            {"first_time_ns",          "", "ns", "time of the first of them"},
            {"last_time_ns",           "", "ns", "time of the last of them"},
        }},
    };
}
// clang-format on

} // namespace ns3::azure
