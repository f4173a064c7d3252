// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-result-table.h"

#include "ns3/abort.h"

#include <algorithm>
#include <iomanip>
#include <sstream>

namespace ns3::azure
{

void
ResultTable::AddRow(const std::vector<std::string>& cells)
{
    NS_ABORT_MSG_IF(!m_rows.empty() && cells.size() > m_rows.front().size(),
                    "a row with more cells than the first: " << cells.size());
    m_rows.push_back(cells);
}

void
ResultTable::Print(std::ostream& os) const
{
    std::vector<std::size_t> widths(m_rows.empty() ? 0 : m_rows.front().size());
    for (const auto& row : m_rows)
    {
        for (std::size_t i = 0; i < row.size(); ++i)
        {
            widths[i] = std::max(widths[i], row[i].size());
        }
    }
    for (const auto& row : m_rows)
    {
        std::string line;
        for (std::size_t i = 0; i < row.size(); ++i)
        {
            const std::string padding(widths[i] - row[i].size(), ' ');
            line += i == 0 ? row[i] + padding : "  " + padding + row[i];
        }
        os << line.substr(0, line.find_last_not_of(' ') + 1) << '\n';
    }
}

std::string
FormatSeconds(const std::optional<Time>& time)
{
    std::ostringstream os;
    if (time)
    {
        os << std::fixed << std::setprecision(6) << time->GetSeconds();
    }
    return time ? os.str() : "-";
}

} // namespace ns3::azure
