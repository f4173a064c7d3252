// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-snat-port-set.h"

#include "azure-memory.h"

#include "ns3/abort.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <iterator>
#include <unordered_map>
#include <utility>
#include <vector>

namespace ns3::azure
{

namespace
{

/**
 * @brief Count the groups that hold each port.
 * @param groups ports each group holds
 * @param owned all ports there are
 * @param first port of the first count
 * @param holders counts, to be added to
 * @return false if a group holds a port that is not there
 */
bool
CountHolders(const std::unordered_map<uint64_t, UsedPorts>& groups,
             const OwnedPorts& owned,
             uint32_t first,
             std::vector<uint32_t>& holders)
{
    bool areOwned = true;
    for (const auto& group : groups)
    {
        group.second.ForEach([&](uint16_t port) {
            const bool isOwned = owned.Contains(port);
            areOwned &= isOwned;
            if (isOwned)
            {
                ++holders[port - first];
            }
        });
    }
    return areOwned;
}

} // namespace

SnatPortSet::SnatPortSet(Ipv4Address publicAddress, PortChoice choice, uint32_t tries)
    : m_publicAddress(publicAddress),
      m_choice(choice),
      m_tries(tries)
{
}

void
SnatPortSet::Add(PortRange ports)
{
    m_owned.Add(ports);
    ReserveUses(ports);
}

void
SnatPortSet::ReserveUses(PortRange ports)
{
    const uint32_t first = ports.first / 64;
    const uint32_t last = ports.last / 64;
    if (m_portUses.empty())
    {
        m_firstWindow = first;
    }
    if (first < m_firstWindow)
    {
        std::vector<std::unique_ptr<WindowUses>> uses(m_firstWindow - first);
        std::move(m_portUses.begin(), m_portUses.end(), std::back_inserter(uses));
        m_portUses = std::move(uses);
        m_firstWindow = first;
    }
    if (last - m_firstWindow >= m_portUses.size())
    {
        m_portUses.resize(last - m_firstWindow + 1);
    }
}

void
SnatPortSet::Remove(PortRange ports)
{
    for (uint32_t port = ports.first; port <= ports.last; ++port)
    {
        NS_ABORT_MSG_IF(GetUses(static_cast<uint16_t>(port)) > 0,
                        "a flow holds port " << port << " of " << ports);
    }
    m_owned.Remove(ports);
}

std::optional<uint16_t>
SnatPortSet::Acquire(SnatPortGroup group, uint16_t sourcePort, const Draw& draw)
{
    if (GetSize() == 0)
    {
        return std::nullopt;
    }
    auto& used = m_groups[group.reuse];
    if (used.GetSize() == GetSize())
    {
        return std::nullopt;
    }
    const auto port = Choose(used, group.inventory, sourcePort, draw);
    if (port)
    {
        used.Insert(*port);
        Change(*port, +1, 0);
        if (TellsUnused())
        {
            CountInventory(group, *port, true);
        }
    }
    return port;
}

std::optional<uint16_t>
SnatPortSet::Choose(UsedPorts& used, uint32_t inventory, uint16_t sourcePort, const Draw& draw)
{
    switch (m_choice)
    {
    case PortChoice::Lowest:
        return used.FindFree(m_owned, 0);
    case PortChoice::Random:
        return ChooseAny(used, draw);
    case PortChoice::RandomUnused:
        return ChooseAny(m_held[inventory].GetSize() < GetSize() ? m_held[inventory] : used, draw);
    case PortChoice::BoundedRandom:
        return Search(used, m_tries, draw);
    case PortChoice::Deterministic: {
        const auto port = used.FindFree(m_owned, m_owned.Select(sourcePort % GetSize()));
        return port ? port : used.FindFree(m_owned, 0);
    }
    }
    NS_ABORT_MSG("there is no such port choice");
}

uint16_t
SnatPortSet::ChooseAny(UsedPorts& used, const Draw& draw) const
{
    // Each way makes all free ports as likely; where many are free, drawing finds one sooner.
    const bool areManyFree = 8 * used.GetSize() <= 7 * GetSize();
    if (const auto port = areManyFree ? Search(used, 8, draw) : std::nullopt)
    {
        return *port;
    }
    return used.SelectFree(m_owned, draw(GetSize() - used.GetSize()));
}

std::optional<uint16_t>
SnatPortSet::Search(const UsedPorts& used, uint32_t tries, const Draw& draw) const
{
    for (uint32_t tried = 0; tried < tries; ++tried)
    {
        const auto port = m_owned.Select(draw(GetSize()));
        if (!used.Contains(port))
        {
            return port;
        }
    }
    return std::nullopt;
}

void
SnatPortSet::Share(SnatPortGroup group, uint16_t port)
{
    const auto found = m_groups.find(group.reuse);
    NS_ABORT_MSG_IF(found == m_groups.end() || !found->second.Contains(port),
                    "nothing holds port " << port << " in this group");
    Change(port, +1, 0);
    ++m_sharedUses;
    if (TellsUnused())
    {
        CountInventory(group, port, true);
    }
}

void
SnatPortSet::Release(SnatPortGroup group, uint16_t port, bool isCoolingDown, bool isShared)
{
    const auto found = m_groups.find(group.reuse);
    NS_ABORT_MSG_IF(found == m_groups.end(), "nothing holds port " << port << " in this group");
    if (isShared)
    {
        --m_sharedUses;
    }
    else
    {
        found->second.Remove(port);
        if (found->second.GetSize() == 0)
        {
            m_groups.erase(found);
        }
    }
    Change(port, isCoolingDown ? 0 : -1, isCoolingDown ? -1 : 0);
    if (TellsUnused())
    {
        CountInventory(group, port, false);
    }
}

void
SnatPortSet::CountInventory(SnatPortGroup group, uint16_t port, bool isMore)
{
    if (group.inventory == 1)
    {
        if (port >= m_secondUses.size())
        {
            m_secondUses.resize(port + std::size_t{1});
        }
        m_secondUses[port] += isMore ? 1 : -1;
    }
    const auto second = GetSecondUses(port);
    const auto uses = group.inventory == 1 ? second : GetUses(port) - second;
    if (isMore && uses == 1)
    {
        m_held[group.inventory].Insert(port);
    }
    else if (!isMore && uses == 0)
    {
        m_held[group.inventory].Remove(port);
    }
}

void
SnatPortSet::Change(uint16_t port, int open, int cooling)
{
    const uint32_t at = port / 64U - m_firstWindow;
    NS_ABORT_MSG_IF(at >= m_portUses.size(), "port " << port << " is none of " << m_publicAddress);
    auto& window = m_portUses[at];
    if (!window)
    {
        window = std::make_unique<WindowUses>();
    }
    auto& use = (*window)[port % 64];
    NS_ABORT_MSG_IF(open < 0 && use.open == 0, "port " << port << " has no open use");
    NS_ABORT_MSG_IF(cooling < 0 && use.cooling == 0,
                    "port " << port << " has no use that cools down");
    const auto isInUse = [&use] { return use.open > 0; };
    const auto isCoolingDown = [&use] { return use.open == 0 && use.cooling > 0; };
    m_portsInUse -= isInUse();
    m_portsCoolingDown -= isCoolingDown();
    use.open += open;
    use.cooling += cooling;
    m_portsInUse += isInUse();
    m_portsCoolingDown += isCoolingDown();
    m_uses += open + cooling;
}

std::size_t
SnatPortSet::GetMemory() const
{
    auto bytes = m_owned.GetMemory() + azure::GetMemory(m_groups) + azure::GetMemory(m_portUses) +
                 azure::GetMemory(m_secondUses);
    for (const auto& [group, used] : m_groups)
    {
        bytes += used.GetMemory();
    }
    for (const auto& held : m_held)
    {
        bytes += held.GetMemory();
    }
    for (const auto& window : m_portUses)
    {
        bytes += window ? sizeof(WindowUses) : 0;
    }
    return bytes;
}

std::optional<std::string>
SnatPortSet::CheckInvariants() const
{
    const uint32_t first = 64 * m_firstWindow;
    std::vector<uint32_t> holders(64 * m_portUses.size()); // groups by the port they hold
    if (!CountHolders(m_groups, m_owned, first, holders))
    {
        return "a flow holds a port that is not there";
    }
    uint64_t holds = 0;
    for (const auto& group : m_groups)
    {
        holds += group.second.GetSize();
    }
    uint32_t inUse = 0;
    uint32_t coolingDown = 0;
    uint64_t uses = 0;
    std::array<uint32_t, 2> held{};
    for (uint32_t at = 0; at < holders.size(); ++at)
    {
        if (holders[at] == 0)
        {
            continue;
        }
        const auto port = static_cast<uint16_t>(first + at);
        const auto* found = FindUse(port);
        const auto use = found == nullptr ? PortUse{} : *found;
        const auto second = GetSecondUses(port);
        inUse += use.open > 0;
        coolingDown += use.open == 0 && use.cooling > 0;
        uses += use.GetAll();
        held[0] += use.GetAll() > second;
        held[1] += second > 0;
        if (use.GetAll() < holders[at])
        {
            return "a port has fewer uses than groups that hold it";
        }
        if (TellsUnused() && (m_held[0].Contains(port) != (use.GetAll() > second) ||
                              m_held[1].Contains(port) != (second > 0)))
        {
            return "a port is taken for unused that is held, or the other way round";
        }
    }
    if (m_uses != holds + m_sharedUses)
    {
        return "the uses are not as many as the ports held by groups and those shared";
    }
    if (inUse != m_portsInUse || coolingDown != m_portsCoolingDown || uses != m_uses)
    {
        return "the set's counts differ from those of its ports";
    }
    if (TellsUnused() && (held[0] != m_held[0].GetSize() || held[1] != m_held[1].GetSize()))
    {
        return "a port is taken for held that is unused";
    }
    return std::nullopt;
}

} // namespace ns3::azure
