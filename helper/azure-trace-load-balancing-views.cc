// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-trace-load-balancing-views.h"

namespace ns3::azure
{

namespace
{

// Rows of member_health are in order of time, and so their numbers say which came first.  A member
// that leaves its pool is out of rotation, whatever was decided at the same time.  Where a run was
// cut off, it ends with the last thing that is known of health.
constexpr const char* BACKEND_SET_HEALTH = R"(
WITH finish AS (
    SELECT run_id,
           IFNULL(end_time_ns, MAX(
               IFNULL((SELECT time_ns FROM probe_result WHERE probe_result.run_id = run.run_id
                       ORDER BY probe_result_id DESC LIMIT 1), 0),
               IFNULL((SELECT time_ns FROM member_health WHERE member_health.run_id = run.run_id
                       ORDER BY member_health_id DESC LIMIT 1), 0))) AS finish_time_ns
    FROM run),
membership AS (
    SELECT member.run_id, backend_set_id, member.network_interface_id, time_ns,
           CASE change WHEN 'joined' THEN 1 ELSE -1 END AS difference
    FROM pool_member_change
    JOIN pool_member AS member USING (run_id, load_balancer, backend_pool, network_interface_id)),
word AS (
    SELECT run_id, backend_set_id, network_interface_id, member_health_id, time_ns, is_up
    FROM member_health
    WHERE stage = 'decided'
    UNION ALL
    SELECT run_id, backend_set_id, network_interface_id, 9223372036854775807, time_ns, 0
    FROM membership
    WHERE difference < 0),
change AS (
    SELECT run_id, backend_set_id, member_health_id, time_ns,
           is_up - LAG(is_up, 1, 0) OVER (
               PARTITION BY run_id, backend_set_id, network_interface_id
               ORDER BY time_ns, member_health_id) AS difference,
           0 AS members
    FROM word
    UNION ALL
    SELECT run_id, backend_set_id, 0, time_ns, 0, difference
    FROM membership),
counted AS (
    SELECT run_id, backend_set_id, time_ns,
           SUM(difference) OVER earlier AS members_up,
           SUM(members) OVER earlier AS more_members,
           LEAD(time_ns) OVER earlier AS next_time_ns
    FROM change
    WINDOW earlier AS (PARTITION BY run_id, backend_set_id ORDER BY time_ns, member_health_id
                       ROWS UNBOUNDED PRECEDING)),
size AS (
    SELECT run_id, backend_set_id, SUM(is_initial) AS members,
           MIN(health_probe_id) AS health_probe_id
    FROM pool_member GROUP BY run_id, backend_set_id)
SELECT run_id,
       backend_set_id,
       health_probe_id,
       time_ns,
       IFNULL(next_time_ns, finish_time_ns) AS end_time_ns,
       next_time_ns IS NULL AS is_last,
       members + more_members AS members_total,
       members_up
FROM counted
JOIN size USING (run_id, backend_set_id)
JOIN finish USING (run_id)
WHERE next_time_ns IS NULL OR next_time_ns > time_ns)";

// A span of health is cut at whole minutes.
constexpr const char* BACKEND_SET_AVAILABILITY = R"(
WITH RECURSIVE piece AS (
    SELECT run_id, backend_set_id, members_up, time_ns,
           MIN(end_time_ns, (time_ns / 60000000000 + 1) * 60000000000) AS until_ns, end_time_ns
    FROM v_backend_set_health
    UNION ALL
    SELECT run_id, backend_set_id, members_up, until_ns,
           MIN(end_time_ns, until_ns + 60000000000), end_time_ns
    FROM piece
    WHERE until_ns < end_time_ns),
minute AS (
    SELECT run_id, backend_set_id, time_ns / 60000000000 * 60000000000 AS time_ns,
           MAX(until_ns) AS end_time_ns,
           100.0 * SUM(CASE WHEN members_up > 0 THEN until_ns - time_ns ELSE 0 END) /
               SUM(until_ns - time_ns) AS percent,
           MIN(CASE WHEN members_up > 0 THEN time_ns END) AS first_up_time_ns
    FROM piece
    WHERE until_ns > time_ns
    GROUP BY 1, 2, 3)
SELECT run_id,
       backend_set_id,
       time_ns,
       end_time_ns,
       percent AS availability_percent,
       IFNULL(MIN(first_up_time_ns) OVER earlier <= time_ns, 0) AS has_begun
FROM minute
WINDOW earlier AS (PARTITION BY run_id, backend_set_id ORDER BY time_ns))";

