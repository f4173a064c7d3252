// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-trace-migration.h"

#include <algorithm>

namespace ns3::azure
{

namespace
{

// Version 1 knows no paths.  What was translated, or should have been, went to the Internet; a host
// answers at two addresses (S3-50); what else went out untranslated went to a service endpoint.
constexpr const char* FLOW_PATH = R"(CASE
    WHEN kept.destination_address IN ('168.63.129.16', '169.254.169.254') THEN 'host-service'
    WHEN kept.public_address IS NOT NULL OR kept.outcome = 'refused' THEN 'internet'
    WHEN EXISTS (SELECT 1 FROM old.network_interface AS other
                 WHERE other.run_id = kept.run_id
                   AND other.private_address = kept.destination_address) THEN 'virtual-network'
    ELSE 'service-endpoint' END)";

// Up to version 3 all rules went by the profile's idle timeout: 240 s unless its text names another
// one, in seconds as "2017[IdleTimeout=300s|...]", or in nanoseconds as "1500000001ns".
constexpr const char* RULE_IDLE_TIMEOUT = R"((
    WITH profile AS (
        SELECT replace(profile, '[', '|') AS text FROM old.run WHERE run.run_id = kept.run_id),
    setting AS (
        SELECT substr(text, instr(text, '|IdleTimeout=') + length('|IdleTimeout=')) AS text
        FROM profile WHERE instr(text, '|IdleTimeout=') > 0)
    SELECT IFNULL((SELECT CASE WHEN trim(text, '0123456789') LIKE 'ns%' THEN CAST(text AS INTEGER)
                               ELSE CAST(ROUND(CAST(text AS REAL) * 1e9) AS INTEGER) END
                   FROM setting), 240000000000)))";

// Version 5 has running sums in each event, of the interface's ports or of the NAT gateway's:
// PortUse (azure-port-use.h) in SQL.  Whole port-seconds and the rest are added up apart, so that
// no sum is too large or rounded.
#define OF_THE_PORTS                                                                               \
    " OVER (PARTITION BY kept.run_id, kept.nat_gateway, "                                          \
    "CASE WHEN kept.nat_gateway IS NULL THEN kept.network_interface_id END "                       \
    "ORDER BY kept.snat_port_event_id)"

constexpr const char* PORTS_ACQUIRED = "SUM(kept.stage IN ('acquired', 'reopened'))" OF_THE_PORTS;
constexpr const char* PEAK_PORTS_USED =
    "MAX(kept.ports_in_use + kept.ports_cooling_down)" OF_THE_PORTS;
constexpr const char* PORTS_USED_BEFORE =
    "LAG(kept.ports_in_use + kept.ports_cooling_down, 1, 0)" OF_THE_PORTS;
constexpr const char* ELAPSED = "kept.time_ns - LAG(kept.time_ns, 1, 0)" OF_THE_PORTS;
constexpr const char* WHOLE_PORT_SECONDS =
    "SUM(kept._elapsed / 1000000000 * kept._used"
    " + kept._elapsed % 1000000000 * kept._used / 1000000000)" OF_THE_PORTS;
constexpr const char* PORT_NANOSECONDS =
    "SUM(kept._elapsed % 1000000000 * kept._used % 1000000000)" OF_THE_PORTS;
constexpr const char* USED_PORT_SECONDS =
    "CAST(kept._seconds + kept._nanoseconds / 1000000000 AS REAL)"
    " + kept._nanoseconds % 1000000000 / 1e9";

#undef OF_THE_PORTS

} // namespace

const char*
GetSweepMeaning()
{
    return "what a run of a sweep took";
}

// clang-format off
const std::vector<AddedTable>&
GetAddedTables()
{
    static const std::vector<AddedTable> TABLES{
        {2, "nsg_decision"},
        {2, "nsg_flow_sample"},
        {3, "load_balancer"},
        {3, "frontend"},
        {3, "health_probe"},
        {3, "pool_member"},
        {3, "load_balancing_rule"},
        {3, "lb_decision"},
        {3, "probe_result"},
        {3, "member_health"},
        {3, "control_message"},
        {3, "frontend_traffic"},
        {3, "mux_traffic"},
        {3, "member_traffic"},
        {4, "nat_gateway"},
        {4, "tcp_reset"},
        {4, "snat_request"},
        {4, "snat_request_decision"},
        {4, "nat_gateway_flow"},
        {4, "nat_gateway_traffic"},
        {4, "outbound_rule"},
        {4, "outbound_rule_frontend"},
        {4, "pool_member_change"},
        {4, "overload"},
        {5, "flow_attempt"},
        {5, "table_doc"},
    };
    return TABLES;
}

uint32_t
GetFirstVersion(const std::string& table)
{
    const auto& tables = GetAddedTables();
    const auto added = std::find_if(tables.begin(), tables.end(), [&table](const auto& candidate) {
        return candidate.name == table;
    });
    return added == tables.end() ? 1 : added->version;
}

const std::vector<AddedColumn>&
GetAddedColumns()
{
    static const std::vector<AddedColumn> COLUMNS{
        {2, "flow",                "path",                   FLOW_PATH},
        {2, "flow",                "denied_packets",         "0"},
        {2, "drop",                "network_security_group", "NULL"},
        {2, "drop",                "security_rule",          "NULL"},
        {4, "network_interface",   "availability_set",       "NULL"},
        {4, "network_interface",   "nat_gateway",            "NULL"},
        {4, "public_ip",           "nat_gateway",            "NULL"},
        {4, "snat_allocation",     "change",                 "'given'"},
        {4, "snat_allocation",     "cause",                  "'begin'"},
        {4, "snat_allocation",     "flows_broken",           "0"},
        {4, "snat_port_event",     "nat_gateway",            "NULL"},
        {4, "snat_exhaustion",     "nat_gateway",            "NULL"},
        {4, "snat_port_usage",     "nat_gateway",            "NULL"},
        {4, "pool_member",         "is_initial",             "1"},
        {4, "load_balancing_rule", "idle_timeout_ns",        RULE_IDLE_TIMEOUT},
        {4, "load_balancing_rule", "is_tcp_reset",           "0"},
        {5, "snat_port_event",     "ports_acquired",         PORTS_ACQUIRED},
        {5, "snat_port_event",     "peak_ports_used",        PEAK_PORTS_USED},
        {5, "snat_port_event",     "_used",                  PORTS_USED_BEFORE},
        {5, "snat_port_event",     "_elapsed",               ELAPSED},
        {5, "snat_port_event",     "_seconds",               WHOLE_PORT_SECONDS, 2},
        {5, "snat_port_event",     "_nanoseconds",           PORT_NANOSECONDS, 2},
        {5, "snat_port_event",     "used_port_seconds",      USED_PORT_SECONDS, 3},
    };
    return COLUMNS;
}
// clang-format on

uint32_t
GetFirstVersion(const std::string& table, const std::string& column)
{
    for (const auto& added : GetAddedColumns())
    {
        if (added.table == table && added.column == column)
        {
            return added.version;
        }
    }
    return 1;
}

} // namespace ns3::azure
