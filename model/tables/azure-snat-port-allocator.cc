// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-snat-port-allocator.h"

#include "azure-memory.h"

#include "ns3/abort.h"

#include <algorithm>
#include <numeric>
#include <set>
#include <tuple>
#include <utility>

namespace ns3::azure
{

namespace
{

/// @return number of a flow's destination address, port and protocol
uint64_t
GetDestinationEndpoint(const FlowKey& flow)
{
    return (uint64_t{flow.GetDestinationNumber()} << 32) |
           (uint64_t{flow.GetDestinationPort()} << 16) | static_cast<uint8_t>(flow.GetProtocol());
}

/// @return a flow's source address, port and protocol
FlowKey
GetSourceSocket(const FlowKey& flow)
{
    return {flow.GetSourceNumber(), 0U, flow.GetSourcePort(), 0, flow.GetProtocol()};
}

/// @return sum of a number of each frontend
template <typename Function>
uint32_t
Sum(const std::vector<SnatPortSet>& frontends, const Function& function)
{
    return std::accumulate(frontends.begin(),
                           frontends.end(),
                           0U,
                           [&](uint32_t sum, const auto& f) { return sum + function(f); });
}

} // namespace

SnatPortAllocator::SnatPortAllocator(const Profile& profile, Draw draw)
    : m_profile(profile),
      m_portsPerProtocol(profile.portsPerProtocol || profile.tcpReuseKey != profile.udpReuseKey),
      m_draw(std::move(draw))
{
    NS_ABORT_MSG_UNLESS(m_draw, "an allocator needs something to draw numbers with");
    if (profile.unusedRangeTimeout)
    {
        m_returnable = ReturnableRanges(profile.portRangeSize, *profile.unusedRangeTimeout);
    }
}

void
SnatPortAllocator::AddPorts(const SnatPortBlockGrant& ports, bool isReturnable, Time now)
{
    const auto frontend = FindOrAddFrontend(ports.publicAddress);
    m_frontends[frontend].Add(ports.ports);
    if (isReturnable)
    {
        m_returnable.Add({frontend, ports.ports}, now);
    }
    OrderFrontends();
}

void
SnatPortAllocator::RemovePorts(const SnatPortBlockGrant& ports)
{
    const auto frontend = FindOrAddFrontend(ports.publicAddress);
    m_frontends[frontend].Remove(ports.ports);
    m_returnable.Remove({frontend, ports.ports});
    OrderFrontends();
}

std::vector<SnatPortBlockGrant>
SnatPortAllocator::TakeUnused(Time now)
{
    std::vector<SnatPortBlockGrant> taken;
    for (const auto& [frontend, ports] : m_returnable.TakeUnused(now))
    {
        m_frontends[frontend].Remove(ports);
        taken.push_back({m_frontends[frontend].GetPublicAddress(), ports});
    }
    OrderFrontends();
    return taken;
}

uint32_t
SnatPortAllocator::FindOrAddFrontend(Ipv4Address publicAddress)
{
    for (uint32_t frontend = 0; frontend < m_frontends.size(); ++frontend)
    {
        if (m_frontends[frontend].GetPublicAddress() == publicAddress)
        {
            return frontend;
        }
    }
    m_frontends.emplace_back(publicAddress, m_profile.portChoice, m_profile.portSearchTries);
    m_flowsTo.emplace_back();
    return static_cast<uint32_t>(m_frontends.size() - 1);
}

void
SnatPortAllocator::OrderFrontends()
{
    m_withPorts.clear();
    for (uint32_t frontend = 0; frontend < m_frontends.size(); ++frontend)
    {
        if (m_frontends[frontend].GetSize() > 0)
        {
            m_withPorts.push_back(frontend);
        }
    }
}

std::optional<SnatPortLease>
SnatPortAllocator::Acquire(const FlowKey& flow)
{
    if (m_profile.GetReuseKey(flow.GetProtocol()) == ReuseKey::Cone)
    {
        const auto found = m_socketPorts.find(GetSourceSocket(flow));
        if (found != m_socketPorts.end())
        {
            return Join(found->second, flow);
        }
    }
    if (m_withPorts.empty())
    {
        return std::nullopt;
    }
    const auto first = SelectFrontend(flow);
    if (m_profile.portChoice == PortChoice::RandomUnused && m_withPorts.size() > 1)
    {
        if (const auto lease = TryFrontends(flow, first, true))
        {
            return lease;
        }
    }
    return TryFrontends(flow, first, false);
}

bool
SnatPortAllocator::IsAtLimit(const FlowKey& flow) const
{
    if (m_profile.GetReuseKey(flow.GetProtocol()) == ReuseKey::Cone)
    {
        const auto found = m_socketPorts.find(GetSourceSocket(flow));
        if (found != m_socketPorts.end())
        {
            return !IsBelowLimit(found->second.frontend, flow);
        }
    }
    return !m_withPorts.empty() &&
           std::none_of(m_withPorts.begin(), m_withPorts.end(), [&](uint32_t frontend) {
               return IsBelowLimit(frontend, flow);
           });
}

std::optional<SnatPortLease>
SnatPortAllocator::TryFrontends(const FlowKey& flow, std::size_t first, bool isUnusedOnly)
{
    const bool isCone = m_profile.GetReuseKey(flow.GetProtocol()) == ReuseKey::Cone;
    const auto group = GetGroup(flow);
    auto next = first;
    for (std::size_t tried = 0; tried < m_withPorts.size(); ++tried)
    {
        const auto frontend = m_withPorts[next];
        next = next + 1 == m_withPorts.size() ? 0 : next + 1;
        if (!IsBelowLimit(frontend, flow) ||
            (isUnusedOnly && !m_frontends[frontend].HasUnused(group)))
        {
            continue;
        }
        if (const auto port = m_frontends[frontend].Acquire(group, flow.GetSourcePort(), m_draw))
        {
            if (isCone)
            {
                m_socketPorts[GetSourceSocket(flow)] = {frontend, *port, 1};
            }
            return NoteLease(frontend, *port, flow);
        }
    }
    return std::nullopt;
}

std::optional<SnatPortLease>
SnatPortAllocator::Join(SocketPort& held, const FlowKey& flow)
{
    if (!IsBelowLimit(held.frontend, flow))
    {
        return std::nullopt;
    }
    m_frontends[held.frontend].Share(GetGroup(flow), held.port);
    ++held.flows;
    return NoteLease(held.frontend, held.port, flow);
}

SnatPortLease
SnatPortAllocator::NoteLease(uint32_t frontend, uint16_t port, const FlowKey& flow)
{
    ++m_leases;
    CountFlow(frontend, flow, true);
    if (!m_returnable.IsEmpty() && m_frontends[frontend].GetUses(port) == 1)
    {
        m_returnable.Hold(frontend, port);
    }
    return {frontend, port, false};
}

void
SnatPortAllocator::CoolDown(SnatPortLease& lease)
{
    m_frontends[lease.frontend].CoolDown(lease.port);
    lease.isCoolingDown = true;
}

void
SnatPortAllocator::Reopen(SnatPortLease& lease)
{
    m_frontends[lease.frontend].Reopen(lease.port);
    lease.isCoolingDown = false;
}

void
SnatPortAllocator::Release(const FlowKey& flow, const SnatPortLease& lease, Time now)
{
    const auto& [frontend, port, isCoolingDown] = lease;
    bool isShared = false;
    if (m_profile.GetReuseKey(flow.GetProtocol()) == ReuseKey::Cone)
    {
        const auto found = m_socketPorts.find(GetSourceSocket(flow));
        NS_ABORT_MSG_IF(found == m_socketPorts.end(), "the socket of " << flow << " has no port");
        isShared = --found->second.flows > 0;
        if (!isShared)
        {
            m_socketPorts.erase(found);
        }
    }
    m_frontends[frontend].Release(GetGroup(flow), port, isCoolingDown, isShared);
    --m_leases;
    CountFlow(frontend, flow, false);
    if (!m_returnable.IsEmpty() && m_frontends[frontend].GetUses(port) == 0)
    {
        m_returnable.Leave(frontend, port, now);
    }
}

std::size_t
SnatPortAllocator::SelectFrontend(const FlowKey& flow) const
{
    const auto frontends = static_cast<uint32_t>(m_withPorts.size());
    if (frontends == 1)
    {
        return 0;
    }
    switch (m_profile.frontendSelection)
    {
    case FrontendSelection::FillFirst:
        return 0;
    case FrontendSelection::Random:
        return m_draw(frontends);
    case FrontendSelection::Any:
        return flow.GetHash() % frontends;
    }
    NS_ABORT_MSG("there is no such frontend selection");
}

SnatPortGroup
SnatPortAllocator::GetGroup(const FlowKey& flow) const
{
    const auto protocol = flow.GetProtocol();
    const auto key = m_profile.GetReuseKey(protocol);
    uint64_t group = m_portsPerProtocol ? static_cast<uint8_t>(protocol) : 0;
    if (key == ReuseKey::DestinationAddress || key == ReuseKey::DestinationEndpoint)
    {
        group |= uint64_t{flow.GetDestinationNumber()} << 32;
    }
    if (key == ReuseKey::DestinationEndpoint)
    {
        group |= uint64_t{flow.GetDestinationPort()} << 16;
    }
    return {group, m_portsPerProtocol && protocol == IpProtocol::Udp ? 1U : 0U};
}

bool
SnatPortAllocator::IsBelowLimit(uint32_t frontend, const FlowKey& flow) const
{
    if (!m_profile.maxFlowsPerDestination)
    {
        return true;
    }
    const auto& flows = m_flowsTo[frontend];
    const auto found = flows.find(GetDestinationEndpoint(flow));
    return found == flows.end() || found->second < *m_profile.maxFlowsPerDestination;
}

void
SnatPortAllocator::CountFlow(uint32_t frontend, const FlowKey& flow, bool isMore)
{
    if (!m_profile.maxFlowsPerDestination)
    {
        return;
    }
    auto& flows = m_flowsTo[frontend];
    const auto found = flows.try_emplace(GetDestinationEndpoint(flow), 0).first;
    found->second += isMore ? 1 : -1;
    if (found->second == 0)
    {
        flows.erase(found);
    }
}

uint32_t
SnatPortAllocator::GetPortsAllocated() const
{
    return Sum(m_frontends, [](const auto& frontend) { return frontend.GetSize(); });
}

uint32_t
SnatPortAllocator::GetPortsInUse() const
{
    return Sum(m_frontends, [](const auto& frontend) { return frontend.GetPortsInUse(); });
}

uint32_t
SnatPortAllocator::GetPortsCoolingDown() const
{
    return Sum(m_frontends, [](const auto& frontend) { return frontend.GetPortsCoolingDown(); });
}

std::optional<std::string>
SnatPortAllocator::CheckSocketPorts() const
{
    std::set<std::tuple<uint32_t, uint16_t, uint64_t>> ports; // with the socket's protocol
    for (const auto& [socket, held] : m_socketPorts)
    {
        const auto protocol = m_portsPerProtocol ? static_cast<uint64_t>(socket.GetProtocol()) : 0;
        if (!ports.insert({held.frontend, held.port, protocol}).second)
        {
            return "two sockets have the same port";
        }
        if (held.flows == 0 || held.flows > m_frontends[held.frontend].GetUses(held.port))
        {
            return "a socket's flows do not hold its port";
        }
    }
    return std::nullopt;
}

std::size_t
SnatPortAllocator::GetMemory() const
{
    auto bytes = azure::GetMemory(m_frontends) + azure::GetMemory(m_withPorts) +
                 m_returnable.GetMemory() + azure::GetMemory(m_socketPorts) +
                 azure::GetMemory(m_flowsTo);
    for (const auto& frontend : m_frontends)
    {
        bytes += frontend.GetMemory();
    }
    for (const auto& flows : m_flowsTo)
    {
        bytes += azure::GetMemory(flows);
    }
    return bytes;
}

std::optional<std::string>
SnatPortAllocator::CheckInvariants() const
{
    uint64_t uses = 0;
    for (const auto& frontend : m_frontends)
    {
        if (auto broken = frontend.CheckInvariants())
        {
            return broken;
        }
        uses += frontend.GetUses();
    }
    if (auto broken = CheckSocketPorts())
    {
        return broken;
    }
    if (uses != m_leases)
    {
        return "the uses of ports are not as many as the leases";
    }
    return m_returnable.CheckInvariants();
}

} // namespace ns3::azure
