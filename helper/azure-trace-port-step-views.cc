// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-trace-figure-views.h"

namespace ns3::azure
{

namespace
{

// A sum over all rows up to a time, and not up to a row, is the same in all rows of that time.
// A NAT gateway has all ports of its addresses all the time.
constexpr const char* ALLOCATED_PORTS = R"(
WITH held AS (
    SELECT DISTINCT run_id, network_interface_id, time_ns,
           SUM(CASE change WHEN 'given' THEN last_port - first_port + 1
                    ELSE first_port - last_port - 1 END)
               OVER (PARTITION BY run_id, network_interface_id ORDER BY time_ns) AS ports
    FROM snat_allocation),
span AS (
    SELECT run_id, network_interface_id, time_ns, ports,
           LEAD(time_ns) OVER (PARTITION BY run_id, network_interface_id ORDER BY time_ns)
               AS end_time_ns
    FROM held)
SELECT span.run_id,
       network_interface_id,
       NULL AS nat_gateway,
       node.name AS virtual_machine,
       time_ns,
       end_time_ns,
       ports AS ports_allocated
FROM span
JOIN network_interface AS interface USING (run_id, network_interface_id)
JOIN node ON node.run_id = interface.run_id AND node.node_id = interface.virtual_machine_node_id
UNION ALL
SELECT run_id, NULL, nat_gateway, NULL, 0, NULL, SUM(ports)
FROM (SELECT run_id, nat_gateway, MAX(ports_allocated) AS ports
      FROM snat_port_usage
      WHERE nat_gateway IS NOT NULL
      GROUP BY run_id, nat_gateway, public_address)
GROUP BY run_id, nat_gateway)";

// What is allocated stays for a time, in which each event changes what is used; it begins with what
// the last event by then has left.  Of several events at one time, the last one counts.
constexpr const char* PORT_STEPS = R"(
WITH begun AS (
    SELECT *,
           CASE WHEN nat_gateway IS NULL
                THEN (SELECT MAX(snat_port_event_id) FROM snat_port_event AS event
                      WHERE event.run_id = span.run_id
                        AND event.network_interface_id = span.network_interface_id
                        AND event.nat_gateway IS NULL
                        AND event.time_ns <= span.time_ns)
                ELSE (SELECT MAX(snat_port_event_id) FROM snat_port_event AS event
                      WHERE event.run_id = span.run_id
                        AND event.nat_gateway = span.nat_gateway
                        AND event.time_ns <= span.time_ns) END AS snat_port_event_id
    FROM v_allocated_ports AS span)
SELECT begun.run_id,
       begun.network_interface_id,
       begun.nat_gateway,
       virtual_machine,
       begun.time_ns,
       ports_allocated,
       IFNULL(ports_in_use + ports_cooling_down, 0) AS ports_used,
       IFNULL(ports_in_use, 0) AS ports_in_use,
       IFNULL(ports_cooling_down, 0) AS ports_cooling_down
FROM begun
LEFT JOIN snat_port_event AS event ON event.run_id = begun.run_id
                                  AND event.snat_port_event_id = begun.snat_port_event_id
UNION ALL
SELECT span.run_id, span.network_interface_id, NULL, virtual_machine, event.time_ns,
       ports_allocated, ports_in_use + ports_cooling_down, ports_in_use, ports_cooling_down
FROM v_allocated_ports AS span
CROSS JOIN snat_port_event AS event
WHERE event.run_id = span.run_id
  AND event.network_interface_id = span.network_interface_id
  AND event.nat_gateway IS NULL
  AND event.time_ns > span.time_ns
  AND event.time_ns < IFNULL(span.end_time_ns, 9223372036854775807)
  AND NOT EXISTS (SELECT 1 FROM snat_port_event AS later
                  WHERE later.run_id = event.run_id
                    AND later.network_interface_id = event.network_interface_id
                    AND later.nat_gateway IS NULL
                    AND later.time_ns = event.time_ns
                    AND later.snat_port_event_id > event.snat_port_event_id)
UNION ALL
SELECT span.run_id, NULL, span.nat_gateway, NULL, event.time_ns,
       ports_allocated, ports_in_use + ports_cooling_down, ports_in_use, ports_cooling_down
FROM v_allocated_ports AS span
CROSS JOIN snat_port_event AS event
WHERE event.run_id = span.run_id
  AND event.nat_gateway = span.nat_gateway
  AND event.time_ns > span.time_ns
  AND NOT EXISTS (SELECT 1 FROM snat_port_event AS later
                  WHERE later.run_id = event.run_id
                    AND later.nat_gateway = event.nat_gateway
                    AND later.time_ns = event.time_ns
                    AND later.snat_port_event_id > event.snat_port_event_id))";

