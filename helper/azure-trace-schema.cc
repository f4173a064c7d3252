// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-trace-schema.h"

#include "ns3/abort.h"

#include <algorithm>
#include <array>

namespace ns3::azure
{

namespace
{

/// The indexes, made when the first run of a file is finished: they would slow down the rows.  What
/// they hold is estimated after every run; SQLite would take run_id for a column of many values.
constexpr const char* INDEXES = R"(
CREATE INDEX IF NOT EXISTS flow_by_time ON flow (run_id, first_packet_time_ns);
CREATE INDEX IF NOT EXISTS flow_by_destination ON flow (run_id, destination_address);
CREATE INDEX IF NOT EXISTS snat_port_event_by_flow
    ON snat_port_event (run_id, network_interface_id, flow_id);
CREATE INDEX IF NOT EXISTS snat_exhaustion_by_flow
    ON snat_exhaustion (run_id, network_interface_id, flow_id);
CREATE INDEX IF NOT EXISTS snat_exhaustion_by_time
    ON snat_exhaustion (run_id, network_interface_id, time_ns);
CREATE INDEX IF NOT EXISTS snat_port_usage_high
    ON snat_port_usage (run_id, network_interface_id, public_address, time_ns)
    WHERE 4 * (ports_in_use + ports_cooling_down) > 3 * ports_allocated;
CREATE INDEX IF NOT EXISTS snat_request_decision_by_request
    ON snat_request_decision (run_id, network_interface_id, request_id);
CREATE INDEX IF NOT EXISTS snat_request_by_flow
    ON snat_request (run_id, network_interface_id, flow_id);
CREATE INDEX IF NOT EXISTS pool_member_change_by_member
    ON pool_member_change (run_id, network_interface_id, pool_member_change_id);
CREATE INDEX IF NOT EXISTS pool_member_change_by_time ON pool_member_change (run_id, time_ns);
CREATE INDEX IF NOT EXISTS nat_gateway_flow_by_time
    ON nat_gateway_flow (run_id, first_packet_time_ns);
CREATE INDEX IF NOT EXISTS nat_gateway_flow_by_destination
    ON nat_gateway_flow (run_id, destination_address);
CREATE INDEX IF NOT EXISTS nsg_decision_by_flow
    ON nsg_decision (run_id, network_interface_id, flow_id, attempt);
CREATE INDEX IF NOT EXISTS lb_decision_by_rule
    ON lb_decision (run_id, load_balancing_rule_id, network_interface_id);
CREATE INDEX IF NOT EXISTS lb_decision_by_client
    ON lb_decision (run_id, client_address, client_port);
CREATE INDEX IF NOT EXISTS probe_result_by_interface
    ON probe_result (run_id, network_interface_id, health_probe_id);
PRAGMA analysis_limit = 1000;
ANALYZE;
)";

/// @return the text as an SQL literal
std::string
Quote(const std::string& text)
{
    std::string literal = "'";
    for (const char c : text)
    {
        literal += c == '\'' ? "''" : std::string(1, c);
    }
    return literal + "'";
}

/// @return the column's definition
std::string
GetColumnSql(const TraceColumn& column)
{
    std::string sql = std::string(column.name) + " " + column.type;
    if (column.values == nullptr)
    {
        return sql;
    }
    // Not IN (...): SQLite would build a temporary index for every row that it checks.
    const char* separator = " CHECK (";
    for (const auto& value : column.values())
    {
        sql += separator + std::string(column.name) + " = " + Quote(value);
        separator = " OR ";
    }
    return sql + ")";
}

/// @return SQL that documents the columns of a table or view
std::string
GetDocumentationSql(const std::string& table, const std::vector<TraceColumn>& columns)
{
    std::string sql;
    for (const auto& column : columns)
    {
        sql += "INSERT INTO column_doc VALUES (" + Quote(table) + ", " + Quote(column.name) + ", " +
               Quote(column.unit) + ", " + Quote(column.meaning) + ");\n";
    }
    return sql;
}

} // namespace

const char*
GetName(RunStatus status)
{
    constexpr std::array<const char*, 3> NAMES{"running", "finished", "failed"};
    return NAMES[static_cast<std::size_t>(status)];
}

std::string
GetTraceSchemaSql()
{
    std::string sql;
    std::string documentation;
    for (const auto& table : GetTraceTables())
    {
        // The name is quoted for the table "drop", which is a word of SQL.
        sql += "CREATE TABLE \"" + std::string(table.name) + "\" (";
        for (const auto& column : table.columns)
        {
            sql += "\n    " + GetColumnSql(column) + ",";
        }
        sql += "\n    " + std::string(table.constraints) + "\n) WITHOUT ROWID;\n";
        documentation += GetDocumentationSql(table.name, table.columns);
    }
    for (const auto& view : GetTraceViews())
    {
        sql += "CREATE VIEW " + std::string(view.name) + " AS" + view.query + ";\n";
        documentation += GetDocumentationSql(view.name, view.columns);
    }
    return sql + documentation + "PRAGMA application_id = " + std::to_string(TRACE_APPLICATION_ID) +
           "; PRAGMA user_version = " + std::to_string(TRACE_SCHEMA_VERSION) + ";";
}

std::string
GetTraceIndexesSql()
{
    return INDEXES;
}

std::string
GetInsertSql(const std::string& table)
{
    const auto& tables = GetTraceTables();
    const auto found = std::find_if(tables.begin(), tables.end(), [&table](const auto& candidate) {
        return candidate.name == table;
    });
    NS_ABORT_MSG_IF(found == tables.end(), "the trace database has no table " << table);
    std::string parameters = "?";
    for (std::size_t i = 1; i < found->columns.size(); ++i)
    {
        parameters += ", ?";
    }
    return "INSERT INTO \"" + table + "\" VALUES (" + parameters + ")";
}

} // namespace ns3::azure
