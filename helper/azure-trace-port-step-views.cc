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
    FROM held),
gateway AS (
    SELECT DISTINCT run_id, nat_gateway, SUM(ports) OVER (PARTITION BY run_id, nat_gateway) AS ports
    FROM (SELECT run_id, nat_gateway, MAX(ports_allocated) AS ports
          FROM snat_port_usage
          WHERE nat_gateway IS NOT NULL
          GROUP BY run_id, nat_gateway, public_address))
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
SELECT run_id, NULL, nat_gateway, NULL, 0, NULL, ports
FROM gateway)";

// What is allocated stays for a time, in which each event changes what is used; it begins with what
// the last event by then has left.  Of several events at one time, the last one counts.  CROSS JOIN
// keeps the order: events are found by interface (or NAT gateway) and time.
constexpr const char* PORT_STEPS = R"(
WITH begun AS (
    SELECT *,
           CASE WHEN nat_gateway IS NULL
                THEN (SELECT snat_port_event_id FROM snat_port_event AS event
                      WHERE event.run_id = span.run_id
                        AND event.network_interface_id = span.network_interface_id
                        AND event.nat_gateway IS NULL
                        AND event.time_ns <= span.time_ns
                      ORDER BY event.time_ns DESC, snat_port_event_id DESC LIMIT 1)
                ELSE (SELECT snat_port_event_id FROM snat_port_event AS event
                      WHERE event.run_id = span.run_id
                        AND event.nat_gateway = span.nat_gateway
                        AND event.time_ns <= span.time_ns
                      ORDER BY event.time_ns DESC, snat_port_event_id DESC LIMIT 1)
           END AS snat_port_event_id
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

// Each time with as many ports is searched for the first event that uses more than the part of
// them, from what it began with on; of several events at one time, the last one counts.  Means over
// a minute are those of UsedSnatPorts (of samples) and AllocatedSnatPorts (over time) in
// v_azure_metrics_1min, all addresses added up.
constexpr const char* EARLY_WARNING = R"(
WITH threshold(percent) AS (VALUES (70), (75), (80), (90)),
crossed AS (
    SELECT run_id, network_interface_id, nat_gateway, virtual_machine, percent,
           CASE WHEN nat_gateway IS NULL THEN
               (SELECT event.time_ns FROM snat_port_event AS event
                WHERE event.run_id = span.run_id
                  AND event.network_interface_id = span.network_interface_id
                  AND event.nat_gateway IS NULL
                  AND event.time_ns < IFNULL(span.end_time_ns, 9223372036854775807)
                  AND event.time_ns >= IFNULL(
                      (SELECT MAX(before.time_ns) FROM snat_port_event AS before
                       WHERE before.run_id = span.run_id
                         AND before.network_interface_id = span.network_interface_id
                         AND before.nat_gateway IS NULL
                         AND before.time_ns <= span.time_ns), 0)
                  AND 100 * (ports_in_use + ports_cooling_down) > percent * ports_allocated
                  AND NOT EXISTS (SELECT 1 FROM snat_port_event AS later
                                  WHERE later.run_id = event.run_id
                                    AND later.network_interface_id = event.network_interface_id
                                    AND later.nat_gateway IS NULL
                                    AND later.time_ns = event.time_ns
                                    AND later.snat_port_event_id > event.snat_port_event_id)
                ORDER BY event.time_ns LIMIT 1)
           ELSE
               (SELECT event.time_ns FROM snat_port_event AS event
                WHERE event.run_id = span.run_id
                  AND event.nat_gateway = span.nat_gateway
                  AND 100 * (ports_in_use + ports_cooling_down) > percent * ports_allocated
                  AND NOT EXISTS (SELECT 1 FROM snat_port_event AS later
                                  WHERE later.run_id = event.run_id
                                    AND later.nat_gateway = event.nat_gateway
                                    AND later.time_ns = event.time_ns
                                    AND later.snat_port_event_id > event.snat_port_event_id)
                ORDER BY event.time_ns LIMIT 1)
           END AS event_time_ns,
           time_ns
    FROM v_allocated_ports AS span
    JOIN threshold),
exact AS (
    SELECT DISTINCT run_id, network_interface_id, nat_gateway, virtual_machine, percent,
           MIN(CASE WHEN event_time_ns IS NOT NULL THEN MAX(event_time_ns, time_ns) END)
               OVER (PARTITION BY run_id, network_interface_id, nat_gateway, percent) AS time_ns,
           CASE WHEN nat_gateway IS NULL
                THEN (SELECT MIN(time_ns) FROM snat_exhaustion AS exhaustion
                      WHERE exhaustion.run_id = crossed.run_id
                        AND exhaustion.network_interface_id = crossed.network_interface_id
                        AND exhaustion.nat_gateway IS NULL)
                ELSE (SELECT MIN(time_ns) FROM snat_exhaustion AS exhaustion
                      WHERE exhaustion.run_id = crossed.run_id
                        AND exhaustion.nat_gateway = crossed.nat_gateway)
           END AS refusal_time_ns
    FROM crossed),
sampled AS (
    SELECT DISTINCT run_id, network_interface_id, nat_gateway, minute * 60000000000 AS begin_ns,
           (minute + 1) * 60000000000 AS end_ns,
           SUM(ports) OVER (PARTITION BY run_id, network_interface_id, nat_gateway, minute) AS used
    FROM (SELECT run_id, network_interface_id, nat_gateway, time_ns / 60000000000 AS minute,
                 AVG(ports_in_use + ports_cooling_down) AS ports
          FROM snat_port_usage
          GROUP BY run_id, network_interface_id, nat_gateway, public_address, minute)),
piece AS (
    SELECT sampled.run_id, sampled.network_interface_id, sampled.nat_gateway, end_ns, used,
           ports_allocated,
           MIN(IFNULL(span.end_time_ns, end_ns), end_ns) - MAX(time_ns, begin_ns) AS duration_ns
    FROM sampled
    JOIN run USING (run_id)
    JOIN v_allocated_ports AS span
        ON span.run_id = sampled.run_id
       AND span.network_interface_id IS sampled.network_interface_id
       AND span.nat_gateway IS sampled.nat_gateway
    WHERE end_ns <= IFNULL(run.end_time_ns, end_ns)
      AND time_ns < end_ns AND IFNULL(span.end_time_ns, end_ns) > begin_ns),
averaged AS (
    SELECT DISTINCT run_id, network_interface_id, nat_gateway, end_ns, used,
           1.0 * SUM(ports_allocated * duration_ns) OVER whole / SUM(duration_ns) OVER whole
               AS allocated
    FROM piece
    WINDOW whole AS (PARTITION BY run_id, network_interface_id, nat_gateway, end_ns)),
told AS (
    SELECT run_id, network_interface_id, nat_gateway, virtual_machine, percent, time_ns,
           NULL AS end_ns, refusal_time_ns
    FROM exact
    UNION ALL
    SELECT run_id, network_interface_id, nat_gateway, NULL, percent, NULL, end_ns, NULL
    FROM averaged
    JOIN threshold
    WHERE 100 * used > percent * allocated),
summed AS (
    SELECT DISTINCT run_id, network_interface_id, nat_gateway, percent,
           MAX(virtual_machine) OVER warned AS virtual_machine,
           MAX(time_ns) OVER warned AS time_ns,
           MIN(end_ns) OVER warned AS end_ns,
           MAX(refusal_time_ns) OVER warned AS refusal_time_ns
    FROM told
    WINDOW warned AS (PARTITION BY run_id, network_interface_id, nat_gateway, percent))
SELECT run_id,
       network_interface_id,
       nat_gateway,
       virtual_machine,
       percent AS threshold_percent,
       time_ns AS crossed_time_ns,
       end_ns AS crossed_1min_time_ns,
       refusal_time_ns AS first_refusal_time_ns,
       (refusal_time_ns - time_ns) / 1e9 AS lead_s,
       (refusal_time_ns - end_ns) / 1e9 AS lead_1min_s
FROM summed)";

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
