// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-trace-snat-views.h"

namespace ns3::azure
{

namespace
{

constexpr const char* REQUEST_LATENCY = R"(
SELECT request.run_id,
       request.network_interface_id,
       node.name AS virtual_machine,
       request.request_id,
       request.flow_id,
       request.asked_time_ns,
       decision.received_time_ns,
       decision.time_ns AS decided_time_ns,
       request.answered_time_ns,
       request.answered_time_ns - request.asked_time_ns AS latency_ns,
       CASE WHEN decision.outcome NOT IN ('outstanding', 'request-rate')
            THEN decision.time_ns - decision.received_time_ns END AS queue_ns,
       request.outcome,
       decision.outcome AS decision,
       request.ports
FROM snat_request AS request
JOIN network_interface AS interface USING (run_id, network_interface_id)
JOIN node ON node.run_id = interface.run_id AND node.node_id = interface.virtual_machine_node_id
LEFT JOIN snat_request_decision AS decision
    ON decision.run_id = request.run_id
   AND decision.network_interface_id = request.network_interface_id
   AND decision.request_id = request.request_id)";

// The p-th percentile is the nearest rank: the least latency with at least p % at or below it.
constexpr const char* REQUEST_PERCENTILE = R"(
WITH request AS (
    SELECT run_id, network_interface_id, outcome, answered_time_ns - asked_time_ns AS latency_ns
    FROM snat_request
    UNION ALL
    SELECT run_id, NULL, outcome, answered_time_ns - asked_time_ns
    FROM snat_request),
ranked AS (
    SELECT *,
           ROW_NUMBER() OVER (PARTITION BY run_id, network_interface_id, latency_ns IS NULL
                              ORDER BY latency_ns) AS place,
           COUNT(latency_ns) OVER (PARTITION BY run_id, network_interface_id) AS count
    FROM request),
dropped AS (
    SELECT run_id, network_interface_id, COUNT(*) AS requests
    FROM snat_request_decision
    WHERE outcome IN ('outstanding', 'request-rate')
    GROUP BY run_id, network_interface_id
    UNION ALL
    SELECT run_id, NULL, COUNT(*)
    FROM snat_request_decision
    WHERE outcome IN ('outstanding', 'request-rate')
    GROUP BY run_id),
counted AS (
    SELECT run_id, network_interface_id,
           COUNT(*) AS requests,
           SUM(outcome = 'granted') AS granted,
           SUM(outcome IN ('no-free-ports', 'port-cap')) AS refused,
           SUM(outcome = 'unanswered') AS unanswered,
           CAST(AVG(latency_ns) AS INTEGER) AS mean_latency_ns,
           MIN(CASE WHEN 100 * place >= 50 * count THEN latency_ns END) AS p50_latency_ns,
           MIN(CASE WHEN 100 * place >= 90 * count THEN latency_ns END) AS p90_latency_ns,
           MIN(CASE WHEN 100 * place >= 99 * count THEN latency_ns END) AS p99_latency_ns,
           MAX(latency_ns) AS max_latency_ns
    FROM ranked
    GROUP BY run_id, network_interface_id)
SELECT counted.run_id,
       counted.network_interface_id,
       counted.requests,
       granted,
       refused,
       unanswered,
       IFNULL(dropped.requests, 0) AS dropped,
       mean_latency_ns,
       p50_latency_ns,
       p90_latency_ns,
       p99_latency_ns,
       max_latency_ns
FROM counted
LEFT JOIN dropped ON dropped.run_id = counted.run_id
                 AND dropped.network_interface_id IS counted.network_interface_id)";

constexpr const char* FLOW_WAIT = R"(
SELECT run_id,
       outbound_method,
       nat_gateway,
       network_interface_id,
       flow_id,
       protocol,
       destination_address,
       destination_port,
       first_packet_time_ns,
       accepted_time_ns,
       accepted_time_ns - first_packet_time_ns AS wait_ns,
       accepted_time_ns IS NULL OR accepted_time_ns > first_packet_time_ns AS has_waited,
       outcome
FROM v_snat_flow)";

constexpr const char* WAIT_SHARE = R"(
WITH counted AS (
    SELECT run_id, network_interface_id, COUNT(*) AS flows,
           SUM(has_waited = 0) AS never_waited,
           SUM(wait_ns > 0) AS waited,
           SUM(wait_ns IS NULL) AS without_port,
           SUM(wait_ns) AS wait_ns, MAX(wait_ns) AS max_wait_ns
    FROM v_connection_wait
    GROUP BY run_id, network_interface_id),
mixed AS (
    SELECT * FROM counted
    UNION ALL
    SELECT run_id, NULL, SUM(flows), SUM(never_waited), SUM(waited), SUM(without_port),
           SUM(wait_ns), MAX(max_wait_ns)
    FROM counted GROUP BY run_id)
