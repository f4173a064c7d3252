// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_TRACE_COLUMNS_H
#define AZURE_TRACE_COLUMNS_H

#include <cstddef>
#include <string>
#include <vector>

/**
 * @file
 * @brief What the tables of the trace database have in common.
 */
namespace ns3::azure
{

// SQL types; a column that may be NULL is one whose fact may be missing.
constexpr const char* INT = "INTEGER NOT NULL";
constexpr const char* INT_OR_NULL = "INTEGER";
constexpr const char* REAL = "REAL NOT NULL";
constexpr const char* TEXT = "TEXT NOT NULL";
constexpr const char* TEXT_OR_NULL = "TEXT";

/// @return the names of an enumeration whose last enumerator is \p LAST
template <typename Enum, Enum LAST>
std::vector<std::string>
Names()
{
    std::vector<std::string> names;
    for (std::size_t i = 0; i <= static_cast<std::size_t>(LAST); ++i)
    {
        names.emplace_back(GetName(static_cast<Enum>(i)));
    }
    return names;
}

/// @return the names of the protocols; the number 255 is reserved and stands for all others
std::vector<std::string> ProtocolNames();

} // namespace ns3::azure

#endif // AZURE_TRACE_COLUMNS_H
