// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_TRACE_PROBLEMS_H
#define AZURE_TRACE_PROBLEMS_H

#include "ns3/azure-sqlite-database.h"

#include <string>

namespace ns3::azure
{

/// @return what is wrong with the rows of a database by its own rules, one line each: damage, keys,
///         NULL, and the checks of enumerations; nothing if all is well
inline std::string
FindTraceProblems(const std::string& path)
{
    SqliteDatabase database(path); // to write: SQLite forgets the checks of one that is only read
    std::string problems;
    for (const auto& row : database.Query("PRAGMA integrity_check"))
    {
        problems += row.front() == "ok" ? "" : row.front() + "\n";
    }
    for (const auto& row : database.Query("PRAGMA foreign_key_check"))
    {
        problems += "a row of " + row.at(0) + " refers to no row of " + row.at(2) + "\n";
    }
    return problems;
}

} // namespace ns3::azure

#endif // AZURE_TRACE_PROBLEMS_H
