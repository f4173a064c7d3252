// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-trace-figure-views.h"

namespace ns3::azure
{

namespace
{

// The p-th percentile is the nearest rank: the least latency with at least p % at or below it,
// which has the place p % of their count, rounded up.
constexpr const char* CONNECT_LATENCY = R"(
WITH part AS (
    SELECT run_id, node_id, source_address, protocol, COUNT(*) AS attempts,
           SUM(outcome = 'established') AS established, SUM(outcome = 'failed') AS failed,
           SUM(outcome = 'open') AS open, AVG(established_time_ns - started_time_ns) AS mean_ns,
           NULL AS p50_ns, NULL AS p90_ns, NULL AS p99_ns, NULL AS max_ns
    FROM flow_attempt
    GROUP BY run_id, node_id, source_address, protocol
    UNION ALL
    SELECT run_id, NULL, NULL, protocol, COUNT(*), SUM(outcome = 'established'),
           SUM(outcome = 'failed'), SUM(outcome = 'open'),
           AVG(established_time_ns - started_time_ns), NULL, NULL, NULL, NULL
    FROM flow_attempt
    GROUP BY run_id, protocol
    UNION ALL
    SELECT run_id, node_id, source_address, protocol, NULL, NULL, NULL, NULL, NULL,
           CASE WHEN place = (50 * count + 99) / 100 THEN latency_ns END,
           CASE WHEN place = (90 * count + 99) / 100 THEN latency_ns END,
           CASE WHEN place = (99 * count + 99) / 100 THEN latency_ns END,
           CASE WHEN place = count THEN latency_ns END
    FROM (SELECT run_id, node_id, source_address, protocol,
                 established_time_ns - started_time_ns AS latency_ns,
                 ROW_NUMBER() OVER (PARTITION BY run_id, node_id, source_address, protocol
                                    ORDER BY established_time_ns - started_time_ns) AS place,
                 COUNT(*) OVER (PARTITION BY run_id, node_id, source_address, protocol) AS count
          FROM flow_attempt
          WHERE outcome = 'established')
    WHERE place IN ((50 * count + 99) / 100, (90 * count + 99) / 100, (99 * count + 99) / 100,
                    count)
    UNION ALL
    SELECT run_id, NULL, NULL, protocol, NULL, NULL, NULL, NULL, NULL,
           CASE WHEN place = (50 * count + 99) / 100 THEN latency_ns END,
           CASE WHEN place = (90 * count + 99) / 100 THEN latency_ns END,
           CASE WHEN place = (99 * count + 99) / 100 THEN latency_ns END,
           CASE WHEN place = count THEN latency_ns END
    FROM (SELECT run_id, protocol, established_time_ns - started_time_ns AS latency_ns,
                 ROW_NUMBER() OVER (PARTITION BY run_id, protocol
                                    ORDER BY established_time_ns - started_time_ns) AS place,
                 COUNT(*) OVER (PARTITION BY run_id, protocol) AS count
          FROM flow_attempt
          WHERE outcome = 'established')
    WHERE place IN ((50 * count + 99) / 100, (90 * count + 99) / 100, (99 * count + 99) / 100,
                    count)),
counted AS (
    SELECT DISTINCT run_id, node_id, source_address, protocol,
           MAX(attempts) OVER whole AS attempts, MAX(established) OVER whole AS established,
           MAX(failed) OVER whole AS failed, MAX(open) OVER whole AS open,
           CAST(MAX(mean_ns) OVER whole AS INTEGER) AS mean_latency_ns,
           MAX(p50_ns) OVER whole AS p50_latency_ns, MAX(p90_ns) OVER whole AS p90_latency_ns,
           MAX(p99_ns) OVER whole AS p99_latency_ns, MAX(max_ns) OVER whole AS max_latency_ns
    FROM part
    WINDOW whole AS (PARTITION BY run_id, node_id, source_address, protocol))
SELECT run_id,
       node_id,
       (SELECT name FROM node
        WHERE node.run_id = counted.run_id AND node.node_id = counted.node_id) AS node,
       (SELECT network_interface_id FROM network_interface AS interface
        WHERE interface.run_id = counted.run_id
          AND interface.virtual_machine_node_id = counted.node_id
          AND interface.private_address = counted.source_address) AS network_interface_id,
       source_address,
       protocol,
       attempts,
       established AS attempts_established,
       failed AS attempts_failed,
       open AS attempts_open,
       mean_latency_ns,
       p50_latency_ns,
       p90_latency_ns,
       p99_latency_ns,
       max_latency_ns
FROM counted)";

// Each part tells of what it knows, and NULL of the rest.
constexpr const char* RUN_SUMMARY = R"(
WITH ranked AS (
    SELECT run_id, established_time_ns - started_time_ns AS latency_ns,
           ROW_NUMBER() OVER (PARTITION BY run_id
                              ORDER BY established_time_ns - started_time_ns) AS place,
           COUNT(*) OVER (PARTITION BY run_id) AS count
    FROM flow_attempt
    WHERE outcome = 'established'),
part AS (
    SELECT run_id, 'outbound' AS kind, outcome, COUNT(*) AS amount,
           NULL AS first_ns, NULL AS last_ns, NULL AS peak_allocated, NULL AS peak_used,
           NULL AS allocated_port_seconds, NULL AS used_port_seconds
    FROM flow WHERE IS_OUTBOUND_FLOW GROUP BY run_id, outcome
    UNION ALL
    SELECT run_id, 'outbound', outcome, COUNT(*), NULL, NULL, NULL, NULL, NULL, NULL
    FROM nat_gateway_flow GROUP BY run_id, outcome
    UNION ALL
    SELECT run_id, 'inbound', outcome, COUNT(*), NULL, NULL, NULL, NULL, NULL, NULL
    FROM flow WHERE direction = 'inbound' GROUP BY run_id, outcome
    UNION ALL
    SELECT run_id, 'refused packet', NULL, COUNT(*), MIN(time_ns), MAX(time_ns),
           NULL, NULL, NULL, NULL
    FROM snat_exhaustion GROUP BY run_id
    UNION ALL
    SELECT run_id, 'dropped packet', NULL, COUNT(*), NULL, NULL, NULL, NULL, NULL, NULL
    FROM "drop" GROUP BY run_id
    UNION ALL
    SELECT run_id, 'ports', NULL, NULL, NULL, NULL, peak_ports_allocated, peak_ports_used,
           allocated_port_seconds, used_port_seconds
    FROM v_allocation_waste
    UNION ALL
    SELECT run_id, 'attempt', outcome, COUNT(*), NULL, NULL, NULL, NULL, NULL, NULL
    FROM flow_attempt GROUP BY run_id, outcome
    UNION ALL
    SELECT run_id, 'latency', NULL, NULL,
           CASE WHEN place = (50 * count + 99) / 100 THEN latency_ns END,
           CASE WHEN place = (99 * count + 99) / 100 THEN latency_ns END, NULL, NULL, NULL, NULL
    FROM ranked WHERE place IN ((50 * count + 99) / 100, (99 * count + 99) / 100)
    UNION ALL
    SELECT run_id, 'run', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL FROM run),
summed AS (
    SELECT DISTINCT run_id,
           TOTAL(CASE kind WHEN 'outbound' THEN amount END) OVER whole AS attempted,
           TOTAL(CASE WHEN kind = 'outbound' AND outcome = 'established' THEN amount END) OVER whole
               AS established,
           TOTAL(CASE WHEN kind = 'outbound' AND outcome = 'refused' THEN amount END) OVER whole AS refused,
           TOTAL(CASE WHEN kind = 'outbound' AND outcome = 'denied' THEN amount END) OVER whole AS denied,
           TOTAL(CASE WHEN kind = 'outbound' AND outcome = 'unanswered' THEN amount END) OVER whole
               AS unanswered,
           TOTAL(CASE kind WHEN 'inbound' THEN amount END) OVER whole AS inbound,
           TOTAL(CASE WHEN kind = 'inbound' AND outcome = 'established' THEN amount END) OVER whole
               AS inbound_established,
           TOTAL(CASE kind WHEN 'refused packet' THEN amount END) OVER whole AS refused_packets,
           MAX(CASE kind WHEN 'refused packet' THEN first_ns END) OVER whole AS first_refusal_time_ns,
           MAX(CASE kind WHEN 'refused packet' THEN last_ns END) OVER whole AS last_refusal_time_ns,
           TOTAL(CASE kind WHEN 'dropped packet' THEN amount END) OVER whole AS dropped_packets,
           MAX(peak_allocated) OVER whole AS peak_allocated,
           MAX(peak_used) OVER whole AS peak_used,
           SUM(allocated_port_seconds) OVER whole AS allocated_port_seconds,
           SUM(used_port_seconds) OVER whole AS used_port_seconds,
           SUM(CASE kind WHEN 'attempt' THEN amount END) OVER whole AS attempts,
           TOTAL(CASE WHEN kind = 'attempt' AND outcome = 'established' THEN amount END) OVER whole
               AS attempts_established,
           TOTAL(CASE WHEN kind = 'attempt' AND outcome = 'failed' THEN amount END) OVER whole
               AS attempts_failed,
           TOTAL(CASE WHEN kind = 'attempt' AND outcome = 'open' THEN amount END) OVER whole
               AS attempts_open,
           MAX(CASE kind WHEN 'latency' THEN first_ns END) OVER whole AS p50_latency_ns,
           MAX(CASE kind WHEN 'latency' THEN last_ns END) OVER whole AS p99_latency_ns
    FROM part
    WINDOW whole AS (PARTITION BY run_id))
SELECT summed.run_id,
       program,
       scenario,
       status,
       end_time_ns,
       CAST(attempted AS INTEGER) AS flows_attempted,
       CAST(established AS INTEGER) AS flows_established,
       CAST(refused AS INTEGER) AS flows_refused,
       CAST(denied AS INTEGER) AS flows_denied,
       CAST(unanswered AS INTEGER) AS flows_unanswered,
       100.0 * refused / NULLIF(attempted, 0) AS refused_percent,
       CAST(inbound AS INTEGER) AS flows_inbound,
       CAST(inbound_established AS INTEGER) AS flows_inbound_established,
       CAST(refused_packets AS INTEGER) AS refused_packets,
       first_refusal_time_ns,
       last_refusal_time_ns,
       peak_allocated AS peak_ports_allocated,
       peak_used AS peak_ports_used,
       allocated_port_seconds,
       used_port_seconds,
       100.0 - 100.0 * used_port_seconds / NULLIF(allocated_port_seconds, 0) AS waste_percent,
       CAST(dropped_packets AS INTEGER) AS dropped_packets,
       attempts,
       CASE WHEN attempts IS NOT NULL THEN CAST(attempts_established AS INTEGER) END
           AS attempts_established,
       CASE WHEN attempts IS NOT NULL THEN CAST(attempts_failed AS INTEGER) END AS attempts_failed,
       CASE WHEN attempts IS NOT NULL THEN CAST(attempts_open AS INTEGER) END AS attempts_open,
       p50_latency_ns AS p50_connect_latency_ns,
       p99_latency_ns AS p99_connect_latency_ns
FROM summed
JOIN run USING (run_id))";

} // namespace

