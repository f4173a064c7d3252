// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-vnic-pipeline.h"

#include "ns3/azure-platform-rules.h"

#include <utility>

namespace ns3::azure
{

namespace
{

/// @return the number of a port, where the protocol has ports
std::optional<uint16_t>
GetPort(IpProtocol protocol, uint16_t port)
{
    return IsTranslatedBySnat(protocol) ? std::optional<uint16_t>(port) : std::nullopt;
}

} // namespace

VnicPipeline::VnicPipeline(uint32_t networkInterface,
                           Ipv4Address privateAddress,
                           FlowObserver& observer,
                           FrontendDraw drawFrontend)
    : m_networkInterface(networkInterface),
      m_privateAddress(privateAddress),
      m_privateNumber(privateAddress.Get()),
      m_drawFrontend(std::move(drawFrontend)),
      m_flows(networkInterface, observer)
{
}

void
VnicPipeline::SetPolicy(NetworkInterfacePolicy policy)
{
    m_policy = std::move(policy);
    m_flows.SetFlowRecords(m_policy->flowRecordTimeout, m_policy->security.HasGroups());
    m_flows.SetFlowLimit(m_policy->flowsPerDirection);
}

Verdict
VnicPipeline::Outbound(const PacketHeaders& packet, Time now)
{
    if (!IsProgrammed())
    {
        return DropReason::NotProgrammed;
    }
    m_flows.Expire(now);
    const auto source = packet.GetKey().GetSourceNumber();
    const bool isDhcp = IsDhcpRequest(packet.GetKey());
    const Arrival arrival{packet,
                          isDhcp ? GetDhcpKey(m_privateNumber) : packet.GetKey(),
                          FlowDirection::Outbound,
                          FlowPath::Internet,
                          now};
    if (source != m_privateNumber && (source != 0 || !isDhcp))
    {
        return DecideOnForeignSource(arrival);
    }
    if (packet.GetTtl() <= 1)
    {
        return DropReason::TtlExpired;
    }
    return Decide(arrival);
}

Verdict
VnicPipeline::Inbound(const PacketHeaders& packet, Time now)
{
    return Receive({packet, packet.GetKey(), FlowDirection::Inbound, FlowPath::Internet, now});
}

Verdict
VnicPipeline::InboundVirtualNetwork(const PacketHeaders& packet, Ipv4Address host, Time now)
{
    if (!IsProgrammed())
    {
        return DropReason::NotProgrammed;
    }
    const auto& key = packet.GetKey();
    if (key.GetDestinationNumber() != m_privateNumber)
    {
        return DropReason::UnexpectedDestination;
    }
    const auto* sender = m_policy->routes->Lookup(key.GetSourceNumber());
    if (sender == nullptr || (sender->host != host && !sender->isFrontend))
    {
        return DropReason::ForeignSource;
    }
    return Receive({packet,
                    key,
                    FlowDirection::Inbound,
                    GetNetworkPath(key.GetSourceNumber()),
                    now,
                    false,
                    sender->isFrontend});
}

Verdict
VnicPipeline::InboundHostService(const PacketHeaders& packet, Time now)
{
    const auto& key = packet.GetKey();
    const bool isDhcp = IsDhcpReply(key); // to the VM, which may have no address yet
    if (!isDhcp && key.GetDestinationNumber() != m_privateNumber)
    {
        return DropReason::UnexpectedDestination;
    }
    return Receive({packet,
                    isDhcp ? GetDhcpKey(m_privateNumber).Reverse() : key,
                    FlowDirection::Inbound,
                    FlowPath::HostService,
                    now});
}

Verdict
VnicPipeline::Receive(const Arrival& packet)
{
    if (!IsProgrammed())
    {
        return DropReason::NotProgrammed;
    }
    m_flows.Expire(packet.now);
    if (packet.key.GetSourceNumber() == m_privateNumber)
    {
        return DropReason::ForeignSource; // it would look like a packet from the VM
    }
    if (packet.headers.GetTtl() <= 1)
    {
        return DropReason::TtlExpired;
    }
    return Decide(packet);
}

Verdict
VnicPipeline::Decide(const Arrival& packet)
{
    if (packet.headers.IsFragment())
    {
        return packet.headers.IsLaterFragment() ? DecideOnLaterFragment(packet)
                                                : DecideOnFirstFragment(packet);
    }
    return packet.direction == FlowDirection::Outbound ? DecideOutbound(packet)
                                                       : DecideInbound(packet);
}

Verdict
VnicPipeline::DecideOnFirstFragment(const Arrival& packet)
{
    auto verdict = packet.direction == FlowDirection::Outbound ? DecideOutbound(packet)
                                                               : DecideInbound(packet);
    std::optional<TrackedFlow> flow;
    if (std::holds_alternative<Forward>(verdict))
    {
        const auto slot = m_flows.Lookup(packet.key)->slot; // nothing passes without a flow
        flow = {slot, m_flows.Get(slot).number};
    }
    m_fragments.Begin(packet.key, packet.headers.GetIdentification(), flow, packet.now);
    return verdict;
}

Verdict
VnicPipeline::DecideOnLaterFragment(const Arrival& packet)
{
    const auto* flow =
        m_fragments.Lookup(packet.key, packet.headers.GetIdentification(), packet.now);
    if (flow == nullptr || !m_flows.IsHeld(flow->slot, flow->number))
    {
        return DropReason::Fragment;
    }
    const auto path = m_flows.Get(flow->slot).path;
    const bool isInbound = packet.direction == FlowDirection::Inbound;
    if (isInbound && packet.path != path)
    {
        return DropReason::Fragment;
    }
    auto verdict = Carry(path, packet.direction, packet.key);
    if (std::holds_alternative<Forward>(verdict))
    {
        m_flows.Count(flow->slot, packet.direction, packet.headers.GetDatagramSize(), packet.now);
    }
    return verdict;
}

Verdict
VnicPipeline::DecideOutbound(const Arrival& packet)
{
    if (packet.headers.GetQuotedKey())
    {
        if (const auto* flow = FindQuotedFlow(packet))
        {
            return Translate(*flow, FlowDirection::Outbound, packet.key);
        }
    }
    const auto match = m_flows.Lookup(packet.key);
    if (match && m_flows.Get(match->slot).isAccepted)
    {
        return Continue(match->slot, packet);
    }
    return BeginOutbound(packet);
}

Verdict
VnicPipeline::DecideInbound(const Arrival& packet)
{
    if (packet.headers.GetQuotedKey())
    {
        if (const auto* flow = FindQuotedFlow(packet))
        {
            return Translate(*flow, FlowDirection::Inbound, packet.key);
        }
    }
    const bool isOwn = m_publicNumber != 0 && packet.key.GetDestinationNumber() == m_publicNumber;
    const bool usesSnat = packet.path == FlowPath::Internet && !isOwn;
    if (usesSnat)
    {
        if (const auto reason = RefuseTranslation(packet.headers))
        {
            return *reason;
        }
    }
    const auto match = m_flows.Lookup(packet.key);
    if (match)
    {
        const bool isItsWay = match->direction == FlowDirection::Inbound &&
                              IsItsWay(m_flows.Get(match->slot), packet);
        return isItsWay ? Continue(match->slot, packet) : DropReason::NoTrackedFlow;
    }
    return usesSnat ? DropReason::NoTrackedFlow : BeginInbound(packet);
}

std::optional<DropReason>
VnicPipeline::RefuseTranslation(const PacketHeaders& packet)
{
    if (packet.IsFragment())
    {
        return DropReason::Fragment;
    }
    if (packet.IsIcmpError())
    {
        return DropReason::NoTrackedFlow;
    }
    if (!IsTranslatedBySnat(packet.GetKey().GetProtocol()))
    {
        return DropReason::UnsupportedProtocol;
    }
    return std::nullopt;
}

Verdict
VnicPipeline::Continue(uint32_t slot, const Arrival& packet)
{
    const auto& headers = packet.headers;
    const auto& flow = m_flows.Get(slot);
    if (headers.IsFragment() && (UsesSnat(flow) || IsThroughFrontend(flow)))
    {
        return DropReason::Fragment;
    }
    if (m_flows.IsTurnedBy(slot, packet.direction, headers.GetTcpFlags()))
    {
        if (UsesSnat(flow) && !IsThroughFrontend(flow))
        {
            return DropReason::NoTrackedFlow; // its port is still held
        }
        if (packet.isFromFrontend)
        {
            return DropReason::NoTrackedFlow; // load balancers begin no flows (B.8: CC-2005)
        }
        if (flow.isInbound && packet.key.GetSourceNumber() != m_privateNumber)
        {
            return DropReason::ForeignSource; // a frontend's address is for answers only
        }
        m_flows.Turn(slot, packet.now);
        return packet.direction == FlowDirection::Outbound ? BeginOutbound(packet)
                                                           : BeginInbound(packet);
    }
    if (!m_flows.HasFlowRecord(m_flows.Get(slot), packet.now))
    {
        if (const auto denied = AskGroups(slot, packet.direction, packet.now))
        {
            return *denied;
        }
    }
    return Pass(slot, packet);
}

Verdict
VnicPipeline::Pass(uint32_t slot, const Arrival& packet)
{
    const auto& [headers, key, direction, path, now, isToFrontend, isFromFrontend] = packet;
    auto verdict = Translate(m_flows.Get(slot), direction, key);
    if (std::holds_alternative<Forward>(verdict))
    {
        FlowPacket fact{key.GetProtocol(), headers.GetTcpFlags(), headers.GetDatagramSize()};
        if (m_flows.Get(slot).isTcpReset)
        {
            fact.acknowledgement = headers.GetTcpNumbers().acknowledgement;
        }
        m_flows.Pass(slot, direction, fact, now);
    }
    return verdict;
}

const FlowEntry*
VnicPipeline::FindQuotedFlow(const Arrival& packet) const
{
    const auto& quoted = *packet.headers.GetQuotedKey();
    if (packet.key.GetDestinationNumber() != quoted.GetSourceNumber())
    {
        return nullptr; // an error goes to whoever sent the packet it is about
    }
    const auto match = m_flows.Lookup(quoted.Reverse());
    if (!match || match->direction != packet.direction)
    {
        return nullptr;
    }
    const auto& flow = m_flows.Get(match->slot);
    const bool isItsWay = packet.direction == FlowDirection::Outbound || IsItsWay(flow, packet);
    return isItsWay && flow.isAccepted && m_flows.HasFlowRecord(flow, packet.now) ? &flow : nullptr;
}

Verdict
VnicPipeline::Translate(const FlowEntry& flow, FlowDirection direction, const FlowKey& key) const
{
    const bool isInternet = flow.path == FlowPath::Internet;
    Verdict verdict = isInternet ? Verdict(Forward()) : Carry(flow.path, direction, key);
    auto* forward = std::get_if<Forward>(&verdict);
    if (!forward || (!isInternet && !IsThroughFrontend(flow)))
    {
        return verdict;
    }
    if (IsByNatGateway(flow))
    {
        forward->nextHop =
            direction == FlowDirection::Outbound ? NextHop::NatGateway : NextHop::VirtualMachine;
        forward->host = m_instruction->natGateway.value_or(Ipv4Address());
        return verdict;
    }
    const auto protocol = flow.outbound.GetProtocol();
    if (direction == FlowDirection::Outbound)
    {
        forward->rewrite = {RewriteField::Source,
                            flow.translatedAddress,
                            GetPort(protocol, flow.translatedPort)};
        return verdict;
    }
    forward->rewrite = {RewriteField::Destination,
                        flow.outbound.GetSourceNumber(),
                        GetPort(protocol, flow.outbound.GetSourcePort())};
    forward->nextHop = NextHop::VirtualMachine;
    return verdict;
}

Verdict
VnicPipeline::Carry(FlowPath path, FlowDirection direction, const FlowKey& key) const
{
    Forward forward;
    if (direction == FlowDirection::Inbound)
    {
        forward.nextHop = NextHop::VirtualMachine;
        if (path == FlowPath::Internet)
        {
            forward.rewrite = {RewriteField::Destination, m_privateNumber, {}};
        }
    }
    else if (path == FlowPath::Internet)
    {
        forward.rewrite = {RewriteField::Source, m_instruction->instanceLevelPublicIp->Get(), {}};
    }
    else if (path == FlowPath::HostService)
    {
        forward.nextHop = NextHop::HostService;
    }
    else
    {
        const auto* route = m_policy->routes->Lookup(key.GetDestinationNumber());
        if (!route)
        {
            return DropReason::NoVirtualNetworkRoute;
        }
        forward.nextHop = NextHop::VirtualNetwork;
        forward.host = route->host;
        forward.virtualNetwork = route->virtualNetwork;
    }
    return forward;
}

} // namespace ns3::azure