constexpr const char* MEMBER_AVAILABILITY = R"(
WITH finish AS (
    SELECT run_id, backend_set_id, MAX(end_time_ns) AS finish_time_ns
    FROM v_backend_set_health GROUP BY run_id, backend_set_id),
said AS (
    SELECT run_id, backend_set_id, network_interface_id, member_health_id, time_ns, is_up
    FROM member_health
    WHERE stage = 'decided'
    UNION ALL
    SELECT member.run_id, backend_set_id, member.network_interface_id, 9223372036854775807, time_ns,
           NULL
    FROM pool_member_change
    JOIN pool_member AS member USING (run_id, load_balancer, backend_pool, network_interface_id)
    WHERE change = 'left'),
word AS (
    SELECT run_id, backend_set_id, network_interface_id, time_ns, is_up,
           LEAD(time_ns) OVER later AS next_time_ns,
           LAG(is_up) OVER later AS was_up,
           MAX(is_up) OVER (later ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS was_ever_up
    FROM said
    WINDOW later AS (PARTITION BY run_id, backend_set_id, network_interface_id
                     ORDER BY time_ns, member_health_id)),
spent AS (
    SELECT run_id, backend_set_id, network_interface_id,
           MIN(time_ns) AS first_decision_time_ns,
           MIN(CASE is_up WHEN 1 THEN time_ns END) AS first_up_time_ns,
           SUM(CASE is_up WHEN 1 THEN IFNULL(next_time_ns, finish_time_ns) - time_ns ELSE 0 END)
               AS up_ns,
           SUM(CASE is_up WHEN 0 THEN IFNULL(next_time_ns, finish_time_ns) - time_ns ELSE 0 END)
               AS down_ns,
           SUM(is_up <> was_up AND was_ever_up = 1) AS flips
    FROM word
    JOIN finish USING (run_id, backend_set_id)
    GROUP BY run_id, backend_set_id, network_interface_id)
SELECT member.run_id,
       member.backend_set_id,
       member.load_balancer,
       member.backend_pool,
       member.network_interface_id,
       node.name AS virtual_machine,
       first_decision_time_ns,
       first_up_time_ns,
       up_ns AS time_up_ns,
       down_ns AS time_down_ns,
       IFNULL(flips, 0) AS flips,
       100.0 * up_ns / NULLIF(up_ns + down_ns, 0) AS availability_percent
FROM pool_member AS member
JOIN network_interface AS interface USING (run_id, network_interface_id)
JOIN node ON node.run_id = interface.run_id AND node.node_id = interface.virtual_machine_node_id
LEFT JOIN spent ON spent.run_id = member.run_id
               AND spent.backend_set_id = member.backend_set_id
               AND spent.network_interface_id = member.network_interface_id)";

// With floating IP nothing is translated: the private address is the frontend's then.  HA ports
// come last, as at the muxes: a flow to a port that has a rule of its own is that rule's.
constexpr const char* FLOWS_BY_MEMBER = R"(
WITH chosen AS (
    SELECT run_id, load_balancing_rule_id, network_interface_id, COUNT(*) AS decisions,
           COUNT(DISTINCT CASE cause WHEN 'new-flow'
                 THEN protocol || client_address || ':' || client_port || ':' || frontend_port END)
               AS flows
    FROM lb_decision
    WHERE network_interface_id IS NOT NULL
    GROUP BY run_id, load_balancing_rule_id, network_interface_id),
total AS (
    SELECT run_id, load_balancing_rule_id, SUM(flows) AS flows
    FROM chosen GROUP BY run_id, load_balancing_rule_id),
