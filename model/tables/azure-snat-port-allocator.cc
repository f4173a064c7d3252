// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-snat-port-allocator.h"

#include <numeric>
#include <utility>

namespace ns3::azure
{

SnatPortAllocator::SnatPortAllocator(const Profile& profile, std::vector<SnatPortBlock> blocks)
    : m_tcpReuseKey(profile.tcpReuseKey),
      m_udpReuseKey(profile.udpReuseKey),
      m_portsPerProtocol(profile.portsPerProtocol || profile.tcpReuseKey != profile.udpReuseKey),
      m_blocks(std::move(blocks))
{
}

std::optional<SnatPortLease>
SnatPortAllocator::Acquire(const FlowKey& flow, uint32_t firstBlock)
{
    const auto group = GetReuseGroup(flow);
    for (std::size_t tried = 0; tried < m_blocks.size(); ++tried)
    {
        const auto block = static_cast<uint32_t>((firstBlock + tried) % m_blocks.size());
        if (const auto port = m_blocks[block].Acquire(group))
        {
            return SnatPortLease{block, *port, false};
        }
    }
    return std::nullopt;
}

void
SnatPortAllocator::CoolDown(SnatPortLease& lease)
{
    m_blocks[lease.block].CoolDown(lease.port);
    lease.isCoolingDown = true;
}

void
SnatPortAllocator::Reopen(SnatPortLease& lease)
{
    m_blocks[lease.block].Reopen(lease.port);
    lease.isCoolingDown = false;
}

void
SnatPortAllocator::Release(const FlowKey& flow, const SnatPortLease& lease)
{
    m_blocks[lease.block].Release(GetReuseGroup(flow), lease.port, lease.isCoolingDown);
}

uint64_t
SnatPortAllocator::GetReuseGroup(const FlowKey& flow) const
{
    const auto protocol = flow.GetProtocol();
    const auto key = protocol == IpProtocol::Tcp ? m_tcpReuseKey : m_udpReuseKey;
    uint64_t group = m_portsPerProtocol ? static_cast<uint8_t>(protocol) : 0;
    if (key != ReuseKey::Never)
    {
        group |= uint64_t{flow.GetDestination().Get()} << 32;
    }
    if (key == ReuseKey::DestinationEndpoint)
    {
        group |= uint64_t{flow.GetDestinationPort()} << 16;
    }
    return group;
}

uint32_t
SnatPortAllocator::GetPortsAllocated() const
{
    return std::accumulate(m_blocks.begin(), m_blocks.end(), 0U, [](uint32_t sum, const auto& b) {
        return sum + b.GetPorts().GetSize();
    });
}

uint32_t
SnatPortAllocator::GetPortsInUse() const
{
    return std::accumulate(m_blocks.begin(), m_blocks.end(), 0U, [](uint32_t sum, const auto& b) {
        return sum + b.GetPortsInUse();
    });
}

uint32_t
SnatPortAllocator::GetPortsCoolingDown() const
{
    return std::accumulate(m_blocks.begin(), m_blocks.end(), 0U, [](uint32_t sum, const auto& b) {
        return sum + b.GetPortsCoolingDown();
    });
}

std::optional<std::string>
SnatPortAllocator::CheckInvariants() const
{
    for (const auto& block : m_blocks)
    {
        if (auto broken = block.CheckInvariants())
        {
            return broken;
        }
    }
    return std::nullopt;
}

} // namespace ns3::azure
