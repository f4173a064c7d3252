// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_TRACE_KEYS_H
#define AZURE_TRACE_KEYS_H

#include "azure-trace-schema.h"

#include <string>
#include <vector>

namespace ns3::azure
{

/// Columns that refer to the row of another table that has them as its primary key.
struct ForeignKey
{
    std::string columns; //!< in order, with commas
    std::string table;   //!< the other table
};

/// The keys of a table, read from its constraints.
struct TraceKeys
{
    std::string primary;             //!< columns in order, with commas
    std::vector<ForeignKey> foreign; //!< in order
};

/// @return the keys of a table
TraceKeys GetTraceKeys(const TraceTable& table);

/// @return the names of columns that stand with commas in between
std::vector<std::string> SplitColumns(const std::string& columns);

} // namespace ns3::azure

#endif // AZURE_TRACE_KEYS_H