SELECT run_id,
       network_interface_id,
       flows,
       never_waited,
       IFNULL(waited, 0) AS waited,
       without_port,
       100.0 * never_waited / flows AS never_waited_percent,
       CASE WHEN waited > 0 THEN wait_ns / waited END AS mean_wait_ns,
       CASE WHEN waited > 0 THEN max_wait_ns END AS max_wait_ns
FROM mixed)";

} // namespace

// clang-format off
std::vector<TraceView>
GetSnatRequestTraceViews()
{
    return {
        {"v_snat_request_latency", "a request for SNAT ports, and where its time went", REQUEST_LATENCY, {
            {"run_id",               "", "",   "the run"},
            {"network_interface_id", "", "",   "interface that needed ports"},
            {"virtual_machine",      "", "",   "name of the VM's node"},
            {"request_id",           "", "",   "number of the request among those of the interface"},
            {"flow_id",              "", "",   "flow whose packet waited"},
            {"asked_time_ns",        "", "ns", "time at which the host asked"},
            {"received_time_ns",     "", "ns", "time at which the request came to the SLB manager; NULL if it got lost"},
            {"decided_time_ns",      "", "ns", "time at which the SLB manager decided; NULL if it never did"},
            {"answered_time_ns",     "", "ns", "time at which the answer came to the host; NULL if none did"},
            {"latency_ns",           "", "ns", "time from asking to the answer; NULL if none came"},
            {"queue_ns",             "", "ns", "part of it at the SLB manager: from the request's coming to the decision; NULL if dropped or never decided"},
            {"outcome",              "", "",   "what the host was answered: granted, no-free-ports, port-cap, or unanswered"},
            {"decision",             "", "",   "what the SLB manager decided; outstanding and request-rate are dropped without answer; NULL if it never did"},
            {"ports",                "", "",   "ports that were given"},
        }},
        {"v_snat_request_percentile", "an interface that asked for SNAT ports, or a whole run, and how long answers took", REQUEST_PERCENTILE, {
            {"run_id",               "", "",   "the run"},
            {"network_interface_id", "", "",   "interface that asked; NULL: all of them"},
            {"requests",             "", "",   "requests that are over"},
            {"granted",              "", "",   "those that were granted ports"},
            {"refused",              "", "",   "those that were refused, as no ports were left or the interface had as many as it may"},
            {"unanswered",           "", "",   "those without answer: dropped, lost, or not yet answered when the run was over"},
            {"dropped",              "", "",   "requests that the SLB manager dropped, by its own account"},
            {"mean_latency_ns",      "", "ns", "time from asking to the answer: the mean; NULL if none was answered"},
            {"p50_latency_ns",       "", "ns", "the least latency with at least 50 % of all at or below it; NULL if none was answered"},
            {"p90_latency_ns",       "", "ns", "the same with 90 %"},
            {"p99_latency_ns",       "", "ns", "the same with 99 %"},
            {"max_latency_ns",       "", "ns", "the longest; NULL if none was answered"},
        }},
        {"v_connection_wait", "a flow that asked for a SNAT port, and how long it waited for it", FLOW_WAIT, {
            {"run_id",               "", "",   "the run"},
            {"outbound_method",      "", "",   "who translates"},
            {"nat_gateway",          "", "",   "name of the NAT gateway; NULL with other methods"},
            {"network_interface_id", "", "",   "the VM's network interface"},
            {"flow_id",              "", "",   "number of the flow, as in v_snat_flow"},
            {"protocol",             "", "",   "transport protocol"},
            {"destination_address",  "", "",   "the other side's address"},
            {"destination_port",     "", "",   "the other side's port"},
            {"first_packet_time_ns", "", "ns", "time of the first packet"},
            {"accepted_time_ns",     "", "ns", "time at which it got its port; NULL if it never did"},
            {"wait_ns",              "", "ns", "time between both; NULL if it never got one"},
            {"has_waited",           "", "",   "0 if its first packet passed at once; 1 if it waited for the SLB manager, was refused at first, or never got a port"},
            {"outcome",              "", "",   "what became of it"},
        }},
        {"v_connection_wait_share", "an interface with SNAT, or a whole run, and how many of its flows never waited for a port", WAIT_SHARE, {
            {"run_id",               "", "",   "the run"},
            {"network_interface_id", "", "",   "the interface; NULL: all of them"},
            {"flows",                "", "",   "flows that asked for a SNAT port"},
            {"never_waited",         "", "",   "those that got it with their first packet"},
            {"waited",               "", "",   "those that got it later"},
            {"without_port",         "", "",   "those that never got one"},
            {"never_waited_percent", "", "percent", "never_waited as a part of flows (Ananta's figure: X-1)"},
            {"mean_wait_ns",         "", "ns", "mean wait of those that waited; NULL if none did"},
            {"max_wait_ns",          "", "ns", "longest wait of those that waited; NULL if none did"},
        }},
    };
}
// clang-format on

} // namespace ns3::azure