endpoint AS (
    SELECT rule.run_id, rule.load_balancing_rule_id, rule.load_balancer, rule.name,
           rule.frontend, rule.protocol, rule.frontend_port, frontend.address,
           member.network_interface_id
    FROM load_balancing_rule AS rule
    JOIN pool_member AS member USING (run_id, backend_set_id)
    JOIN frontend ON frontend.run_id = rule.run_id
                 AND frontend.load_balancer = rule.load_balancer
                 AND frontend.name = rule.frontend),
arrived AS (
    SELECT run_id, network_interface_id, IFNULL(public_address, private_address) AS public_address,
           IFNULL(public_port, private_port) AS public_port, protocol,
           COUNT(*) AS flows, SUM(packets_in) AS packets_in, SUM(bytes_in) AS bytes_in,
           SUM(packets_out) AS packets_out, SUM(bytes_out) AS bytes_out
    FROM flow
    WHERE direction = 'inbound' AND accepted_time_ns IS NOT NULL AND protocol IN ('tcp', 'udp')
    GROUP BY 1, 2, 3, 4, 5),
passed AS (
    SELECT endpoint.run_id, endpoint.load_balancing_rule_id, endpoint.network_interface_id,
           SUM(flows) AS flows, SUM(packets_in) AS packets_in, SUM(bytes_in) AS bytes_in,
           SUM(packets_out) AS packets_out, SUM(bytes_out) AS bytes_out
    FROM endpoint
    JOIN arrived ON arrived.run_id = endpoint.run_id
                AND arrived.network_interface_id = endpoint.network_interface_id
                AND arrived.public_address = endpoint.address
    WHERE (arrived.public_port = endpoint.frontend_port
           AND arrived.protocol = LOWER(endpoint.protocol))
       OR (endpoint.protocol = 'All'
           AND NOT EXISTS (SELECT 1 FROM load_balancing_rule AS other
                           WHERE other.run_id = endpoint.run_id
                             AND other.load_balancer = endpoint.load_balancer
                             AND other.frontend = endpoint.frontend
                             AND other.frontend_port = arrived.public_port
                             AND LOWER(other.protocol) = arrived.protocol))
    GROUP BY endpoint.run_id, endpoint.load_balancing_rule_id, endpoint.network_interface_id)
SELECT endpoint.run_id,
       endpoint.load_balancing_rule_id,
       endpoint.load_balancer,
       endpoint.name AS rule,
       endpoint.network_interface_id,
       node.name AS virtual_machine,
       IFNULL(chosen.decisions, 0) AS decisions,
       IFNULL(chosen.flows, 0) AS flows_chosen,
       100.0 * IFNULL(chosen.flows, 0) / NULLIF(total.flows, 0) AS share_percent,
       IFNULL(passed.flows, 0) AS flows_passed,
       IFNULL(passed.packets_in, 0) AS packets_in,
       IFNULL(passed.bytes_in, 0) AS bytes_in,
       IFNULL(passed.packets_out, 0) AS packets_out,
       IFNULL(passed.bytes_out, 0) AS bytes_out
FROM endpoint
JOIN network_interface AS interface USING (run_id, network_interface_id)
JOIN node ON node.run_id = interface.run_id AND node.node_id = interface.virtual_machine_node_id
LEFT JOIN chosen ON chosen.run_id = endpoint.run_id
                AND chosen.load_balancing_rule_id = endpoint.load_balancing_rule_id
                AND chosen.network_interface_id = endpoint.network_interface_id
LEFT JOIN total ON total.run_id = endpoint.run_id
               AND total.load_balancing_rule_id = endpoint.load_balancing_rule_id
LEFT JOIN passed ON passed.run_id = endpoint.run_id
                AND passed.load_balancing_rule_id = endpoint.load_balancing_rule_id
                AND passed.network_interface_id = endpoint.network_interface_id)";