// Means over a minute are those of UsedSnatPorts (of samples) and AllocatedSnatPorts (over time) in
// v_azure_metrics_1min, all addresses added up.  A whole minute is one that was over before the
// run.
constexpr const char* EARLY_WARNING = R"(
WITH threshold(percent) AS (VALUES (70), (75), (80), (90)),
first AS (
    SELECT run_id, network_interface_id, nat_gateway, virtual_machine,
           CASE WHEN nat_gateway IS NULL
                THEN (SELECT MIN(time_ns) FROM snat_exhaustion AS exhaustion
                      WHERE exhaustion.run_id = span.run_id
                        AND exhaustion.network_interface_id = span.network_interface_id
                        AND exhaustion.nat_gateway IS NULL)
                ELSE (SELECT MIN(time_ns) FROM snat_exhaustion AS exhaustion
                      WHERE exhaustion.run_id = span.run_id
                        AND exhaustion.nat_gateway = span.nat_gateway) END AS refusal_time_ns
    FROM v_allocated_ports AS span
    GROUP BY run_id, network_interface_id, nat_gateway),
exact AS (
    SELECT run_id, network_interface_id, nat_gateway, percent, MIN(time_ns) AS time_ns
    FROM v_port_steps
    JOIN threshold
    WHERE 100 * ports_used > percent * ports_allocated
    GROUP BY run_id, network_interface_id, nat_gateway, percent),
sampled AS (
    SELECT run_id, network_interface_id, nat_gateway, minute, SUM(ports) AS used
    FROM (SELECT run_id, network_interface_id, nat_gateway, time_ns / 60000000000 AS minute,
                 AVG(ports_in_use + ports_cooling_down) AS ports
          FROM snat_port_usage
          GROUP BY run_id, network_interface_id, nat_gateway, public_address, 4)
    GROUP BY run_id, network_interface_id, nat_gateway, minute),
averaged AS (
    SELECT sampled.run_id, sampled.network_interface_id, sampled.nat_gateway,
           (minute + 1) * 60000000000 AS time_ns, used,
           1.0 * SUM(ports_allocated
                     * (MIN(IFNULL(end_time_ns, (minute + 1) * 60000000000),
                            (minute + 1) * 60000000000) - MAX(time_ns, minute * 60000000000)))
               / SUM(MIN(IFNULL(end_time_ns, (minute + 1) * 60000000000),
                         (minute + 1) * 60000000000) - MAX(time_ns, minute * 60000000000))
               AS allocated
    FROM sampled
    JOIN v_allocated_ports AS span
        ON span.run_id = sampled.run_id
       AND span.network_interface_id IS sampled.network_interface_id
       AND span.nat_gateway IS sampled.nat_gateway
       AND span.time_ns < (minute + 1) * 60000000000
       AND IFNULL(span.end_time_ns, 9223372036854775807) > minute * 60000000000
    GROUP BY sampled.run_id, sampled.network_interface_id, sampled.nat_gateway, minute),
minutely AS (
    SELECT averaged.run_id, network_interface_id, nat_gateway, percent, MIN(time_ns) AS time_ns
    FROM averaged
    JOIN run USING (run_id)
    JOIN threshold
    WHERE 100 * used > percent * allocated AND time_ns <= IFNULL(end_time_ns, time_ns)
    GROUP BY averaged.run_id, network_interface_id, nat_gateway, percent)
