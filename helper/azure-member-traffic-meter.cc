// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-member-traffic-meter.h"

namespace ns3::azure
{

void
MemberTrafficMeter::Add(const PoolMemberFact& member)
{
    m_members[member.backendSet].push_back(member.networkInterface);
    for (const auto& rule : m_rulesOfMembers[member.backendSet])
    {
        Add(rule, member.networkInterface);
    }
}

void
MemberTrafficMeter::Add(const LoadBalancingRuleFact& rule)
{
    m_rulesOfMembers[rule.backendSet].push_back(rule);
    for (const auto member : m_members[rule.backendSet])
    {
        Add(rule, member);
    }
}

void
MemberTrafficMeter::Add(const LoadBalancingRuleFact& rule, uint32_t networkInterface)
{
    uint8_t protocol = 0;
    if (rule.protocol != TransportProtocol::All)
    {
        const bool isTcp = rule.protocol == TransportProtocol::Tcp;
        protocol = static_cast<uint8_t>(isTcp ? IpProtocol::Tcp : IpProtocol::Udp);
    }
    const Endpoint endpoint{networkInterface,
                            rule.frontendAddress.Get(),
                            rule.frontendPort,
                            protocol};
    m_rules.emplace(endpoint, m_ended.size());
    m_ended.push_back({rule.rule, networkInterface});
}

void
MemberTrafficMeter::NoteEnded(const FlowRecord& flow)
{
    Count(flow, m_ended);
}

void
MemberTrafficMeter::Count(const FlowRecord& flow, std::vector<MemberTraffic>& traffic) const
{
    const auto found = Find(flow);
    if (!found)
    {
        return;
    }
    auto& counted = traffic[*found];
    counted.packetsIn += flow.packetsIn;
    counted.bytesIn += flow.bytesIn;
    counted.packetsOut += flow.packetsOut;
    counted.bytesOut += flow.bytesOut;
}

std::optional<std::size_t>
MemberTrafficMeter::Find(const FlowRecord& flow) const
{
    if (!flow.isInbound || !flow.translated || m_rules.empty())
    {
        return std::nullopt;
    }
    const auto& key = *flow.translated;
    const auto address = key.GetSourceNumber();
    const auto protocol = static_cast<uint8_t>(key.GetProtocol());
    auto found =
        m_rules.find(Endpoint{flow.networkInterface, address, key.GetSourcePort(), protocol});
    if (found == m_rules.end() &&
        (key.GetProtocol() == IpProtocol::Tcp || key.GetProtocol() == IpProtocol::Udp))
    {
        found = m_rules.find(Endpoint{flow.networkInterface, address, 0, 0});
    }
    return found == m_rules.end() ? std::nullopt : std::optional<std::size_t>(found->second);
}

} // namespace ns3::azure
