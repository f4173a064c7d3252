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
        return flow.hasLease && m_ports.IsOneOf(flow.GetLease(), ports);
    };
    const auto broken = Reclaim(isOneOf, now);
    for (uint32_t place = 0; place < m_lingering.GetSize(); ++place)
    {
        const auto& port = m_lingering[place];
        if (port.isHeld && m_ports.IsOneOf(port.lease, ports))
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
    for (uint32_t slot = 0; slot < entries.GetSize(); ++slot)
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
            entry.SetLease(*lease);
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
FlowTracker::CoolDown(FlowEntry& entry, FlowEnd cause, Time now)
{
    auto lease = entry.GetLease();
    m_ports.CoolDown(lease);
    entry.isCoolingDown = true;
    TellSnatPort(entry, SnatPortStage::CoolingDown, cause, now);
}

void
FlowTracker::ReleasePort(FlowEntry& entry, FlowEnd end, Time now)
{
    const int64_t lingering = GetLingering(entry, end);
    if (lingering == 0)
    {
        m_ports.Release(entry.outbound, entry.GetLease(), now);
        TellSnatPort(entry, SnatPortStage::Released, end, now);
        return;
    }
    if (!entry.isCoolingDown)
    {
        CoolDown(entry, end, now);
    }
    if (m_freeLingering.empty())
    {
        m_freeLingering.push_back(m_lingering.GetSize());
        m_lingering.Append();
    }
    const auto place = m_freeLingering.back();
    m_freeLingering.pop_back();
    const int64_t until = now.GetNanoSeconds() + lingering;
    m_lingering[place] = {entry.outbound,
                          until,
                          entry.number,
                          entry.networkInterface,
                          entry.translatedAddress,
                          entry.GetLease(),
                          end,
                          true};
    m_expiry.Push(place | LINGERING, NanoSeconds(until));
}

void
FlowTracker::ReleaseLingering(uint32_t place, FlowEnd cause, Time now)
{
    const auto port = m_lingering[place];
    m_lingering[place] = LingeringPort();
    m_freeLingering.push_back(place);
    m_ports.Release(port.outbound, port.lease, now);
    TellSnatPort(port, SnatPortStage::Released, cause, now);
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

void
FlowTracker::TellSnatPort(const LingeringPort& port, SnatPortStage stage, FlowEnd cause, Time now)
{
    m_observer.SnatPortChanged({now,
                                port.networkInterface,
                                port.number,
                                stage,
                                port.outbound.WithSource(port.translatedAddress, port.lease.port),
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
        holders += entry.isTracked && entry.hasLease;
    }
    for (const auto& port : m_lingering)
    {
        holders += port.isHeld;
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
