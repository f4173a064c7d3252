// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-address-set.h"

#include <algorithm>
#include <cstddef>
#include <utility>

namespace ns3::azure
{

AddressSet::AddressSet(const std::vector<AddressPrefix>& prefixes)
{
    for (const auto& prefix : prefixes)
    {
        m_ranges.push_back({prefix.GetFirst(), prefix.GetLast()});
    }
    std::sort(m_ranges.begin(), m_ranges.end(), [](const Range& a, const Range& b) {
        return a.first < b.first;
    });
    std::size_t kept = 0; // ranges in front that are apart from each other
    for (const auto& range : m_ranges)
    {
        // 64 bits, because the number after the highest address does not fit in 32
        if (kept > 0 && range.first <= uint64_t{m_ranges[kept - 1].last} + 1)
        {
            m_ranges[kept - 1].last = std::max(m_ranges[kept - 1].last, range.last);
        }
        else
        {
            m_ranges[kept++] = range;
        }
    }
    m_ranges.resize(kept);
}

void
AddressSet::Add(const AddressPrefix& prefix)
{
    Range added{prefix.GetFirst(), prefix.GetLast()};
    const auto endsBefore = [&](const Range& range) {
        return uint64_t{range.last} + 1 < added.first;
    };
    const auto begin = std::partition_point(m_ranges.begin(), m_ranges.end(), endsBefore);
    auto end = begin;
    for (; end != m_ranges.end() && end->first <= uint64_t{added.last} + 1; ++end)
    {
        added.first = std::min(added.first, end->first);
        added.last = std::max(added.last, end->last);
    }
    m_ranges.insert(m_ranges.erase(begin, end), added);
}

void
AddressSet::Subtract(const AddressPrefix& prefix)
{
    const uint32_t first = prefix.GetFirst();
    const uint32_t last = prefix.GetLast();
    std::vector<Range> left;
    for (const auto& range : m_ranges)
    {
        if (range.last < first || last < range.first)
        {
            left.push_back(range);
            continue;
        }
        if (range.first < first)
        {
            left.push_back({range.first, first - 1});
        }
        if (last < range.last)
        {
            left.push_back({last + 1, range.last});
        }
    }
    m_ranges = std::move(left);
}

bool
AddressSet::Contains(uint32_t address) const
{
    const auto endsBefore = [&](const Range& range) { return range.last < address; };
    const auto found = std::partition_point(m_ranges.begin(), m_ranges.end(), endsBefore);
    return found != m_ranges.end() && found->first <= address;
}

std::vector<AddressPrefix>
AddressSet::GetPrefixes() const
{
    std::vector<AddressPrefix> prefixes;
    for (const auto& range : m_ranges)
    {
        // the widest prefix that begins at the address and ends in the range, again and again
        for (uint64_t address = range.first; address <= range.last;)
        {
            uint8_t length = 32;
            uint64_t size = 1;
            while (length > 0 && address % (size * 2) == 0 && address + size * 2 - 1 <= range.last)
            {
                --length;
                size *= 2;
            }
            prefixes.push_back({static_cast<uint32_t>(address), length});
            address += size;
        }
    }
    return prefixes;
}

} // namespace ns3::azure
