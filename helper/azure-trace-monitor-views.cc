// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-trace-monitor-views.h"

namespace ns3::azure
{

namespace
{

// What changes at a whole minute has changed by then.  Where a run was cut off, it ends with the
// last thing that is known of health.
constexpr const char* PROBE_HEALTH_LOG = R"(
WITH RECURSIVE finish AS (
    SELECT run_id,
           IFNULL(end_time_ns, MAX(
               IFNULL((SELECT time_ns FROM probe_result WHERE probe_result.run_id = run.run_id
                       ORDER BY probe_result_id DESC LIMIT 1), 0),
               IFNULL((SELECT time_ns FROM member_health WHERE member_health.run_id = run.run_id
                       ORDER BY member_health_id DESC LIMIT 1), 0))) AS finish_time_ns
    FROM run),
minute AS (
    SELECT run_id, 60000000000 AS time_ns, finish_time_ns
    FROM finish
    WHERE finish_time_ns >= 60000000000
    UNION ALL
    SELECT run_id, time_ns + 60000000000, finish_time_ns
    FROM minute
    WHERE time_ns + 60000000000 <= finish_time_ns),
word AS (
    SELECT run_id, health_probe_id, network_interface_id, is_up,
           MAX((time_ns + 59999999999) / 60000000000, 1) * 60000000000 AS time_ns,
           LEAD(time_ns) OVER (PARTITION BY run_id, health_probe_id, network_interface_id
                               ORDER BY member_health_id) AS next_time_ns
    FROM member_health
    WHERE stage = 'probed'),
success AS (
    SELECT run_id, health_probe_id, network_interface_id, time_ns,
           IFNULL(next_time_ns, finish_time_ns + 1) AS next_time_ns
    FROM word
    JOIN finish USING (run_id)
    WHERE is_up = 1 AND time_ns < IFNULL(next_time_ns, finish_time_ns + 1)
    UNION ALL
    SELECT run_id, health_probe_id, network_interface_id, time_ns + 60000000000, next_time_ns
    FROM success
    WHERE time_ns + 60000000000 < next_time_ns),
counted AS (
    SELECT member.run_id, backend_set_id, success.time_ns, COUNT(*) AS members_up
    FROM success
    JOIN pool_member AS member USING (run_id, health_probe_id, network_interface_id)
    WHERE IFNULL((SELECT change = 'joined' FROM pool_member_change AS change
                  WHERE change.run_id = member.run_id
                    AND change.network_interface_id = member.network_interface_id
                    AND change.load_balancer = member.load_balancer
                    AND change.backend_pool = member.backend_pool
                    AND change.time_ns <= success.time_ns
                  ORDER BY pool_member_change_id DESC LIMIT 1), is_initial)
    GROUP BY 1, 2, 3),
size AS (
    SELECT run_id, backend_set_id, load_balancer, backend_pool, SUM(is_initial) AS members
    FROM pool_member GROUP BY run_id, backend_set_id),
tick AS (
    SELECT minute.run_id, minute.time_ns, size.backend_set_id,
           members + (SELECT IFNULL(SUM(CASE change WHEN 'joined' THEN 1 ELSE -1 END), 0)
                      FROM pool_member_change AS change
                      WHERE change.run_id = size.run_id
                        AND change.load_balancer = size.load_balancer
                        AND change.backend_pool = size.backend_pool
                        AND change.time_ns <= minute.time_ns) AS members_total,
           IFNULL(members_up, 0) AS members_up
    FROM minute
    JOIN size USING (run_id)
    LEFT JOIN counted ON counted.run_id = minute.run_id
                     AND counted.backend_set_id = size.backend_set_id
                     AND counted.time_ns = minute.time_ns)
SELECT tick.run_id,
       tick.time_ns,
       'LoadBalancerProbeHealthStatus' AS category,
       rule.load_balancer,
       rule.name AS rule,
       frontend.address AS public_address,
       rule.frontend_port AS port,
       members_total,
       members_total - members_up AS members_down,
       100.0 * members_up / NULLIF(members_total, 0) AS health_percent,
       PRINTF('{"publicIpAddress": "%s", "port": %d, "totalDipCount": %d, "dipDownCount": %d, '
              || '"healthPercentage": %.1f}',
              frontend.address, rule.frontend_port, members_total, members_total - members_up,
              IFNULL(100.0 * members_up / NULLIF(members_total, 0), 0)) AS entry
FROM tick
JOIN load_balancing_rule AS rule USING (run_id, backend_set_id)
JOIN frontend ON frontend.run_id = rule.run_id
             AND frontend.load_balancer = rule.load_balancer
             AND frontend.name = rule.frontend
JOIN load_balancer ON load_balancer.run_id = rule.run_id
                  AND load_balancer.name = rule.load_balancer
WHERE rule.health_probe_id IS NOT NULL AND is_internal = 0)";

constexpr const char* ALERT_LOG = R"(
WITH refused AS (
    SELECT DISTINCT run_id, network_interface_id,
           MAX((time_ns + 299999999999) / 300000000000, 1) * 300000000000 AS time_ns
    FROM snat_exhaustion
    WHERE nat_gateway IS NULL),
raised AS (
    SELECT DISTINCT refused.run_id, refused.time_ns, public_address
    FROM refused
    JOIN run USING (run_id)
    JOIN snat_allocation AS allocation
        ON allocation.run_id = refused.run_id
       AND allocation.network_interface_id = refused.network_interface_id
    WHERE refused.time_ns <= IFNULL(run.end_time_ns, refused.time_ns))
SELECT raised.run_id,
       raised.time_ns,
       'LoadBalancerAlertEvent' AS category,
       frontend.load_balancer,
       'Resource Limits Hit' AS event_name,
       'Ports exhausted' AS event_description,
       raised.public_address,
       '{"eventName": "Resource Limits Hit", "eventDescription": "Ports exhausted", '
           || '"eventProperties": {"public ip address": "' || raised.public_address || '"}}' AS entry
FROM raised
JOIN frontend ON frontend.run_id = raised.run_id AND frontend.address = raised.public_address
JOIN load_balancer ON load_balancer.run_id = frontend.run_id
                  AND load_balancer.name = frontend.load_balancer
WHERE is_internal = 0)";