SELECT first.run_id,
       first.network_interface_id,
       first.nat_gateway,
       virtual_machine,
       threshold.percent AS threshold_percent,
       exact.time_ns AS crossed_time_ns,
       minutely.time_ns AS crossed_1min_time_ns,
       refusal_time_ns AS first_refusal_time_ns,
       (refusal_time_ns - exact.time_ns) / 1e9 AS lead_s,
       (refusal_time_ns - minutely.time_ns) / 1e9 AS lead_1min_s
FROM first
JOIN threshold
LEFT JOIN exact ON exact.run_id = first.run_id
               AND exact.network_interface_id IS first.network_interface_id
               AND exact.nat_gateway IS first.nat_gateway
               AND exact.percent = threshold.percent
LEFT JOIN minutely ON minutely.run_id = first.run_id
                  AND minutely.network_interface_id IS first.network_interface_id
                  AND minutely.nat_gateway IS first.nat_gateway
                  AND minutely.percent = threshold.percent)";

} // namespace

// clang-format off
std::vector<TraceView>
GetPortStepTraceViews()
{
    return {
        {"v_allocated_ports", "a time in which an interface, or a NAT gateway, had as many SNAT ports", ALLOCATED_PORTS, {
            {"run_id",               "", "",   "the run"},
            {"network_interface_id", "", "",   "the interface; NULL for a NAT gateway"},
            {"nat_gateway",          "", "",   "name of the NAT gateway; NULL for an interface"},
            {"virtual_machine",      "", "",   "name of the VM's node; NULL for a NAT gateway"},
            {"time_ns",              "", "ns", "beginning of that time: the first allocation or a change of it; 0 for a NAT gateway"},
            {"end_time_ns",          "", "ns", "its end: the next change; NULL if the run ended first"},
            {"ports_allocated",      "", "",   "ports it had, over all addresses"},
        }},
        {"v_port_steps", "a time at which the SNAT ports that an interface, or a NAT gateway, has or uses changed, and what they are from then on; exact, not sampled", PORT_STEPS, {
            {"run_id",               "", "",   "the run"},
            {"network_interface_id", "", "",   "the interface; NULL for a NAT gateway"},
            {"nat_gateway",          "", "",   "name of the NAT gateway; NULL for an interface"},
            {"virtual_machine",      "", "",   "name of the VM's node; NULL for a NAT gateway"},
            {"time_ns",              "", "ns", "time of the change; each interface and NAT gateway has one row of a time, with all that changed then"},
            {"ports_allocated",      "", "",   "ports it has, over all addresses"},
            {"ports_used",           "", "",   "those in use or cooling down"},
            {"ports_in_use",         "", "",   "those that carry at least one open flow"},
            {"ports_cooling_down",   "", "",   "those that only closed flows still hold"},
        }},
        {"v_early_warning", "a part of its SNAT ports that an interface, or a NAT gateway, may use, when it used more, and how long before its first refusal", EARLY_WARNING, {
            {"run_id",                "", "",        "the run"},
            {"network_interface_id",  "", "",        "the interface; NULL for a NAT gateway"},
            {"nat_gateway",           "", "",        "name of the NAT gateway; NULL for an interface"},
            {"virtual_machine",       "", "",        "name of the VM's node; NULL for a NAT gateway"},
            {"threshold_percent",     "", "percent", "the part: 70, 75 (as Azure's event HighSnatPortUsage), 80 or 90"},
            {"crossed_time_ns",       "", "ns",      "first time at which more of its ports were in use or cooling down (exactly); NULL if never"},
            {"crossed_1min_time_ns",  "", "ns",      "end of the first whole minute in which the mean of its used ports (UsedSnatPorts) was more than that of its ports (AllocatedSnatPorts) allows; NULL if there is none"},
            {"first_refusal_time_ns", "", "ns",      "time of the first packet refused for want of its ports; NULL if none was"},
            {"lead_s",                "", "s",       "first_refusal_time_ns less crossed_time_ns: negative if it came first; NULL if one of them is"},
            {"lead_1min_s",           "", "s",       "first_refusal_time_ns less crossed_1min_time_ns, likewise"},
        }},
    };
}
// clang-format on

} // namespace ns3::azure
