// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_TRACE_DUMP_H
#define AZURE_TRACE_DUMP_H

#include "ns3/azure-sqlite-database.h"
#include "ns3/azure-trace-schema.h"

#include <string>

namespace ns3::azure
{

/// @return everything a trace database holds but wall-clock columns, as text: one line a row
inline std::string
DumpTraces(const std::string& path)
{
    SqliteDatabase database(path, SqliteDatabase::Mode::Read);
    std::string dump;
    for (const auto& table : GetTraceTables())
    {
        std::string columns;
        for (const auto& column : table.columns)
        {
            const std::string name = column.name;
            if (name.rfind("wall_", 0) != 0)
            {
                columns += columns.empty() ? "" : ", ";
                columns += name;
            }
        }
        for (const auto& row : database.Query(
                 columns.insert(0, "SELECT ").append(" FROM \"").append(table.name).append("\"")))
        {
            dump += table.name;
            for (const auto& value : row)
            {
                dump += "|" + value;
            }
            dump += "\n";
        }
    }
    return dump;
}

} // namespace ns3::azure

#endif // AZURE_TRACE_DUMP_H
