// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-snat-port-space.h"

#include "ns3/abort.h"
#include "ns3/azure-limits.h"

#include <algorithm>
#include <set>

namespace ns3::azure
{

SnatPortSpace::SnatPortSpace(uint32_t ports, const std::vector<uint16_t>& rulePorts)
{
    std::set<uint32_t> blocks;
    for (const auto port : rulePorts)
    {
        blocks.insert(port / SNAT_PORT_GRANULARITY);
    }
    const auto end = FIRST_SNAT_PORT + ports; // one behind the last
    const auto add = [this](uint32_t from, uint32_t to) {
        if (from < to)
        {
            m_ranges.push_back({static_cast<uint16_t>(from), static_cast<uint16_t>(to - 1)});
            m_size += to - from;
        }
    };
    uint32_t next = FIRST_SNAT_PORT;
    for (const auto block : blocks)
    {
        const auto taken = block * SNAT_PORT_GRANULARITY;
        add(next, std::min(taken, end));
        next = std::max(next, taken + SNAT_PORT_GRANULARITY);
    }
    add(next, end);
}

std::vector<PortRange>
SnatPortSpace::GetRanges(uint32_t first, uint32_t count) const
{
    NS_ABORT_MSG_IF(first + count > m_size, "there are only " << m_size << " SNAT ports");
    std::vector<PortRange> ranges;
    for (auto range = m_ranges.begin(); count > 0; ++range)
    {
        const auto size = range->GetSize();
        if (first >= size)
        {
            first -= size;
            continue;
        }
        const auto taken = std::min(count, size - first);
        const auto from = static_cast<uint16_t>(range->first + first);
        ranges.push_back({from, static_cast<uint16_t>(from + taken - 1)});
        first = 0;
        count -= taken;
    }
    return ranges;
}

} // namespace ns3::azure
