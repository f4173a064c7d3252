// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-snat-port-ledger.h"

#include "ns3/abort.h"

namespace ns3::azure
{

SnatPortLedger::SnatPortLedger(const SnatPortSpace& space)
    : m_ranges(space.GetRanges(0, space.GetSize())),
      m_size(space.GetSize())
{
    for (const auto& range : m_ranges)
    {
        m_free.Insert(range);
    }
}

std::vector<PortRange>
SnatPortLedger::Give(uint32_t networkInterface, uint32_t ports, uint32_t granularity)
{
    auto given = m_free.FindRuns(ports, granularity);
    for (const auto& range : given)
    {
        m_free.Remove(range);
        m_owned[networkInterface].Insert(range);
    }
    return given;
}

std::vector<PortRange>
SnatPortLedger::TakeBack(uint32_t networkInterface, uint32_t ports, ReclaimedHalf half)
{
    const auto owned = m_owned.find(networkInterface);
    NS_ABORT_MSG_IF(ports > GetPortCount(networkInterface),
                    "network interface " << networkInterface << " has fewer SNAT ports");
    if (ports == 0)
    {
        return {};
    }
    auto taken = half == ReclaimedHalf::Upper ? owned->second.GetHighest(ports)
                                              : owned->second.GetLowest(ports);
    for (const auto& range : taken)
    {
        TakeBack(networkInterface, range);
    }
    return taken;
}

bool
SnatPortLedger::TakeBack(uint32_t networkInterface, PortRange ports)
{
    const auto owned = m_owned.find(networkInterface);
    if (owned == m_owned.end() || !owned->second.Contains(ports))
    {
        return false;
    }
    owned->second.Remove(ports);
    m_returning.Insert(ports);
    if (owned->second.GetSize() == 0)
    {
        m_owned.erase(owned);
    }
    return true;
}

void
SnatPortLedger::Free(PortRange ports)
{
    m_returning.Remove(ports);
    m_free.Insert(ports);
}

std::vector<PortRange>
SnatPortLedger::GetPorts(uint32_t networkInterface) const
{
    const auto owned = m_owned.find(networkInterface);
    return owned == m_owned.end() ? std::vector<PortRange>() : owned->second.GetRanges();
}

uint32_t
SnatPortLedger::GetPortCount(uint32_t networkInterface) const
{
    const auto owned = m_owned.find(networkInterface);
    return owned == m_owned.end() ? 0 : owned->second.GetSize();
}

uint32_t
SnatPortLedger::GetFree() const
{
    return m_free.GetSize();
}

uint32_t
SnatPortLedger::GetSize() const
{
    return m_size;
}

const std::vector<PortRange>&
SnatPortLedger::GetRanges() const
{
    return m_ranges;
}

std::optional<std::string>
SnatPortLedger::CheckInvariants() const
{
    auto ports = m_free; // and then everything that is not free
    const auto isAdded = [&ports](const PortSet& others) {
        for (const auto& range : others.GetRanges())
        {
            if (ports.Overlaps(range))
            {
                return false;
            }
            ports.Insert(range);
        }
        return true;
    };
    if (!isAdded(m_returning))
    {
        return "a port is free and on its way back";
    }
    for (const auto& [networkInterface, owned] : m_owned)
    {
        if (owned.GetSize() == 0)
        {
            return "network interface " + std::to_string(networkInterface) + " owns no port";
        }
        if (!isAdded(owned))
        {
            return "a port of network interface " + std::to_string(networkInterface) +
                   " is free, on its way back, or somebody else's";
        }
    }
    if (ports.GetRanges() != m_ranges)
    {
        return "the ports that are free, owned and on their way back are not all of the address";
    }
    return std::nullopt;
}

} // namespace ns3::azure
