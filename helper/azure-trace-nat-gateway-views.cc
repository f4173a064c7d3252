// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-trace-snat-views.h"

namespace ns3::azure
{

namespace
{

// Times are cut to minutes by integer division; a sample taken at the end of a minute belongs to
// that minute.  A connection is there from the time it gets its port until it releases it.
constexpr const char* METRICS = R"(
WITH RECURSIVE finish AS (
    SELECT run_id,
           IFNULL(end_time_ns, MAX(
               IFNULL((SELECT time_ns FROM snat_port_event WHERE snat_port_event.run_id = run.run_id
                       ORDER BY snat_port_event_id DESC LIMIT 1), 0),
               IFNULL((SELECT time_ns FROM nat_gateway_traffic AS traffic
                       WHERE traffic.run_id = run.run_id
                       ORDER BY nat_gateway_traffic_id DESC LIMIT 1), 0))) AS finish_time_ns
    FROM run),
minute AS (
    SELECT run_id, name AS nat_gateway, 0 AS minute, finish_time_ns
    FROM nat_gateway
    JOIN finish USING (run_id)
    UNION ALL
    SELECT run_id, nat_gateway, minute + 1, finish_time_ns
    FROM minute
    WHERE (minute + 1) * 60000000000 < finish_time_ns),
change AS (
    SELECT run_id, nat_gateway, time_ns / 60000000000 AS minute,
           SUM(stage = 'acquired') AS begun,
           SUM(stage = 'acquired') - SUM(stage = 'released') AS difference
    FROM snat_port_event
    WHERE nat_gateway IS NOT NULL
    GROUP BY 1, 2, 3),
carried AS (
    SELECT minute.run_id, minute.nat_gateway, minute.minute, IFNULL(begun, 0) AS begun,
           IFNULL(SUM(difference) OVER (PARTITION BY minute.run_id, minute.nat_gateway
                                        ORDER BY minute.minute
                                        ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0)
               AS before
    FROM minute
    LEFT JOIN change ON change.run_id = minute.run_id
                    AND change.nat_gateway = minute.nat_gateway
                    AND change.minute = minute.minute),
passed AS (
    SELECT run_id, nat_gateway, MAX(time_ns - 1, 0) / 60000000000 AS minute,
           packets_out - LAG(packets_out, 1, 0) OVER earlier AS packets_out,
           bytes_out - LAG(bytes_out, 1, 0) OVER earlier AS bytes_out,
           packets_in - LAG(packets_in, 1, 0) OVER earlier AS packets_in,
           bytes_in - LAG(bytes_in, 1, 0) OVER earlier AS bytes_in
    FROM nat_gateway_traffic
    WINDOW earlier AS (PARTITION BY run_id, nat_gateway ORDER BY nat_gateway_traffic_id)),
metric AS (
    SELECT run_id, nat_gateway, first_packet_time_ns / 60000000000 AS minute,
           'SNAT Connection Count' AS metric, protocol_number AS protocol,
           'Attempted' AS connection_state, NULL AS direction, COUNT(*) AS value
    FROM nat_gateway_flow
    GROUP BY 1, 2, 3, 5
    UNION ALL
    SELECT run_id, nat_gateway, time_ns / 60000000000, 'SNAT Connection Count',
           CASE protocol WHEN 'tcp' THEN 6 ELSE 17 END, 'Failed', NULL, COUNT(*)
    FROM snat_exhaustion
    WHERE nat_gateway IS NOT NULL AND attempt = 1
    GROUP BY 1, 2, 3, 5
    UNION ALL
    SELECT run_id, nat_gateway, minute, 'Total SNAT Connection Count', NULL, NULL, NULL,
           before + begun
    FROM carried
    UNION ALL
    SELECT "drop".run_id, nat_gateway.name, time_ns / 60000000000, 'Dropped Packets', NULL, NULL,
           NULL, COUNT(*)
    FROM "drop"
    JOIN nat_gateway USING (run_id, node_id)
    GROUP BY 1, 2, 3
    UNION ALL
    SELECT run_id, nat_gateway, minute, 'Packets', NULL, NULL, 'Out', SUM(packets_out)
    FROM passed GROUP BY 1, 2, 3
    UNION ALL
    SELECT run_id, nat_gateway, minute, 'Packets', NULL, NULL, 'In', SUM(packets_in)
    FROM passed GROUP BY 1, 2, 3
    UNION ALL
    SELECT run_id, nat_gateway, minute, 'Bytes', NULL, NULL, 'Out', SUM(bytes_out)
    FROM passed GROUP BY 1, 2, 3
    UNION ALL
    SELECT run_id, nat_gateway, minute, 'Bytes', NULL, NULL, 'In', SUM(bytes_in)
    FROM passed GROUP BY 1, 2, 3)
SELECT run_id,
       minute * 60000000000 AS time_ns,
       metric,
       nat_gateway,
       protocol,
       connection_state,
       direction,
       value
FROM metric)";

} // namespace

// clang-format off
std::vector<TraceView>
GetNatGatewayTraceViews()
{
    return {
        {"v_nat_gateway_metrics_1min", "a value of a metric of a NAT gateway in a minute", METRICS, {
            {"run_id",           "", "",   "the run"},
            {"time_ns",          "", "ns", "beginning of the minute"},
            {"metric",           "", "",   "Azure's name of the metric; doc/database.rst says what is counted when"},
            {"nat_gateway",      "", "",   "name of the NAT gateway"},
            {"protocol",         "", "",   "of SNAT Connection Count: 6 or 17; else NULL"},
            {"connection_state", "", "",   "of SNAT Connection Count: Attempted or Failed; else NULL"},
            {"direction",        "", "",   "of Packets and Bytes: In or Out, seen from the VMs; else NULL"},
            {"value",            "", "",   "the value: connections, packets or bytes"},
        }},
    };
}
// clang-format on

} // namespace ns3::azure