// A transaction's number is its sender's own, and a node may have several senders; their messages
// differ in kind or in receiver.
constexpr const char* CONTROL_LATENCY = R"(
WITH message AS (
    SELECT run_id, node_id, kind, receiver_address, transaction_id,
           SUM(stage = 'sent') AS attempts,
           MAX(stage = 'unreachable') AS is_unreachable,
           MIN(CASE stage WHEN 'acknowledged' THEN time_ns END) -
               MIN(CASE stage WHEN 'sent' THEN time_ns END) AS latency_ns
    FROM control_message
    GROUP BY run_id, node_id, kind, receiver_address, transaction_id),
ranked AS (
    SELECT *,
           ROW_NUMBER() OVER (PARTITION BY run_id, kind, latency_ns IS NULL
                              ORDER BY latency_ns) AS place,
           COUNT(latency_ns) OVER (PARTITION BY run_id, kind) AS count
    FROM message)
SELECT run_id,
       kind,
       COUNT(*) AS messages,
       SUM(attempts) AS attempts,
       COUNT(latency_ns) AS acknowledged,
       SUM(is_unreachable) AS unreachable,
       CAST(AVG(CASE WHEN place IN ((count + 1) / 2, (count + 2) / 2) THEN latency_ns END)
            AS INTEGER) AS median_latency_ns,
       MAX(latency_ns) AS max_latency_ns
FROM ranked
GROUP BY run_id, kind)";

// A reply to one of the run's own public addresses goes by a mux, too, as any packet to it.
constexpr const char* MUX_CROSSINGS = R"(
WITH endpoint AS (
    SELECT rule.run_id, rule.load_balancing_rule_id, rule.load_balancer, rule.name, rule.frontend,
           rule.frontend_port, rule.protocol, frontend.address
    FROM load_balancing_rule AS rule
    JOIN frontend ON frontend.run_id = rule.run_id
                 AND frontend.load_balancer = rule.load_balancer
                 AND frontend.name = rule.frontend),
sent AS (
    SELECT run_id, load_balancing_rule_id, MAX(packets) AS packets
    FROM frontend_traffic GROUP BY run_id, load_balancing_rule_id, node_id),
crossed AS (
    SELECT run_id, load_balancing_rule_id, SUM(packets) AS packets
    FROM sent GROUP BY run_id, load_balancing_rule_id),
latest AS (
    SELECT run_id, load_balancing_rule_id, MAX(packets_in) AS packets_in,
           MAX(packets_out) AS packets_out
    FROM member_traffic GROUP BY run_id, load_balancing_rule_id, network_interface_id),
passed AS (
    SELECT run_id, load_balancing_rule_id, SUM(packets_in) AS packets_in,
           SUM(packets_out) AS packets_out
    FROM latest GROUP BY run_id, load_balancing_rule_id),
stray AS (
    SELECT run_id, source_address, source_port, protocol, COUNT(*) AS packets
    FROM "drop"
    JOIN node USING (run_id, node_id)
    WHERE role = 'load-balancer-mux'
    GROUP BY run_id, source_address, source_port, protocol),
total AS (
    SELECT run_id, MAX(packets_stateless) AS packets
    FROM mux_traffic GROUP BY run_id, node_id),
stateless AS (
    SELECT run_id, SUM(packets) AS packets FROM total GROUP BY run_id),
passing AS (
    SELECT run_id, direction, IFNULL(public_address, private_address) AS address,
           IFNULL(public_port, private_port) AS port, protocol,
           SUM(packets_in) AS packets_in,
           SUM(CASE WHEN destination_address IN (SELECT public_ip.address FROM public_ip
                                                 WHERE public_ip.run_id = flow.run_id
                                                   AND public_ip.kind <> 'nat-gateway')
                    THEN packets_out ELSE 0 END) AS returned
    FROM flow
    WHERE accepted_time_ns IS NOT NULL AND path = 'internet'
      AND NOT (direction = 'outbound' AND outbound_method = 'nat-gateway')
    GROUP BY 1, 2, 3, 4, 5),