// What an event is about is its origin; an event of an origin is published, and then again at the
// first time at which it is raised after its interval.  For SNAT's events, of which there may be
// millions, each such time is looked up in an index; of the others, each points to the next one.
constexpr const char* HEALTH_EVENT = R"(
WITH RECURSIVE public_frontend AS (
    SELECT frontend.run_id, frontend.address, load_balancer.name AS load_balancer
    FROM frontend
    JOIN load_balancer ON load_balancer.run_id = frontend.run_id
                      AND load_balancer.name = frontend.load_balancer
    WHERE is_internal = 0),
owner AS (
    SELECT DISTINCT allocation.run_id, allocation.network_interface_id, public_frontend.address,
           public_frontend.load_balancer
    FROM snat_allocation AS allocation
    JOIN public_frontend ON public_frontend.run_id = allocation.run_id
                        AND public_frontend.address = allocation.public_address),
exhausted AS (
    SELECT run_id, network_interface_id,
           (SELECT MIN(time_ns) FROM snat_exhaustion AS exhaustion
            WHERE exhaustion.run_id = interface.run_id
              AND exhaustion.network_interface_id = interface.network_interface_id) AS time_ns
    FROM network_interface AS interface
    UNION ALL
    SELECT run_id, network_interface_id,
           (SELECT MIN(time_ns) FROM snat_exhaustion AS exhaustion
            WHERE exhaustion.run_id = exhausted.run_id
              AND exhaustion.network_interface_id = exhausted.network_interface_id
              AND exhaustion.time_ns >= exhausted.time_ns + 300000000000)
    FROM exhausted
    WHERE time_ns IS NOT NULL),