// clang-format off
std::vector<TraceView>
GetSummaryTraceViews()
{
    static const auto RUN_SUMMARY_SQL = FillInConditions(RUN_SUMMARY);
    return {
        {"v_connect_latency", "an address from which traffic generators connected, or a whole run, and a protocol: how that went, as the applications saw it", CONNECT_LATENCY, {
            {"run_id",               "", "",   "the run; one without recorded attempts has no rows"},
            {"node_id",              "", "",   "node of the generators; NULL: all of them"},
            {"node",                 "", "",   "its name; NULL: all of them"},
            {"network_interface_id", "", "",   "the VM's network interface that has the address; NULL if the node is no VM, and of the whole run"},
            {"source_address",       "", "",   "the generators' address; NULL: all of them"},
            {"protocol",             "", "",   "transport protocol"},
            {"attempts",             "", "",   "attempts to open a flow; each retry is one more: the sum of the columns below"},
            {"attempts_established", "", "",   "those that were established, by TCP's handshake or UDP's response"},
            {"attempts_failed",      "", "",   "those that failed; flow_attempt says why"},
            {"attempts_open",        "", "",   "those that were neither when the run ended"},
            {"mean_latency_ns",      "", "ns", "time from the beginning of an attempt until it was established: the mean; NULL if none was"},
            {"p50_latency_ns",       "", "ns", "the least latency with at least 50 % of all at or below it; NULL if none was established"},
            {"p90_latency_ns",       "", "ns", "the same with 90 %"},
            {"p99_latency_ns",       "", "ns", "the same with 99 %"},
            {"max_latency_ns",       "", "ns", "the longest; NULL if none was established"},
        }},
        {"v_run_summary", "a run, and its key figures", RUN_SUMMARY_SQL.c_str(), {
            {"run_id",                    "", "",        "the run"},
            {"program",                   "", "",        "program that ran"},
            {"scenario",                  "", "",        "name of the scenario"},
            {"status",                    "", "",        "how far the run came: running (or cut off), finished, failed (rows are missing)"},
            {"end_time_ns",               "", "ns",      "simulation time at the end; NULL unless finished"},
            {"flows_attempted",           "", "",        "flows that VMs began with the Internet, as in v_outbound_flow: the sum of the next four"},
            {"flows_established",         "", "",        "those that were established"},
            {"flows_refused",             "", "",        "those that never got a SNAT port"},
            {"flows_denied",              "", "",        "those that network security groups denied"},
            {"flows_unanswered",          "", "",        "those to which nothing came back, or over TCP only a RST"},
            {"refused_percent",           "", "percent", "flows_refused as a part of flows_attempted; NULL if there are none"},
            {"flows_inbound",             "", "",        "flows that others began with VMs"},
            {"flows_inbound_established", "", "",        "those that were established"},
            {"refused_packets",           "", "",        "packets refused for want of a SNAT port"},
            {"first_refusal_time_ns",     "", "ns",      "time of the first of them; NULL if there are none"},
            {"last_refusal_time_ns",      "", "ns",      "time of the last of them; NULL if there are none"},
            {"peak_ports_allocated",      "", "",        "most SNAT ports that one interface or NAT gateway had at once; NULL if none has any"},
            {"peak_ports_used",           "", "",        "most SNAT ports that one interface or NAT gateway had in use or cooling down at once; NULL if none has any"},
            {"allocated_port_seconds",    "", "port s",  "ports allocated, times how long they were: the sum of v_allocation_waste; NULL without ports"},
            {"used_port_seconds",         "", "port s",  "ports in use or cooling down, times how long they were, likewise"},
            {"waste_percent",             "", "percent", "allocated port seconds that were not used, as a part of all; NULL if there were none"},
            {"dropped_packets",           "", "",        "packets dropped, for whatever reason: rows of drop"},
            {"attempts",                  "", "",        "attempts of traffic generators to open a flow: rows of flow_attempt; NULL if there are none, as of programs that do not record them, and so in all columns below"},
            {"attempts_established",      "", "",        "those that were established"},
            {"attempts_failed",           "", "",        "those that failed"},
            {"attempts_open",             "", "",        "those that were neither when the run ended"},
            {"p50_connect_latency_ns",    "", "ns",      "time from the beginning of an attempt until it was established, whatever its protocol: the least with at least 50 % of all at or below it; NULL if none was established"},
            {"p99_connect_latency_ns",    "", "ns",      "the same with 99 %"},
        }},
    };
}
// clang-format on

} // namespace ns3::azure
