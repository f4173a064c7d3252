// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-zipf-table.h"

#include "ns3/abort.h"

#include <algorithm>
#include <cmath>

namespace ns3::azure
{

ZipfTable::ZipfTable(std::size_t items, double skew)
{
    NS_ABORT_MSG_IF(items < 1, "a Zipf table needs an item");
    NS_ABORT_MSG_IF(!(skew >= 0), "a Zipf exponent is at least 0, not " << skew);
    m_cumulated.reserve(items);
    double sum = 0;
    for (std::size_t rank = 1; rank <= items; ++rank)
    {
        sum += std::pow(static_cast<double>(rank), -skew);
        m_cumulated.push_back(sum);
    }
}

std::size_t
ZipfTable::Select(double u) const
{
    const auto found =
        std::upper_bound(m_cumulated.begin(), m_cumulated.end(), u * m_cumulated.back());
    const auto index = static_cast<std::size_t>(found - m_cumulated.begin());
    return std::min(index, m_cumulated.size() - 1);
}

double
ZipfTable::GetProbability(std::size_t index) const
{
    const double before = index == 0 ? 0 : m_cumulated.at(index - 1);
    return (m_cumulated.at(index) - before) / m_cumulated.back();
}

} // namespace ns3::azure