used AS (
    SELECT interface.run_id, interface.network_interface_id, public_frontend.address,
           public_frontend.load_balancer,
           (SELECT MIN(time_ns) FROM snat_port_usage AS usage
            WHERE usage.run_id = interface.run_id
              AND usage.network_interface_id = interface.network_interface_id
              AND usage.public_address = public_frontend.address
              AND 4 * (ports_in_use + ports_cooling_down) > 3 * ports_allocated) AS time_ns
    FROM network_interface AS interface
    JOIN public_frontend ON public_frontend.run_id = interface.run_id
    UNION ALL
    SELECT run_id, network_interface_id, address, load_balancer,
           (SELECT MIN(time_ns) FROM snat_port_usage AS usage
            WHERE usage.run_id = used.run_id
              AND usage.network_interface_id = used.network_interface_id
              AND usage.public_address = used.address
              AND 4 * (ports_in_use + ports_cooling_down) > 3 * ports_allocated
              AND usage.time_ns >= used.time_ns + 300000000000)
    FROM used
    WHERE time_ns IS NOT NULL),
outage AS (
    SELECT run_id, backend_set_id, time_ns, end_time_ns, is_last, members_up,
           SUM(members_up > 0) OVER (PARTITION BY run_id, backend_set_id ORDER BY time_ns) AS number
    FROM v_backend_set_health
    WHERE health_probe_id IS NOT NULL),
healthless AS (
    SELECT run_id, backend_set_id, number, end_time_ns, is_last,
           CASE number WHEN 0 THEN MAX((time_ns + 59999999999) / 60000000000, 1) * 60000000000
                ELSE time_ns END AS time_ns
    FROM outage
    WHERE members_up = 0
    UNION ALL
    SELECT run_id, backend_set_id, number, end_time_ns, is_last,
           (time_ns / 60000000000 + 1) * 60000000000
    FROM healthless
    WHERE (time_ns / 60000000000 + 1) * 60000000000 < end_time_ns + is_last),
raised AS (
    SELECT healthless.run_id, time_ns, 'NoHealthyBackends' AS event_name,
           rule.load_balancing_rule_id, number AS outage, NULL AS percent
    FROM healthless
    JOIN load_balancing_rule AS rule USING (run_id, backend_set_id)
    WHERE time_ns < healthless.end_time_ns + is_last
    UNION ALL
    SELECT minute.run_id, end_time_ns,
           CASE WHEN availability_percent < 25 THEN 'DataPathAvailabilityCritical'
                ELSE 'DataPathAvailabilityWarning' END,
           rule.load_balancing_rule_id, 0, availability_percent
    FROM v_backend_set_availability AS minute
    JOIN load_balancing_rule AS rule USING (run_id, backend_set_id)
    WHERE has_begun AND availability_percent < 90 AND end_time_ns % 60000000000 = 0),
spaced AS (
    SELECT *,
           ROW_NUMBER() OVER origin AS number,
           CASE event_name WHEN 'NoHealthyBackends'
                THEN MIN(time_ns) OVER (origin RANGE BETWEEN 3600000000000 FOLLOWING
                                                         AND UNBOUNDED FOLLOWING)
                ELSE MIN(time_ns) OVER (origin RANGE BETWEEN 300000000000 FOLLOWING
                                                         AND UNBOUNDED FOLLOWING)
           END AS next_time_ns
    FROM raised
    WINDOW origin AS (PARTITION BY run_id, event_name, load_balancing_rule_id, outage
                      ORDER BY time_ns)),
published AS (
    SELECT * FROM spaced WHERE number = 1
    UNION ALL
    SELECT spaced.*
    FROM published
    JOIN spaced ON spaced.run_id = published.run_id
               AND spaced.event_name = published.event_name
               AND spaced.load_balancing_rule_id = published.load_balancing_rule_id
               AND spaced.outage = published.outage
               AND spaced.time_ns = published.next_time_ns)
