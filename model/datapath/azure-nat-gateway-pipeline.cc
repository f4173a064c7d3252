// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-nat-gateway-pipeline.h"

#include "ns3/azure-limits.h"

#include <algorithm>
#include <limits>
#include <utility>

namespace ns3::azure
{

namespace
{

/// @return the ports of one public address that the profile says
PortRange
GetPorts(const Profile& profile)
{
    const auto last = FIRST_SNAT_PORT + profile.portsPerPublicAddress - 1;
    return {FIRST_SNAT_PORT, static_cast<uint16_t>(last)};
}

} // namespace

NatGatewayPipeline::NatGatewayPipeline(FlowObserver& observer, uint32_t maxFlows, Draw draw)
    : m_draw(std::move(draw)),
      m_maxFlows(maxFlows),
      m_flows(0, observer)
{
}

bool
NatGatewayPipeline::Program(const NatGatewayGoalState& goalState)
{
    const bool isFirst = !m_goalState;
    if (!isFirst)
    {
        auto expected = *m_goalState;
        expected.generation = goalState.generation;
        expected.members = goalState.members;
        if (!(expected == goalState))
        {
            return false;
        }
    }
    m_goalState = goalState;
    m_memberOf.clear();
    for (uint32_t i = 0; i < goalState.members.size(); ++i)
    {
        m_memberOf.emplace(goalState.members[i].privateAddress.Get(), i);
    }
    if (!isFirst)
    {
        return true;
    }
    std::vector<SnatPortBlockGrant> blocks;
    for (const auto& address : goalState.publicAddresses)
    {
        m_addresses.push_back(address.Get());
        blocks.push_back({address, GetPorts(goalState.profile)});
    }
    auto profile = goalState.profile;
    profile.idleTimeout = goalState.idleTimeout;
    m_flows.Program(OutboundMethod::NatGateway, profile, blocks, m_draw);
    m_flows.SetFlowLimit(std::numeric_limits<uint32_t>::max()); // flows that wait for a port, too
    return true;
}

NatGatewayVerdict
NatGatewayPipeline::Outbound(const PacketHeaders& packet, const NatGatewaySender& sender, Time now)
{
    if (!m_goalState)
    {
        return NatGatewayDiscard{DropReason::NotProgrammed};
    }
    m_flows.Expire(now);
    if (const auto reason = RefuseSender(packet, sender))
    {
        return NatGatewayDiscard{*reason};
    }
    return Decide({packet, FlowDirection::Outbound, sender.networkInterface, now});
}

NatGatewayVerdict
NatGatewayPipeline::Inbound(const PacketHeaders& packet, Time now)
{
    if (!m_goalState)
    {
        return NatGatewayDiscard{DropReason::NotProgrammed};
    }
    m_flows.Expire(now);
    const auto address = packet.GetKey().GetDestinationNumber();
    if (std::find(m_addresses.begin(), m_addresses.end(), address) == m_addresses.end())
    {
        return NatGatewayDiscard{DropReason::UnknownPublicAddress};
    }
    return Decide({packet, FlowDirection::Inbound, 0, now});
}

const NatGatewayMember*
NatGatewayPipeline::FindMember(uint32_t privateAddress) const
{
    const auto found = m_memberOf.find(privateAddress);
    return found == m_memberOf.end() ? nullptr : &m_goalState->members[found->second];
}

std::optional<DropReason>
NatGatewayPipeline::RefuseSender(const PacketHeaders& packet, const NatGatewaySender& sender) const
{
    const auto* member = FindMember(packet.GetKey().GetSourceNumber());
    if (member && member->networkInterface == sender.networkInterface &&
        member->host == sender.host)
    {
        return std::nullopt;
    }
    const auto& members = m_goalState->members;
    const bool isMember = std::any_of(members.begin(), members.end(), [&](const auto& each) {
        return each.networkInterface == sender.networkInterface;
    });
    return isMember ? DropReason::ForeignSource : DropReason::UnexpectedDestination;
}

NatGatewayVerdict
NatGatewayPipeline::Decide(const Arrival& packet)
{
    const auto& [headers, direction, networkInterface, now] = packet;
    if (headers.GetTtl() <= 1)
    {
        return NatGatewayDiscard{DropReason::TtlExpired};
    }
    if (headers.IsFragment() || !IsTranslatedBySnat(headers.GetKey().GetProtocol()))
    {
        return DecideOnOther(packet);
    }
    const auto match = m_flows.Lookup(headers.GetKey());
    const bool isTracked =
        match && match->direction == direction && m_flows.Get(match->slot).isAccepted;
    if (!isTracked)
    {
        return direction == FlowDirection::Outbound ? Begin(packet) : DecideOnStranger(packet);
    }
    if (m_flows.IsTurnedBy(match->slot, direction, headers.GetTcpFlags()))
    {
        return DecideOnStranger(packet); // the flow is over, and its port still held
    }
    const auto verdict = Translate(m_flows.Get(match->slot), direction);
    if (std::holds_alternative<NatGatewayForward>(verdict))
    {
        const auto protocol = headers.GetKey().GetProtocol();
        m_flows.Pass(match->slot,
                     direction,
                     {protocol, headers.GetTcpFlags(), headers.GetDatagramSize()},
                     now);
    }
    return verdict;
}

NatGatewayVerdict
NatGatewayPipeline::DecideOnOther(const Arrival& packet) const
{
    const auto& headers = packet.headers;
    if (headers.IsFragment())
    {
        return NatGatewayDiscard{DropReason::Fragment};
    }
    if (!headers.IsIcmpError())
    {
        return NatGatewayDiscard{DropReason::UnsupportedProtocol};
    }
    const auto& quoted = headers.GetQuotedKey();
    // An error goes to whoever sent the packet it is about, which went the other way.
    if (quoted && headers.GetKey().GetDestinationNumber() == quoted->GetSourceNumber())
    {
        const auto match = m_flows.Lookup(quoted->Reverse());
        if (match && match->direction == packet.direction && m_flows.Get(match->slot).isAccepted)
        {
            return Translate(m_flows.Get(match->slot), packet.direction);
        }
    }
    return NatGatewayDiscard{DropReason::NoTrackedFlow};
}

NatGatewayVerdict
NatGatewayPipeline::Begin(const Arrival& packet)
{
    const auto& [headers, direction, networkInterface, now] = packet;
    const auto& key = headers.GetKey();
    if (key.GetProtocol() == IpProtocol::Tcp && !headers.GetTcpFlags().syn)
    {
        return DecideOnStranger(packet);
    }
    const auto slot = *m_flows.Track(key, false, FlowPath::Internet, now, networkInterface);
    if (m_flows.GetPortUses() >= m_maxFlows)
    {
        m_flows.Refuse(slot, now);
        return NatGatewayDiscard{DropReason::SnatPortsExhausted};
    }
    if (m_flows.AcquirePort(slot, now) != SnatPortAnswer::Acquired)
    {
        return NatGatewayDiscard{DropReason::SnatPortsExhausted};
    }
    const FlowPacket fact{key.GetProtocol(), headers.GetTcpFlags(), headers.GetDatagramSize()};
    const auto& flow = m_flows.Pass(slot, direction, fact, now);
    return Translate(flow, direction);
}

NatGatewayVerdict
NatGatewayPipeline::DecideOnStranger(const Arrival& packet) const
{
    const auto flags = packet.headers.GetTcpFlags();
    const bool isLate =
        packet.headers.GetKey().GetProtocol() == IpProtocol::Tcp && !flags.syn && !flags.rst;
    const bool isReset = isLate && m_goalState->profile.tcpReset == TcpReset::OnLatePacket;
    return NatGatewayDiscard{DropReason::NoTrackedFlow, isReset};
}

NatGatewayVerdict
NatGatewayPipeline::Translate(const FlowEntry& flow, FlowDirection direction) const
{
    if (direction == FlowDirection::Outbound)
    {
        return NatGatewayForward{
            {RewriteField::Source, flow.translatedAddress, flow.translatedPort},
            std::nullopt};
    }
    const auto privateAddress = flow.outbound.GetSourceNumber();
    const auto* member = FindMember(privateAddress);
    if (!member)
    {
        return NatGatewayDiscard{DropReason::UnexpectedDestination};
    }
    return NatGatewayForward{
        {RewriteField::Destination, privateAddress, flow.outbound.GetSourcePort()},
        *member};
}

} // namespace ns3::azure
