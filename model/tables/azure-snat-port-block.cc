// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-snat-port-block.h"

#include "ns3/abort.h"

namespace ns3::azure
{

SnatPortBlock::SnatPortBlock(Ipv4Address publicAddress, PortRange ports)
    : m_publicAddress(publicAddress),
      m_ports(ports)
{
}

std::optional<uint16_t>
SnatPortBlock::Acquire(uint64_t group)
{
    const auto found = m_groups.try_emplace(group, m_ports.GetSize()).first;
    const auto number = found->second.Acquire();
    if (!number)
    {
        return std::nullopt;
    }
    const auto port = static_cast<uint16_t>(m_ports.first + *number);
    Change(port, +1, 0);
    return port;
}

void
SnatPortBlock::CoolDown(uint16_t port)
{
    Change(port, -1, +1);
}

void
SnatPortBlock::Reopen(uint16_t port)
{
    Change(port, +1, -1);
}

void
SnatPortBlock::Release(uint64_t group, uint16_t port, bool isCoolingDown)
{
    const auto found = m_groups.find(group);
    NS_ABORT_MSG_IF(found == m_groups.end(), "nothing holds port " << port << " in this group");
    found->second.Release(port - m_ports.first);
    if (found->second.GetUsed() == 0)
    {
        m_groups.erase(found);
    }
    Change(port, isCoolingDown ? 0 : -1, isCoolingDown ? -1 : 0);
}

void
SnatPortBlock::Change(uint16_t port, int open, int cooling)
{
    NS_ABORT_MSG_UNLESS(m_ports.Contains(port), "port " << port << " is not in block " << m_ports);
    const uint32_t number = port - m_ports.first;
    if (number >= m_portUses.size())
    {
        m_portUses.resize(number + 1);
    }
    auto& use = m_portUses[number];
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
SnatPortBlock::CheckInvariants() const
{
    uint32_t inUse = 0;
    uint32_t coolingDown = 0;
    uint64_t uses = 0;
    std::vector<uint64_t> groupsOfPort(m_portUses.size());
    for (const auto& group : m_groups)
    {
        group.second.ForEachUsed([&](uint32_t number) { ++groupsOfPort[number]; });
    }
    for (std::size_t number = 0; number < m_portUses.size(); ++number)
    {
        inUse += m_portUses[number].open > 0;
        coolingDown += m_portUses[number].open == 0 && m_portUses[number].cooling > 0;
        uses += m_portUses[number].open + m_portUses[number].cooling;
        if (groupsOfPort[number] != m_portUses[number].open + m_portUses[number].cooling)
        {
            return "a port has not as many uses as groups that hold it";
        }
    }
    if (inUse != m_portsInUse || coolingDown != m_portsCoolingDown || uses != m_uses)
    {
        return "the block's counts differ from those of its ports";
    }
    if (inUse + coolingDown > m_ports.GetSize())
    {
        return "more ports are in use or cooling down than the block has";
    }
    return std::nullopt;
}

} // namespace ns3::azure
