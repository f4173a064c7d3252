// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-port-set.h"

#include "ns3/abort.h"

#include <algorithm>
#include <iterator>

namespace ns3::azure
{

namespace
{

PortRange
MakeRange(uint32_t first, uint32_t last)
{
    return {static_cast<uint16_t>(first), static_cast<uint16_t>(last)};
}

} // namespace

PortSet::Ranges::const_iterator
PortSet::Find(uint32_t port) const
{
    const auto next = m_ranges.upper_bound(port);
    if (next == m_ranges.begin())
    {
        return m_ranges.end();
    }
    const auto found = std::prev(next);
    return port <= found->second ? found : m_ranges.end();
}

void
PortSet::Insert(PortRange ports)
{
    NS_ABORT_MSG_IF(Overlaps(ports), "one of the ports " << ports << " is in the set already");
    uint32_t first = ports.first;
    uint32_t last = ports.last;
    if (const auto next = m_ranges.find(last + 1); next != m_ranges.end())
    {
        last = next->second;
        m_ranges.erase(next);
    }
    if (const auto before = first == 0 ? m_ranges.end() : Find(first - 1); before != m_ranges.end())
    {
        first = before->first;
    }
    m_ranges[first] = last;
    m_size += ports.GetSize();
}

void
PortSet::Remove(PortRange ports)
{
    NS_ABORT_MSG_UNLESS(Contains(ports), "not all of the ports " << ports << " are in the set");
    const auto [first, last] = *Find(ports.first);
    m_ranges.erase(first);
    if (first < ports.first)
    {
        m_ranges[first] = ports.first - 1U;
    }
    if (last > ports.last)
    {
        m_ranges[ports.last + 1U] = last;
    }
    m_size -= ports.GetSize();
}

bool
PortSet::Contains(PortRange ports) const
{
    const auto found = Find(ports.first);
    return found != m_ranges.end() && ports.last <= found->second;
}

bool
PortSet::Overlaps(PortRange ports) const
{
    const auto next = m_ranges.upper_bound(ports.last); // begins behind the ports
    return next != m_ranges.begin() && std::prev(next)->second >= ports.first;
}

std::vector<PortRange>
PortSet::Intersect(PortRange ports) const
{
    std::vector<PortRange> common;
    auto range = m_ranges.upper_bound(ports.first);
    if (range != m_ranges.begin() && std::prev(range)->second >= ports.first)
    {
        --range;
    }
    for (; range != m_ranges.end() && range->first <= ports.last; ++range)
    {
        common.push_back(MakeRange(std::max<uint32_t>(range->first, ports.first),
                                   std::min<uint32_t>(range->second, ports.last)));
    }
    return common;
}

std::vector<PortRange>
PortSet::GetLowest(uint32_t ports) const
{
    std::vector<PortRange> lowest;
    for (auto range = m_ranges.begin(); range != m_ranges.end() && ports > 0; ++range)
    {
        const auto taken = std::min(ports, range->second - range->first + 1);
        lowest.push_back(MakeRange(range->first, range->first + taken - 1));
        ports -= taken;
    }
    return lowest;
}

std::vector<PortRange>
PortSet::GetHighest(uint32_t ports) const
{
    std::vector<PortRange> highest;
    for (auto range = m_ranges.rbegin(); range != m_ranges.rend() && ports > 0; ++range)
    {
        const auto taken = std::min(ports, range->second - range->first + 1);
        highest.push_back(MakeRange(range->second - taken + 1, range->second));
        ports -= taken;
    }
    std::reverse(highest.begin(), highest.end());
    return highest;
}

std::vector<PortRange>
PortSet::FindRuns(uint32_t ports, uint32_t granularity) const
{
    std::vector<PortRange> runs;
    for (auto range = m_ranges.begin(); range != m_ranges.end() && ports > 0; ++range)
    {
        const auto first = (range->first + granularity - 1) / granularity * granularity;
        if (first > range->second)
        {
            continue;
        }
        const auto size = range->second - first + 1;
        const auto taken = ports <= size ? ports : size - size % granularity;
        if (taken > 0)
        {
            runs.push_back(MakeRange(first, first + taken - 1));
            ports -= taken;
        }
    }
    return ports == 0 ? runs : std::vector<PortRange>();
}

} // namespace ns3::azure
