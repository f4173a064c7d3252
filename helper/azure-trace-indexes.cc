// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-trace-schema.h"

namespace ns3::azure
{

// clang-format off
const std::vector<TraceIndex>&
GetTraceIndexes()
{
    static const std::vector<TraceIndex> INDEXES{
        {"flow_by_time",                      "flow",                  "run_id, first_packet_time_ns", ""},
        {"flow_by_destination",               "flow",                  "run_id, destination_address", ""},
        {"snat_port_event_by_interface",      "snat_port_event",
         "run_id, network_interface_id, time_ns, snat_port_event_id, nat_gateway, stage, ports_in_use, ports_cooling_down", ""},
        {"snat_port_event_by_gateway",        "snat_port_event",
         "run_id, nat_gateway, time_ns, snat_port_event_id, network_interface_id, stage, ports_in_use, ports_cooling_down", "nat_gateway IS NOT NULL"},
        {"snat_exhaustion_by_flow",           "snat_exhaustion",       "run_id, network_interface_id, flow_id", ""},
        {"snat_exhaustion_by_time",           "snat_exhaustion",       "run_id, network_interface_id, time_ns, nat_gateway, attempt", ""},
        {"snat_port_usage_high",              "snat_port_usage",       "run_id, network_interface_id, public_address, time_ns",
         "4 * (ports_in_use + ports_cooling_down) > 3 * ports_allocated"},
        {"snat_request_decision_by_request",  "snat_request_decision", "run_id, network_interface_id, request_id", ""},
        {"snat_request_by_flow",              "snat_request",          "run_id, network_interface_id, flow_id", ""},
        {"pool_member_change_by_member",      "pool_member_change",    "run_id, network_interface_id, pool_member_change_id", ""},
        {"pool_member_change_by_time",        "pool_member_change",    "run_id, time_ns", ""},
        {"nat_gateway_flow_by_time",          "nat_gateway_flow",      "run_id, first_packet_time_ns", ""},
        {"nat_gateway_flow_by_destination",   "nat_gateway_flow",      "run_id, destination_address", ""},
        {"nsg_decision_by_flow",              "nsg_decision",          "run_id, network_interface_id, flow_id, attempt", ""},
        {"lb_decision_by_rule",               "lb_decision",           "run_id, load_balancing_rule_id, network_interface_id", ""},
        {"lb_decision_by_client",             "lb_decision",           "run_id, client_address, client_port", ""},
        {"probe_result_by_interface",         "probe_result",          "run_id, network_interface_id, health_probe_id", ""},
    };
    return INDEXES;
}
// clang-format on

std::string
GetTraceIndexesSql()
{
    std::string sql;
    for (const auto& index : GetTraceIndexes())
    {
        sql.append("CREATE INDEX IF NOT EXISTS ").append(index.name);
        sql.append(" ON \"").append(index.table).append("\" (").append(index.columns).append(")");
        sql.append(*index.condition == '\0' ? "" : " WHERE ").append(index.condition);
        sql.append(";\n");
    }
    // SQLite would take run_id for a column of many values if it were not told.
    return sql + "PRAGMA analysis_limit = 1000;\nANALYZE main;\n";
}

} // namespace ns3::azure