SELECT used.run_id,
       used.time_ns,
       'HighSnatPortUsage' AS event_name,
       load_balancer,
       address AS frontend_address,
       NULL AS frontend_port,
       NULL AS protocol,
       interface.private_address AS backend_address,
       100.0 * (ports_in_use + ports_cooling_down) / ports_allocated AS percent
FROM used
JOIN snat_port_usage AS usage
    ON usage.run_id = used.run_id
   AND usage.network_interface_id = used.network_interface_id
   AND usage.public_address = used.address
   AND usage.time_ns = used.time_ns
   AND 4 * (ports_in_use + ports_cooling_down) > 3 * ports_allocated
JOIN network_interface AS interface
    ON interface.run_id = used.run_id
   AND interface.network_interface_id = used.network_interface_id
UNION ALL
SELECT exhausted.run_id, time_ns, 'SnatPortExhaustion', load_balancer, address, NULL, NULL,
       interface.private_address, NULL
FROM exhausted
JOIN owner USING (run_id, network_interface_id)
JOIN network_interface AS interface USING (run_id, network_interface_id)
WHERE time_ns IS NOT NULL
UNION ALL
SELECT published.run_id, time_ns, event_name, rule.load_balancer, frontend.address,
       rule.frontend_port, rule.protocol, NULL, percent
FROM published
JOIN load_balancing_rule AS rule USING (run_id, load_balancing_rule_id)
JOIN frontend ON frontend.run_id = rule.run_id
             AND frontend.load_balancer = rule.load_balancer
             AND frontend.name = rule.frontend)";

} // namespace

// clang-format off
std::vector<TraceView>
GetMonitorTraceViews()
{
    return {
        {"v_azure_probe_health_log", "an entry of Azure's log of probe health, which is written every minute", PROBE_HEALTH_LOG, {
            {"run_id",         "", "",   "the run"},
            {"time_ns",        "", "ns", "time of the entry: a whole minute"},
            {"category",       "", "",   "Azure's name of the log"},
            {"load_balancer",  "", "",   "name of the load balancer, which is public"},
            {"rule",           "", "",   "the rule's name"},
            {"public_address", "", "",   "address of the frontend"},
            {"port",           "", "",   "port of the frontend"},
            {"members_total",  "", "",   "members of the backend set by then"},
            {"members_down",   "", "",   "those that the probe found down by then, or has not found up yet"},
            {"health_percent", "", "percent", "the others, as a part of all; NULL if there are none"},
            {"entry",          "", "",   "the entry's properties in Azure's words"},
        }},
        {"v_azure_alert_log", "an entry of Azure's log of alerts: SNAT ports exhausted", ALERT_LOG, {
            {"run_id",            "", "",   "the run"},
            {"time_ns",           "", "ns", "time of the entry: a multiple of 5 minutes; a packet was refused in the 5 minutes before"},
            {"category",          "", "",   "Azure's name of the log"},
            {"load_balancer",     "", "",   "name of the load balancer"},
            {"event_name",        "", "",   "Azure's name of the event"},
            {"event_description", "", "",   "Azure's description of the event"},
            {"public_address",    "", "",   "frontend of whose ports an interface had no more"},
            {"entry",             "", "",   "the entry's properties in Azure's words"},
        }},
        {"v_azure_health_event", "a health event of a load balancer, as Azure publishes it", HEALTH_EVENT, {
            {"run_id",           "", "",   "the run"},
            {"time_ns",          "", "ns", "time at which it is published"},
            {"event_name",       "", "",   "Azure's name of the event"},
            {"load_balancer",    "", "",   "name of the load balancer"},
            {"frontend_address", "", "",   "address of the frontend"},
            {"frontend_port",    "", "",   "port of the frontend; NULL for SNAT's events, and with HA ports"},
            {"protocol",         "", "",   "protocol of the rule; NULL for SNAT's events"},
            {"backend_address",  "", "",   "private address of the member, for SNAT's events; else NULL"},
            {"percent",          "", "percent", "ports in use, or availability; NULL where there is none"},
        }},
    };
}
// clang-format on

} // namespace ns3::azure
