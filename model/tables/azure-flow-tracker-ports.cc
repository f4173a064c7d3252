// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-flow-tracker.h"

#include <algorithm>

/**
 * @file
 * @brief What FlowTracker does with SNAT ports.
 */
namespace ns3::azure
{

void
FlowTracker::Program(OutboundMethod method,
                     const Profile& profile,
                     const std::vector<SnatPortBlockGrant>& blocks,
                     const Draw& draw)
{
    m_method = method;
    m_profile = profile;
    m_idleTimeout = profile.idleTimeout.GetNanoSeconds();
    m_ports = SnatPortAllocator(profile, draw);
    for (const auto& block : blocks)
    {
        m_ports.AddPorts(block, false, Time());
    }
}

void
FlowTracker::AddPorts(const SnatPortBlockGrant& ports, bool isReturnable, Time now)
{
    m_ports.AddPorts(ports, isReturnable, now);
}

uint32_t
FlowTracker::RemovePorts(const SnatPortBlockGrant& ports, Time now)
{
    const auto isOneOf = [&](const FlowEntry& flow) {
        return flow.lease && m_ports.IsOneOf(*flow.lease, ports);
    };
    const auto broken = Reclaim(isOneOf, now);
    for (uint32_t place = 0; place < m_lingering.size(); ++place)
    {
        if (isOneOf(m_lingering[place].flow))
        {
            ReleaseLingering(place, FlowEnd::Reclaimed, now);
        }
    }
    m_ports.RemovePorts(ports);
    return broken;
}

uint32_t
FlowTracker::Reclaim(const std::function<bool(const FlowEntry&)>& isEnding, Time now)
{
    std::vector<uint32_t> ending;
    const auto& entries = m_flows.GetEntries();
    for (uint32_t slot = 0; slot < entries.size(); ++slot)
    {
        if (entries[slot].isTracked && entries[slot].isAccepted && isEnding(entries[slot]))
        {
            ending.push_back(slot);
        }
    }
    std::sort(ending.begin(), ending.end(), [&entries](uint32_t a, uint32_t b) {
        return entries[a].number < entries[b].number;
    });
    for (const auto slot : ending)
    {
        End(slot, FlowEnd::Reclaimed, now);
    }
    return static_cast<uint32_t>(ending.size());
}

SnatPortAnswer
FlowTracker::AcquirePort(uint32_t slot, Time now)
{
    auto& entry = m_flows.Get(slot);
    const auto lease = m_ports.Acquire(entry.outbound);
    if (lease)
    {
        const auto frontend = m_ports.GetPublicAddress(*lease);
        const auto translated = entry.outbound.WithSource(frontend, lease->port);
        if (!m_flows.Lookup(translated.Reverse()))
        {
            const auto protocol = entry.outbound.GetProtocol();
            entry.lease = lease;
            Accept(slot,
                   translated,
                   now,
                   {m_profile.GetIdleTimeout(protocol), m_profile.tcpReset == TcpReset::BothEnds});
            return SnatPortAnswer::Acquired;
        }
        m_ports.Release(entry.outbound, *lease, now);
    }
    if (m_profile.portBudget == PortBudget::OnDemand && !m_ports.IsAtLimit(entry.outbound))
    {
        const bool isTold = IsTold(entry);
        entry.lastPacket = now.GetNanoSeconds();
        entry.hasWaited = true;
        if (!isTold)
        {
            m_observer.FlowCreated(Describe(entry));
        }
        return SnatPortAnswer::Await;
    }
    Refuse(slot, now);
    return SnatPortAnswer::Refused;
}

void
FlowTracker::Refuse(uint32_t slot, Time now)
{
    auto& entry = m_flows.Get(slot);
    const bool isTold = IsTold(entry);
    entry.lastPacket = now.GetNanoSeconds();
    ++entry.refusals;
    if (!isTold)
    {
        m_observer.FlowCreated(Describe(entry));
    }
    m_observer.SnatExhausted({now,
                              entry.networkInterface,
                              entry.number,
                              entry.refusals,
                              entry.outbound,
                              m_ports.GetPortsAllocated(),
                              m_ports.GetPortsInUse(),
                              m_ports.GetPortsCoolingDown()});
}

void
FlowTracker::ReleasePort(FlowEntry& entry, FlowEnd end, Time now)
{
    const int64_t lingering = GetLingering(entry, end);
    if (lingering == 0)
    {
        m_ports.Release(entry.outbound, *entry.lease, now);
        TellSnatPort(entry, SnatPortStage::Released, end, now);
        return;
    }
    if (!entry.lease->isCoolingDown)
    {
        m_ports.CoolDown(*entry.lease);
        TellSnatPort(entry, SnatPortStage::CoolingDown, end, now);
    }
    if (m_freeLingering.empty())
    {
        m_freeLingering.push_back(static_cast<uint32_t>(m_lingering.size()));
        m_lingering.emplace_back();
    }
    const auto place = m_freeLingering.back();
    m_freeLingering.pop_back();
    const int64_t until = now.GetNanoSeconds() + lingering;
    m_lingering[place] = {entry, end, until};
    m_expiry.Push(place | LINGERING, NanoSeconds(until));
}

void
FlowTracker::ReleaseLingering(uint32_t place, FlowEnd cause, Time now)
{
    const auto flow = m_lingering[place].flow;
    m_lingering[place] = LingeringPort();
    m_freeLingering.push_back(place);
    m_ports.Release(flow.outbound, *flow.lease, now);
    TellSnatPort(flow, SnatPortStage::Released, cause, now);
}

int64_t
FlowTracker::GetLingering(const FlowEntry& entry, FlowEnd end) const
{
    if (end == FlowEnd::Reclaimed)
    {
        return 0;
    }
    const bool isUdp = entry.outbound.GetProtocol() == IpProtocol::Udp;
    const auto hold = isUdp ? m_profile.udpHold.value_or(Time()) : Time();
    return (hold + m_profile.reuseGap.value_or(Time())).GetNanoSeconds();
}

void
FlowTracker::TellSnatPort(const FlowEntry& entry, SnatPortStage stage, FlowEnd cause, Time now)
{
    m_observer.SnatPortChanged({now,
                                entry.networkInterface,
                                entry.number,
                                stage,
                                entry.GetTranslated(),
                                cause,
                                m_ports.GetPortsInUse(),
                                m_ports.GetPortsCoolingDown()});
}

std::vector<SnatPortUsage>
FlowTracker::GetSnatPortUsage() const
{
    std::vector<SnatPortUsage> usage;
    for (const auto& frontend : m_ports.GetFrontends())
    {
        usage.push_back({m_networkInterface,
                         frontend.GetPublicAddress(),
                         frontend.GetSize(),
                         frontend.GetPortsInUse(),
                         frontend.GetPortsCoolingDown(),
                         frontend.GetUses()});
    }
    if (usage.empty())
    {
        usage.push_back({m_networkInterface, std::nullopt, 0, 0, 0, 0});
    }
    return usage;
}

std::optional<std::string>
FlowTracker::CheckPorts() const
{
    if (auto broken = m_ports.CheckInvariants())
    {
        return broken;
    }
    uint64_t holders = 0;
    for (const auto& entry : m_flows.GetEntries())
    {
        holders += entry.isTracked && entry.lease;
    }
    for (const auto& port : m_lingering)
    {
        holders += port.flow.lease.has_value();
    }
    uint64_t uses = 0;
    for (const auto& frontend : m_ports.GetFrontends())
    {
        uses += frontend.GetUses();
    }
    if (holders != uses)
    {
        return "the flows that hold a port, and held ports without flow, are not as many as the "
               "ports' uses";
    }
    return std::nullopt;
}

} // namespace ns3::azure