owned AS (
    SELECT run_id, SUM(packets_in) AS packets
    FROM passing
    WHERE direction = 'outbound'
       OR NOT EXISTS (SELECT 1 FROM endpoint
                      WHERE endpoint.run_id = passing.run_id
                        AND endpoint.address = passing.address
                        AND endpoint.frontend_port = passing.port
                        AND LOWER(endpoint.protocol) = passing.protocol)
    GROUP BY run_id)
SELECT rule.run_id,
       rule.load_balancing_rule_id,
       rule.load_balancer,
       rule.name AS rule,
       IFNULL(crossed.packets, 0) AS packets_in_through_muxes,
       IFNULL(passed.packets_in, 0) AS packets_in_at_members,
       IFNULL(passed.packets_out, 0) AS packets_out_at_members,
       (SELECT IFNULL(SUM(stray.packets), 0) FROM stray
        WHERE stray.run_id = rule.run_id
          AND stray.source_address = rule.address
          AND (rule.protocol = 'All' OR (stray.source_port = rule.frontend_port
                                         AND stray.protocol = LOWER(rule.protocol))))
           AS replies_dropped_at_muxes,
       (SELECT IFNULL(SUM(passing.returned), 0) FROM passing
        WHERE passing.run_id = rule.run_id
          AND passing.direction = 'inbound'
          AND passing.address = rule.address
          AND passing.port = rule.frontend_port
          AND passing.protocol = LOWER(rule.protocol)) AS replies_to_public_addresses,
       IFNULL(stateless.packets, 0) AS packets_stateless,
       IFNULL(owned.packets, 0) AS packets_in_without_rule
FROM endpoint AS rule
LEFT JOIN stateless ON stateless.run_id = rule.run_id
LEFT JOIN owned ON owned.run_id = rule.run_id
LEFT JOIN crossed ON crossed.run_id = rule.run_id
                 AND crossed.load_balancing_rule_id = rule.load_balancing_rule_id
LEFT JOIN passed ON passed.run_id = rule.run_id
                AND passed.load_balancing_rule_id = rule.load_balancing_rule_id)";

} // namespace

