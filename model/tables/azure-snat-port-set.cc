// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-snat-port-set.h"

#include "ns3/abort.h"

#include <vector>

namespace ns3::azure
{

SnatPortSet::SnatPortSet(Ipv4Address publicAddress, PortChoice choice, uint32_t tries)
    : m_publicAddress(publicAddress),
      m_choice(choice),
      m_tries(tries)
{
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
        CountInventory(group, *port, true);
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
        return Search(used, draw);
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
    if (8 * used.GetSize() > 7 * GetSize())
    {
        return used.SelectFree(m_owned, draw(GetSize() - used.GetSize()));
    }
    for (;;) // eight times on average at most
    {
        const auto port = m_owned.Select(draw(GetSize()));
        if (!used.Contains(port))
        {
            return port;
        }
    }
}

std::optional<uint16_t>
SnatPortSet::Search(const UsedPorts& used, const Draw& draw) const
{
    for (uint32_t tried = 0; tried < m_tries; ++tried)
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
    CountInventory(group, port, true);
    ++m_sharedUses;
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
    CountInventory(group, port, false);
}

SnatPortSet::PortUse&
SnatPortSet::GetUse(uint16_t port)
{
    NS_ABORT_MSG_UNLESS(m_owned.Contains(port),
                        "port " << port << " is none of those of " << m_publicAddress);
    const uint32_t window = port / 64;
    auto& block = m_portUses[window / 64];
    if (!block)
    {
        block = std::make_unique<BlockUses>();
    }
    auto& uses = (*block)[window % 64];
    if (!uses)
    {
        uses = std::make_unique<WindowUses>();
    }
    return (*uses)[port % 64];
}

SnatPortSet::PortUse
SnatPortSet::FindUse(uint16_t port) const
{
    const uint32_t window = port / 64;
    const auto& block = m_portUses[window / 64];
    if (!block || !(*block)[window % 64])
    {
        return {};
    }
    return (*(*block)[window % 64])[port % 64];
}

void
SnatPortSet::CountInventory(SnatPortGroup group, uint16_t port, bool isMore)
{
    if (!TellsUnused())
    {
        return;
    }
    auto& use = GetUse(port);
    if (group.inventory == 1)
    {
        use.second += isMore ? 1 : -1;
    }
    const auto uses = group.inventory == 1 ? use.second : use.GetAll() - use.second;
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
    auto& use = GetUse(port);
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

std::optional<std::string>
SnatPortSet::CheckInvariants() const
{
    std::vector<uint32_t> holders(65536); // groups that hold the port
    uint64_t holds = 0;
    for (const auto& group : m_groups)
    {
        holds += group.second.GetSize();
        group.second.ForEach([&](uint16_t port) { ++holders[port]; });
    }
    if (m_uses != holds + m_sharedUses)
    {
        return "the uses are not as many as the ports held by groups and those shared";
    }
    uint32_t inUse = 0;
    uint32_t coolingDown = 0;
    uint64_t uses = 0;
    for (uint32_t port = 0; port < holders.size(); ++port)
    {
        const auto use = FindUse(static_cast<uint16_t>(port));
        inUse += use.open > 0;
        coolingDown += use.open == 0 && use.cooling > 0;
        uses += use.GetAll();
        if (use.GetAll() < holders[port] || (use.GetAll() > 0) != (holders[port] > 0))
        {
            return "a port has not as many uses as groups that hold it";
        }
        if (use.GetAll() > 0 && !m_owned.Contains(static_cast<uint16_t>(port)))
        {
            return "a flow holds a port that is not there";
        }
        const bool isHeld[] = {use.GetAll() > use.second, use.second > 0};
        for (uint32_t inventory = 0; inventory < 2 && TellsUnused(); ++inventory)
        {
            if (m_held[inventory].Contains(static_cast<uint16_t>(port)) != isHeld[inventory])
            {
                return "a port is taken for unused that is held, or the other way round";
            }
        }
    }
    if (inUse != m_portsInUse || coolingDown != m_portsCoolingDown || uses != m_uses)
    {
        return "the set's counts differ from those of its ports";
    }
    return std::nullopt;
}

} // namespace ns3::azure
