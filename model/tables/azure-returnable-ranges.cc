// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-returnable-ranges.h"

#include "ns3/abort.h"

#include <algorithm>

namespace ns3::azure
{

ReturnableRanges::ReturnableRanges(uint32_t size, Time timeout)
    : m_size(size),
      m_timeout(timeout.GetNanoSeconds())
{
    NS_ABORT_MSG_IF(size == 0, "size: 0 is not allowed; give 1 or more");
}

void
ReturnableRanges::Add(const FrontendPorts& ports, Time now)
{
    if (!m_timeout)
    {
        return;
    }
    for (uint32_t first = ports.ports.first; first <= ports.ports.last; first += m_size)
    {
        const auto last = std::min<uint32_t>(first + m_size - 1, ports.ports.last);
        const PortRange range{static_cast<uint16_t>(first), static_cast<uint16_t>(last)};
        const auto number = m_added++;
        m_ranges[number] = {{ports.frontend, range}, range.GetSize(), 0, now.GetNanoSeconds()};
        m_unused.emplace(now.GetNanoSeconds(), number);
        for (uint32_t port = first; port <= last; ++port)
        {
            m_rangeOf[GetKey(ports.frontend, port)] = number;
        }
    }
}

void
ReturnableRanges::Remove(const FrontendPorts& ports)
{
    if (m_ranges.empty())
    {
        return;
    }
    for (uint32_t port = ports.ports.first; port <= ports.ports.last; ++port)
    {
        const auto found = m_rangeOf.find(GetKey(ports.frontend, port));
        if (found == m_rangeOf.end())
        {
            continue;
        }
        const auto number = found->second;
        m_rangeOf.erase(found);
        auto& range = m_ranges[number];
        --range.ports;
        NS_ABORT_MSG_IF(range.ports < range.held, "a flow holds port " << port);
        if (range.ports == 0)
        {
            m_unused.erase({range.unusedSince, number});
            m_ranges.erase(number);
        }
    }
}

void
ReturnableRanges::Hold(uint32_t frontend, uint16_t port)
{
    if (m_ranges.empty())
    {
        return;
    }
    const auto found = m_rangeOf.find(GetKey(frontend, port));
    if (found == m_rangeOf.end())
    {
        return;
    }
    auto& range = m_ranges[found->second];
    if (range.held == 0)
    {
        m_unused.erase({range.unusedSince, found->second});
    }
    ++range.held;
}

void
ReturnableRanges::Leave(uint32_t frontend, uint16_t port, Time now)
{
    if (m_ranges.empty())
    {
        return;
    }
    const auto found = m_rangeOf.find(GetKey(frontend, port));
    if (found == m_rangeOf.end())
    {
        return;
    }
    auto& range = m_ranges[found->second];
    NS_ABORT_MSG_IF(range.held == 0, "no flow holds port " << port);
    --range.held;
    if (range.held == 0)
    {
        range.unusedSince = now.GetNanoSeconds();
        m_unused.emplace(range.unusedSince, found->second);
    }
}

std::optional<Time>
ReturnableRanges::GetNextUnused() const
{
    if (m_unused.empty())
    {
        return std::nullopt;
    }
    return NanoSeconds(m_unused.begin()->first + *m_timeout);
}

std::vector<FrontendPorts>
ReturnableRanges::TakeUnused(Time now)
{
    std::vector<FrontendPorts> taken;
    while (!m_unused.empty() && m_unused.begin()->first + *m_timeout <= now.GetNanoSeconds())
    {
        const auto number = m_unused.begin()->second;
        const auto [frontend, whole] = m_ranges[number].whole;
        bool isNext = false; // to the last port taken
        for (uint32_t port = whole.first; port <= whole.last; ++port)
        {
            const auto found = m_rangeOf.find(GetKey(frontend, port));
            const bool isThere = found != m_rangeOf.end() && found->second == number;
            if (isThere)
            {
                m_rangeOf.erase(found);
                const auto number16 = static_cast<uint16_t>(port);
                if (isNext)
                {
                    taken.back().ports.last = number16;
                }
                else
                {
                    taken.push_back({frontend, {number16, number16}});
                }
            }
            isNext = isThere;
        }
        m_unused.erase(m_unused.begin());
        m_ranges.erase(number);
    }
    return taken;
}

std::optional<std::string>
ReturnableRanges::CheckInvariants() const
{
    std::unordered_map<uint64_t, uint32_t> ports;
    for (const auto& [port, number] : m_rangeOf)
    {
        ++ports[number];
    }
    std::size_t unused = 0;
    for (const auto& [number, range] : m_ranges)
    {
        if (range.ports == 0 || range.ports != ports[number] || range.held > range.ports)
        {
            return "a returnable range has not the ports it is said to have";
        }
        const bool isWaiting = m_unused.count({range.unusedSince, number}) == 1;
        if (isWaiting != (range.held == 0))
        {
            return "a returnable range waits for its return while it is held, or does not else";
        }
        unused += isWaiting;
    }
    if (unused != m_unused.size())
    {
        return "a range that is not there waits for its return";
    }
    return std::nullopt;
}

} // namespace ns3::azure
