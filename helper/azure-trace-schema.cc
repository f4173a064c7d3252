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

/// @return SQL that documents a table or view and its columns
std::string
GetDocumentationSql(const std::string& table,
                    const std::string& meaning,
                    const std::vector<TraceColumn>& columns)
{
    std::string sql =
        "INSERT INTO table_doc VALUES (" + Quote(table) + ", " + Quote(meaning) + ");\n";
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
        documentation += GetDocumentationSql(table.name, table.meaning, table.columns);
    }
    for (const auto& view : GetTraceViews())
    {
        sql += "CREATE VIEW " + std::string(view.name) + " AS" + view.query + ";\n";
        documentation += GetDocumentationSql(view.name, view.meaning, view.columns);
    }
    return sql + documentation + "PRAGMA application_id = " + std::to_string(TRACE_APPLICATION_ID) +
           "; PRAGMA user_version = " + std::to_string(TRACE_SCHEMA_VERSION) + ";";
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
