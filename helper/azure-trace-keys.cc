// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-trace-keys.h"

#include "ns3/abort.h"

#include <regex>

namespace ns3::azure
{

TraceKeys
GetTraceKeys(const TraceTable& table)
{
    static const std::regex PRIMARY(R"(^PRIMARY KEY \(([^)]*)\))");
    static const std::regex FOREIGN(R"(FOREIGN KEY \(([^)]*)\) REFERENCES (\w+))");
    const std::string constraints = table.constraints;
    std::smatch primary;
    NS_ABORT_MSG_UNLESS(std::regex_search(constraints, primary, PRIMARY),
                        "the table " << table.name << " has no primary key");
    TraceKeys keys{primary[1], {}};
    for (std::sregex_iterator key(constraints.begin(), constraints.end(), FOREIGN), end; key != end;
         ++key)
    {
        keys.foreign.push_back({(*key)[1], (*key)[2]});
    }
    return keys;
}

std::vector<std::string>
SplitColumns(const std::string& columns)
{
    static const std::regex NAME(R"(\w+)");
    return {std::sregex_token_iterator(columns.begin(), columns.end(), NAME),
            std::sregex_token_iterator()};
}

} // namespace ns3::azure