// clang-format off
std::vector<TraceView>
GetLoadBalancingTraceViews()
{
    return {
        {"v_backend_set_health", "a time in which as many members of a backend set were in rotation, as the SLB manager decided", BACKEND_SET_HEALTH, {
            {"run_id",          "", "",   "the run"},
            {"backend_set_id",  "", "",   "the backend set"},
            {"health_probe_id", "", "",   "its probe; NULL if it has none"},
            {"time_ns",         "", "ns", "beginning of that time"},
            {"end_time_ns",     "", "ns", "its end: the next change, or the end of the run; of what is known, if the run was cut off"},
            {"is_last",         "", "",   "1 if the run ended before the next change, else 0"},
            {"members_total",   "", "",   "members of the backend set at that time"},
            {"members_up",      "", "",   "those in rotation"},
        }},
        {"v_backend_set_availability", "a minute, and for which part of it a backend set had at least one member in rotation", BACKEND_SET_AVAILABILITY, {
            {"run_id",               "", "",        "the run"},
            {"backend_set_id",       "", "",        "the backend set"},
            {"time_ns",              "", "ns",      "beginning of the minute, whole minutes of simulation time"},
            {"end_time_ns",          "", "ns",      "its end, or that of the run, or of what is known of it"},
            {"availability_percent", "", "percent", "the time with a member in rotation, as a part of the time of the minute of which something is known"},
            {"has_begun",            "", "",        "1 if a member had been in rotation by the minute's beginning, else 0"},
        }},
        {"v_member_availability", "a member of a backend set, and how long the SLB manager had it in rotation", MEMBER_AVAILABILITY, {
            {"run_id",                 "", "",   "the run"},
            {"backend_set_id",         "", "",   "the backend set"},
            {"load_balancer",          "", "",   "name of the load balancer"},
            {"backend_pool",           "", "",   "name of the pool; NULL for an inbound NAT rule"},
            {"network_interface_id",   "", "",   "the member"},
            {"virtual_machine",        "", "",   "name of the VM's node"},
            {"first_decision_time_ns", "", "ns", "time of the first decision on it; NULL if there was none"},
            {"first_up_time_ns",       "", "ns", "time at which it came into rotation for the first time; NULL if it never did"},
            {"time_up_ns",             "", "ns", "time in rotation since the first decision; NULL if there was none"},
            {"time_down_ns",           "", "ns", "time out of rotation as a member since the first decision, before the first success of a probe too; NULL if there was none"},
            {"flips",                  "", "",   "how often it went out or came back, once it had been in rotation"},
            {"availability_percent",   "", "percent", "time_up_ns as a part of both; NULL if both are 0 or NULL"},
        }},
        {"v_flows_by_member", "a rule and a member: what muxes sent there, and what its host passed", FLOWS_BY_MEMBER, {
            {"run_id",                 "", "",      "the run"},
            {"load_balancing_rule_id", "", "",      "the rule"},
            {"load_balancer",          "", "",      "name of the load balancer"},
            {"rule",                   "", "",      "the rule's name"},
            {"network_interface_id",   "", "",      "the member"},
            {"virtual_machine",        "", "",      "name of the VM's node"},
            {"decisions",              "", "",      "rows of lb_decision that name the member, whatever their cause"},
            {"flows_chosen",           "", "",      "clients' addresses and ports among those of the cause new-flow: repeated SYNs and ports used again count once"},
            {"share_percent",          "", "percent", "flows_chosen as a part of all members'; NULL if there are none"},
            {"flows_passed",           "", "",      "flows that the host passed to the member, open ones at the end of the run too"},
            {"packets_in",             "", "",      "packets of them passed to the member"},
            {"bytes_in",               "", "bytes", "IPv4 datagrams of them passed to the member"},
            {"packets_out",            "", "",      "packets of them passed from the member"},
            {"bytes_out",              "", "bytes", "IPv4 datagrams of them passed from the member"},
        }},
        {"v_control_latency", "a kind of message between managers, hosts and muxes", CONTROL_LATENCY, {
            {"run_id",            "", "",   "the run"},
            {"kind",              "", "",   "what the messages say"},
            {"messages",          "", "",   "messages"},
            {"attempts",          "", "",   "how often they were sent, all together"},
            {"acknowledged",      "", "",   "those that were acknowledged"},
            {"unreachable",       "", "",   "those that were given up"},
            {"median_latency_ns", "", "ns", "time from the first sending to the acknowledgement: the median, cut to whole nanoseconds; NULL if none was acknowledged"},
            {"max_latency_ns",    "", "ns", "the longest such time; NULL if none was acknowledged"},
        }},
        {"v_mux_crossings", "a rule: its packets in each direction through muxes and at its members", MUX_CROSSINGS, {
            {"run_id",                   "", "", "the run"},
            {"load_balancing_rule_id",   "", "", "the rule"},
            {"load_balancer",            "", "", "name of the load balancer"},
            {"rule",                     "", "", "the rule's name"},
            {"packets_in_through_muxes", "", "", "packets that muxes passed on for the rule, up to the last sample"},
            {"packets_in_at_members",    "", "", "packets that hosts passed to members, up to the same sample; hosts drop some, and some are on their way"},
            {"packets_out_at_members",   "", "", "packets that hosts passed from members: replies"},
            {"replies_dropped_at_muxes", "", "", "packets from the frontend that came to a mux and that it dropped, as it does with all whose destination is nobody's"},
            {"replies_to_public_addresses", "", "", "those of packets_out_at_members that went to a public address of this run (SNAT's, an instance-level public IP or a frontend; not a NAT gateway's), and so to a mux"},
            {"packets_stateless",        "", "", "packets that muxes passed on without a rule, up to the last sample; of the whole run, the same in each of its rows"},
            {"packets_in_without_rule",  "", "", "packets that hosts passed to VMs in flows with the Internet that no rule is for: of SNAT and instance-level public IPs; of the whole run, the same in each of its rows"},
        }},
    };
}
// clang-format on

} // namespace ns3::azure
