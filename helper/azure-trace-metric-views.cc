// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-trace-monitor-views.h"

namespace ns3::azure
{

namespace
{

// Times are cut to minutes by integer division.  A sample of what has been passed so far, taken at
// the end of a minute, belongs to that minute; hence "time_ns - 1" there.
constexpr const char* METRICS = R"(
WITH RECURSIVE public_frontend AS (
    SELECT frontend.run_id, frontend.address, load_balancer.name AS load_balancer
    FROM frontend
    JOIN load_balancer ON load_balancer.run_id = frontend.run_id
                      AND load_balancer.name = frontend.load_balancer
    WHERE is_internal = 0),
sole_frontend AS (
    SELECT run_id, network_interface_id, MIN(public_address) AS address
    FROM snat_allocation
    GROUP BY run_id, network_interface_id
    HAVING MIN(public_address) = MAX(public_address)),
endpoint AS (
    SELECT rule.run_id, rule.load_balancing_rule_id, rule.load_balancer, frontend.address,
           rule.frontend_port, rule.protocol, rule.backend_set_id, rule.health_probe_id
    FROM load_balancing_rule AS rule
    JOIN frontend ON frontend.run_id = rule.run_id
                 AND frontend.load_balancer = rule.load_balancer
                 AND frontend.name = rule.frontend),
asked AS (
    SELECT run_id, accepted_time_ns / 60000000000 AS minute, public_address, private_address,
           CASE WHEN first_reply_time_ns / 60000000000 = accepted_time_ns / 60000000000
                THEN 'successful' ELSE 'pending' END AS state,
           COUNT(*) AS flows
    FROM flow
    WHERE direction = 'outbound' AND path = 'internet' AND accepted_time_ns IS NOT NULL
      AND outbound_method = 'load-balancer-frontend' AND public_port IS NOT NULL
    GROUP BY 1, 2, 3, 4, 5),
refused AS (
    SELECT run_id, time_ns / 60000000000 AS minute, network_interface_id, private_address,
           COUNT(*) AS flows
    FROM snat_exhaustion
    WHERE attempt = 1 AND nat_gateway IS NULL
    GROUP BY 1, 2, 3, 4),
finish AS (
    SELECT run_id,
           IFNULL(end_time_ns, MAX(
               IFNULL((SELECT time_ns FROM snat_allocation WHERE snat_allocation.run_id = run.run_id
                       ORDER BY snat_allocation_id DESC LIMIT 1), 0),
               IFNULL((SELECT time_ns FROM snat_port_usage WHERE snat_port_usage.run_id = run.run_id
                       ORDER BY snat_port_usage_id DESC LIMIT 1), 0))) AS finish_time_ns
    FROM run),
held AS (
    SELECT run_id, network_interface_id, public_address, time_ns,
           SUM(CASE change WHEN 'given' THEN last_port - first_port + 1
                    ELSE first_port - last_port - 1 END) OVER earlier AS ports,
           LEAD(time_ns) OVER earlier AS next_time_ns
    FROM snat_allocation
    WINDOW earlier AS (PARTITION BY run_id, network_interface_id, public_address
                       ORDER BY snat_allocation_id ROWS UNBOUNDED PRECEDING)),
span AS (
    SELECT run_id, network_interface_id, public_address, ports, time_ns,
           IFNULL(next_time_ns, finish_time_ns) AS end_time_ns
    FROM held
    JOIN finish USING (run_id)),
piece AS (
    SELECT run_id, network_interface_id, public_address, ports, time_ns,
           MIN(end_time_ns, (time_ns / 60000000000 + 1) * 60000000000) AS until_ns, end_time_ns
    FROM span
    WHERE time_ns < end_time_ns
    UNION ALL
    SELECT run_id, network_interface_id, public_address, ports, until_ns,
           MIN(end_time_ns, until_ns + 60000000000), end_time_ns
    FROM piece
    WHERE until_ns < end_time_ns),
allocated AS (
    SELECT run_id, time_ns / 60000000000 AS minute, public_address, network_interface_id,
           1.0 * SUM(ports * (until_ns - time_ns)) / SUM(until_ns - time_ns) AS ports
    FROM piece
    GROUP BY 1, 2, 3, 4
    HAVING SUM(ports) > 0),
used AS (
    SELECT run_id, time_ns / 60000000000 AS minute, public_address, network_interface_id,
           AVG(ports_in_use + ports_cooling_down) AS ports
    FROM snat_port_usage
    WHERE network_interface_id IS NOT NULL
    GROUP BY 1, 2, 3, 4),
probed AS (
    SELECT run_id, time_ns / 60000000000 AS minute, network_interface_id, health_probe_id,
           100.0 * SUM(outcome = 'success') / COUNT(*) AS percent
    FROM probe_result
    GROUP BY 1, 2, 3, 4),
came AS (
    SELECT run_id, load_balancing_rule_id, (time_ns - 1) / 60000000000 AS minute,
           packets - LAG(packets, 1, 0) OVER mux AS packets,
           bytes - LAG(bytes, 1, 0) OVER mux AS bytes,
           syns - LAG(syns, 1, 0) OVER mux AS syns
    FROM frontend_traffic
    WINDOW mux AS (PARTITION BY run_id, node_id, load_balancing_rule_id
                   ORDER BY frontend_traffic_id)),
inbound AS (
    SELECT run_id, load_balancing_rule_id, minute, SUM(packets) AS packets, SUM(bytes) AS bytes,
           SUM(syns) AS syns
    FROM came GROUP BY 1, 2, 3),
went AS (
    SELECT run_id, load_balancing_rule_id, (time_ns - 1) / 60000000000 AS minute,
           packets_out - LAG(packets_out, 1, 0) OVER member AS packets,
           bytes_out - LAG(bytes_out, 1, 0) OVER member AS bytes
    FROM member_traffic
    WINDOW member AS (PARTITION BY run_id, load_balancing_rule_id, network_interface_id
                      ORDER BY member_traffic_id)),
outbound AS (
    SELECT run_id, load_balancing_rule_id, minute, SUM(packets) AS packets, SUM(bytes) AS bytes
    FROM went GROUP BY 1, 2, 3),
metric AS (
    SELECT asked.run_id, minute, 'SnatConnectionCount' AS metric, load_balancer,
           public_address AS frontend_address, NULL AS frontend_port,
           private_address AS backend_address, NULL AS protocol, state AS connection_state,
           NULL AS direction, flows AS value
    FROM asked
    JOIN public_frontend ON public_frontend.run_id = asked.run_id
                        AND public_frontend.address = asked.public_address
    UNION ALL
    SELECT refused.run_id, minute, 'SnatConnectionCount', load_balancer, sole_frontend.address,
           NULL, refused.private_address, NULL, 'failed', NULL, flows
    FROM refused
    JOIN network_interface AS interface USING (run_id, network_interface_id)
    LEFT JOIN sole_frontend USING (run_id, network_interface_id)
    LEFT JOIN public_frontend ON public_frontend.run_id = refused.run_id
                             AND public_frontend.address = sole_frontend.address
    WHERE interface.outbound_method = 'load-balancer-frontend'
    UNION ALL
    SELECT allocated.run_id, minute, 'AllocatedSnatPorts', load_balancer, public_address, NULL,
           interface.private_address, NULL, NULL, NULL, ports
    FROM allocated
    JOIN network_interface AS interface USING (run_id, network_interface_id)
    JOIN public_frontend ON public_frontend.run_id = allocated.run_id
                        AND public_frontend.address = allocated.public_address
    UNION ALL
    SELECT used.run_id, minute, 'UsedSnatPorts', load_balancer, public_address, NULL,
           interface.private_address, NULL, NULL, NULL, ports
    FROM used
    JOIN network_interface AS interface USING (run_id, network_interface_id)
    JOIN public_frontend ON public_frontend.run_id = used.run_id
                        AND public_frontend.address = used.public_address
    UNION ALL
    SELECT endpoint.run_id, minute, 'DipAvailability', endpoint.load_balancer, endpoint.address,
           endpoint.frontend_port, interface.private_address, endpoint.protocol, NULL, NULL, percent
    FROM endpoint
    JOIN pool_member AS member USING (run_id, backend_set_id)
    JOIN network_interface AS interface
        ON interface.run_id = endpoint.run_id
       AND interface.network_interface_id = member.network_interface_id
    JOIN probed ON probed.run_id = endpoint.run_id
               AND probed.health_probe_id = endpoint.health_probe_id
               AND probed.network_interface_id = member.network_interface_id
    UNION ALL
    SELECT endpoint.run_id, time_ns / 60000000000, 'VipAvailability', load_balancer, address,
           frontend_port, NULL, protocol, NULL, NULL, availability_percent
    FROM endpoint
    JOIN v_backend_set_availability USING (run_id, backend_set_id)
    UNION ALL
    SELECT endpoint.run_id, minute, 'SYNCount', load_balancer, address, frontend_port, NULL,
           protocol, NULL, 'inbound', syns
    FROM endpoint
    JOIN inbound USING (run_id, load_balancing_rule_id)
    UNION ALL
    SELECT endpoint.run_id, minute, 'PacketCount', load_balancer, address, frontend_port, NULL,
           protocol, NULL, 'inbound', packets
    FROM endpoint
    JOIN inbound USING (run_id, load_balancing_rule_id)
    UNION ALL
    SELECT endpoint.run_id, minute, 'ByteCount', load_balancer, address, frontend_port, NULL,
           protocol, NULL, 'inbound', bytes
    FROM endpoint
    JOIN inbound USING (run_id, load_balancing_rule_id)
    UNION ALL
    SELECT endpoint.run_id, minute, 'PacketCount', load_balancer, address, frontend_port, NULL,
           protocol, NULL, 'outbound', packets
    FROM endpoint
    JOIN outbound USING (run_id, load_balancing_rule_id)
    UNION ALL
    SELECT endpoint.run_id, minute, 'ByteCount', load_balancer, address, frontend_port, NULL,
           protocol, NULL, 'outbound', bytes
    FROM endpoint
    JOIN outbound USING (run_id, load_balancing_rule_id))
SELECT run_id,
       minute * 60000000000 AS time_ns,
       metric,
       load_balancer,
       frontend_address,
       frontend_port,
       backend_address,
       protocol,
       connection_state,
       direction,
       value
FROM metric)";

} // namespace

// clang-format off
std::vector<TraceView>
GetMetricTraceViews()
{
    return {
        {"v_azure_metrics_1min", "a value of a metric of Azure Monitor in a minute", METRICS, {
            {"run_id",           "", "",   "the run"},
            {"time_ns",          "", "ns", "beginning of the minute"},
            {"metric",           "", "",   "Azure's name of the metric; doc/database.rst says what is counted when"},
            {"load_balancer",    "", "",   "name of the load balancer; NULL if several frontends come into question"},
            {"frontend_address", "", "",   "address of the frontend; NULL if several come into question"},
            {"frontend_port",    "", "",   "port of the frontend; NULL where the metric has none, and with HA ports"},
            {"backend_address",  "", "",   "private address of the member; NULL where the metric has none"},
            {"protocol",         "", "",   "protocol of the rule; NULL where there is no rule"},
            {"connection_state", "", "",   "of SnatConnectionCount: pending, successful or failed; else NULL"},
            {"direction",        "", "",   "of SYNCount, ByteCount and PacketCount: inbound or outbound, seen from the VM; else NULL"},
            {"value",            "", "",   "the value: connections, ports, percent, packets or bytes"},
        }},
    };
}
// clang-format on

} // namespace ns3::azure
